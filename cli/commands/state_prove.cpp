// `chip prove` and `roster prove`: proofs of state to take home, for whoever has the log's key.

#include <filesystem>

#include "cli/chip_list.hpp"
#include "cli/chip_names.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/print/number.hpp"
#include "cli/row_json.hpp"
#include "cli/state_proof_source.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/names.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;
using registry::RowN;

struct ChipProveOptions {
  std::string chip;
  std::string chips;
  bool tail = false;
  StateProofOptions source;
  std::string file;
};

struct RosterProveOptions {
  std::string party;
  std::string chip;
  bool summary = false;
  StateProofOptions source;
  std::string file;
};

Result<RowN> registered_chip(const registry::State& state, const ChipId& chip) {
  const RowN row = state.find_chip(chip);
  if (row != registry::no_row) return row;
  return failure(Errc::not_found, "chip " + chip.to_string() +
                                      ": not registered, which cannot be proven; it is the "
                                      "server's word");
}

/// Writes one proof, or prints it, and says on which commitment it stands.
Result<ExitCode> hand_out(Context& context, const registry::StateProof& proof,
                          const registry::StateCommit& commit, print::Facts facts, Json json,
                          const std::string& file) {
  const std::string text = registry::encode_state_proof(proof);
  const bool writes = !file.empty() && !context.options().dry_run;
  if (writes) MUSTER_TRY(create_file(file, as_bytes(text + "\n")));
  auto printer = context.printer();
  if (writes) {
    facts.rows.emplace_back("state.commit", "entry " + std::to_string(commit.index));
    facts.rows.emplace_back("proof", file);
    printer.facts(facts);
  } else {
    printer.raw(text + "\n");
  }
  json["commit"] = commit.index;
  json["file"] = writes ? Json(file) : Json(nullptr);
  json["proof"] = writes ? Json(nullptr) : parse_json(text).value_or(Json());
  printer.json(json);
  return ExitCode::done;
}

registry::TailForm tail_form(const ChipProveOptions& options) {
  return options.tail ? registry::TailForm::whole : registry::TailForm::named;
}

Result<ExitCode> prove_chip(Context& context, const ChipProveOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const ChipId id, chip_reader(home->state())(options.chip));
  MUSTER_TRY_ASSIGN(const RowN row, registered_chip(home->state(), id));
  MUSTER_TRY_ASSIGN(auto prover, state_prover(context, *home, options.source));
  MUSTER_TRY_ASSIGN(const auto proof, prover.chip(row, tail_form(options)));
  return hand_out(context, proof, prover.commit(), {"", {{"chip", id.to_string()}}},
                  {{"chip", id.to_string()}}, options.file);
}

/// The files of many proofs: none of them may be there.
Result<std::vector<fs::path>> proof_files(const std::vector<registry::StatementChip>& chips,
                                          const std::string& folder) {
  std::error_code problem;
  std::vector<fs::path> files;
  for (const auto& chip : chips) {
    files.push_back(fs::path(folder) / (chip.chip.to_string() + ".proof"));
    if (fs::exists(files.back(), problem)) {
      return failure(Errc::conflict, files.back().string() + ": exists already");
    }
  }
  return files;
}

/// One pass over the state for any number of chips, and one file for each.
Result<ExitCode> prove_chips(Context& context, const ChipProveOptions& options) {
  if (options.file.empty()) {
    return failure(Errc::invalid_input, "--chips: name a folder for the proofs by --out");
  }
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto chips, chip_list(options.chips, {}, chip_reader(home->state())));
  MUSTER_TRY_ASSIGN(const auto files, proof_files(chips, options.file));
  std::vector<RowN> rows;
  for (const auto& chip : chips) {
    MUSTER_TRY_ASSIGN(const RowN row, registered_chip(home->state(), chip.chip));
    rows.push_back(row);
  }
  MUSTER_TRY_ASSIGN(auto prover, state_prover(context, *home, options.source));
  const bool writes = !context.options().dry_run;
  std::error_code problem;
  if (writes) fs::create_directories(options.file, problem);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    MUSTER_TRY_ASSIGN(const auto proof, prover.chip(rows[i], tail_form(options)));
    const std::string text = registry::encode_state_proof(proof) + "\n";
    if (writes) MUSTER_TRY(create_file(files[i], as_bytes(text)));
  }
  auto printer = context.printer();
  printer.facts({"",
                 {{"proofs", print::grouped(std::uint64_t{rows.size()})},
                  {"state.commit", "entry " + std::to_string(prover.commit().index)},
                  {"folder", writes ? options.file : "not written"}}});
  printer.json({{"commit", prover.commit().index},
                {"proofs", rows.size()},
                {"folder", writes ? Json(options.file) : Json(nullptr)}});
  return ExitCode::done;
}

Result<ExitCode> prove_chip_or_chips(Context& context, const ChipProveOptions& options) {
  if (options.chip.empty() == options.chips.empty()) {
    return failure(Errc::invalid_input, "chip prove: want a chip or --chips, one of both");
  }
  return options.chip.empty() ? prove_chips(context, options) : prove_chip(context, options);
}

Result<ExitCode> prove_roster(Context& context, const RosterProveOptions& options) {
  if (options.summary && !options.chip.empty()) {
    return failure(Errc::invalid_input, "roster prove: want --summary or --chip, not both");
  }
  MUSTER_TRY_ASSIGN(const PartyId party, PartyId::parse(options.party));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const registry::State& state = home->state();
  MUSTER_TRY_ASSIGN(const RowN row, row_called(state.tables().parties, "party", party.text()));
  registry::RosterWish wish{.list = !options.summary && options.chip.empty()};
  if (!options.chip.empty()) {
    MUSTER_TRY_ASSIGN(const ChipId id, chip_reader(state)(options.chip));
    MUSTER_TRY_ASSIGN(wish.chip, registered_chip(state, id));
  }
  MUSTER_TRY_ASSIGN(auto prover, state_prover(context, *home, options.source));
  MUSTER_TRY_ASSIGN(const auto proof, prover.roster(row, wish));
  const registry::CustodianRecord& custodian = proof.custodian;
  return hand_out(context, proof, prover.commit(),
                  {"",
                   {{"party", custodian.party},
                    {"chips", print::grouped(custodian.count)},
                    {"TPP", print::grouped(custodian.tpp)},
                    {"root", custodian.root.to_hex()}}},
                  {{"party", custodian.party},
                   {"count", custodian.count},
                   {"tpp", custodian.tpp},
                   {"root", custodian.root.to_hex()}},
                  options.file);
}

void add_source_options(CLI::App& verb, StateProofOptions& options) {
  verb.add_option("--index", options.index, "the newest state.commit at or before this entry");
  verb.add_option("--policy", options.policy,
                  "under the newest checkpoint that these witnesses cosigned");
}

}  // namespace

void add_state_prove_commands(CLI::App& app, Context& context) {
  CLI::App& chip = noun(app, "chip", "chips: events and facts");
  auto& one = context.keep<ChipProveOptions>();
  CLI::App& chip_verb = add_verb(chip, "prove", "a proof of a chip's state and last event", context,
                                 [&] { return prove_chip_or_chips(context, one); });
  chip_verb.add_option("chip", one.chip, "its id");
  chip_verb.add_option("--chips", one.chips,
                       "ids or names separated by commas, or @FILE (CSV or NDJSON)");
  chip_verb.add_flag("--tail", one.tail,
                     "with every entry since, which shows that no other moved the chip");
  add_source_options(chip_verb, one.source);
  chip_verb.add_option("--out", one.file, "a new file; with --chips a folder; else print");

  CLI::App& roster = noun(app, "roster", "who has which chips");
  auto& all = context.keep<RosterProveOptions>();
  CLI::App& roster_verb = add_verb(roster, "prove", "a proof of what a party has", context,
                                   [&] { return prove_roster(context, all); });
  roster_verb.add_option("party", all.party, "party id")->required();
  roster_verb.add_option("--chip", all.chip, "that this chip is one of them, not the others");
  roster_verb.add_flag("--summary", all.summary, "count, TPP and root alone");
  add_source_options(roster_verb, all.source);
  roster_verb.add_option("--out", all.file, "a new file; else print");
}

}  // namespace muster::cli
