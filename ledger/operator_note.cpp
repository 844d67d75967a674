#include "ledger/operator_note.hpp"

#include <algorithm>
#include <charconv>

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::ledger {
namespace {

constexpr std::array<std::string_view, 5> subject_names{"log", "statement", "envelope", "size",
                                                        "root"};

tl::unexpected<Error> not_an_operator_note(std::string_view heading, const std::string& why) {
  return failure(Errc::invalid_input, std::string(heading) + ": " + why);
}

std::string note_line(std::string_view name, const std::string& value) {
  MUSTER_CHECK(!value.empty() && value.find('\n') == std::string::npos);
  return std::string(name) + " " + value + "\n";
}

/// Takes the line "<name> <value>" from the front of `text`.
Result<std::string> take_line(std::string_view heading, std::string_view& text,
                              std::string_view name) {
  const auto newline = text.find('\n');
  const std::string_view line = text.substr(0, newline);
  const bool fits = newline != std::string_view::npos && line.starts_with(name) &&
                    line.size() > name.size() + 1 && line[name.size()] == ' ';
  if (!fits) {
    return not_an_operator_note(heading, "want a line \"" + std::string(name) + " ...\", got \"" +
                                             std::string(line.substr(0, 60)) + "\"");
  }
  text.remove_prefix(newline + 1);
  return std::string(line.substr(name.size() + 1));
}

Result<TreeSize> note_size(std::string_view heading, const std::string& value) {
  TreeSize size;
  const char* const end = value.data() + value.size();
  const auto [stop, problem] = std::from_chars(value.data(), end, size.value);
  const bool canonical = problem == std::errc() && stop == end && value.front() != '0';
  const bool fits = canonical && size.value <= static_cast<std::uint64_t>(max_json_integer);
  if (!fits) return not_an_operator_note(heading, "size: got \"" + value + "\", want 1 or more");
  return size;
}

}  // namespace

Hash envelope_hash(const Envelope& envelope) { return crypto::sha256(encode_envelope(envelope)); }

std::string operator_note_text(std::string_view heading, const NoteSubject& subject,
                               std::span<const NoteLine> more) {
  std::string text = std::string(heading) + "\n" + note_line("log", subject.origin) +
                     note_line("statement", subject.statement.to_hex()) +
                     note_line("envelope", subject.envelope.to_hex()) +
                     note_line("size", std::to_string(subject.head.size.value)) +
                     note_line("root", subject.head.root.to_hex());
  for (const NoteLine& line : more) text += note_line(line.name, line.value);
  return text;
}

Result<ParsedNote> parse_operator_note(std::string_view heading, std::string_view text,
                                       std::span<const std::string_view> names) {
  const std::string first = std::string(heading) + "\n";
  if (!text.starts_with(first)) {
    return not_an_operator_note(heading, "the first line is another");
  }
  text.remove_prefix(first.size());
  std::vector<std::string> values;
  for (const std::string_view name : subject_names) {
    MUSTER_TRY_ASSIGN(std::string value, take_line(heading, text, name));
    values.push_back(std::move(value));
  }
  ParsedNote parsed;
  parsed.subject.origin = values[0];
  if (!is_key_name(values[0])) return not_an_operator_note(heading, "log: cannot name a key");
  MUSTER_TRY_ASSIGN(parsed.subject.statement, Hash::from_hex(values[1]));
  MUSTER_TRY_ASSIGN(parsed.subject.envelope, Hash::from_hex(values[2]));
  MUSTER_TRY_ASSIGN(parsed.subject.head.size, note_size(heading, values[3]));
  MUSTER_TRY_ASSIGN(parsed.subject.head.root, Hash::from_hex(values[4]));
  for (const std::string_view name : names) {
    MUSTER_TRY_ASSIGN(std::string value, take_line(heading, text, name));
    parsed.values.push_back(std::move(value));
  }
  if (!text.empty()) return not_an_operator_note(heading, "goes on after its last line");
  return parsed;
}

Result<void> check_note_signature(const Note& note, const std::string& origin,
                                  std::span<const VerifierKey> keys) {
  const VerifierKey* bad = nullptr;
  bool by_another = false;
  std::string wanted;
  for (const VerifierKey& key : keys) {
    const NoteVerdict verdict = judge_note(note, key);
    if (verdict == NoteVerdict::good && key.name() == origin) return {};
    if (verdict == NoteVerdict::bad && bad == nullptr) bad = &key;
    by_another = by_another || verdict == NoteVerdict::good;
    wanted += (wanted.empty() ? "" : " or ") + key.to_string();
  }
  if (bad != nullptr) {
    return refusal("note.bad_signature",
                   "the signature of " + bad->to_string() + " does not verify");
  }
  if (by_another) return refusal("note.origin", "of log " + origin + ", signed by another's key");
  return refusal("note.unknown_key", "not signed by " + wanted);
}

Result<Timestamp> note_time(std::string_view name, const std::string& value) {
  const auto time = Timestamp::parse(value);
  if (time && time->to_string() == value) return *time;
  return failure(Errc::invalid_input, std::string(name) + ": got \"" + value +
                                          "\", want an instant like 2026-11-23T12:00:00.000Z");
}

}  // namespace muster::ledger
