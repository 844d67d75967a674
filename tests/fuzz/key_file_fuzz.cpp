// A key file that is accepted has two halves that belong together, and is written again as a file
// that gives the same key. A sealed one gives its key to the right passphrase alone, and none but a
// key that was sealed. No error shows a secret.

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "ledger/base/check.hpp"
#include "ledger/base/json.hpp"
#include "ledger/crypto/key_file.hpp"
#include "tests/fuzz/scratch.hpp"
#include "tests/fuzz/sealed_keys.hpp"

namespace {

using namespace muster;
using namespace muster::crypto;

void write_private(const std::filesystem::path& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  MUSTER_CHECK(file.good() && ::chmod(path.c_str(), 0600) == 0);
}

/// What a file may cost that is tried millions of times.
bool is_cheap(const Json& json) {
  if (!json.is_object() || !json.contains("sealed")) return true;
  const Json& sealed = json.at("sealed");
  if (!sealed.is_object()) return true;
  const auto within = [&](const char* name, std::int64_t most) {
    return !sealed.contains(name) || !sealed.at(name).is_number_integer() ||
           sealed.at(name).get<std::int64_t>() <= most;
  };
  return within("memory", std::int64_t{9} << 20U) && within("passes", 2);
}

void check_error_hides(const Error& error, const Json& json) {
  if (!json.is_object() || !json.contains("secret") || !json.at("secret").is_string()) return;
  const auto secret = json.at("secret").get<std::string>();
  if (secret.size() < 8) return;
  MUSTER_CHECK(error.message.find(secret) == std::string::npos);
}

void check_written_again(const fuzz::Scratch& scratch, const SecretKey& key) {
  const auto again = scratch.path() / "again.key";
  std::filesystem::remove(again);
  MUSTER_CHECK(create_key_file(again, key).has_value());
  const auto read = read_secret_key(again, {});
  MUSTER_CHECK(read && signer_of(*read).verifying_key() == signer_of(key).verifying_key());
  const Bytes message = to_bytes(std::string_view("message"));
  const auto signature = signer_of(*read).signature_over(message);
  MUSTER_CHECK(signature && signer_of(key).verifying_key().verifies(message, *signature));
}

}  // namespace

int fuzz_key_file(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch scratch("key");
  const std::string_view text = as_text(ByteView(data, size));
  const Json json = parse_json(text).value_or(Json());
  if (!is_cheap(json)) return 0;
  const bool is_sealed = json.is_object() && json.contains("sealed");
  const auto path = scratch.path() / "input.key";
  write_private(path, text);
  const auto right = [](const std::filesystem::path&) {
    return Result<std::string>(std::string(fuzz::sealed_key_passphrase));
  };
  const auto key = read_secret_key(path, right);
  const auto half = read_public_half(path);
  if (!key) {
    check_error_hides(key.error(), json);
    return 0;
  }
  MUSTER_CHECK(half && *half == signer_of(*key).verifying_key());
  if (!is_sealed) {
    check_written_again(scratch, *key);
    return 0;
  }
  MUSTER_CHECK(fuzz::is_sealed_key(*half));
  const auto wrong = [](const std::filesystem::path&) {
    return Result<std::string>(std::string("another passphrase"));
  };
  MUSTER_CHECK(read_secret_key(path, wrong).error().rule == "key.wrong_passphrase");
  MUSTER_CHECK(read_secret_key(path, {}).error().code == Errc::invalid_input);
  return 0;
}
