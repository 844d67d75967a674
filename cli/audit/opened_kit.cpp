#include "cli/audit/opened_kit.hpp"

#include "cli/audit/field_sheet.hpp"
#include "cli/audit/sealed_answers.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

Result<void> check_lines(const KitContent& content) {
  for (const ChipId& chip : content.chips) {
    if (record_of(content.basis.provers, chip) != nullptr) continue;
    return failure(Errc::invalid_input,
                   "kit: chip " + chip.to_string() + " is a line that no Prover of it held");
  }
  return {};
}

}  // namespace

Hash OpenedKit::opening() const { return ledger::statement_hash(content.opening.envelope); }

Result<OpenedKit> open_kit_file(const KitSource& source) {
  MUSTER_TRY_ASSIGN(std::string code, read_code(source.code));
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(source.file, max_kit_bytes));
  auto json = parse_json(text);
  if (!json) return failure(std::move(json.error()).during(source.file));
  auto content = open_kit(*json, code);
  if (!content) return failure(std::move(content.error()).during(source.file));
  MUSTER_TRY(check_lines(*content));
  const KitBasis& basis = content->basis;
  MUSTER_TRY_ASSIGN(sampler::Plan plan, sampler::parse_plan(canonical_json(basis.plan)));
  CommittedPlan known{content->plan, {}, std::move(plan), basis.plan_statement, {}, {}, {}};
  return OpenedKit{crypto::sha256(text), std::move(code), std::move(*content), std::move(known)};
}

Result<Json> read_sealed_json(const std::string& file) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file, max_kit_bytes));
  auto json = parse_json(text);
  if (!json) return failure(std::move(json.error()).during(file));
  return json;
}

Result<FieldAnswers> answers_of_kit(const OpenedKit& kit, const std::vector<std::string>& files) {
  std::vector<FieldAnswers> parts;
  parts.reserve(files.size());
  for (const std::string& file : files) {
    MUSTER_TRY_ASSIGN(const Json json, read_sealed_json(file));
    auto answers = open_answers(json, kit.code);
    if (!answers) return failure(std::move(answers.error()).during(file));
    auto checked = check_of_kit(kit, *answers);
    if (!checked) return failure(std::move(checked.error()).during(file));
    parts.push_back(std::move(*answers));
  }
  return merged(parts);
}

Result<void> check_of_kit(const OpenedKit& kit, const FieldAnswers& answers) {
  if (answers.kit != kit.hash || answers.plan != kit.content.plan ||
      answers.site != kit.content.site || answers.opening != kit.opening()) {
    return refusal("kit.other_kit", "is of plan " + answers.plan + ", site " + answers.site +
                                        ", and not of this kit or its opening");
  }
  for (const FieldLine& line : answers.lines) {
    const auto& chips = kit.content.chips;
    if (line.line < chips.size() && chips[line.line] == line.chip) continue;
    return refusal("inspect.substituted", "line " + std::to_string(line.line + 1) + ": chip " +
                                              line.chip.to_string() +
                                              " was not drawn for it; no other chip answers a "
                                              "drawn one's line");
  }
  return {};
}

Result<void> check_sheet_name(const std::string& name) {
  if (name.empty() || name.ends_with(".html") || name.ends_with(".csv")) return {};
  return failure(Errc::invalid_input, name + ": want a name that ends in .html or .csv");
}

std::string kit_sheet_text(const OpenedKit& kit, const std::string& name) {
  std::vector<SheetLine> lines;
  const auto& chips = kit.content.chips;
  lines.reserve(chips.size());
  for (std::size_t i = 0; i < chips.size(); ++i) {
    const ProverRecord* record = record_of(kit.content.basis.provers, chips[i]);
    const auto known = record->enrolled.find(chips[i]);
    const Enrolment enrolled = known == record->enrolled.end() ? Enrolment{} : known->second;
    lines.push_back(
        {kit.content.site, i + 1, chips[i].to_string(), enrolled.product, enrolled.place, ""});
  }
  return name.ends_with(".csv") ? sheet_csv(lines) : sheet_html(kit.plan, lines);
}

}  // namespace muster::cli
