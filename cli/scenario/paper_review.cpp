#include <algorithm>
#include <array>

#include "cli/scenario/account_paper.hpp"
#include "cli/scenario/draw_paper.hpp"
#include "cli/scenario/freeze_paper.hpp"
#include "cli/scenario/paper_parts.hpp"
#include "cli/scenario/register_books.hpp"
#include "cli/scenario/run_paper.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/evidence.hpp"
#include "ledger/mirror.hpp"
#include "ledger/refusal.hpp"
#include "registry/refusal_check.hpp"
#include "sampler/plan/draw_question.hpp"

namespace muster::cli::scenario {
namespace {

using sampler::NamedCheck;
using sampler::Question;

constexpr std::string_view paper_place = "paper";

std::array<ledger::VerifierKey, 1> operator_of(const FindingKeys& keys) {
  return {keys.register_operator};
}

// ---- One function for each kind of paper.

Result<PaperReview> review_evidence(FieldReader& fields, const FindingKeys& keys) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text("evidence"));
  MUSTER_TRY(fields.finish());
  MUSTER_TRY_ASSIGN(const auto evidence, ledger::parse_evidence(text));
  const auto conviction = ledger::judge_evidence(evidence, operator_of(keys));
  Question question("what the operator signed contradicts itself");
  if (!conviction) question.fail(conviction.error().message);
  return PaperReview{conviction ? conviction->shows : "nothing", {question.answer()}};
}

Result<NamedCheck> check_refusal(const ledger::Refusal& refusal,
                                 const registry::Submission& submission,
                                 ledger::MemoryStore& store) {
  Question question("the rules refuse the statement there, by the rule that is named");
  const auto judged = registry::judge_refusal(refusal, submission, ledger::mirror_of(store));
  if (judged) {
    if (judged->verdict != registry::RefusalVerdict::stands) question.fail(judged->why);
    return question.answer();
  }
  // What the log that is shown is at fault for; anything else is no answer.
  const Errc code = judged.error().code;
  const bool is_of_log =
      code == Errc::unavailable || code == Errc::corrupt || code == Errc::refused;
  if (!is_of_log) return failure(judged.error());
  question.fail(judged.error().message);
  return question.answer();
}

Result<PaperReview> review_refusal(FieldReader& fields, const FindingKeys& keys) {
  MUSTER_TRY_ASSIGN(const auto store, read_log(fields));
  MUSTER_TRY_ASSIGN(const std::string note, fields.text("refusal"));
  MUSTER_TRY_ASSIGN(const Json* statement, fields.object("statement"));
  MUSTER_TRY_ASSIGN(auto manifests, read_base64_list(fields, "manifests"));
  MUSTER_TRY(fields.finish());
  MUSTER_TRY_ASSIGN(auto envelope, ledger::parse_envelope(statement->dump()));
  const auto refusal = ledger::verify_refusal(note, operator_of(keys));
  PaperReview review{"nothing", {}};
  Question by_operator("the operator signed the refusal");
  if (!refusal) by_operator.fail(refusal.error().message);
  review.checks.push_back(by_operator.answer());
  if (!refusal) return review;
  review.shows = "the register refused it by " + refusal->rule;
  MUSTER_TRY_ASSIGN(
      auto check,
      check_refusal(*refusal, {std::move(envelope), blobs_of(std::move(manifests))}, *store));
  review.checks.push_back(std::move(check));
  return review;
}

Result<PaperReview> review_books(FieldReader& fields, const FindingKeys& keys) {
  MUSTER_TRY_ASSIGN(auto shown, read_signed_log(fields, keys));
  MUSTER_TRY_ASSIGN(const auto before, fields.integer("before"));
  MUSTER_TRY_ASSIGN(const Timestamp at, fields.time("at"));
  MUSTER_TRY_ASSIGN(const Json* books, fields.object("books"));
  MUSTER_TRY(fields.finish());
  const auto& store = shown.store;
  PaperReview review{"what the register holds against parties, and did not before",
                     std::move(shown.checks)};
  if (!review.stands()) return review;
  MUSTER_TRY_ASSIGN(const auto range, store->compact_range());
  MUSTER_TRY_ASSIGN(const Json now, books_of(*store, range.size(), at));
  Question stated("the books say what is stated");
  if (now != *books) stated.fail("they say something else");
  review.checks.push_back(stated.answer());
  Question earlier("they did not say it before");
  const ledger::TreeSize then{static_cast<std::uint64_t>(before)};
  if (then >= range.size()) {
    earlier.fail("there is nothing after what is called before");
  } else {
    MUSTER_TRY_ASSIGN(const Json old, books_of(*store, then, at));
    if (old == *books) earlier.fail("they said the same");
  }
  review.checks.push_back(earlier.answer());
  return review;
}

NamedCheck check_inspector(const Json& unsigned_json, const std::string& signature_text,
                           const FindingKeys& keys) {
  Question question("the inspector signed the bundle as it is");
  const auto bytes = bytes_from_hex(signature_text);
  crypto::Ed25519Signature signature{};
  // The one field that is not signed has one spelling.
  const bool fits = bytes && bytes->size() == signature.size() && to_hex(*bytes) == signature_text;
  if (fits) std::ranges::copy(*bytes, signature.begin());
  const std::string message = std::string(paper_version) + "\n" + canonical_json(unsigned_json);
  if (!fits || !crypto::ed25519_verifies(keys.inspector, as_bytes(message), signature)) {
    question.fail("the signature is of another key, or of other bytes");
  }
  return question.answer();
}

Result<PaperReview> review_kind(const std::string& kind, const Json& shown,
                                const FindingKeys& keys) {
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(shown, std::string(paper_place) + ".shown"));
  if (kind == "evidence") return review_evidence(fields, keys);
  if (kind == "refusal") return review_refusal(fields, keys);
  if (kind == "books") return review_books(fields, keys);
  if (kind == "draw") return review_draw(fields, keys);
  if (kind == "freeze") return review_freeze(fields, keys);
  if (kind == "account") return review_account(fields, keys);
  if (kind == "run") return review_run(fields, keys);
  return failure(Errc::invalid_input,
                 std::string(paper_place) + ".kind: got " + kind +
                     ", want evidence, refusal, books, draw, freeze, account or run");
}

}  // namespace

bool is_paper(std::string_view text) {
  const auto json = parse_json(text);
  return json && json->is_object() && json->contains("version") &&
         json->at("version") == paper_version;
}

Result<PaperReview> reviewed_paper(std::string_view text, const FindingKeys& keys) {
  MUSTER_TRY_ASSIGN(Json json, parse_canonical_json(text));
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(json, std::string(paper_place)));
  MUSTER_TRY_ASSIGN(const std::string version, fields.text("version"));
  if (version != paper_version) {
    return failure(Errc::invalid_input, fields.path("version") + ": got " + version + ", want " +
                                            std::string(paper_version));
  }
  MUSTER_TRY_ASSIGN(const std::string kind, fields.text("kind"));
  MUSTER_TRY_ASSIGN(const std::string signature, fields.text("signature"));
  MUSTER_TRY_ASSIGN(const Json* shown, fields.object("shown"));
  MUSTER_TRY(fields.finish());
  MUSTER_TRY_ASSIGN(auto review, review_kind(kind, *shown, keys));
  json.erase("signature");
  review.checks.insert(review.checks.begin(), check_inspector(json, signature, keys));
  return review;
}

}  // namespace muster::cli::scenario
