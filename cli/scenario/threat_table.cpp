#include "cli/scenario/threat_table.hpp"

#include <cmath>
#include <cstdlib>

#include "cli/print/number.hpp"
#include "cli/scenario/row.hpp"
#include "cli/scenario/score_json.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::cli::scenario {
namespace {

/// What one play measured, and whether it kept its promise.
struct Measured {
  std::string text;
  std::string keeps;
};

/// A probability of a score with four places, rounded down: no more is said than was measured.
std::string rounded(const std::string& digits) {
  const double value = std::strtod(digits.c_str(), nullptr);
  const std::string whole = std::to_string(value);  // six places
  return whole.substr(0, whole.size() - 2);
}

Result<std::uint64_t> count(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::int64_t value, fields.integer(key));
  return static_cast<std::uint64_t>(value);
}

/// "76,180 of 80,000 (at least 0.9493)".
Result<std::string> caught_of(const Json& json) {
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(json, "score.simulated"));
  MUSTER_TRY_ASSIGN(const std::uint64_t plays, count(fields, "plays"));
  MUSTER_TRY_ASSIGN(const std::uint64_t caught, count(fields, "caught"));
  MUSTER_TRY_ASSIGN(const auto lower, fields.optional_text("lower"));
  std::string text = print::grouped(caught) + " of " + print::grouped(plays);
  if (lower && caught > 0) text += " (at least " + rounded(*lower) + ")";
  return text;
}

/// What the audits of a play add to it: findings, and how long they took.
Result<std::string> audits_text(const Json& json) {
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(json, "score.pipeline"));
  MUSTER_TRY_ASSIGN(const std::uint64_t audits, count(fields, "audits"));
  MUSTER_TRY_ASSIGN(const std::uint64_t findings, count(fields, "findings"));
  MUSTER_TRY_ASSIGN(const auto days, fields.optional_text("days_to_detection"));
  std::string text = "; " + print::grouped(findings) + " of " + print::grouped(audits) +
                     " audits end in a finding";
  if (days) text += ", after " + rounded(*days).substr(0, rounded(*days).find('.')) + " days";
  return text;
}

Result<Measured> measured(const Json& json) {
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(json, "score.plays"));
  MUSTER_TRY_ASSIGN(const std::string name, fields.text("play"));
  MUSTER_TRY_ASSIGN(const std::string engine, fields.text("engine"));
  MUSTER_TRY_ASSIGN(const std::string promise, fields.text("promise"));
  MUSTER_TRY_ASSIGN(const std::string promised, fields.text("promised"));
  MUSTER_TRY_ASSIGN(const std::string keeps, fields.text("keeps"));
  MUSTER_TRY_ASSIGN(const Json* simulated, fields.object("simulated"));
  MUSTER_TRY_ASSIGN(const std::string caught, caught_of(*simulated));
  const bool lines = engine == "pipeline" && promise != "target";
  std::string text = name + ", " + engine + ": " + caught + (lines ? " drawn lines" : "");
  if (promise == "target" || promise == "stated") text += ", promised " + rounded(promised);
  if (promise == "graded") {
    MUSTER_TRY_ASSIGN(const std::uint64_t certain, count(fields, "called_certain"));
    text += " show a sign, " + print::grouped(certain) + " called proof";
  }
  if (lines) {
    MUSTER_TRY_ASSIGN(const Json* audits, fields.object("pipeline"));
    MUSTER_TRY_ASSIGN(const std::string more, audits_text(*audits));
    text += more;
  }
  const bool missed = promise == "not caught";
  return Measured{missed ? "**NOT CAUGHT**: " + text : text, keeps};
}

Result<Measured> honest_text(const Json& json) {
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(json, "score.honest"));
  MUSTER_TRY_ASSIGN(const Json* accused, fields.object("accused"));
  MUSTER_TRY_ASSIGN(const std::string stated, fields.text("stated"));
  MUSTER_TRY_ASSIGN(const std::string keeps, fields.text("keeps"));
  MUSTER_TRY_ASSIGN(auto counts, FieldReader::open(*accused, "score.honest.accused"));
  MUSTER_TRY_ASSIGN(const std::uint64_t plays, count(counts, "plays"));
  MUSTER_TRY_ASSIGN(const std::uint64_t hits, count(counts, "caught"));
  MUSTER_TRY_ASSIGN(const std::string upper, counts.text("upper"));
  return Measured{"accused wrongly: " + print::grouped(hits) + " of " + print::grouped(plays) +
                      " (at most " + upper_bound_text(std::strtod(upper.c_str(), nullptr)) +
                      "), stated " + rounded(stated),
                  keeps};
}

/// What the score has of a row.
Result<std::vector<Measured>> all_measured(const Json& score, std::string_view row) {
  std::vector<Measured> list;
  if (score.is_null()) return list;
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(score, "score"));
  MUSTER_TRY_ASSIGN(const std::string version, fields.text("version"));
  if (version != score_version) {
    return failure(Errc::invalid_input,
                   "score.version: got " + version + ", want " + std::string(score_version));
  }
  MUSTER_TRY_ASSIGN(const Json* plays, fields.array("plays"));
  for (const Json& json : *plays) {
    MUSTER_TRY_ASSIGN(auto play, FieldReader::open(json, "score.plays"));
    MUSTER_TRY_ASSIGN(const std::string own, play.text("row"));
    if (own != row) continue;
    MUSTER_TRY_ASSIGN(auto one, measured(json));
    list.push_back(std::move(one));
  }
  MUSTER_TRY_ASSIGN(const Json* honest, fields.any("honest"));
  if (row == "honest" && !honest->is_null()) {
    MUSTER_TRY_ASSIGN(auto one, honest_text(*honest));
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace

std::string upper_bound_text(double bound) {
  constexpr double places = 10'000;
  const auto up = static_cast<std::uint64_t>(std::ceil(bound * places));
  const std::string decimals = std::to_string(up % 10'000);
  return std::to_string(up / 10'000) + "." + std::string(4 - decimals.size(), '0') + decimals;
}

Result<std::string> threat_table(const Json& score) {
  std::string text =
      "| # | evasion | promise | simulated | keeps | cannot be tested | not played here |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const RowFacts& row : rows()) {
    MUSTER_TRY_ASSIGN(const auto list, all_measured(score, row.id));
    std::string simulated;
    std::string keeps;
    for (const Measured& one : list) {
      simulated += (simulated.empty() ? "" : "<br>") + one.text;
      keeps += (keeps.empty() ? "" : "<br>") + one.keeps;
    }
    if (list.empty()) simulated = keeps = "-";
    for (const std::string& cell :
         {std::string(row.id), std::string(row.evasion), std::string(row.promise), simulated, keeps,
          std::string(row.untested),
          row.unplayed.empty() ? std::string("-") : std::string(row.unplayed)}) {
      text += "| " + cell + " ";
    }
    text += "|\n";
  }
  return text;
}

}  // namespace muster::cli::scenario
