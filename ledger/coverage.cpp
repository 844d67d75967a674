#include "ledger/coverage.hpp"

#include <algorithm>

#include "ledger/checkpoint.hpp"

namespace muster::ledger {
namespace {

/// How many places two who sign at once may have confused.
constexpr std::uint64_t out_of_order = 8;

/// What is no checkpoint covers nothing.
std::uint64_t covered_by(const std::string& text) {
  const auto checkpoint = parse_checkpoint(text);
  return checkpoint ? checkpoint->size.value : 0;
}

}  // namespace

Result<bool> Coverage::covers_or_ends(std::uint64_t number, LogIndex index) {
  auto known = sizes_.find(number);
  if (known == sizes_.end()) {
    MUSTER_TRY_ASSIGN(const auto texts, store_.checkpoints_from(number, 1));
    if (texts.empty()) return true;
    known = sizes_.emplace(number, covered_by(texts.front())).first;
  }
  return known->second > index.value;
}

Result<std::uint64_t> Coverage::first(LogIndex index) {
  std::uint64_t begin = 0;
  std::uint64_t end = 1;
  while (true) {
    MUSTER_TRY_ASSIGN(const bool behind, covers_or_ends(end - 1, index));
    if (behind) break;
    begin = end;
    end *= 2;
  }
  // What is looked for is one of [begin, end).
  for (--end; begin < end;) {
    const std::uint64_t middle = begin + (end - begin) / 2;
    MUSTER_TRY_ASSIGN(const bool behind, covers_or_ends(middle, index));
    if (behind) {
      end = middle;
    } else {
      begin = middle + 1;
    }
  }
  return begin;
}

Result<std::optional<std::uint64_t>> Coverage::least_size(LogIndex index) {
  MUSTER_TRY_ASSIGN(const std::uint64_t number, first(index));
  MUSTER_TRY_ASSIGN(const auto texts,
                    store_.checkpoints_from(number - std::min(number, out_of_order),
                                            static_cast<std::size_t>(2 * out_of_order)));
  std::optional<std::uint64_t> least;
  for (const std::string& text : texts) {
    const std::uint64_t size = covered_by(text);
    if (size > index.value && (!least || size < *least)) least = size;
  }
  return least;
}

}  // namespace muster::ledger
