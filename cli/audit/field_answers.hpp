#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/audit/seen.hpp"
#include "ledger/base/chip_id.hpp"
#include "ledger/base/hash.hpp"

namespace muster::cli {

/// What became of a drawn chip at its site.
enum class AnswerKind : std::uint8_t { presented, absent, denied, dead };

[[nodiscard]] std::string_view answer_name(AnswerKind kind);
/// Errors: `invalid_input`, naming `where`.
Result<AnswerKind> parse_answer_kind(std::string_view text, const std::string& where);

/// What the host said to an answer or to a whole visit: it signed a note, or would not.
struct HostWord {
  std::optional<Hash> note{};  ///< SHA-256 of a salt and the note that the host signed.
  std::string refused{};       ///< Why it would not sign; empty when it did.

  /// Neither.
  [[nodiscard]] bool silent() const { return !note && refused.empty(); }
  friend bool operator==(const HostWord&, const HostWord&) = default;
};

[[nodiscard]] Json host_word_json(const HostWord& host);
/// Errors: `invalid_input`, also for both at once.
Result<HostWord> parse_host_word(const Json& json, const std::string& where);

/// One answer to a line, as an inspector gave it at the site.
struct FieldAnswer {
  AnswerKind kind = AnswerKind::presented;
  std::string verdict{};             ///< Of the appraisal; "not-presented" when none was made.
  std::vector<std::string> codes{};  ///< Of the findings.
  Seen seen{};
  std::optional<Hash> evidence{};  ///< SHA-256 of what was presented.
  Hash report{};                   ///< SHA-256 of the appraisal's or the answer's document.
  HostWord host{};                 ///< Of lines that showed no chip.
  std::string text{};              ///< What was seen, in words.
  std::string by{};                ///< Who gave it.
  std::string why{};               ///< Why it corrects the one before; empty for the first.
  Timestamp at{};                  ///< When it was given: a chip's head is judged against this.

  friend bool operator==(const FieldAnswer&, const FieldAnswer&) = default;
};

/// Whether two answers say the same of a line, whoever said it and when.
[[nodiscard]] bool says_the_same(const FieldAnswer& one, const FieldAnswer& other);

/// A line with its answer and those that it corrected, oldest first. Never without an answer.
struct FieldLine {
  std::uint64_t line = 0;  ///< Place in the opening.
  ChipId chip;
  std::vector<FieldAnswer> answers{};

  [[nodiscard]] const FieldAnswer& answer() const { return answers.back(); }
  friend bool operator==(const FieldLine&, const FieldLine&) = default;
};

/// What a laptop has of a kit's lines, or several together.
struct FieldAnswers {
  std::string plan;
  std::string site;
  Hash kit{};                      ///< SHA-256 of the kit's file.
  Hash opening{};                  ///< Statement hash of the site's draw.open.
  Hash gate{};                     ///< The value read at the gate.
  std::vector<FieldLine> lines{};  ///< Those that are answered, rising.

  /// The answered line, or null.
  [[nodiscard]] const FieldLine* find(std::uint64_t line) const;
  friend bool operator==(const FieldAnswers&, const FieldAnswers&) = default;
};

/// Gives `line` an answer. Without a reason in `answer.why` a line is answered once: the same
/// answer again changes nothing. With one it follows the answer that it corrects.
/// True if something was added.
/// Errors: `refused` by `inspect.answered` for another answer without a reason, and by
/// `inspect.nothing_to_correct` for a correction that corrects nothing.
Result<bool> answer_line(FieldAnswers& answers, std::uint64_t line, const ChipId& chip,
                         FieldAnswer answer);

/// The answers of several laptops as one. The same answer twice is one, the earlier; a line that
/// one of them corrected has the correction.
/// Requires: at least one. Errors: `refused` by `kit.other_kit` for files of different kits or
/// openings, and by `kit.contradiction`, which tells every line that is answered otherwise.
Result<FieldAnswers> merged(const std::vector<FieldAnswers>& parts);

[[nodiscard]] Json field_answers_json(const FieldAnswers& answers);
/// Takes any JSON. Errors: `invalid_input` by field: a line twice or out of order, a first answer
/// with a reason or a later one without, times that fall, a chip presented without evidence or an
/// absent one with it, the host silent where no chip was shown, an upper level without its probes.
Result<FieldAnswers> parse_field_answers(const Json& json);

}  // namespace muster::cli
