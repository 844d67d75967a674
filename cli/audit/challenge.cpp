#include "cli/audit/challenge.hpp"

#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

void add_field(Bytes& message, ByteView field) {
  append_u32be(message, static_cast<std::uint32_t>(field.size()));
  append(message, field);
}

Result<Challenge> parse_challenge(std::string_view line) {
  MUSTER_TRY_ASSIGN(const Json json, parse_json(line));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "challenge"));
  MUSTER_TRY_ASSIGN(const std::string plan, fields.text("plan"));
  MUSTER_TRY_ASSIGN(const std::string site, fields.text("site"));
  MUSTER_TRY_ASSIGN(const Hash opening, fields.hash("opening"));
  MUSTER_TRY_ASSIGN(const std::int64_t number, fields.integer("line"));
  MUSTER_TRY_ASSIGN(const ChipId chip, fields.parsed<ChipId>("chip"));
  MUSTER_TRY_ASSIGN(const Hash nonce, fields.hash("nonce"));
  MUSTER_TRY(fields.finish());
  return Challenge{plan, site, opening, static_cast<std::uint64_t>(number), chip, nonce};
}

}  // namespace

Hash challenge_nonce(std::uint64_t line, const Hash& opening, const Hash& gate) {
  Bytes message;
  add_field(message, as_bytes("muster/nonce/v1"));
  add_field(message, u64be(line));
  add_field(message, opening.view());
  add_field(message, gate.view());
  return crypto::sha256(ByteView(message));
}

std::string challenge_lines(const std::vector<Challenge>& challenges) {
  std::string text;
  for (const Challenge& challenge : challenges) {
    text += canonical_json({{"chip", challenge.chip.to_string()},
                            {"line", challenge.line},
                            {"nonce", challenge.nonce.to_hex()},
                            {"opening", challenge.opening.to_hex()},
                            {"plan", challenge.plan},
                            {"site", challenge.site}});
    text += '\n';
  }
  return text;
}

Result<std::vector<Challenge>> parse_challenges(std::string_view text, const std::string& name) {
  std::vector<Challenge> challenges;
  if (text.empty()) return failure(Errc::invalid_input, name + ": empty; want a challenge a line");
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = text.find('\n');
    auto challenge = parse_challenge(text.substr(0, end));
    if (!challenge) {
      return failure(std::move(challenge.error()).during(name + " line " + std::to_string(number)));
    }
    challenges.push_back(std::move(*challenge));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return challenges;
}

}  // namespace muster::cli
