#pragma once

#include <map>
#include <string>

#include "cli/audit/field_answers.hpp"
#include "ledger/base/random.hpp"
#include "ledger/envelope.hpp"

namespace muster::cli {

/// What the statement that closes a result is called in its envelope.
inline constexpr std::string_view closing_payload_type = "application/vnd.muster.kit-result+json";
/// Most bytes of evidence that a result carries; more goes beside it, named by hash.
inline constexpr std::size_t max_carried_evidence = std::size_t{48} << 20U;

/// What a team brings back from one site: closed, signed, and changed no more.
struct KitResult {
  FieldAnswers answers;
  std::uint64_t lines = 0;  ///< Of the opening, answered or not.
  HostWord host{};          ///< On the visit as a whole, unless the host's key signed.
  Timestamp closed_at{};
  ledger::Envelope closing{};  ///< `closing_payload`, signed by the team and perhaps by the host.
  std::map<Hash, Bytes> evidence{};  ///< By SHA-256.
};

/// The canonical JSON that closes a result: kit, plan, site, opening, gate value, how many lines
/// there are and are answered, SHA-256 of the answers, the host's word, the time.
[[nodiscard]] std::string closing_payload(const KitResult& result);

/// The answers of one laptop as a file (`muster/kit-answers/v1`): plan, site and kit in the open,
/// all else sealed under the kit's code. Errors: those of `crypto::seal_secret`.
Result<Json> seal_answers(const FieldAnswers& answers, const std::string& code, Random& random);
/// Takes any JSON.
/// Errors: `invalid_input` by field; with rule `kit.wrong_code` for another code or changed bytes.
Result<FieldAnswers> open_answers(const Json& file, const std::string& code);

/// What is sealed in a result: {"answers","closing","evidence":[base64]}.
[[nodiscard]] Json kit_result_json(const KitResult& result);
/// Takes any JSON. Whose signatures stand under it is for the caller to judge.
/// Errors: `invalid_input` by field; `kit.changed` where the signed words are not those of the
/// answers; evidence twice, or of no answer.
Result<KitResult> parse_kit_result(const Json& json);

/// The result as a file (`muster/kit-result/v1`), sealed like it.
Result<Json> seal_result(const KitResult& result, const std::string& code, Random& random);
/// Takes any JSON. Errors: as `open_answers` and `parse_kit_result`.
Result<KitResult> open_result(const Json& file, const std::string& code);

}  // namespace muster::cli
