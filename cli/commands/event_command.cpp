// Every verb that records one event: its options come from the kind's own table.

#include <algorithm>

#include "cli/body_options.hpp"
#include "cli/chip_list.hpp"
#include "cli/chip_names.hpp"
#include "cli/command.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/event_verbs.hpp"
#include "cli/home.hpp"
#include "cli/outcome.hpp"
#include "cli/remote/parts.hpp"
#include "cli/statement_author.hpp"
#include "registry/kind.hpp"

namespace muster::cli {
namespace {

struct EventOptions {
  const registry::Kind* kind = nullptr;
  bool confirm = false;
  StatementAuthor author;
  std::string site;
  std::string chips;
  std::string container;
  std::string principal;
  Keepsakes keep;
  BodyOptions body;
};

/// The chips that the body itself names, of a kind that has them as its subjects.
Result<std::vector<registry::StatementChip>> chips_of_body(const registry::Kind& kind,
                                                           const Json& body) {
  std::vector<registry::StatementChip> chips;
  if (kind.subjects != registry::TakesSubjects::loose_chips) return chips;
  for (const registry::Field& field : kind.body) {
    const std::string name(field.name);
    if (field.type != registry::FieldType::chip || !body.contains(name)) continue;
    auto chip = ChipId::parse_typed(body[name].get<std::string>());
    if (!chip) return failure(std::move(chip.error()).during("--" + name));
    chips.push_back({*chip});
  }
  return chips;
}

/// Without a state, chips have no other names than their ids.
Result<registry::Draft> draft_of(Context& context, const registry::State* state,
                                 const EventOptions& options) {
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  registry::Draft draft{.kind = std::string(options.kind->name), .event_time = clock->now()};
  MUSTER_TRY_ASSIGN(draft.body, options.body.body());
  if (!options.site.empty()) draft.site = options.site;
  if (!options.container.empty()) draft.container = options.container;
  if (!options.principal.empty()) draft.on_behalf_of = options.principal;
  if (options.chips.empty()) {
    MUSTER_TRY_ASSIGN(draft.chips, chips_of_body(*options.kind, draft.body));
  } else {
    MUSTER_TRY_ASSIGN(draft.chips, chip_list(options.chips, options.kind->columns,
                                             subject_reader(*options.kind, state)));
  }
  return draft;
}

Result<registry::Submission> submission_of(Context& context, Home& home,
                                           const EventOptions& options) {
  const registry::State& state = home.state();
  MUSTER_TRY_ASSIGN(const registry::Draft draft, draft_of(context, &state, options));
  return next_statement(context, state, options.author, draft);
}

Result<ExitCode> record_event(Context& context, const EventOptions& options) {
  if (options.confirm && !context.options().yes && !context.options().dry_run) {
    return failure(Errc::invalid_input, std::string(options.kind->name) +
                                            ": cannot be taken back; give --yes to confirm");
  }
  const auto home = Home::open(context);
  if (!home && reads_in_parts(home.error())) {
    MUSTER_TRY_ASSIGN(const auto draft, draft_of(context, nullptr, options));
    return record_by_parts(context, options.author, draft, options.keep);
  }
  if (!home) return failure(home.error());
  MUSTER_TRY_ASSIGN(const auto submission, submission_of(context, **home, options));
  return submit(context, **home, submission, options.keep);
}

void add_subject_options(CLI::App& verb, EventOptions& options, const registry::Kind& kind) {
  using registry::TakesSubjects;
  const TakesSubjects takes = kind.subjects;
  if (takes == TakesSubjects::none) return;
  if (takes != TakesSubjects::container) {
    verb.add_option("--chips", options.chips,
                    takes == TakesSubjects::new_chips
                        ? "ids separated by commas, or @FILE (CSV or NDJSON)"
                        : "ids or names separated by commas, or @FILE (CSV or NDJSON)");
  }
  if (takes == TakesSubjects::chips || takes == TakesSubjects::container) {
    // `pack fill` says --container and `pack empty` --in: either is good in both.
    const bool in_body =
        std::ranges::find(kind.body, "container", &registry::Field::name) != kind.body.end();
    verb.add_option(in_body ? "--in" : "--in,--container", options.container,
                    "all that stands in this container or assembly");
  }
}

void add_event_verb(CLI::App& app, Context& context, const EventVerb& row,
                    const registry::Kind& kind) {
  auto& options = context.keep<EventOptions>();
  options.kind = &kind;
  options.confirm = row.confirm;
  CLI::App& parent = noun(app, std::string(row.noun), std::string(row.noun) + " events and facts");
  CLI::App& verb = add_verb(parent, std::string(row.verb), std::string(row.summary), context,
                            [&context, &options] { return record_event(context, options); });
  add_author_options(verb, options.author);
  add_keepsake_options(verb, options.keep);
  if (!kind.own_hand && !kind.weighty) {
    verb.add_option("--for", options.principal, "the party on whose behalf it is said");
  }
  verb.add_option("--at", options.site, "the site where it happened");
  add_subject_options(verb, options, kind);
  options.body.add_to(verb, kind.body);
}

}  // namespace

void add_event_commands(CLI::App& app, Context& context, const WantedNoun& wanted) {
  for (const EventVerb& row : event_verbs()) {
    if (!wanted(row.noun)) continue;
    if (const registry::Kind* kind = registry::find_kind(row.kind)) {
      add_event_verb(app, context, row, *kind);
    }
  }
}

}  // namespace muster::cli
