#include "sampler/floor/floor_evaluation.hpp"

#include <algorithm>
#include <map>

#include "sampler/stats/bounds.hpp"

namespace muster::sampler {
namespace {

/// What was read at one position, with the register's word for each.
struct ReadPosition {
  const FloorAnswer* answer = nullptr;
  std::vector<RegisterWord> words;
};

using ReadPositions = std::map<std::string, ReadPosition>;

Result<ReadPositions> read_positions(const FloorDraw& drawn,
                                     const std::vector<FloorAnswer>& answers,
                                     const RegisterLookup& lookup) {
  ReadPositions read;
  for (const DrawnPosition& line : drawn.positions) read.emplace(line.position, ReadPosition{});
  for (const FloorAnswer& answer : answers) {
    const auto place = read.find(answer.position);
    if (place == read.end()) {
      return failure(Errc::invalid_input, "answers line " + std::to_string(answer.line) +
                                              ": position \"" + answer.position +
                                              "\" was not drawn");
    }
    place->second.answer = &answer;
    for (const SeenChip& chip : answer.chips) {
      MUSTER_TRY_ASSIGN(auto word, lookup(chip.name));
      place->second.words.push_back(std::move(word));
    }
  }
  return read;
}

/// The positions at which each chip of the register was read.
std::map<std::string, std::vector<std::string>> positions_by_chip(const ReadPositions& read) {
  std::map<std::string, std::vector<std::string>> by_chip;
  for (const auto& [position, one] : read) {
    for (const RegisterWord& word : one.words) {
      if (!word.chip.empty()) by_chip[word.chip].push_back(position);
    }
  }
  return by_chip;
}

LineOutcome worse(LineOutcome a, LineOutcome b) {
  if (a == LineOutcome::hit || b == LineOutcome::hit) return LineOutcome::hit;
  return a == LineOutcome::open ? a : b;
}

LineOutcome outcome_of(Standing standing) {
  if (standing == Standing::here) return LineOutcome::consistent;
  return standing == Standing::unclear ? LineOutcome::open : LineOutcome::hit;
}

/// What stands there twice under one name: at other positions, or by two names at this one.
std::string doubled(const std::vector<std::string>& positions, const std::string& here) {
  for (const std::string& other : positions) {
    if (other != here) return ", which was read at " + other + " too";
  }
  return positions.size() > 1 ? ", which was read twice here" : "";
}

FloorLine judged(const std::string& position, const ReadPosition& read,
                 const std::map<std::string, std::vector<std::string>>& by_chip) {
  FloorLine line{position, LineOutcome::open, read.answer != nullptr, {}};
  if (read.answer == nullptr) {
    line.words.emplace_back("not looked at yet");
    return line;
  }
  if (!read.answer->unreadable) line.outcome = LineOutcome::consistent;
  for (std::size_t i = 0; i < read.words.size(); ++i) {
    const RegisterWord& word = read.words[i];
    const auto places = by_chip.find(word.chip);
    const std::string twice =
        places == by_chip.end() ? std::string() : doubled(places->second, position);
    line.outcome = worse(line.outcome, outcome_of(word.standing));
    if (!twice.empty()) line.outcome = LineOutcome::hit;
    line.words.push_back(read.answer->chips[i].name + ": " + word.text + twice);
  }
  if (read.answer->unreadable) line.words.emplace_back("could not be read");
  if (!read.answer->unreadable && read.words.empty()) line.words.emplace_back("empty");
  if (!read.answer->note.empty()) line.words.push_back(read.answer->note);
  return line;
}

void add_line(const FloorLine& line, const ReadPosition& read, FloorEvaluation& sum) {
  if (line.answered) ++sum.answered;
  if (line.outcome == LineOutcome::hit) ++sum.hits;
  if (line.outcome == LineOutcome::open) ++sum.open;
  if (line.outcome == LineOutcome::consistent) {
    ++sum.consistent;
    if (read.words.empty()) ++sum.empty;
  }
  if (read.answer == nullptr) return;
  for (const SeenChip& chip : read.answer->chips) {
    ++sum.chips;
    if (chip.presence == Presence::label) ++sum.by_label;
  }
}

}  // namespace

Result<FloorEvaluation> floor_evaluation(const FloorPlan& plan, const FloorDraw& drawn,
                                         const std::vector<FloorAnswer>& answers,
                                         const RegisterLookup& lookup) {
  MUSTER_TRY_ASSIGN(const auto read, read_positions(drawn, answers, lookup));
  const auto by_chip = positions_by_chip(read);
  FloorEvaluation sum{AuditVerdict::not_concluded,
                      drawn.positions.size(),
                      0,
                      0,
                      0,
                      0,
                      0,
                      0,
                      0,
                      {},
                      {},
                      plan.not_covered};
  for (const DrawnPosition& line : drawn.positions) {
    const ReadPosition& one = read.at(line.position);
    sum.judged.push_back(judged(line.position, one, by_chip));
    add_line(sum.judged.back(), one, sum);
  }
  if (sum.open == 0) {
    sum.verdict = sum.hits > 0 ? AuditVerdict::finding : AuditVerdict::no_sign_of;
  }
  sum.unregistered_at_most = stats::upper_bound(
      {plan.request.positions, sum.lines, sum.hits + sum.open}, plan.request.target);
  if (sum.by_label > 0) {
    sum.not_covered.push_back(std::to_string(sum.by_label) +
                              " chips known by a label alone: a copied label passes");
  }
  return sum;
}

}  // namespace muster::sampler
