#include "sampler/draw/leaf.hpp"

#include <algorithm>

#include "ledger/base/json.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::draw {

Salt frame_salt(ByteView frame_key, std::string_view chip) {
  const Hash mac = crypto::hmac_sha256(frame_key, as_bytes(chip));
  Salt salt{};
  std::copy_n(mac.bytes.begin(), salt.size(), salt.begin());
  return salt;
}

Hash frame_leaf(const FrameLine& line, const Salt& salt) {
  const std::string json = canonical_json(Json{
      {"chip", line.chip}, {"class", line.klass}, {"site", line.site}, {"weight", line.weight}});
  return crypto::sha256({as_bytes("muster/frame/leaf/v1"), ByteView(salt), as_bytes(json)});
}

}  // namespace muster::draw
