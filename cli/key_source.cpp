#include "cli/key_source.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>

#include "ledger/base/file.hpp"
#include "ledger/crypto/pkcs11.hpp"
#include "ledger/crypto/private_file.hpp"

namespace muster::cli {
namespace {

constexpr std::uint64_t max_passphrase_bytes = 4096;

/// The terminal, with echo off as long as this lives.
class SilentTerminal final {
 public:
  SilentTerminal() : descriptor_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {
    if (!is_open() || ::tcgetattr(descriptor_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(descriptor_, TCSAFLUSH, &silent);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  ~SilentTerminal() {
    if (!is_open()) return;
    ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
    ::close(descriptor_);
  }

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] bool say(std::string_view text) const {
    return ::write(descriptor_, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  }
  [[nodiscard]] std::string line() const {
    std::string text;
    char next = 0;
    while (text.size() < max_passphrase_bytes && ::read(descriptor_, &next, 1) == 1) {
      if (next == '\n') break;
      text += next;
    }
    return text;
  }

 private:
  int descriptor_;
  termios before_{};
};

Result<std::string> typed_passphrase(const std::string& what) {
  const SilentTerminal terminal;
  if (!terminal.is_open() || !terminal.say("passphrase of " + what + ": ")) {
    return failure(Errc::invalid_input,
                   what +
                       " wants a passphrase, and there is no terminal to ask at: let "
                       "MUSTER_PASSPHRASE_FILE name a file with it");
  }
  std::string text = terminal.line();
  if (!terminal.say("\n") || text.empty()) {
    return failure(Errc::invalid_input, "passphrase of " + what + ": got none");
  }
  return text;
}

}  // namespace

Result<std::string> ask_passphrase(const std::string& what) {
  const char* file = std::getenv("MUSTER_PASSPHRASE_FILE");  // NOLINT: one thread reads it
  if (file == nullptr || *file == '\0') return typed_passphrase(what);
  std::error_code problem;
  if (std::filesystem::is_regular_file(file, problem)) {  // not a pipe, such as a vault's
    auto is_private = crypto::check_private(file);
    if (!is_private) return failure(std::move(is_private.error()).during("MUSTER_PASSPHRASE_FILE"));
  }
  auto text = read_text_file(file, max_passphrase_bytes);
  if (!text) return failure(std::move(text.error()).during("MUSTER_PASSPHRASE_FILE"));
  return text->substr(0, text->find('\n'));
}

Result<std::string> ask_new_passphrase(const std::string& what) {
  MUSTER_TRY_ASSIGN(std::string once, ask_passphrase(what));
  // From a file the second answer is the first; at the terminal a slip would lose the key.
  MUSTER_TRY_ASSIGN(const std::string again, ask_passphrase(what + ", once more"));
  if (again == once) return once;
  return failure(Errc::invalid_input, "passphrase of " + what +
                                          ": typed differently the second "
                                          "time; no key was made");
}

Result<crypto::SecretKey> open_secret_key(const std::filesystem::path& file) {
  return crypto::read_secret_key(
      file, [](const std::filesystem::path& path) { return ask_passphrase(path.string()); });
}

Result<std::unique_ptr<crypto::Signer>> open_signer(const std::string& key) {
  if (crypto::is_token_uri(key)) {
    MUSTER_TRY_ASSIGN(auto signer, crypto::TokenSigner::open(key, [](const std::string& token) {
                        return ask_passphrase("token \"" + token + "\"");
                      }));
    return std::unique_ptr<crypto::Signer>(std::move(signer));
  }
  MUSTER_TRY_ASSIGN(const crypto::SecretKey secret, open_secret_key(key));
  return std::visit(
      [](const auto& signer) -> std::unique_ptr<crypto::Signer> {
        return std::make_unique<std::decay_t<decltype(signer)>>(signer);
      },
      secret);
}

Result<std::vector<std::unique_ptr<crypto::Signer>>> open_signers(
    const std::vector<std::string>& keys) {
  std::vector<std::unique_ptr<crypto::Signer>> signers;
  for (const std::string& key : keys) {
    MUSTER_TRY_ASSIGN(auto signer, open_signer(key));
    signers.push_back(std::move(signer));
  }
  return signers;
}

std::vector<const crypto::Signer*> co_signers_of(
    const std::vector<std::unique_ptr<crypto::Signer>>& signers) {
  std::vector<const crypto::Signer*> rest;
  for (std::size_t i = 1; i < signers.size(); ++i) rest.push_back(signers[i].get());
  return rest;
}

Result<crypto::Ed25519Signer> open_ed25519(const std::filesystem::path& file) {
  return crypto::read_key_file(
      file, [](const std::filesystem::path& path) { return ask_passphrase(path.string()); });
}

}  // namespace muster::cli
