// `kit close`: the answers of all laptops of a kit, sealed and signed, to be changed no more.

#include <set>

#include "cli/audit/host_word.hpp"
#include "cli/audit/opened_kit.hpp"
#include "cli/audit/presented.hpp"
#include "cli/audit/sealed_answers.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/key_source.hpp"
#include "cli/new_folder.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

struct CloseOptions {
  KitSource kit;
  std::vector<std::string> answers;
  std::vector<std::string> evidence;
  HostOptions host;
  std::string host_key;
  std::string key;
  std::string out;
};

Result<void> check_host(const CloseOptions& options) {
  const int said = (options.host.note.empty() ? 0 : 1) + (options.host.refused.empty() ? 0 : 1) +
                   (options.host_key.empty() ? 0 : 1);
  if (said == 1) return {};
  return failure(Errc::invalid_input,
                 "kit close: want the host's key (--host-sign KEY), its signed note (--host-note "
                 "FILE) or why it would not sign (--host-refused TEXT), one of the three");
}

/// The evidence that the answers name, from the folders; every corrected answer's too, if there.
Result<std::map<Hash, Bytes>> carried_evidence(const FieldAnswers& answers,
                                               const std::vector<std::string>& folders) {
  std::map<Hash, Bytes> carried;
  std::size_t total = 0;
  for (const FieldLine& line : answers.lines) {
    std::set<Hash> named;
    for (const FieldAnswer& answer : line.answers) {
      if (answer.evidence) named.insert(*answer.evidence);
    }
    for (const std::string& folder : folders) {
      MUSTER_TRY_ASSIGN(auto bytes, presented_evidence(folder, line.chip));
      if (!bytes) continue;
      const Hash hash = crypto::sha256(ByteView(*bytes));
      if (!named.contains(hash) || carried.contains(hash)) continue;
      total += bytes->size();
      carried.emplace(hash, std::move(*bytes));
    }
    const auto& last = line.answer().evidence;
    if (!last || carried.contains(*last)) continue;
    return failure(Errc::not_found, "line " + std::to_string(line.line + 1) + ": no folder has " +
                                        line.chip.to_string() + ".evidence with SHA-256 " +
                                        last->to_hex());
  }
  if (total <= max_carried_evidence) return carried;
  return failure(Errc::invalid_input,
                 "kit close: the evidence has " + std::to_string(total) + " bytes, want at most " +
                     std::to_string(max_carried_evidence) +
                     "; leave --evidence out and carry the folder beside the result");
}

Result<void> sign_closing(const CloseOptions& options, KitResult& result) {
  MUSTER_TRY_ASSIGN(const auto team, open_signer(options.key));
  std::vector<const crypto::Signer*> signers{team.get()};
  std::unique_ptr<crypto::Signer> host;
  if (!options.host_key.empty()) {
    MUSTER_TRY_ASSIGN(host, open_signer(options.host_key));
    if (host->verifying_key() == team->verifying_key()) {
      return failure(Errc::invalid_input, "--host-sign: is the team's own key");
    }
    signers.push_back(host.get());
  }
  MUSTER_TRY_ASSIGN(result.closing, ledger::sign_envelope(std::string(closing_payload_type),
                                                          closing_payload(result), signers));
  return {};
}

Result<ExitCode> kit_close(Context& context, const CloseOptions& options) {
  MUSTER_TRY(check_host(options));
  MUSTER_TRY(check_new({options.out}));
  MUSTER_TRY_ASSIGN(const OpenedKit kit, open_kit_file(options.kit));
  KitResult result;
  MUSTER_TRY_ASSIGN(result.answers, answers_of_kit(kit, options.answers));
  if (result.answers.lines.empty()) {
    return failure(Errc::invalid_input, "--answers: hold no answer");
  }
  if (!options.evidence.empty()) {
    MUSTER_TRY_ASSIGN(result.evidence, carried_evidence(result.answers, options.evidence));
  }
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  result.closed_at = clock->now();
  result.lines = kit.content.chips.size();
  MUSTER_TRY_ASSIGN(result.host, host_word(context, options.host));
  MUSTER_TRY(sign_closing(options, result));
  MUSTER_TRY_ASSIGN(const Json sealed, seal_result(result, kit.code, context.random()));
  const std::string text = canonical_json(sealed);
  if (!context.options().dry_run) MUSTER_TRY(create_file(options.out, as_bytes(text), 0600));
  const std::uint64_t left = result.lines - result.answers.lines.size();
  auto printer = context.printer();
  printer.facts({"",
                 {{"result", options.out},
                  {"SHA-256", crypto::sha256(text).to_hex()},
                  {"lines answered", print::grouped(result.answers.lines.size())},
                  {"lines without an answer", print::grouped(left)},
                  {"evidence inside", print::counted(result.evidence.size(), "file")}}});
  printer.note("from here on a change is a correction of what `muster kit receive` records");
  printer.json({{"plan", kit.content.plan},
                {"site", kit.content.site},
                {"result", options.out},
                {"sha256", crypto::sha256(text).to_hex()},
                {"answered", result.answers.lines.size()},
                {"unanswered", left},
                {"evidence", result.evidence.size()}});
  return left == 0 ? ExitCode::done : ExitCode::no_answer;
}

}  // namespace

void add_kit_close_command(CLI::App& app, Context& context) {
  CLI::App& kit = noun(app, "kit", "an inspection at a site");
  auto& options = context.keep<CloseOptions>();
  CLI::App& verb = add_verb(kit, "close", "offline: seal all answers of a kit into one result",
                            context, [&] { return kit_close(context, options); });
  verb.add_option("kit", options.kit.file, "the kit")->required();
  verb.add_option("--code", options.kit.code, "26 characters that the duty office reads out")
      ->required();
  verb.add_option("--answers", options.answers, "answers of a laptop; repeatable")->required();
  verb.add_option("--evidence", options.evidence,
                  "folder with CHIP.evidence files to take along; repeatable");
  verb.add_option("--host-sign", options.host_key, "the host's key or token: it countersigns");
  verb.add_option("--host-note", options.host.note, "what the host signed: hashed with a salt");
  verb.add_option("--host-refused", options.host.refused, "why the host would not sign");
  verb.add_option("--sign", options.key, "the team's key file")->required();
  verb.add_option("--out", options.out, "new file for the result")->required();
}

}  // namespace muster::cli
