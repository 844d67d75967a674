// `statement make`, `sign` and `gaps`: statements before they are handed in, and their numbers.

#include "registry/statement.hpp"

#include "cli/chip_list.hpp"
#include "cli/chip_names.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/key_source.hpp"
#include "cli/print/number.hpp"
#include "cli/remote/parts.hpp"
#include "cli/statement_file.hpp"
#include "ledger/base/file.hpp"
#include "registry/kind.hpp"

namespace muster::cli {
namespace {

struct MakeOptions {
  std::string kind;
  std::string org;
  std::vector<std::string> keys;
  std::string body = "{}";
  std::string chips;
  std::string container;
  std::string site;
  std::string stream = "main";
  std::string origin;
  std::uint64_t number = 0;
  std::string event_time;
  std::vector<std::string> refs;
  std::string file;
};

struct SignOptions {
  std::string file;
  std::vector<std::string> keys;
};

struct GapOptions {
  std::string org;
};

Result<Json> body_of(const std::string& text) {
  std::string content = text;
  if (text.starts_with('@')) {
    MUSTER_TRY_ASSIGN(content, read_text_file(text.substr(1)));
  }
  auto body = parse_json(content);
  if (!body) return failure(std::move(body.error()).during("--body"));
  if (!body->is_object()) return failure(Errc::invalid_input, "--body: want an object");
  return body;
}

Result<registry::Draft> draft_of(Context& context, const MakeOptions& options,
                                 const registry::State* state) {
  const registry::Kind* kind = registry::find_kind(options.kind);
  if (kind == nullptr) {
    return failure(Errc::invalid_input,
                   "--kind: got \"" + options.kind + "\", no such kind of event");
  }
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  registry::Draft draft{.kind = options.kind, .event_time = clock->now()};
  if (!options.event_time.empty()) {
    auto time = Timestamp::parse_day_or_instant(options.event_time);
    if (!time) return failure(std::move(time.error()).during("--event-time"));
    draft.event_time = *time;
  }
  MUSTER_TRY_ASSIGN(draft.body, body_of(options.body));
  if (!options.site.empty()) draft.site = options.site;
  if (!options.container.empty()) draft.container = options.container;
  if (!options.chips.empty()) {
    MUSTER_TRY_ASSIGN(draft.chips,
                      chip_list(options.chips, kind->columns, subject_reader(*kind, state)));
  }
  for (const std::string& text : options.refs) {
    auto ref = Hash::from_hex(text);
    if (!ref) return failure(std::move(ref.error()).during("--ref"));
    draft.refs.push_back(*ref);
  }
  return draft;
}

Result<registry::Submission> made(Context& context, const MakeOptions& options,
                                  const registry::State* state) {
  MUSTER_TRY_ASSIGN(const registry::Draft draft, draft_of(context, options, state));
  MUSTER_TRY_ASSIGN(const auto signers, open_signers(options.keys));
  registry::StatementMaker::Identity identity{options.origin, options.org, options.stream,
                                              options.number};
  if (state != nullptr) {
    if (identity.origin.empty()) identity.origin = state->origin();
    if (identity.next_number == 0) {
      identity.next_number = registry::next_number(*state, options.org, options.stream);
    }
  }
  registry::StatementMaker maker(std::move(identity), *signers.front(), context.random());
  return maker.make(draft, state, co_signers_of(signers));
}

/// Without a registry, the author says what would be looked up there.
Result<registry::Submission> made_anywhere(Context& context, const MakeOptions& options) {
  if (!context.options().registry.empty()) {
    const auto home = Home::open(context);
    if (home) return made(context, options, &(*home)->state());
    if (!reads_in_parts(home.error())) return failure(home.error());
    MUSTER_TRY_ASSIGN(const registry::Draft draft, draft_of(context, options, nullptr));
    return statement_by_parts(context, {options.org, options.keys, options.stream}, draft,
                              options.number);
  }
  if (options.origin.empty() || options.number == 0) {
    return failure(Errc::invalid_input,
                   "no registry named: give --registry FOLDER, or both --origin and --number");
  }
  return made(context, options, nullptr);
}

/// What the statement says must be readable before anybody signs it away.
Result<void> check_made(const registry::Submission& submission) {
  const registry::Prepared prepared = registry::prepare(submission);
  if (prepared.error) return failure(*prepared.error);
  return {};
}

Result<ExitCode> make(Context& context, const MakeOptions& options) {
  MUSTER_TRY_ASSIGN(const auto submission, made_anywhere(context, options));
  MUSTER_TRY(check_made(submission));
  const bool writes = !options.file.empty() && !context.options().dry_run;
  if (options.file.empty() && !submission.blobs.empty()) {
    return failure(Errc::invalid_input,
                   "this statement has a manifest beside it; give --out FILE to keep both");
  }
  std::vector<std::string> blob_files;
  if (writes) {
    MUSTER_TRY_ASSIGN(blob_files, write_statement_files(options.file, submission));
  }
  const Json envelope = ledger::envelope_json(submission.envelope);
  const std::string statement = ledger::statement_hash(submission.envelope).to_hex();
  auto printer = context.printer();
  if (writes) {
    printer.facts({"", {{"statement", statement}, {"envelope", options.file}}});
  } else {
    printer.raw(canonical_json(envelope) + "\n");
  }
  printer.json({{"statement", statement},
                {"file", writes ? Json(options.file) : Json(nullptr)},
                {"blob_files", blob_files},
                {"payload", parse_json(submission.envelope.payload).value_or(Json())},
                {"envelope", envelope}});
  return ExitCode::done;
}

Result<ExitCode> sign(Context& context, const SignOptions& options) {
  MUSTER_TRY_ASSIGN(ledger::Envelope envelope, read_envelope_file(options.file));
  MUSTER_TRY_ASSIGN(const auto signers, open_signers(options.keys));
  if (envelope.signatures.size() + signers.size() > ledger::max_envelope_signatures) {
    return failure(Errc::invalid_input,
                   options.file + ": has " + std::to_string(envelope.signatures.size()) +
                       " signatures, want at most " +
                       std::to_string(ledger::max_envelope_signatures) + " in all");
  }
  for (const auto& signer : signers) MUSTER_TRY(ledger::add_signature(envelope, *signer));
  if (!context.options().dry_run) {
    MUSTER_TRY(
        write_file_atomically(options.file, as_bytes(ledger::encode_envelope(envelope) + "\n")));
  }
  Json ids = Json::array();
  for (const auto& signature : envelope.signatures) ids.push_back(signature.keyid.text());
  const std::string statement = ledger::statement_hash(envelope).to_hex();
  auto printer = context.printer();
  printer.facts({"",
                 {{"statement", statement},
                  {"signatures", std::to_string(envelope.signatures.size())},
                  {"envelope", options.file}}});
  printer.json({{"statement", statement}, {"file", options.file}, {"key_ids", std::move(ids)}});
  return ExitCode::done;
}

/// Numbers of a stream that no statement used: legal, and worth knowing.
struct Gap {
  std::string stream;
  std::uint64_t from;
  std::uint64_t to;
};

std::vector<Gap> gaps_of(const registry::State& state, const std::string& org) {
  const auto& tables = state.tables();
  std::vector<std::uint64_t> last(tables.streams.size(), 0);
  std::vector<Gap> gaps;
  for (const registry::StatementRow& row : tables.statements.rows()) {
    if (row.stream == registry::no_row) continue;
    const std::string& stream = tables.streams[row.stream].id;
    const bool wanted = org.empty() || stream.starts_with(org + "/");
    if (wanted && row.number > last[row.stream] + 1) {
      gaps.push_back({stream, last[row.stream] + 1, row.number - 1});
    }
    last[row.stream] = row.number;
  }
  return gaps;
}

Result<ExitCode> list_gaps(Context& context, const GapOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto gaps = gaps_of(home->state(), options.org);
  print::Table table{.columns = {{"stream"},
                                 print::number_column("from"),
                                 print::number_column("to"),
                                 print::number_column("count")}};
  Json list = Json::array();
  for (const Gap& gap : gaps) {
    const std::uint64_t count = gap.to - gap.from + 1;
    table.rows.push_back(
        {gap.stream, print::grouped(gap.from), print::grouped(gap.to), print::grouped(count)});
    list.push_back({{"stream", gap.stream}, {"from", gap.from}, {"to", gap.to}, {"count", count}});
  }
  auto printer = context.printer();
  if (gaps.empty()) {
    printer.paragraph("No number was left out.");
  } else {
    printer.table(table);
  }
  printer.json({{"gaps", std::move(list)}});
  return ExitCode::done;
}

void add_make(CLI::App& statement, Context& context) {
  auto& options = context.keep<MakeOptions>();
  CLI::App& verb = add_verb(statement, "make", "make and sign a statement of any kind", context,
                            [&] { return make(context, options); });
  verb.add_option("--kind", options.kind, "kind of event")->required();
  verb.add_option("--as", options.org, "the party that says it")->required();
  verb.add_option("--sign", options.keys, "its key file; again for each further signer")
      ->required();
  verb.add_option("--body", options.body, "JSON, or @FILE");
  verb.add_option("--chips", options.chips,
                  "ids or names separated by commas, or @FILE (CSV or NDJSON)");
  verb.add_option("--in", options.container, "all that stands in this container or assembly");
  verb.add_option("--at", options.site, "the site where it happened");
  verb.add_option("--stream", options.stream, "its series of numbered statements");
  verb.add_option("--origin", options.origin, "the log; that of the registry when not given");
  verb.add_option("--number", options.number, "number in the stream; the next when not given");
  verb.add_option("--event-time", options.event_time, "when it happened; now when not given");
  verb.add_option("--ref", options.refs, "a statement that this one refers to");
  verb.add_option("--out", options.file, "write here, manifests beside it; else print");
}

}  // namespace

void add_statement_commands(CLI::App& app, Context& context) {
  CLI::App& statement = noun(app, "statement", "statements of any kind, made, judged, handed in");
  add_make(statement, context);
  auto& signing = context.keep<SignOptions>();
  CLI::App& sign_verb = add_verb(statement, "sign", "add a signature to an envelope file", context,
                                 [&] { return sign(context, signing); });
  sign_verb.add_option("file", signing.file, "the envelope")->required();
  sign_verb.add_option("--sign", signing.keys, "key file; again for each further signer")
      ->required();
  auto& gaps = context.keep<GapOptions>();
  add_verb(statement, "gaps", "numbers that a stream left out", context, [&] {
    return list_gaps(context, gaps);
  }).add_option("--as", gaps.org, "of this party only");
}

}  // namespace muster::cli
