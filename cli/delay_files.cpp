#include "cli/delay_files.hpp"

#include "cli/document_limit.hpp"
#include "cli/print/number.hpp"
#include "cli/print/table.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {

using namespace attestation;

Result<DelayPolicy> read_delay_policy(const std::string& file) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file, max_document_bytes));
  auto json = parse_json(text);
  if (!json) return failure(std::move(json.error()).during(file));
  auto policy = parse_delay_policy(*json);
  if (!policy) return failure(std::move(policy.error()).during(file));
  return policy;
}

Result<std::optional<DelayPolicy>> read_optional_delay_policy(const std::string& file) {
  if (file.empty()) return std::optional<DelayPolicy>();
  MUSTER_TRY_ASSIGN(DelayPolicy policy, read_delay_policy(file));
  return std::optional(std::move(policy));
}

Result<DelayDocument> read_delay_document(const std::string& file) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file, max_document_bytes));
  auto document = parse_delay_document(text);
  if (!document) return failure(std::move(document.error()).during(file));
  return document;
}

std::string delay_basis(const DelayPolicy& policy) {
  return print::grouped(policy.squarings_per_s) + " squarings a second, and nobody more than " +
         print::counted(policy.factor, "time", "times") + " as fast";
}

void print_proven_delays(print::Printer& printer, const Appraisal& result) {
  if (result.delays.empty()) return;
  const auto span_text = [](std::uint64_t ms) {
    return print::duration(static_cast<std::int64_t>(ms));
  };
  print::Table table{.columns = {print::number_column("from entry"),
                                 print::number_column("to"),
                                 print::number_column("squarings"),
                                 {"took at least"},
                                 {"by the chip's clocks"}}};
  for (const ProvenDelay& item : result.delays) {
    table.rows.push_back({print::grouped(item.between.from), print::grouped(item.between.to),
                          print::grouped(item.squarings), span_text(item.at_least_ms),
                          span_text(item.claimed_ms)});
  }
  printer.heading("Time that passed");
  printer.table(table);
  printer.paragraph("In a row they prove at least " + span_text(result.elapsed_at_least_ms) +
                    ", while the policy is right about the fastest rate and nobody knows the "
                    "factors of its modulus. What the chip did in that time they do not prove.");
}

}  // namespace muster::cli
