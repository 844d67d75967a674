#pragma once

#include <string>
#include <vector>

#include "cli/audit/committed_plan.hpp"
#include "cli/audit/field_answers.hpp"
#include "cli/audit/sealed_kit.hpp"

namespace muster::cli {

/// Longest kit, and longest result.
inline constexpr std::uint64_t max_kit_bytes = std::uint64_t{1} << 28U;

/// A kit and the code that the duty office read out.
struct KitSource {
  std::string file;
  std::string code;
};

/// A kit, opened where there is no registry.
struct OpenedKit {
  Hash hash;         ///< SHA-256 of its file: what answers and results name.
  std::string code;  ///< As `read_code` gives it.
  KitContent content;
  CommittedPlan plan;  ///< As far as the kit knows it: without freezes.

  [[nodiscard]] Hash opening() const;
};

/// Errors: those of the file, of `open_kit` and of `sampler::parse_plan`; `invalid_input` for a kit
/// whose lines no Prover of it held.
Result<OpenedKit> open_kit_file(const KitSource& source);

/// A sealed file of answers or a result, parsed as JSON.
/// Errors: those of the file; `invalid_input` naming it.
Result<Json> read_sealed_json(const std::string& file);

/// The answers in `files`, of this kit, as one. Errors: those of `open_answers` and `merged`;
/// `refused` by `kit.other_kit` for answers of another kit.
Result<FieldAnswers> answers_of_kit(const OpenedKit& kit, const std::vector<std::string>& files);

/// Whether answers belong to the kit: its file, its opening, and the chip of every line.
/// Errors: `refused` by `kit.other_kit`, and by `inspect.substituted` for another chip in a line.
Result<void> check_of_kit(const OpenedKit& kit, const FieldAnswers& answers);

/// Errors: `invalid_input` unless `name` is empty or ends in .html or .csv.
Result<void> check_sheet_name(const std::string& name);

/// A sheet of the kit's lines; HTML or CSV, by the ending of `name`.
[[nodiscard]] std::string kit_sheet_text(const OpenedKit& kit, const std::string& name);

}  // namespace muster::cli
