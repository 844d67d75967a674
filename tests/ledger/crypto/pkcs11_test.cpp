// Signs with keys in a real token: SoftHSM, made anew for each test in a folder of its own.

#include "ledger/crypto/pkcs11.hpp"

#include <cstdlib>
#include <fstream>

#include "ledger/base/file.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/lsan_interface.h>
#define TOKEN_LIBRARY_MAY_LEAK const __lsan::ScopedDisabler leaks_of_the_token_library
#endif
#endif
#ifndef TOKEN_LIBRARY_MAY_LEAK
#define TOKEN_LIBRARY_MAY_LEAK
#endif

namespace muster::crypto {
namespace {

using test::must;
using test::must_fail;

constexpr const char* module_path = "/usr/lib/softhsm/libsofthsm2.so";

bool has_token_library() {
  if (std::filesystem::exists(module_path)) return true;
  MESSAGE("skipped: pkcs11: softhsm2 is not installed (scripts/deps test)");
  return false;
}

/// A token "muster" with PIN 4711 in `folder`.
class Token final {
 public:
  Token() : folder_("token") {
    std::filesystem::create_directory(folder_.path() / "tokens");
    std::ofstream(folder_.path() / "softhsm2.conf")
        << "directories.tokendir = " << (folder_.path() / "tokens").string()
        << "\nobjectstore.backend = file\nlog.level = ERROR\n";
    ::setenv("SOFTHSM2_CONF", (folder_.path() / "softhsm2.conf").c_str(), 1);
    const int made = std::system(
        "softhsm2-util --init-token --free --label muster --so-pin 0815 --pin 4711 >/dev/null");
    REQUIRE(made == 0);
    must(create_file(folder_.path() / "pin", as_bytes("4711\n"), 0600));
  }

  [[nodiscard]] std::string uri(const std::string& object) const {
    return "pkcs11:token=muster;object=" + object + "?module-path=" + module_path +
           "&pin-source=file:" + pin_file().string();
  }
  [[nodiscard]] std::filesystem::path pin_file() const { return folder_.path() / "pin"; }
  [[nodiscard]] std::string uri_without_pin(const std::string& object) const {
    return "pkcs11:token=muster;object=" + object + "?module-path=" + module_path;
  }

 private:
  test::Folder folder_;
};

}  // namespace

TEST_CASE("a key made in a token signs, and is found again by its URI") {
  if (!has_token_library()) return;
  TOKEN_LIBRARY_MAY_LEAK;  // SoftHSM 2.6.1 leaks the name of an Edwards curve.
  const Token token;
  for (const std::string algorithm : {"ed25519", "p256", "p384"}) {
    CAPTURE(algorithm);
    const auto made = must(TokenSigner::generate(token.uri(algorithm), algorithm, {}));
    const PublicKey key = made->verifying_key();
    CHECK(key.algorithm() == algorithm);
    const auto found = must(TokenSigner::open(token.uri(algorithm), {}));
    CHECK(found->verifying_key() == key);
    const Bytes signature = must(found->signature_over(as_bytes("a statement")));
    CHECK(key.verifies(as_bytes("a statement"), signature));
    CHECK_FALSE(key.verifies(as_bytes("another"), signature));
  }
}

TEST_CASE("a token says in words why it does not sign") {
  if (!has_token_library()) return;
  const Token token;
  must(TokenSigner::generate(token.uri("one"), "p256", {}));
  const auto why = [](const std::string& uri, const PinSource& ask = {}) {
    return must_fail(TokenSigner::open(uri, ask));
  };
  CHECK(why(token.uri("two")).find("no key fits") != std::string::npos);
  CHECK(why("pkcs11:token=other?pin-value=1&module-path=" + std::string(module_path))
            .find("no token") != std::string::npos);
  CHECK(why("pkcs11:token=muster").find("module-path") != std::string::npos);
  CHECK(why("pkcs11:token=muster?module-path=/nowhere.so").find("/nowhere.so") !=
        std::string::npos);
  CHECK(why(token.uri_without_pin("one")).find("no PIN") != std::string::npos);
  CHECK(why("pkcs11:%zz").find("RFC 7512") != std::string::npos);
  const auto wrong = TokenSigner::open(token.uri_without_pin("one"),
                                       [](const std::string& label) -> Result<std::string> {
                                         CHECK(label == "muster");
                                         return std::string("0000");
                                       });
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().rule == "token.pin");
  CHECK(must_fail(TokenSigner::generate(token.uri("one"), "p256", {})).find("has this key") !=
        std::string::npos);
}

TEST_CASE("a PIN file that others may read opens no token") {
  if (!has_token_library()) return;
  const Token token;
  must(TokenSigner::generate(token.uri("one"), "p256", {}));
  std::filesystem::permissions(token.pin_file(), std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  CHECK(must_fail(TokenSigner::open(token.uri("one"), {})).find("chmod 600") != std::string::npos);
}

TEST_CASE("no PIN is printed") {
  CHECK(without_pin("pkcs11:token=a?pin-value=4711&module-path=/m.so") ==
        "pkcs11:token=a?pin-value=…&module-path=/m.so");
  CHECK(without_pin("pkcs11:token=a?pin-value=4711") == "pkcs11:token=a?pin-value=…");
  CHECK(without_pin("pkcs11:token=a") == "pkcs11:token=a");
  CHECK(without_pin("a/pin-value=4711") == "a/pin-value=4711");
  CHECK(must_fail(TokenSigner::open("pkcs11:%zz?pin-value=4711", {})).find("4711") ==
        std::string::npos);
}

TEST_CASE("a URI that fits several keys is not guessed at") {
  if (!has_token_library()) return;
  const Token token;
  must(TokenSigner::generate(token.uri("one"), "p256", {}));
  must(TokenSigner::generate(token.uri("two"), "p384", {}));
  const std::string any =
      token.uri("one").substr(0, 20) + token.uri("one").substr(token.uri("one").find('?'));
  CHECK(any.find("object") == std::string::npos);
  CHECK(must_fail(TokenSigner::open(any, {})).find("several keys") != std::string::npos);
}

}  // namespace muster::crypto
