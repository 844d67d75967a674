#include "ledger/crypto/key_file.hpp"

#include <system_error>

#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/key_id.hpp"

namespace muster::crypto {
namespace {

constexpr std::uint64_t max_key_file_bytes = 4096;

Result<void> check_private(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  std::error_code problem;
  const fs::perms mode = fs::status(path, problem).permissions();
  const fs::perms others = fs::perms::group_all | fs::perms::others_all;
  if (!problem && (mode & others) != fs::perms::none) {
    return failure(Errc::invalid_input, path.string() +
                                            ": others may read or write this key; run `chmod 600 " +
                                            path.string() + "` if nobody has");
  }
  return {};
}

Result<Ed25519Signer> parse_key(const std::string& text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "key"));
  MUSTER_TRY(fields.integer("v", 1, 1));
  MUSTER_TRY_ASSIGN(const std::string algorithm, fields.text("algorithm"));
  if (algorithm != "ed25519") {
    return failure(Errc::invalid_input, "key.algorithm: got \"" + algorithm + "\", want ed25519");
  }
  MUSTER_TRY_ASSIGN(const std::string key_id, fields.text("key_id"));
  MUSTER_TRY_ASSIGN(const std::string public_hex, fields.text("public"));
  MUSTER_TRY_ASSIGN(const std::string secret_hex, fields.text("secret"));
  MUSTER_TRY(fields.finish());
  std::array<std::uint8_t, 32> seed{};
  MUSTER_TRY(fill_from_hex(secret_hex, seed));
  const Ed25519Signer signer(seed);
  if (to_hex(signer.public_key().bytes()) != public_hex ||
      KeyId::of(signer.public_key()).text() != key_id) {
    return failure(Errc::invalid_input, "key: the public half does not belong to the secret half");
  }
  return signer;
}

}  // namespace

Result<void> create_key_file(const std::filesystem::path& path, const Ed25519Signer& signer) {
  const auto key = signer.public_key();
  const Json json = {{"algorithm", "ed25519"},
                     {"key_id", KeyId::of(key).text()},
                     {"public", to_hex(key.bytes())},
                     {"secret", to_hex(signer.reveal_secret_seed())},
                     {"v", 1}};
  return create_file(path, as_bytes(canonical_json(json) + "\n"), 0600);
}

Result<Ed25519Signer> read_key_file(const std::filesystem::path& path) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(path, max_key_file_bytes));
  MUSTER_TRY(check_private(path));
  auto signer = parse_key(text);
  if (!signer) return failure(std::move(signer.error()).during("reading key " + path.string()));
  return signer;
}

}  // namespace muster::crypto
