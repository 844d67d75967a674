// `kit make` and `kit unseal`: lines that travel sealed, and are known at the gate and not before.

#include "cli/audit/draw_events.hpp"
#include "cli/audit/opened_kit.hpp"
#include "cli/audit/registry_record.hpp"
#include "cli/audit/sealed_kit.hpp"
#include "cli/audit/site_openings.hpp"
#include "cli/audit/statement_writer.hpp"
#include "cli/chain_policy.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/key_source.hpp"
#include "cli/measure_files.hpp"
#include "cli/new_folder.hpp"
#include "cli/print/number.hpp"
#include "cli/statement_file.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

struct MakeKitOptions {
  std::string plan;
  std::string site;
  BeaconSource beacon;
  OpeningKeys keys;
  MeasureOptions measures;
  std::vector<std::string> roots;
  std::vector<std::string> lists;
  std::string code_file;
  std::string out;
  Author author;
};

struct UnsealOptions {
  std::string file;
  std::string code;
  std::string gate;
  std::string out;
  std::string statement;
  std::string sheet;
};

/// The signed opening that will be submitted from the gate: of a stream of the site's own, so that
/// its number stays free whatever is recorded meanwhile.
Result<registry::Submission> prepared_opening(Context& context, Home& home,
                                              const CommittedPlan& plan,
                                              const sampler::BeaconValue& beacon,
                                              const sampler::SiteOpening& opening,
                                              const Author& author) {
  MUSTER_TRY_ASSIGN(const auto signer, open_signer(author.key_file));
  MUSTER_TRY_ASSIGN(auto draft, opening_draft(plan, beacon, opening));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  draft.event_time = clock->now();
  const registry::State& state = home.state();
  const std::string stream = "kit-" + opening.site;
  registry::StatementMaker maker({.origin = state.origin(),
                                  .org = author.org,
                                  .stream = stream,
                                  .next_number = registry::next_number(state, author.org, stream)},
                                 *signer, context.random());
  MUSTER_TRY_ASSIGN(auto submission, maker.make(draft, &state));
  MUSTER_TRY(home.registry().check(submission));
  return submission;
}

/// The files of the options, once they are known to be what they are said to be.
Result<KitTrust> trust_of(const MakeKitOptions& options, Timestamp now) {
  MUSTER_TRY(read_chain_policy(now, options.roots, options.lists));
  KitTrust trust;
  for (const std::string& file : options.roots) {
    MUSTER_TRY_ASSIGN(auto root, read_text_file(file));
    trust.roots.push_back(std::move(root));
  }
  for (const std::string& file : options.lists) {
    MUSTER_TRY_ASSIGN(auto list, read_file(file));
    trust.lists.push_back(std::move(list));
  }
  return trust;
}

Result<ExitCode> kit_make(Context& context, const MakeKitOptions& options) {
  MUSTER_TRY(check_new({options.code_file, options.out}));
  MUSTER_TRY_ASSIGN(auto measures, read_measures(options.measures));
  const bool has_reference = measures.reference.has_value();
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(auto trust, trust_of(options, clock->now()));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto plan, committed_plan(*home, options.plan));
  MUSTER_TRY_ASSIGN(const auto value, sealed_value(*home, plan, options.beacon));
  MUSTER_TRY_ASSIGN(const auto openings,
                    drawn_openings(*home, plan, value.beacon, options.keys, {options.site}));
  const sampler::SiteOpening& opening = openings.front();
  MUSTER_TRY_ASSIGN(auto prepared,
                    prepared_opening(context, *home, plan, value.beacon, opening, options.author));
  const auto chips = sorted_chips(opening);
  MUSTER_TRY_ASSIGN(auto basis,
                    registry_basis(*home, plan, chips, std::move(measures), clock->now()));
  basis.trust = std::move(trust);
  const KitContent content{plan.id, opening.site, std::move(prepared), chips, std::move(basis)};
  const std::string code = fresh_code(context.random());
  MUSTER_TRY_ASSIGN(const Json sealed, seal_kit(content, code, context.random()));
  const std::string file = canonical_json(sealed);
  if (file.size() > max_kit_bytes) {
    return failure(Errc::invalid_input, "kit: would have " + std::to_string(file.size()) +
                                            " bytes, want at most " +
                                            std::to_string(max_kit_bytes) +
                                            "; its logs are judged by `muster kit record`");
  }
  if (!context.options().dry_run) {
    MUSTER_TRY(create_file(options.code_file, as_bytes(code + "\n"), 0600));
    MUSTER_TRY(create_file(options.out, as_bytes(file)));
  }
  auto printer = context.printer();
  printer.facts({"",
                 {{"kit", options.out},
                  {"site", content.site},
                  {"bytes", print::grouped(file.size())},
                  {"code", options.code_file + ", for the duty office alone"}}});
  if (!has_reference) {
    printer.note("no reference values (--reference): firmware and device code will not be judged");
  }
  printer.note("nothing is recorded, and nobody knows a line without the code");
  printer.json({{"plan", plan.id},
                {"site", content.site},
                {"kit", options.out},
                {"code", options.code_file}});
  return ExitCode::done;
}

/// Needs no registry and no network: at the gate.
Result<ExitCode> kit_unseal(Context& context, const UnsealOptions& options) {
  MUSTER_TRY(check_new({options.out, options.statement, options.sheet}));
  MUSTER_TRY(check_sheet_name(options.sheet));
  auto gate = Hash::from_hex(options.gate);
  if (!gate) return failure(std::move(gate.error()).during("--gate"));
  MUSTER_TRY_ASSIGN(const OpenedKit kit, open_kit_file({options.file, options.code}));
  const KitContent& content = kit.content;
  const auto challenges = kit_challenges(content, *gate);
  if (!context.options().dry_run) {
    if (!options.sheet.empty()) {
      MUSTER_TRY(create_file(options.sheet, as_bytes(kit_sheet_text(kit, options.sheet))));
    }
    MUSTER_TRY(write_statement_files(options.statement, content.opening));
    MUSTER_TRY(create_file(options.out, as_bytes(challenge_lines(challenges))));
  }
  auto printer = context.printer();
  printer.facts({"",
                 {{"site", content.site},
                  {"lines", print::grouped(challenges.size())},
                  {"challenges", options.out},
                  {"opening", options.statement}}});
  printer.note(not_known_to(content.basis));
  printer.note("submit the opening as soon as there is a line: `muster statement submit " +
               options.statement + "`");
  printer.json({{"plan", content.plan},
                {"site", content.site},
                {"lines", challenges.size()},
                {"challenges", options.out},
                {"opening", options.statement}});
  return ExitCode::done;
}

void add_kit_make(CLI::App& kit, Context& context) {
  auto& options = context.keep<MakeKitOptions>();
  CLI::App& verb = add_verb(kit, "make", "seal the lines of a site into one file to travel",
                            context, [&] { return kit_make(context, options); });
  verb.add_option("plan", options.plan, "the plan's id")->required();
  verb.add_option("--site", options.site, "the site")->required();
  verb.add_option("--beacon", options.beacon.file, "as for `plan draw`");
  verb.add_option("--frame-key", options.keys.frame_keys, "PROVER=FILE")->required();
  verb.add_option("--vrf-key", options.keys.vrf_key_file, "the Verifier's VRF key file")
      ->required();
  add_measure_options(verb, options.measures);
  verb.add_option("--root", options.roots, "a root that a maker vouches for (PEM); repeatable");
  verb.add_option("--crl", options.lists, "revocation lists (PEM or DER); repeatable");
  verb.add_option("--code", options.code_file, "new file for the code that opens it")->required();
  verb.add_option("--out", options.out, "new file for the kit")->required();
  verb.add_option("--as", options.author.org, "the Verifier")->required();
  verb.add_option("--sign", options.author.key_file, "its key file")->required();
}

void add_kit_unseal(CLI::App& kit, Context& context) {
  auto& options = context.keep<UnsealOptions>();
  CLI::App& verb = add_verb(kit, "unseal", "at the gate, offline: lines and challenges of a kit",
                            context, [&] { return kit_unseal(context, options); });
  verb.add_option("file", options.file, "the kit")->required();
  verb.add_option("--code", options.code, "26 characters that the duty office reads out")
      ->required();
  verb.add_option("--gate", options.gate, "the value read at the gate, 64 hex digits")->required();
  verb.add_option("--out", options.out, "new file for the challenges")->required();
  verb.add_option("--statement", options.statement, "new file for the signed opening")->required();
  verb.add_option("--sheet", options.sheet, "new file for a sheet to print, .html or .csv");
}

}  // namespace

void add_kit_seal_commands(CLI::App& app, Context& context) {
  CLI::App& kit = noun(app, "kit", "an inspection at a site");
  add_kit_make(kit, context);
  add_kit_unseal(kit, context);
}

}  // namespace muster::cli
