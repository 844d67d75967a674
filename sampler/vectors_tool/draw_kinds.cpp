#include "ledger/base/hex.hpp"
#include "ledger/crypto/vrf_ed25519.hpp"
#include "ledger/crypto/vrf_p256.hpp"
#include "sampler/draw/rivest.hpp"
#include "sampler/vectors_tool/case.hpp"

namespace muster::vectors {
namespace {

Result<Values> rivest_ticket(const Case& given) {
  MUSTER_TRY_ASSIGN(const std::string id, given.text("id"));
  MUSTER_TRY_ASSIGN(const std::string seed, given.text("seed"));
  return Values{{"ticket", draw::rivest_ticket(id, seed)}};
}

// Tickets are published cut short: as many digits are given as the case shows, 9 at least.
std::string shortened(const Case& given, std::size_t index, const std::string& ticket) {
  constexpr std::size_t least = 11;
  if (!given.expects("tickets")) return ticket;
  const Json& expected = given.expected().at("tickets");
  if (!expected.is_array() || index >= expected.size() || !expected[index].is_string()) {
    return ticket;
  }
  return ticket.substr(0, std::max(least, expected[index].get<std::string>().size()));
}

Result<Values> rivest_order(const Case& given) {
  MUSTER_TRY_ASSIGN(const std::vector<Json> items, given.list("ids"));
  MUSTER_TRY_ASSIGN(const std::string seed, given.text("seed"));
  std::vector<std::string> ids;
  for (const Json& item : items) {
    if (!item.is_string()) return failure(Errc::invalid_input, "ids: want texts");
    ids.push_back(item.get<std::string>());
  }
  List order;
  List tickets;
  for (const std::string& id : draw::rivest_order(ids, seed)) {
    order.emplace_back(id);
    tickets.emplace_back(shortened(given, tickets.size(), draw::rivest_ticket(id, seed)));
  }
  return Values{{"order", order}, {"tickets", tickets}};
}

Result<Bytes> message(const Case& given) {
  if (given.has("alpha_ascii")) {
    MUSTER_TRY_ASSIGN(const std::string text, given.text("alpha_ascii"));
    return to_bytes(text);
  }
  MUSTER_TRY_ASSIGN(const std::string hex, given.text("alpha_hex"));
  return bytes_from_hex(hex);
}

Result<Bytes> hex_param(const Case& given, const char* name) {
  MUSTER_TRY_ASSIGN(const std::string hex, given.text(name));
  auto bytes = bytes_from_hex(hex);
  if (!bytes) return failure(std::move(bytes.error()).during(name));
  return *std::move(bytes);
}

Result<std::array<std::uint8_t, 32>> secret_key(const Case& given) {
  MUSTER_TRY_ASSIGN(const Bytes bytes, hex_param(given, "sk"));
  std::array<std::uint8_t, 32> key{};
  if (bytes.size() != key.size()) return failure(Errc::invalid_input, "sk: want 32 bytes");
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return key;
}

// The proof of the case itself, where only the public key is given: it can be verified, not made.
Result<Bytes> given_proof(const Case& given) {
  const Json proof = given.expected().value("pi", Json());
  if (!proof.is_string()) return failure(Errc::invalid_input, "pi: want hex");
  return bytes_from_hex(proof.get<std::string>());
}

// What a key pair, or a public key and the case's proof, give.
template <class PublicKey, class Proof>
Result<Values> proven(const PublicKey& key, const Bytes& alpha, const Proof& proof) {
  const auto beta = key.verify(alpha, proof);
  if (!beta) return failure(Errc::invalid_input, "pi: proves nothing for this key and alpha");
  return Values{{"pk", to_hex(key.bytes())}, {"pi", to_hex(proof)}, {"beta", to_hex(*beta)}};
}

template <class PublicKey>
Result<Values> verified(const Case& given, const Bytes& alpha) {
  MUSTER_TRY_ASSIGN(const Bytes key_bytes, hex_param(given, "pk"));
  MUSTER_TRY_ASSIGN(const PublicKey key, PublicKey::from_bytes(key_bytes));
  MUSTER_TRY_ASSIGN(const Bytes proof, given_proof(given));
  return proven(key, alpha, proof);
}

Result<Values> ecvrf_edwards25519(const Case& given) {
  MUSTER_TRY_ASSIGN(const Bytes alpha, message(given));
  if (!given.has("sk")) return verified<crypto::VrfEd25519PublicKey>(given, alpha);
  MUSTER_TRY_ASSIGN(const auto seed, secret_key(given));
  const crypto::VrfEd25519Key key(seed);
  return proven(key.public_key(), alpha, key.prove(alpha));
}

Result<Values> ecvrf_p256(const Case& given) {
  MUSTER_TRY_ASSIGN(const Bytes alpha, message(given));
  if (!given.has("sk")) return verified<crypto::VrfP256PublicKey>(given, alpha);
  MUSTER_TRY_ASSIGN(const auto scalar, secret_key(given));
  MUSTER_TRY_ASSIGN(const crypto::VrfP256Key key, crypto::VrfP256Key::from_scalar(scalar));
  return proven(key.public_key(), alpha, key.prove(alpha));
}

}  // namespace

void add_draw_kinds(Kinds& kinds) {
  kinds["rivest_ticket"] = rivest_ticket;
  kinds["rivest_order"] = rivest_order;
  kinds["ecvrf_edwards25519_sha512_tai"] = ecvrf_edwards25519;
  kinds["ecvrf_p256_sha256_tai"] = ecvrf_p256;
}

}  // namespace muster::vectors
