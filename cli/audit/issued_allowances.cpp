#include "cli/audit/issued_allowances.hpp"

#include "ledger/base/json_fields.hpp"
#include "sampler/plan/json_values.hpp"

namespace muster::cli {

using attestation::AllowanceBook;
using attestation::KnownAllowance;

namespace {

Result<crypto::PublicKey> parse_key(const Json& json, const std::string& where) {
  if (!json.is_string()) return failure(Errc::invalid_input, where + ": want text");
  auto key = crypto::PublicKey::parse(json.get_ref<const std::string&>());
  if (!key) return failure(std::move(key.error()).during(where));
  return key;
}

Result<AllowanceText> parse_allowance(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  AllowanceText allowance;
  MUSTER_TRY_ASSIGN(allowance.name, fields.text("name"));
  MUSTER_TRY_ASSIGN(allowance.text, fields.text("text"));
  MUSTER_TRY(fields.finish());
  return allowance;
}

}  // namespace

Result<AllowanceBook> book_of(const IssuedAllowances& issued) {
  AllowanceBook book;
  for (const AllowanceText& allowance : issued.allowances) {
    const auto handed = attestation::read_allowance(allowance.text, issued.issuers);
    if (!handed) return failure(Error(handed.error()).during(allowance.name));
    KnownAllowance& known =
        book.allowances.try_emplace(handed->statement, handed->known).first->second;
    known.by_issuer = known.by_issuer || handed->known.by_issuer;
  }
  book.policy = issued.terms;
  if (issued.flop_per_megacycle > 0) book.flop_per_megacycle = issued.flop_per_megacycle;
  return book;
}

Json issued_allowances_json(const IssuedAllowances& issued) {
  Json issuers = Json::array();
  for (const auto& key : issued.issuers) issuers.push_back(key.text());
  Json allowances = Json::array();
  for (const AllowanceText& allowance : issued.allowances) {
    allowances.push_back({{"name", allowance.name}, {"text", allowance.text}});
  }
  return {{"issuers", std::move(issuers)},
          {"allowances", std::move(allowances)},
          {"terms", issued.terms ? Json(issued.terms->to_hex()) : Json()},
          {"flop_per_megacycle", sampler::integer(issued.flop_per_megacycle)}};
}

Result<IssuedAllowances> parse_issued_allowances(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  IssuedAllowances issued;
  MUSTER_TRY_ASSIGN(issued.issuers,
                    sampler::items<crypto::PublicKey>(fields, "issuers", parse_key));
  MUSTER_TRY_ASSIGN(issued.allowances,
                    sampler::items<AllowanceText>(fields, "allowances", parse_allowance));
  MUSTER_TRY(fields.any("terms"));
  if (fields.has("terms")) {
    MUSTER_TRY_ASSIGN(issued.terms, fields.hash("terms"));
  }
  MUSTER_TRY_ASSIGN(issued.flop_per_megacycle, sampler::count(fields, "flop_per_megacycle"));
  MUSTER_TRY(fields.finish());
  if (!issued.issuers.empty()) return issued;
  return failure(Errc::invalid_input, fields.path("issuers") + ": want a key");
}

}  // namespace muster::cli
