// sampler_vectors FILE...: evaluates reference cases and says how many passed.

#include <iostream>
#include <span>

#include "ledger/base/file.hpp"
#include "sampler/vectors_tool/file.hpp"

namespace {

using namespace muster;

Result<std::vector<vectors::Case>> read_cases(const char* path) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(path));
  return vectors::cases_of(text);
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> paths = std::span(argv, static_cast<std::size_t>(argc)).subspan(1);
  if (paths.empty()) {
    std::cerr << "error: no file given: sampler_vectors FILE...\n";
    return 2;
  }
  std::vector<vectors::Case> cases;
  for (const char* path : paths) {
    auto more = read_cases(path);
    if (!more) {
      std::cerr << "error: " << path << ": " << more.error().message << "\n";
      return 2;
    }
    cases.insert(cases.end(), more->begin(), more->end());
  }
  const vectors::Tally tally = vectors::evaluate(cases, vectors::all_kinds());
  for (const std::string& line : tally.lines) std::cout << line << "\n";
  std::cout << tally.passed << " passed, " << tally.failed << " failed\n";
  return tally.failed == 0 ? 0 : 1;
}
