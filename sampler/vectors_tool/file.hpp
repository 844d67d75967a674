#pragma once

#include <set>
#include <string>
#include <vector>

#include "sampler/vectors_tool/case.hpp"

namespace muster::vectors {

/// What became of the cases of a file.
struct Tally {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t skipped = 0;
  std::vector<std::string> lines;  ///< One for each case that failed and each kind skipped.
};

/// The kinds of the reference file that are skipped by name: they follow an older ticket format.
[[nodiscard]] const std::set<std::string>& skipped_kinds();

/// The cases of a file in the format `sampler-vectors-1`.
/// Errors: `invalid_input` on anything else.
Result<std::vector<Case>> cases_of(std::string_view text);

/// Evaluates every case. A kind that is not in `kinds` fails.
[[nodiscard]] Tally evaluate(const std::vector<Case>& cases, const Kinds& kinds);

}  // namespace muster::vectors
