#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/key_file.hpp"
#include "ledger/crypto/key_id.hpp"

namespace muster::cli {
namespace {

struct KeyOptions {
  std::string path;
};

void print_key(Context& context, const std::string& path, const crypto::Ed25519PublicKey& key) {
  const std::string id = crypto::KeyId::of(key).text();
  const std::string hex = to_hex(key.bytes());
  auto printer = context.printer();
  printer.facts({"", {{"key id", id}, {"public", hex}, {"file", path}}});
  printer.json({{"algorithm", "ed25519"}, {"file", path}, {"key_id", id}, {"public", hex}});
}

Result<ExitCode> new_key(Context& context, const KeyOptions& options) {
  const auto signer = crypto::Ed25519Signer::generate(context.random());
  if (!context.options().dry_run) MUSTER_TRY(crypto::create_key_file(options.path, signer));
  print_key(context, options.path, signer.public_key());
  return ExitCode::done;
}

Result<ExitCode> show_key(Context& context, const KeyOptions& options) {
  MUSTER_TRY_ASSIGN(const auto signer, crypto::read_key_file(options.path));
  print_key(context, options.path, signer.public_key());
  return ExitCode::done;
}

}  // namespace

void add_key_commands(CLI::App& app, Context& context) {
  CLI::App& key = noun(app, "key", "keys in files");
  auto& options = context.keep<KeyOptions>();
  add_verb(key, "new", "make a key in a new file (mode 0600)", context,
           [&] { return new_key(context, options); })
      .add_option("file", options.path, "where to keep it")
      ->required();
  add_verb(key, "show", "print a key file's public half and id", context,
           [&] { return show_key(context, options); })
      .add_option("file", options.path, "the key file")
      ->required();
}

}  // namespace muster::cli
