#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/key_source.hpp"
#include "ledger/crypto/key_id.hpp"
#include "ledger/crypto/pkcs11.hpp"

namespace muster::cli {
namespace {

struct KeyOptions {
  std::string path;
  std::string algorithm = "ed25519";
  bool encrypt = false;
};

void print_key(Context& context, const std::string& path, const crypto::PublicKey& key) {
  const std::string id = crypto::KeyId::of(key).text();
  const std::string algorithm(key.algorithm());
  auto printer = context.printer();
  printer.facts({"",
                 {{"key id", id},
                  {"algorithm", algorithm},
                  {"public", key.text()},
                  {"file", crypto::without_pin(path)}}});
  printer.json({{"algorithm", algorithm},
                {"file", crypto::without_pin(path)},
                {"key_id", id},
                {"public", key.text()}});
}

Result<crypto::SecretKey> generated(Context& context, const std::string& algorithm) {
  if (algorithm == "ed25519") {
    return crypto::SecretKey(crypto::Ed25519Signer::generate(context.random()));
  }
  if (algorithm == "p256" || algorithm == "p384") {
    const auto curve = algorithm == "p256" ? crypto::Curve::p256 : crypto::Curve::p384;
    return crypto::SecretKey(crypto::EcdsaSigner::generate(curve));
  }
  return failure(Errc::invalid_input,
                 "--algorithm: got \"" + algorithm + "\", want ed25519, p256 or p384");
}

Result<void> write_key(Context& context, const KeyOptions& options, const crypto::SecretKey& key) {
  if (!options.encrypt) return crypto::create_key_file(options.path, key);
  MUSTER_TRY_ASSIGN(const std::string passphrase, ask_new_passphrase(options.path));
  return crypto::create_sealed_key_file(options.path, key, passphrase, context.random());
}

Result<ExitCode> new_token_key(Context& context, const KeyOptions& options) {
  if (context.options().dry_run || options.encrypt) {
    return failure(Errc::invalid_input,
                   "a key in a token cannot be made on trial, and no file is there to encrypt");
  }
  MUSTER_TRY_ASSIGN(
      const auto signer,
      crypto::TokenSigner::generate(options.path, options.algorithm, [](const std::string& token) {
        return ask_passphrase("token " + token);
      }));
  print_key(context, options.path, signer->verifying_key());
  return ExitCode::done;
}

Result<ExitCode> new_key(Context& context, const KeyOptions& options) {
  if (crypto::is_token_uri(options.path)) return new_token_key(context, options);
  MUSTER_TRY_ASSIGN(const crypto::SecretKey key, generated(context, options.algorithm));
  if (!context.options().dry_run) MUSTER_TRY(write_key(context, options, key));
  print_key(context, options.path, crypto::signer_of(key).verifying_key());
  return ExitCode::done;
}

Result<ExitCode> show_key(Context& context, const KeyOptions& options) {
  if (crypto::is_token_uri(options.path)) {
    MUSTER_TRY_ASSIGN(const auto signer, open_signer(options.path));
    print_key(context, options.path, signer->verifying_key());
    return ExitCode::done;
  }
  MUSTER_TRY_ASSIGN(const auto key, crypto::read_public_half(options.path));
  print_key(context, options.path, key);
  return ExitCode::done;
}

}  // namespace

void add_key_commands(CLI::App& app, Context& context) {
  CLI::App& key = noun(app, "key", "keys in files and in hardware tokens");
  auto& options = context.keep<KeyOptions>();
  CLI::App& made = add_verb(key, "new", "make a key in a new file (mode 0600) or in a token",
                            context, [&] { return new_key(context, options); });
  made.add_option("file", options.path, "where to keep it: a new file, or a PKCS #11 URI")
      ->required();
  made.add_option("--algorithm", options.algorithm, "ed25519, p256 or p384")->capture_default_str();
  made.add_flag("--encrypt", options.encrypt,
                "under a passphrase: asked for, or in the file that MUSTER_PASSPHRASE_FILE names");
  add_verb(key, "show", "print a key's public half and id", context,
           [&] { return show_key(context, options); })
      .add_option("file", options.path, "the key file, or a PKCS #11 URI")
      ->required();
}

}  // namespace muster::cli
