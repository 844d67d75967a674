#include "cli/audit/sealed_kit.hpp"

#include <algorithm>

#include "ledger/base/base64.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/envelope.hpp"

namespace muster::cli {
namespace {

constexpr std::string_view kit_version = "muster/kit/v2";
constexpr std::string_view code_alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t code_length = 26;
constexpr crypto::PassphraseCost cheapest{1, std::uint64_t{8} << 20U};
constexpr std::size_t most_kit_lines = 1'000'000;

std::string bound_text(const std::string& plan, const std::string& site) {
  return std::string(kit_version) + "\n" + plan + "\n" + site;
}

Json content_json(const KitContent& content) {
  Json chips = Json::array();
  for (const ChipId& chip : content.chips) chips.push_back(chip.to_string());
  Json blobs = Json::array();
  for (const ledger::Blob& blob : content.opening.blobs) blobs.push_back(to_base64(blob.bytes));
  return Json{{"opening", ledger::envelope_json(content.opening.envelope)},
              {"blobs", std::move(blobs)},
              {"chips", std::move(chips)},
              {"basis", kit_basis_json(content.basis)}};
}

Result<void> read_content(const Json& json, KitContent& content) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "kit.sealed"));
  MUSTER_TRY_ASSIGN(const Json* opening, fields.object("opening"));
  MUSTER_TRY_ASSIGN(content.opening.envelope, ledger::parse_envelope(canonical_json(*opening)));
  MUSTER_TRY_ASSIGN(const Json* blobs, fields.array("blobs"));
  for (const Json& item : *blobs) {
    if (!item.is_string()) return failure(Errc::invalid_input, "kit.sealed.blobs: want texts");
    MUSTER_TRY_ASSIGN(Bytes bytes, bytes_from_base64(item.get_ref<const std::string&>()));
    const Hash hash = crypto::sha256(ByteView(bytes));
    content.opening.blobs.push_back({hash, std::move(bytes)});
  }
  MUSTER_TRY_ASSIGN(const Json* chips, fields.array("chips"));
  if (chips->size() > most_kit_lines) {
    return failure(Errc::invalid_input, "kit.sealed.chips: too many");
  }
  for (const Json& item : *chips) {
    if (!item.is_string()) return failure(Errc::invalid_input, "kit.sealed.chips: want texts");
    MUSTER_TRY_ASSIGN(const ChipId chip, ChipId::parse(item.get_ref<const std::string&>()));
    content.chips.push_back(chip);
  }
  MUSTER_TRY_ASSIGN(const Json* basis, fields.object("basis"));
  MUSTER_TRY_ASSIGN(content.basis, parse_kit_basis(*basis));
  return fields.finish();
}

}  // namespace

std::string fresh_code(Random& random) {
  Bytes bytes(code_length);
  random.fill(bytes);
  std::string code;
  for (const std::uint8_t byte : bytes) code += code_alphabet[byte % code_alphabet.size()];
  return code;
}

Result<std::string> read_code(std::string_view typed) {
  std::string code;
  for (const char c : typed) {
    if (c == ' ' || c == '-' || c == '\n' || c == '\r') continue;
    char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (upper == 'O') upper = '0';
    if (upper == 'I' || upper == 'L') upper = '1';
    if (code_alphabet.find(upper) == std::string_view::npos) {
      return failure(Errc::invalid_input, "code: holds a character that no code has");
    }
    code += upper;
  }
  if (code.size() == code_length) return code;
  return failure(Errc::invalid_input,
                 "code: got " + std::to_string(code.size()) + " characters, want 26");
}

Result<Json> seal_kit(const KitContent& content, const std::string& code, Random& random) {
  const std::string text = canonical_json(content_json(content));
  MUSTER_TRY_ASSIGN(const Json sealed,
                    crypto::seal_secret(as_bytes(text), code,
                                        bound_text(content.plan, content.site), random, cheapest));
  return Json{
      {"version", kit_version}, {"plan", content.plan}, {"site", content.site}, {"sealed", sealed}};
}

Result<KitContent> open_kit(const Json& file, const std::string& code) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(file, "kit"));
  MUSTER_TRY_ASSIGN(const std::string version, fields.text("version"));
  if (version != kit_version) {
    return failure(Errc::invalid_input, "kit.version: got \"" + version.substr(0, 40) +
                                            "\", want " + std::string(kit_version));
  }
  KitContent content;
  MUSTER_TRY_ASSIGN(content.plan, fields.text("plan"));
  MUSTER_TRY_ASSIGN(content.site, fields.text("site"));
  MUSTER_TRY_ASSIGN(const Json* sealed, fields.object("sealed"));
  MUSTER_TRY(fields.finish());
  const auto secret = crypto::open_secret(*sealed, code, bound_text(content.plan, content.site));
  if (!secret && secret.error().rule == "key.wrong_passphrase") {
    return refusal("kit.wrong_code", "another code, or the kit was changed");
  }
  if (!secret) return failure(secret.error());
  MUSTER_TRY_ASSIGN(const Json json, parse_canonical_json(as_text(*secret)));
  MUSTER_TRY(read_content(json, content));
  return content;
}

std::vector<Challenge> kit_challenges(const KitContent& content, const Hash& gate) {
  const Hash opening = ledger::statement_hash(content.opening.envelope);
  std::vector<Challenge> challenges;
  for (std::size_t i = 0; i < content.chips.size(); ++i) {
    challenges.push_back({content.plan, content.site, opening, i, content.chips[i],
                          challenge_nonce(i, opening, gate)});
  }
  return challenges;
}

}  // namespace muster::cli
