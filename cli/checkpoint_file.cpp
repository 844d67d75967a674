#include "cli/checkpoint_file.hpp"

#include "ledger/base/file.hpp"

namespace muster::cli {

Result<std::string> read_checkpoint_file(const std::string& file) {
  MUSTER_TRY_ASSIGN(std::string text, read_text_file(file, ledger::max_checkpoint_bytes));
  auto parsed = ledger::parse_checkpoint(text);
  if (!parsed) return failure(std::move(parsed.error()).during(file));
  return text;
}

}  // namespace muster::cli
