#include "cli/audit/field_desk.hpp"

#include <algorithm>
#include <filesystem>

#include "cli/audit/sealed_answers.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

Result<FieldAnswers> first_answers(const OpenedKit& kit, const DeskOptions& options) {
  if (options.gate.empty()) {
    return failure(Errc::invalid_input, "--gate: wanted, as long as " + options.answers +
                                            " is not there: the value read at the gate");
  }
  auto gate = Hash::from_hex(options.gate);
  if (!gate) return failure(std::move(gate.error()).during("--gate"));
  return FieldAnswers{kit.content.plan, kit.content.site, kit.hash, kit.opening(), *gate, {}};
}

Result<FieldAnswers> known_answers(const OpenedKit& kit, const DeskOptions& options) {
  MUSTER_TRY_ASSIGN(FieldAnswers answers, answers_of_kit(kit, {options.answers}));
  if (options.gate.empty() || options.gate == answers.gate.to_hex()) return answers;
  return refusal("kit.other_gate", options.answers + ": its questions were made of gate value " +
                                       answers.gate.to_hex());
}

}  // namespace

Challenge FieldDesk::challenge(std::uint64_t line) const {
  const Hash& opening = answers.opening;
  return {answers.plan,
          answers.site,
          opening,
          line,
          kit.content.chips[line],
          challenge_nonce(line, opening, answers.gate)};
}

Result<std::uint64_t> FieldDesk::line_of(const ChipId& chip) const {
  const auto& chips = kit.content.chips;
  const auto found = std::ranges::find(chips, chip);
  if (found != chips.end()) return static_cast<std::uint64_t>(found - chips.begin());
  return refusal("inspect.substituted", "chip " + chip.to_string() +
                                            " was not drawn here; no other chip answers a drawn "
                                            "one's line");
}

Result<void> FieldDesk::save(Context& context) const {
  MUSTER_TRY_ASSIGN(const Json sealed, seal_answers(answers, kit.code, context.random()));
  if (context.options().dry_run) return {};
  return write_file_atomically(file, as_bytes(canonical_json(sealed)), 0600);
}

Result<FieldDesk> open_desk(const DeskOptions& options) {
  if (options.by.empty()) {
    return failure(Errc::invalid_input, "--by: want the name or initials of who answers");
  }
  MUSTER_TRY_ASSIGN(OpenedKit kit, open_kit_file(options.kit));
  std::error_code problem;
  const bool known = std::filesystem::exists(options.answers, problem);
  MUSTER_TRY_ASSIGN(FieldAnswers answers,
                    known ? known_answers(kit, options) : first_answers(kit, options));
  return FieldDesk{std::move(kit), std::move(answers), options.answers};
}

}  // namespace muster::cli
