#include "cli/audit/field_answers.hpp"

#include <algorithm>
#include <array>

#include "ledger/base/check.hpp"

namespace muster::cli {
namespace {

constexpr std::array<std::string_view, 4> answer_names{"presented", "absent", "denied", "dead"};
constexpr std::size_t most_lines_told = 20;

std::string line_text(const FieldLine& line) {
  return "line " + std::to_string(line.line + 1) + " (chip " + line.chip.to_string() + ")";
}

std::string answer_text(const FieldAnswer& answer) {
  std::string text(answer_name(answer.kind));
  if (answer.kind == AnswerKind::presented) text += ", " + answer.verdict;
  return text + " by " + answer.by + " at " + answer.at.to_string();
}

using History = std::vector<FieldAnswer>;

/// Both histories as one, of equal answers the earlier; nothing if they contradict each other. The
/// shorter one is where the longer began, or its only answer is what the longer came to.
std::optional<History> joined(const History& one, const History& other) {
  const History& shorter = one.size() < other.size() ? one : other;
  History answers = one.size() < other.size() ? other : one;
  if (shorter.size() == 1 && says_the_same(shorter.back(), answers.back())) {
    if (answers.size() == 1 && shorter.back().at < answers.back().at) return shorter;
    return answers;
  }
  for (std::size_t i = 0; i < shorter.size(); ++i) {
    if (!says_the_same(shorter[i], answers[i])) return std::nullopt;
    if (shorter[i].at < answers[i].at) answers[i] = shorter[i];
  }
  return answers;
}

std::vector<FieldLine>::iterator place_of(FieldAnswers& answers, std::uint64_t line) {
  return std::ranges::lower_bound(answers.lines, line, {}, &FieldLine::line);
}

void add_part(FieldAnswers& all, const FieldAnswers& part, std::vector<std::string>& against) {
  for (const FieldLine& line : part.lines) {
    const auto place = place_of(all, line.line);
    if (place == all.lines.end() || place->line != line.line) {
      all.lines.insert(place, line);
      continue;
    }
    auto history = joined(place->answers, line.answers);
    if (place->chip == line.chip && history) {
      place->answers = std::move(*history);
    } else {
      against.push_back(line_text(line) + ": " + answer_text(place->answer()) + "; " +
                        answer_text(line.answer()));
    }
  }
}

}  // namespace

std::string_view answer_name(AnswerKind kind) {
  return answer_names[static_cast<std::size_t>(kind)];
}

Result<AnswerKind> parse_answer_kind(std::string_view text, const std::string& where) {
  const auto found = std::ranges::find(answer_names, text);
  if (found != answer_names.end()) return static_cast<AnswerKind>(found - answer_names.begin());
  return failure(Errc::invalid_input, where + ": got \"" + std::string(text) +
                                          "\", want presented, absent, denied or dead");
}

bool says_the_same(const FieldAnswer& one, const FieldAnswer& other) {
  return one.kind == other.kind && one.verdict == other.verdict && one.codes == other.codes &&
         one.evidence == other.evidence && one.seen.presence == other.seen.presence;
}

const FieldLine* FieldAnswers::find(std::uint64_t line) const {
  const auto place = std::ranges::lower_bound(lines, line, {}, &FieldLine::line);
  return place != lines.end() && place->line == line ? &*place : nullptr;
}

Result<bool> answer_line(FieldAnswers& answers, std::uint64_t line, const ChipId& chip,
                         FieldAnswer answer) {
  const auto place = place_of(answers, line);
  const bool known = place != answers.lines.end() && place->line == line;
  if (!known) {
    FieldLine fresh{line, chip, {}};
    if (!answer.why.empty()) {
      return refusal("inspect.nothing_to_correct", line_text(fresh) + ": has no answer yet");
    }
    fresh.answers.push_back(std::move(answer));
    answers.lines.insert(place, std::move(fresh));
    return true;
  }
  const FieldAnswer& before = place->answer();
  if (says_the_same(before, answer)) return false;
  if (answer.why.empty()) {
    return refusal("inspect.answered",
                   line_text(*place) + ": is " + answer_text(before) + ", not " +
                       answer_text(answer) +
                       "; a change is a correction, with its reason: --correct");
  }
  if (answer.at < before.at) {
    return refusal(
        "inspect.nothing_to_correct",
        line_text(*place) + ": the clock is before the answer of " + before.at.to_string());
  }
  place->answers.push_back(std::move(answer));
  return true;
}

Result<FieldAnswers> merged(const std::vector<FieldAnswers>& parts) {
  MUSTER_CHECK(!parts.empty());
  FieldAnswers all = parts.front();
  std::vector<std::string> against;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const FieldAnswers& part = parts[i];
    if (part.kit != all.kit || part.opening != all.opening || part.gate != all.gate) {
      return refusal("kit.other_kit", "file " + std::to_string(i + 1) +
                                          " is of another kit, opening or gate value than the "
                                          "first");
    }
    add_part(all, part, against);
  }
  if (against.empty()) return all;
  std::string text = std::to_string(against.size()) + " answered otherwise";
  for (std::size_t i = 0; i < std::min(against.size(), most_lines_told); ++i) {
    text += "\n  " + against[i];
  }
  if (against.size() > most_lines_told) text += "\n  and more";
  return refusal("kit.contradiction", text);
}

}  // namespace muster::cli
