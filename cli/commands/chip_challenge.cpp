// `chip challenge`: the bytes that devices sign to prove that they are there now.

#include "cli/chip_list.hpp"
#include "cli/chip_names.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "registry/attest_message.hpp"

namespace muster::cli {
namespace {

struct ChallengeOptions {
  std::string chips;
  std::string nonce;
  std::string after;
  std::string file;
};

/// A nonce of 32 random bytes, unless one is given.
Result<Hash> nonce_to_answer(Context& context, const std::string& text) {
  if (!text.empty()) return Hash::from_hex(text);
  Hash nonce;
  context.random().fill(nonce.bytes);
  return nonce;
}

/// The newest statement of the log, unless one is given: the answer is later than it.
Result<Hash> statement_before(const registry::State& state, const std::string& text) {
  if (text.empty()) return state.tables().statements[state.size() - 1].hash;
  MUSTER_TRY_ASSIGN(const Hash hash, Hash::from_hex(text));
  if (state.statement_index(hash)) return hash;
  return failure(Errc::not_found, "statement " + text + ": not in the log");
}

Result<ExitCode> challenge_devices(Context& context, const ChallengeOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const registry::State& state = home->state();
  MUSTER_TRY_ASSIGN(const auto chips, chip_list(options.chips, {}, chip_reader(state)));
  MUSTER_TRY_ASSIGN(const Hash nonce, nonce_to_answer(context, options.nonce));
  MUSTER_TRY_ASSIGN(const Hash after, statement_before(state, options.after));
  Json list = Json::array();
  std::string lines;
  for (const registry::StatementChip& chip : chips) {
    if (state.find_chip(chip.chip) == registry::no_row) {
      return failure(Errc::not_found, "chip " + chip.chip.to_string() + ": not registered");
    }
    const std::string message = registry::attest_message({.origin = state.origin(),
                                                          .chip = chip.chip,
                                                          .nonce = nonce,
                                                          .after = after,
                                                          .firmware = {}});
    const Json line{{"chip", chip.chip.to_string()}, {"message", to_hex(as_bytes(message))}};
    lines += line.dump() + "\n";
    list.push_back(line);
  }
  const bool writes = !options.file.empty() && !context.options().dry_run;
  if (writes) MUSTER_TRY(create_file(options.file, as_bytes(lines)));
  auto printer = context.printer();
  if (!writes) printer.raw(lines);
  printer.note(
      "each device signs the bytes of its message; file the answers with chip attest "
      "--nonce " +
      nonce.to_hex() + " --after " + after.to_hex());
  printer.json({{"nonce", nonce.to_hex()},
                {"after", after.to_hex()},
                {"file", writes ? Json(options.file) : Json(nullptr)},
                {"challenges", std::move(list)}});
  return ExitCode::done;
}

}  // namespace

void add_chip_challenge_command(CLI::App& app, Context& context) {
  auto& options = context.keep<ChallengeOptions>();
  CLI::App& verb = add_verb(noun(app, "chip", "chips: events and facts"), "challenge",
                            "what devices sign to prove that they are there", context,
                            [&] { return challenge_devices(context, options); });
  verb.add_option("--chips", options.chips,
                  "ids or names separated by commas, or @FILE (CSV or NDJSON)")
      ->required();
  verb.add_option("--nonce", options.nonce, "64 hex digits never used before; random if not given");
  verb.add_option("--after", options.after, "a statement of the log; the newest if not given");
  verb.add_option("--out", options.file, "write one JSON object a line to this file");
}

}  // namespace muster::cli
