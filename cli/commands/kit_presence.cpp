// `kit ask` and `kit presence`: what devices sign at a site whose plan reads no logs, and their
// answers as evidence files.

#include "cli/audit/presence_answer.hpp"
#include "cli/audit/presence_appraisal.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/document_limit.hpp"
#include "cli/new_folder.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/key_file.hpp"

namespace muster::cli {
namespace {

struct AskOptions {
  std::string challenges;
  std::string origin;
  std::string out;
};

struct PresenceOptions {
  std::string chip;
  std::string device_key;
  std::string signature;
  std::string serial;
  std::string folder = ".";
};

Result<ExitCode> kit_ask(Context& context, const AskOptions& options) {
  MUSTER_TRY(check_new({options.out}));
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(options.challenges, max_document_bytes));
  MUSTER_TRY_ASSIGN(const auto challenges, parse_challenges(text, options.challenges));
  std::string lines;
  Json list = Json::array();
  for (const Challenge& challenge : challenges) {
    const Json line{{"chip", challenge.chip.to_string()},
                    {"message", to_hex(as_bytes(presence_message(options.origin, challenge)))}};
    lines += canonical_json(line) + "\n";
    list.push_back(line);
  }
  const bool writes = !options.out.empty() && !context.options().dry_run;
  if (writes) MUSTER_TRY(create_file(options.out, as_bytes(lines)));
  auto printer = context.printer();
  if (!writes) printer.raw(lines);
  printer.note(
      "each device signs the bytes of its message; `muster kit presence` makes its answer "
      "an evidence file");
  printer.json({{"file", writes ? Json(options.out) : Json()}, {"questions", std::move(list)}});
  return ExitCode::done;
}

Result<ExitCode> kit_presence(Context& context, const PresenceOptions& options) {
  auto chip = ChipId::parse_typed(options.chip);
  if (!chip) return failure(std::move(chip.error()).during("--chip"));
  auto key = crypto::PublicKey::parse(options.device_key);
  if (!key) return failure(std::move(key.error()).during("--device-key"));
  auto signature = bytes_from_hex(options.signature);
  if (!signature) return failure(std::move(signature.error()).during("--signature"));
  const std::string text =
      presence_answer_text({*chip, *key, std::move(*signature), options.serial});
  MUSTER_TRY(parse_presence_answer(as_bytes(text)));
  const std::string path = options.folder + "/" + chip->to_string() + ".evidence";
  if (!context.options().dry_run) MUSTER_TRY(create_file(path, as_bytes(text)));
  auto printer = context.printer();
  printer.facts({"", {{"evidence", path}}});
  printer.json({{"evidence", path}});
  return ExitCode::done;
}

}  // namespace

void add_kit_presence_commands(CLI::App& app, Context& context) {
  CLI::App& kit = noun(app, "kit", "an inspection at a site");
  auto& ask = context.keep<AskOptions>();
  CLI::App& ask_verb =
      add_verb(kit, "ask", "offline: what devices sign to show that they are there", context,
               [&] { return kit_ask(context, ask); });
  ask_verb.add_option("challenges", ask.challenges, "the file of `kit open` or `kit unseal`")
      ->required();
  ask_verb.add_option("--origin", ask.origin, "the log's origin, as `ledger head` says it")
      ->required();
  ask_verb.add_option("--out", ask.out, "new file, one JSON object a line");

  auto& presence = context.keep<PresenceOptions>();
  CLI::App& verb = add_verb(kit, "presence", "offline: what a device answered, as an evidence file",
                            context, [&] { return kit_presence(context, presence); });
  verb.add_option("--chip", presence.chip, "chip id; the file is CHIP.evidence")->required();
  verb.add_option("--device-key", presence.device_key,
                  "its public key: 64 hex digits, or p256: or p384: and a point")
      ->required();
  verb.add_option("--signature", presence.signature, "over its message, in hex")->required();
  verb.add_option("--serial", presence.serial, "what stands on the package, as it was read");
  verb.add_option("--out", presence.folder, "folder for the file");
}

}  // namespace muster::cli
