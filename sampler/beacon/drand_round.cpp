#include "sampler/beacon/drand_round.hpp"

#include "ledger/base/check.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::sampler {
namespace {

constexpr std::int64_t genesis_s = 1'692'803'367;
constexpr std::string_view public_key_hex =
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064"
    "510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ec"
    "e45a";
constexpr std::string_view group_hash_hex =
    "f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e";

/// The upper bits of a compressed point: compressed, and not the point at infinity.
constexpr std::uint8_t compressed_bit = 0x80;
constexpr std::uint8_t infinity_bit = 0x40;

}  // namespace

Hash quicknet_hash_of_parameters() {
  Bytes message;
  append_u32be(message, static_cast<std::uint32_t>(quicknet_period_ms / 1000));
  append_u64be(message, static_cast<std::uint64_t>(genesis_s));
  append(message, bytes_from_hex(public_key_hex).value());
  append(message, bytes_from_hex(group_hash_hex).value());
  append(message, as_bytes("quicknet"));
  return crypto::sha256(message);
}

Timestamp quicknet_time(std::uint64_t round) {
  MUSTER_CHECK(round >= 1 && round <= most_drand_rounds);
  return {genesis_s * 1000 + static_cast<std::int64_t>(round - 1) * quicknet_period_ms};
}

Result<DrandRound> parse_drand_round(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  DrandRound round;
  MUSTER_TRY_ASSIGN(const std::int64_t number,
                    fields.integer("round", 1, static_cast<std::int64_t>(most_drand_rounds)));
  round.round = static_cast<std::uint64_t>(number);
  MUSTER_TRY_ASSIGN(const std::string signature, fields.text("signature"));
  auto filled = fill_from_lower_hex(signature, round.signature);
  if (!filled) return failure(std::move(filled.error()).during(fields.path("signature")));
  MUSTER_TRY_ASSIGN(const auto stated, fields.optional_hash("randomness"));
  round.states_randomness = stated.has_value();
  round.randomness = stated.value_or(crypto::sha256(ByteView(round.signature)));
  return round;
}

Json drand_round_json(const DrandRound& round) {
  Json json = {{"round", static_cast<std::int64_t>(round.round)},
               {"signature", to_hex(round.signature)}};
  if (round.states_randomness) json["randomness"] = round.randomness.to_hex();
  return json;
}

RoundValue drand_value(const DrandRound& shown, const PublicRound& wanted) {
  RoundValue value{.round = wanted, .value = {}, .source = "drand quicknet"};
  value.value = to_bytes(shown.randomness.view());
  value.time = quicknet_time(shown.round);
  value.source += " round " + std::to_string(shown.round) + " of " + value.time->to_string();
  if (shown.round != wanted.round) {
    value.faults.push_back("drand: got round " + std::to_string(shown.round) + ", want " +
                           std::to_string(wanted.round));
  }
  const std::uint8_t flags = shown.signature[0];
  if ((flags & compressed_bit) == 0 || (flags & infinity_bit) != 0) {
    value.faults.emplace_back("drand: the signature is no compressed point of G1");
  }
  if (shown.randomness != crypto::sha256(ByteView(shown.signature))) {
    value.faults.emplace_back("drand: the randomness is not the SHA-256 of the signature");
  }
  value.unchecked.push_back(
      "the BLS signature of drand round " + std::to_string(shown.round) +
      " (no pairing here): compare it with another relay, or verify it with a drand client");
  return value;
}

}  // namespace muster::sampler
