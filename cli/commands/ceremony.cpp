// `ceremony commit`, `ceremony reveal` and `ceremony show`: a public value that the parties of a
// plan make in the ledger.

#include "registry/ceremony.hpp"

#include "cli/audit/extension.hpp"
#include "cli/audit/ledger_ceremony.hpp"
#include "cli/audit/ledger_event.hpp"
#include "cli/audit/plan_place.hpp"
#include "cli/audit/statement_writer.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/outcome.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/key_file.hpp"

namespace muster::cli {
namespace {

struct CeremonyOptions {
  std::string plan;
  std::string nonce_file;
  bool existing = false;
  Author author;
};

Result<draw::CeremonyNonce> read_nonce(const std::string& file) {
  MUSTER_TRY_ASSIGN(std::string text, read_text_file(file, 1024));
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  auto nonce = Hash::from_hex(text);
  // The text may be most of a secret: it is not quoted.
  if (!nonce) return failure(Errc::invalid_input, file + ": want 64 hex digits and nothing else");
  return nonce->bytes;
}

Result<registry::RowN> plan_row(const registry::State& state, const std::string& id) {
  const registry::RowN row = state.tables().plans.find(id);
  if (row != registry::no_row) return row;
  return failure(Errc::not_found, "plan " + id + ": not in this ledger; `muster plan list`");
}

/// The statement of `draft` by the author, judged by the rules.
Result<registry::Submission> judged_statement(Context& context, Home& home, const Author& author,
                                              registry::Draft draft) {
  MUSTER_TRY_ASSIGN(const auto signer, crypto::read_key_file(author.key_file));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  draft.event_time = clock->now();
  const registry::State& state = home.state();
  registry::StatementMaker maker({.origin = state.origin(),
                                  .org = author.org,
                                  .next_number = registry::next_number(state, author.org)},
                                 signer, context.random());
  MUSTER_TRY_ASSIGN(auto submission, maker.make(draft, &state));
  MUSTER_TRY(home.registry().check(submission));
  return submission;
}

registry::Draft commit_draft(const registry::State& state, registry::RowN row,
                             const std::string& party, const draw::CeremonyNonce& nonce) {
  const registry::Plan& plan = state.tables().plans[row];
  const auto role = registry::ceremony_role(state, row, state.tables().parties.find(party));
  return {.kind = "draw.ceremony_commit",
          .body = {{"plan", plan.id},
                   {"statement", state.tables().statements[plan.index].hash.to_hex()},
                   {"commitment", draw::ceremony_commit(role, plan.plan_hash, nonce).to_hex()}}};
}

/// The nonce is on the disk before its commitment is in the ledger, where it stays for ever.
Result<ExitCode> ceremony_commit(Context& context, const CeremonyOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const registry::RowN row, plan_row(home->state(), options.plan));
  draw::CeremonyNonce nonce{};
  if (options.existing) {
    MUSTER_TRY_ASSIGN(nonce, read_nonce(options.nonce_file));
  } else {
    context.random().fill(nonce);
  }
  MUSTER_TRY_ASSIGN(const auto submission,
                    judged_statement(context, *home, options.author,
                                     commit_draft(home->state(), row, options.author.org, nonce)));
  const bool writes = !options.existing && !context.options().dry_run;
  if (writes) {
    MUSTER_TRY(create_file(options.nonce_file, as_bytes(to_hex(nonce) + "\n"), 0600));
  }
  auto code = submit(context, *home, submission);
  if (!code) {
    // Only a refusal is sure to have left no commitment that the nonce belongs to.
    std::error_code ignored;
    const bool refused = code.error().code == Errc::refused;
    if (writes && refused) std::filesystem::remove(options.nonce_file, ignored);
    return code;
  }
  context.printer().note("keep " + options.nonce_file +
                         " secret until every party has committed, "
                         "and safe until `muster ceremony reveal`");
  return code;
}

Result<ExitCode> ceremony_reveal(Context& context, const CeremonyOptions& options) {
  MUSTER_TRY_ASSIGN(const auto nonce, read_nonce(options.nonce_file));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const registry::State& state = home->state();
  MUSTER_TRY_ASSIGN(const registry::RowN row, plan_row(state, options.plan));
  const registry::CeremonyPart* part =
      registry::ceremony_part(state, row, state.tables().parties.find(options.author.org));
  const Hash committed = part == nullptr ? Hash{} : state.tables().statements[part->committed].hash;
  MUSTER_TRY_ASSIGN(const auto submission,
                    judged_statement(context, *home, options.author,
                                     {.kind = "draw.ceremony_reveal",
                                      .body = {{"plan", options.plan},
                                               {"committed", committed.to_hex()},
                                               {"nonce", to_hex(nonce)}}}));
  return submit(context, *home, submission);
}

Json index_json(const std::optional<sampler::LedgerPlace>& place) {
  return place ? Json(place->index) : Json(nullptr);
}

std::string entry_text(const std::optional<sampler::LedgerPlace>& place) {
  return place ? "entry " + std::to_string(place->index) : "not yet";
}

/// Prints every party with its entries; the list for `--json`.
Json show_parties(print::Printer& printer, const sampler::LedgerCeremony& ceremony) {
  print::Table table{"", {{"party"}, {"role"}, {"committed"}, {"revealed"}}, {}};
  Json parties = Json::array();
  const auto add = [&](const sampler::LedgerPart& part, draw::CeremonyRole role) {
    const std::string name(draw::role_name(role));
    table.rows.push_back({part.party, name, entry_text(part.committed), entry_text(part.revealed)});
    parties.push_back({{"party", part.party},
                       {"role", name},
                       {"committed", index_json(part.committed)},
                       {"revealed", index_json(part.revealed)}});
  };
  for (const auto& part : ceremony.provers) add(part, draw::CeremonyRole::prover);
  add(ceremony.verifier, draw::CeremonyRole::verifier);
  printer.table(table);
  return parties;
}

/// The plan that has the draw: `plan` itself, or the one that it extends in the end.
Result<PlanPlace> place_of_draw(Home& home, const PlanPlace& plan) {
  const registry::State& state = home.state();
  const registry::Plan& row = state.tables().plans[state.tables().plans.find(plan.id)];
  MUSTER_TRY_ASSIGN(const LedgerEvent event, ledger_event(home, row.index));
  const Json request = event.event.body.at("document").value("request", Json::object());
  if (request.value("extends", Json()).is_null()) return plan;
  MUSTER_TRY_ASSIGN(const auto committed, committed_plan(home, plan.id));
  MUSTER_TRY_ASSIGN(const auto extended, extended_plans(home, committed));
  return extended.empty() ? plan : place_of(extended.back());
}

/// The seal of a plan, where it is there.
Result<std::optional<sampler::LedgerPlace>> seal_of(Home& home, const std::string& id) {
  const registry::Tables& tables = home.state().tables();
  const registry::Index32 sealed = tables.plans[tables.plans.find(id)].sealed;
  if (sealed == registry::no_index) return std::optional<sampler::LedgerPlace>();
  MUSTER_TRY_ASSIGN(const LedgerEvent event, ledger_event(home, sealed));
  return std::optional(sampler::LedgerPlace{sealed, event.accepted_at});
}

/// A ceremony in which nobody has committed yet.
sampler::LedgerCeremony not_begun(const PlanPlace& plan) {
  sampler::LedgerCeremony ceremony{.plan = plan.hash,
                                   .planned = {plan.index, plan.accepted_at},
                                   .verifier = {.party = plan.verifier}};
  for (const std::string& prover : plan.provers) ceremony.provers.push_back({.party = prover});
  return ceremony;
}

Result<ExitCode> ceremony_show(Context& context, const CeremonyOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto plan, plan_place(*home, options.plan));
  MUSTER_TRY_ASSIGN(const auto drawn, place_of_draw(*home, plan));
  MUSTER_TRY_ASSIGN(auto found, ledger_ceremony(*home, drawn));
  sampler::LedgerCeremony ceremony = found ? std::move(*found) : not_begun(drawn);
  MUSTER_TRY_ASSIGN(ceremony.sealed, seal_of(*home, drawn.id));
  MUSTER_TRY_ASSIGN(const auto own_seal, seal_of(*home, plan.id));
  const bool extends = drawn.id != plan.id;
  const std::string missing = sampler::missing_part(ceremony);
  auto findings = missing.empty() ? sampler::part_findings(ceremony) : ceremony.faults;
  for (const auto& finding : sampler::order_findings(ceremony)) findings.push_back(finding);
  auto printer = context.printer();
  Json parties = show_parties(printer, ceremony);
  Json value;
  if (missing.empty()) value = to_hex(sampler::ledger_beacon(ceremony).randomness);
  print::Facts facts{
      "",
      {{"value", missing.empty() ? value.get<std::string>() : "none yet: " + missing},
       {extends ? "draw of " + drawn.id + " sealed" : "draw sealed", entry_text(ceremony.sealed)}}};
  if (extends) facts.rows.push_back({"extension " + plan.id + " sealed", entry_text(own_seal)});
  printer.facts(facts);
  for (const auto& finding : findings) printer.paragraph(finding, print::Tone::bad);
  printer.json({{"plan", plan.id},
                {"parties", std::move(parties)},
                {"complete", missing.empty()},
                {"value", value},
                {"sealed", index_json(own_seal)},
                {"extends", extends ? Json(drawn.id) : Json()},
                {"extended_sealed", extends ? index_json(ceremony.sealed) : Json()},
                {"findings", findings}});
  if (!findings.empty()) return ExitCode::negative;
  return missing.empty() ? ExitCode::done : ExitCode::no_answer;
}

void add_author(CLI::App& verb, CeremonyOptions& options) {
  verb.add_option("plan", options.plan, "the plan's id")->required();
  verb.add_option("--as", options.author.org, "a Prover or the Verifier of the plan")->required();
  verb.add_option("--sign", options.author.key_file, "its key file")->required();
}

}  // namespace

void add_ceremony_commands(CLI::App& app, Context& context) {
  CLI::App& ceremony = noun(app, "ceremony", "the public value that decides a plan's draw");
  auto& commit = context.keep<CeremonyOptions>();
  CLI::App& commit_verb = add_verb(ceremony, "commit", "commit to a nonce, after the plan", context,
                                   [&] { return ceremony_commit(context, commit); });
  add_author(commit_verb, commit);
  commit_verb.add_option("--nonce", commit.nonce_file, "new file for the secret nonce")->required();
  commit_verb.add_flag("--existing", commit.existing,
                       "the file is there: 64 hex digits, thrown by dice or left by a try before");

  auto& reveal = context.keep<CeremonyOptions>();
  CLI::App& reveal_verb = add_verb(ceremony, "reveal", "show the nonce, when all have committed",
                                   context, [&] { return ceremony_reveal(context, reveal); });
  add_author(reveal_verb, reveal);
  reveal_verb.add_option("--nonce", reveal.nonce_file, "the file of `ceremony commit`")->required();

  auto& show = context.keep<CeremonyOptions>();
  add_verb(ceremony, "show", "who has committed and revealed, and the value", context,
           [&] { return ceremony_show(context, show); })
      .add_option("plan", show.plan, "the plan's id")
      ->required();
}

}  // namespace muster::cli
