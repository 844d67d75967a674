#include "cli/audit/sealed_answers.hpp"

#include <set>

#include "ledger/base/base64.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sealed_secret.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

constexpr std::string_view answers_version = "muster/kit-answers/v1";
constexpr std::string_view result_version = "muster/kit-result/v1";
// The code has 130 bits: it need not be slow to try.
constexpr crypto::PassphraseCost code_cost{1, std::uint64_t{8} << 20U};

/// What stands in the open, and is bound to what is sealed.
struct Cover {
  std::string_view version;
  std::string plan;
  std::string site;
  Hash kit{};

  [[nodiscard]] std::string bound() const {
    return std::string(version) + "\n" + plan + "\n" + site + "\n" + kit.to_hex();
  }
};

Cover cover_of(std::string_view version, const FieldAnswers& answers) {
  return {version, answers.plan, answers.site, answers.kit};
}

Result<Json> seal(const Cover& cover, const Json& content, const std::string& code,
                  Random& random) {
  const std::string text = canonical_json(content);
  MUSTER_TRY_ASSIGN(const Json sealed,
                    crypto::seal_secret(as_bytes(text), code, cover.bound(), random, code_cost));
  return Json{{"version", cover.version},
              {"plan", cover.plan},
              {"site", cover.site},
              {"kit", cover.kit.to_hex()},
              {"sealed", sealed}};
}

/// The sealed content; fills `cover`.
Result<Json> unseal(const Json& file, const std::string& where, const std::string& code,
                    Cover& cover) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(file, where));
  MUSTER_TRY_ASSIGN(const std::string version, fields.text("version"));
  if (version != cover.version) {
    return failure(Errc::invalid_input, where + ".version: got \"" + version.substr(0, 40) +
                                            "\", want " + std::string(cover.version));
  }
  MUSTER_TRY_ASSIGN(cover.plan, fields.text("plan"));
  MUSTER_TRY_ASSIGN(cover.site, fields.text("site"));
  MUSTER_TRY_ASSIGN(cover.kit, fields.hash("kit"));
  MUSTER_TRY_ASSIGN(const Json* sealed, fields.object("sealed"));
  MUSTER_TRY(fields.finish());
  const auto secret = crypto::open_secret(*sealed, code, cover.bound());
  if (!secret && secret.error().rule == "key.wrong_passphrase") {
    return refusal("kit.wrong_code", where + ": another code, or the file was changed");
  }
  if (!secret) return failure(secret.error());
  return parse_canonical_json(as_text(*secret));
}

/// Whether the cover tells what the content tells.
Result<void> check_cover(const Cover& cover, const FieldAnswers& answers,
                         const std::string& where) {
  if (cover.plan == answers.plan && cover.site == answers.site && cover.kit == answers.kit) {
    return {};
  }
  return failure(Errc::invalid_input, where + ": plan, site or kit differ from what is sealed");
}

Hash answers_hash(const FieldAnswers& answers) {
  return crypto::sha256(canonical_json(field_answers_json(answers)));
}

Result<std::map<Hash, Bytes>> parse_carried(const Json& list, const FieldAnswers& answers) {
  std::set<Hash> named;
  for (const FieldLine& line : answers.lines) {
    for (const FieldAnswer& answer : line.answers) {
      if (answer.evidence) named.insert(*answer.evidence);
    }
  }
  std::map<Hash, Bytes> carried;
  for (const Json& item : list) {
    if (!item.is_string()) return failure(Errc::invalid_input, "result.evidence: want texts");
    MUSTER_TRY_ASSIGN(Bytes bytes, bytes_from_base64(item.get_ref<const std::string&>()));
    const Hash hash = crypto::sha256(ByteView(bytes));
    if (!named.contains(hash)) {
      return failure(Errc::invalid_input, "result.evidence: " + hash.to_hex() + " is of no answer");
    }
    if (carried.emplace(hash, std::move(bytes)).second) continue;
    return failure(Errc::invalid_input, "result.evidence: " + hash.to_hex() + " stands twice");
  }
  return carried;
}

/// The parts of the signed words that are not in the answers.
Result<void> read_closing(KitResult& result) {
  MUSTER_TRY_ASSIGN(const Json json, parse_canonical_json(result.closing.payload));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "result.closing"));
  MUSTER_TRY_ASSIGN(const std::int64_t lines, fields.integer("lines"));
  MUSTER_TRY_ASSIGN(const Json* host, fields.object("host"));
  MUSTER_TRY_ASSIGN(result.host, parse_host_word(*host, fields.path("host")));
  MUSTER_TRY_ASSIGN(result.closed_at, fields.time("closed_at"));
  result.lines = static_cast<std::uint64_t>(lines);
  const bool same = result.closing.payload_type == closing_payload_type &&
                    closing_payload(result) == result.closing.payload;
  if (same) return {};
  return refusal("kit.changed", "what is signed is not what stands in the result");
}

}  // namespace

std::string closing_payload(const KitResult& result) {
  const FieldAnswers& answers = result.answers;
  return canonical_json({{"version", result_version},
                         {"plan", answers.plan},
                         {"site", answers.site},
                         {"kit", answers.kit.to_hex()},
                         {"opening", answers.opening.to_hex()},
                         {"gate", answers.gate.to_hex()},
                         {"lines", result.lines},
                         {"answered", answers.lines.size()},
                         {"answers", answers_hash(answers).to_hex()},
                         {"host", host_word_json(result.host)},
                         {"closed_at", result.closed_at.to_string()}});
}

Result<Json> seal_answers(const FieldAnswers& answers, const std::string& code, Random& random) {
  return seal(cover_of(answers_version, answers), field_answers_json(answers), code, random);
}

Result<FieldAnswers> open_answers(const Json& file, const std::string& code) {
  Cover cover{answers_version, {}, {}};
  MUSTER_TRY_ASSIGN(const Json json, unseal(file, "answers", code, cover));
  MUSTER_TRY_ASSIGN(FieldAnswers answers, parse_field_answers(json));
  MUSTER_TRY(check_cover(cover, answers, "answers"));
  return answers;
}

Json kit_result_json(const KitResult& result) {
  Json evidence = Json::array();
  for (const auto& [hash, bytes] : result.evidence) evidence.push_back(to_base64(bytes));
  return {{"answers", field_answers_json(result.answers)},
          {"closing", ledger::envelope_json(result.closing)},
          {"evidence", std::move(evidence)}};
}

Result<KitResult> parse_kit_result(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "result"));
  MUSTER_TRY_ASSIGN(const Json* answers, fields.object("answers"));
  MUSTER_TRY_ASSIGN(const Json* closing, fields.object("closing"));
  MUSTER_TRY_ASSIGN(const Json* evidence, fields.array("evidence"));
  MUSTER_TRY(fields.finish());
  KitResult result;
  MUSTER_TRY_ASSIGN(result.answers, parse_field_answers(*answers));
  MUSTER_TRY_ASSIGN(result.closing, ledger::parse_envelope(canonical_json(*closing)));
  MUSTER_TRY(read_closing(result));
  MUSTER_TRY_ASSIGN(result.evidence, parse_carried(*evidence, result.answers));
  return result;
}

Result<Json> seal_result(const KitResult& result, const std::string& code, Random& random) {
  return seal(cover_of(result_version, result.answers), kit_result_json(result), code, random);
}

Result<KitResult> open_result(const Json& file, const std::string& code) {
  Cover cover{result_version, {}, {}};
  MUSTER_TRY_ASSIGN(const Json json, unseal(file, "result", code, cover));
  MUSTER_TRY_ASSIGN(KitResult result, parse_kit_result(json));
  MUSTER_TRY(check_cover(cover, result.answers, "result"));
  return result;
}

}  // namespace muster::cli
