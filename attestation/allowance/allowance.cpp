#include "attestation/allowance/allowance.hpp"

#include "ledger/base/json_fields.hpp"

namespace muster::attestation {
namespace {

constexpr std::string_view allowance_version = "muster/allowance/v1";

Result<std::uint64_t> number_at(FieldReader& fields, std::string_view key, std::int64_t least) {
  MUSTER_TRY_ASSIGN(const auto number, fields.integer(key, least));
  return static_cast<std::uint64_t>(number);
}

}  // namespace

std::string encode_allowance(const Allowance& allowance) {
  return canonical_json({{"v", allowance_version},
                         {"chip", allowance.chip.to_string()},
                         {"number", allowance.number},
                         {"previous", allowance.previous},
                         {"issuer", allowance.issuer.text()},
                         {"megacycles", allowance.megacycles},
                         {"not_before", allowance.not_before.to_string()},
                         {"not_after", allowance.not_after.to_string()},
                         {"policy", allowance.policy.to_hex()}});
}

Result<Allowance> parse_allowance(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_canonical_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "allowance"));
  MUSTER_TRY_ASSIGN(const std::string v, fields.text("v"));
  if (v != allowance_version) {
    return failure(Errc::invalid_input, "allowance.v: got \"" + v.substr(0, 40) + "\", want \"" +
                                            std::string(allowance_version) + "\"");
  }
  MUSTER_TRY_ASSIGN(const ChipId chip, fields.parsed<ChipId>("chip"));
  MUSTER_TRY_ASSIGN(const auto number, number_at(fields, "number", 1));
  MUSTER_TRY_ASSIGN(const auto previous, number_at(fields, "previous", 0));
  MUSTER_TRY_ASSIGN(PartyId issuer, fields.parsed<PartyId>("issuer"));
  MUSTER_TRY_ASSIGN(const auto megacycles, number_at(fields, "megacycles", 1));
  MUSTER_TRY_ASSIGN(const Timestamp not_before, fields.time("not_before"));
  MUSTER_TRY_ASSIGN(const Timestamp not_after, fields.time("not_after"));
  MUSTER_TRY_ASSIGN(const Hash policy, fields.hash("policy"));
  MUSTER_TRY(fields.finish());
  if (number <= previous) {
    return failure(Errc::invalid_input, "allowance.number: got " + std::to_string(number) +
                                            ", want more than that of the one before, " +
                                            std::to_string(previous));
  }
  if (not_after <= not_before) {
    return failure(Errc::invalid_input, "allowance.not_after: want an instant after not_before");
  }
  return Allowance{chip,       number,     previous,  std::move(issuer),
                   megacycles, not_before, not_after, policy};
}

}  // namespace muster::attestation
