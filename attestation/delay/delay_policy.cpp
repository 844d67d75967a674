#include "attestation/delay/delay_policy.hpp"

#include "ledger/base/hex.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::attestation {
namespace {

constexpr std::string_view policy_version = "muster/delay-policy/v1";

Result<std::uint64_t> positive(FieldReader& fields, std::string_view key, std::uint64_t most) {
  MUSTER_TRY_ASSIGN(const auto number, fields.integer(key, 1, static_cast<std::int64_t>(most)));
  return static_cast<std::uint64_t>(number);
}

}  // namespace

Result<DelayPolicy> parse_delay_policy(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "delay policy"));
  MUSTER_TRY_ASSIGN(const std::string v, fields.text("v"));
  if (v != policy_version) {
    return failure(Errc::invalid_input, "delay policy.v: got \"" + v.substr(0, 40) + "\", want \"" +
                                            std::string(policy_version) + "\"");
  }
  MUSTER_TRY_ASSIGN(std::string source, fields.text("source"));
  MUSTER_TRY_ASSIGN(const std::string hex, fields.text("modulus"));
  MUSTER_TRY_ASSIGN(const auto rate, positive(fields, "squarings_per_s", max_squarings_per_s));
  MUSTER_TRY_ASSIGN(const auto factor, positive(fields, "factor", max_delay_factor));
  MUSTER_TRY(fields.finish());
  auto bytes = bytes_from_hex(hex);
  if (!bytes) return failure(std::move(bytes.error()).during(fields.path("modulus")));
  auto modulus = crypto::DelayModulus::from_bytes(*bytes);
  if (!modulus) return failure(std::move(modulus.error()).during(fields.path("modulus")));
  return DelayPolicy{std::move(source), std::move(*modulus), rate, factor};
}

Json delay_policy_json(const DelayPolicy& policy) {
  return {{"v", policy_version},
          {"source", policy.source},
          {"modulus", to_hex(policy.modulus.bytes())},
          {"squarings_per_s", policy.squarings_per_s},
          {"factor", policy.factor}};
}

std::uint64_t elapsed_at_least_ms(const DelayPolicy& policy, std::uint64_t squarings) {
  const auto fastest = static_cast<__uint128_t>(policy.squarings_per_s) * policy.factor;
  return static_cast<std::uint64_t>(static_cast<__uint128_t>(squarings) * 1000 / fastest);
}

}  // namespace muster::attestation
