#include "ledger/refusal.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"
#include "ledger/base/utf8.hpp"

namespace muster::ledger {
namespace {

constexpr std::array<std::string_view, 3> refusal_names{"judged_at", "rule", "message"};
constexpr std::size_t max_rule_bytes = 64;

bool is_control(char c) { return (c >= 0 && c < 0x20) || c == 0x7F; }

bool is_refusal_message(std::string_view text) {
  return !text.empty() && text.size() <= max_refusal_message_bytes && is_utf8(text) &&
         std::ranges::none_of(text, is_control);
}

tl::unexpected<Error> not_a_refusal(const std::string& why) {
  return failure(Errc::invalid_input, std::string(refusal_heading) + ": " + why);
}

}  // namespace

bool is_rule_code(std::string_view text) {
  return !text.empty() && text.size() <= max_rule_bytes && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
  });
}

std::string refusal_message(std::string_view text) {
  std::string line(text.substr(0, max_refusal_message_bytes));
  // A character that was cut in two goes as a whole.
  while (!line.empty() && !is_utf8(line) && text.size() > max_refusal_message_bytes) {
    line.pop_back();
  }
  std::ranges::replace_if(line, is_control, ' ');
  return is_refusal_message(line) ? line : "no further words";
}

std::string refusal_text(const Refusal& refusal) {
  MUSTER_CHECK(is_rule_code(refusal.rule) && is_refusal_message(refusal.message));
  const std::array<NoteLine, 3> more{{{refusal_names[0], refusal.judged_at.to_string()},
                                      {refusal_names[1], refusal.rule},
                                      {refusal_names[2], refusal.message}}};
  return operator_note_text(refusal_heading, refusal.about, more);
}

Result<Refusal> parse_refusal_text(std::string_view text) {
  MUSTER_TRY_ASSIGN(ParsedNote parsed, parse_operator_note(refusal_heading, text, refusal_names));
  MUSTER_TRY_ASSIGN(const Timestamp judged_at, note_time(refusal_names[0], parsed.values[0]));
  if (!is_rule_code(parsed.values[1])) return not_a_refusal("rule: want a code like key.unknown");
  if (!is_refusal_message(parsed.values[2])) {
    return not_a_refusal("message: want a line of 1 to 500 bytes");
  }
  return Refusal{std::move(parsed.subject), judged_at, std::move(parsed.values[1]),
                 std::move(parsed.values[2])};
}

std::string sign_refusal(const Refusal& refusal, const crypto::Ed25519Signer& signer) {
  return encode_note(sign_note(refusal_text(refusal), refusal.about.origin, signer));
}

Result<Refusal> verify_refusal(std::string_view note, std::span<const VerifierKey> keys) {
  MUSTER_TRY_ASSIGN(const Note parsed, parse_note(note));
  MUSTER_TRY_ASSIGN(Refusal refusal, parse_refusal_text(parsed.text));
  MUSTER_TRY(check_note_signature(parsed, refusal.about.origin, keys));
  return refusal;
}

}  // namespace muster::ledger
