#include "sampler/draw/ceremony.hpp"

#include <vector>

#include "ledger/crypto/sha256.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::draw;

namespace {

const Hash ceremony_plan = crypto::sha256("a plan");

CeremonyNonce filled(std::uint8_t fill) {
  CeremonyNonce bytes{};
  bytes.fill(fill);
  return bytes;
}

}  // namespace

// The values are those of Python: hashlib.sha256(b"muster/ceremony/commit/v1\n" + role + b"\n" +
// plan + nonce), and likewise for the value; plan = sha256(b"a plan").
TEST_CASE("a commitment is the hash of role, plan and nonce (known answers)") {
  const auto commit = [](CeremonyRole role) {
    return ceremony_commit(role, ceremony_plan, filled(10)).to_hex();
  };
  CHECK(commit(CeremonyRole::prover) ==
        "b058094998e37711002fe47bddb5a0f06f911b0a0e4b520f8df6b699b640618d");
  CHECK(commit(CeremonyRole::verifier) ==
        "8b3d7848026cff051a2710fd4860d527ef9ae958c44cce182ac6016fb11a8bb6");
}

TEST_CASE("the value is the hash of plan and nonces, Provers first (known answers)") {
  const auto value = [](const std::vector<CeremonyNonce>& provers) {
    return ceremony_value(ceremony_plan, provers, filled(20)).to_hex();
  };
  CHECK(value({filled(10)}) == "e99320a4a493b35bcf66c1025d98a30ac5932ffab12f2b83fa70f1f467ca3222");
  CHECK(value({filled(10), filled(11)}) ==
        "2109b4109f7305e78c1bc61cb50cd4962161f4c4caecf3e94800b398f07ad6a3");
}
