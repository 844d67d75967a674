#include "ledger/crypto/key_file.hpp"

#include <sys/stat.h>

#include "ledger/base/file.hpp"
#include "ledger/crypto/public_key.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

namespace muster::crypto {
namespace {

using test::must;
using test::must_fail;

constexpr PassphraseCost cheap{.passes = 1, .memory_bytes = std::uint64_t{8} << 20U};

std::vector<SecretKey> one_of_each() {
  SystemRandom random;
  return {Ed25519Signer::generate(random), EcdsaSigner::generate(Curve::p256),
          EcdsaSigner::generate(Curve::p384)};
}

PassphraseSource says(const std::string& passphrase) {
  return [passphrase](const std::filesystem::path& /*path*/) -> Result<std::string> {
    return passphrase;
  };
}

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

}  // namespace

TEST_CASE("a key of any algorithm comes back from its file and signs as before") {
  for (const SecretKey& key : one_of_each()) {
    const test::Folder folder("key");
    const auto path = folder.path() / "a.key";
    must(create_key_file(path, key));
    CHECK(mode_of(path) == 0600);
    const SecretKey back = must(read_secret_key(path, {}));
    const PublicKey half = signer_of(key).verifying_key();
    CHECK(signer_of(back).verifying_key() == half);
    CHECK(must(read_public_half(path)) == half);
    CHECK(half.verifies(as_bytes("text"), must(signer_of(back).signature_over(as_bytes("text")))));
    CHECK(must_fail(create_key_file(path, key)).find("exists") != std::string::npos);
  }
}

TEST_CASE("an encrypted key opens with its passphrase alone, and does not show the secret") {
  SystemRandom random;
  for (const SecretKey& key : one_of_each()) {
    const test::Folder folder("key");
    const auto path = folder.path() / "a.key";
    must(create_sealed_key_file(path, key, "correct horse", random, cheap));
    CHECK(mode_of(path) == 0600);
    CHECK(signer_of(must(read_secret_key(path, says("correct horse")))).verifying_key() ==
          signer_of(key).verifying_key());
    const auto wrong = read_secret_key(path, says("correct hors"));
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().rule == "key.wrong_passphrase");
    CHECK(must_fail(read_secret_key(path, {})).find("MUSTER_PASSPHRASE_FILE") != std::string::npos);
    CHECK(must(read_public_half(path)) == signer_of(key).verifying_key());
    CHECK(must(read_text_file(path)).find("\"secret\"") == std::string::npos);
  }
}

TEST_CASE("any change to an encrypted key file is noticed") {
  SystemRandom random;
  const test::Folder folder("key");
  const auto path = folder.path() / "a.key";
  must(create_sealed_key_file(path, one_of_each().front(), "p", random, cheap));
  const std::string text = must(read_text_file(path));
  for (std::size_t i = 0; i + 1 < text.size(); i += 7) {
    std::string changed = text;
    changed[i] = changed[i] == '1' ? '2' : '1';
    must(write_file_atomically(path, as_bytes(changed), 0600));
    CAPTURE(changed);
    CHECK_FALSE(read_secret_key(path, says("p")));
  }
}

TEST_CASE("a file must not be able to make its reader work for hours") {
  const test::Folder folder("key");
  SystemRandom random;
  const auto path = folder.path() / "a.key";
  must(create_sealed_key_file(path, one_of_each().front(), "p", random, cheap));
  std::string text = must(read_text_file(path));
  const auto at = text.find("\"passes\":1");
  REQUIRE(at != std::string::npos);
  text.replace(at, 10, "\"passes\":99999999");
  must(write_file_atomically(path, as_bytes(text), 0600));
  CHECK(must_fail(read_secret_key(path, says("p"))).find("passes") != std::string::npos);
}

TEST_CASE("a key that others may read is refused, with the way out") {
  const test::Folder folder("key");
  const auto path = folder.path() / "a.key";
  must(create_key_file(path, one_of_each().front()));
  REQUIRE(::chmod(path.c_str(), 0640) == 0);
  CHECK(must_fail(read_secret_key(path, {})).find("chmod 600") != std::string::npos);
  CHECK(must_fail(read_public_half(path)).find("chmod 600") != std::string::npos);
}

TEST_CASE("what wants an Ed25519 key says so of another") {
  const test::Folder folder("key");
  const auto path = folder.path() / "a.key";
  must(create_key_file(path, one_of_each()[1]));
  CHECK(must_fail(read_key_file(path)).find("p256") != std::string::npos);
}

TEST_CASE("halves of two keys do not make a key") {
  const test::Folder folder("key");
  const auto keys = one_of_each();
  const auto others = one_of_each();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto one = folder.path() / ("one" + std::to_string(i));
    const auto two = folder.path() / ("two" + std::to_string(i));
    must(create_key_file(one, keys[i]));
    must(create_key_file(two, others[i]));
    const auto secret_in = [](const std::string& text) {
      const auto from = text.find("\"secret\":");
      return text.substr(from, text.find(",\"v\"") - from);
    };
    std::string text = must(read_text_file(one));
    const std::string mine = secret_in(text);
    text.replace(text.find(mine), mine.size(), secret_in(must(read_text_file(two))));
    must(write_file_atomically(one, as_bytes(text), 0600));
    CHECK(must_fail(read_secret_key(one, {})).find("does not belong") != std::string::npos);
  }
}

}  // namespace muster::crypto
