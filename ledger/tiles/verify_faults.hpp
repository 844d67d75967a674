#pragma once

#include <utility>

#include "ledger/base/file.hpp"
#include "ledger/tiles/verify.hpp"

namespace muster::ledger {

/// Faults in the order they are found, up to a limit. Part of verify.cpp.
class TileFaults final {
 public:
  explicit TileFaults(std::size_t most) : most_(most) {}

  void add(TileFault fault) {
    if (!full()) list_.push_back(std::move(fault));
  }
  void add_all(std::vector<TileFault> faults) {
    for (TileFault& fault : faults) add(std::move(fault));
  }
  [[nodiscard]] bool full() const { return list_.size() >= most_; }
  [[nodiscard]] std::size_t most() const { return most_; }
  [[nodiscard]] std::vector<TileFault> take() { return std::move(list_); }

 private:
  std::size_t most_;
  std::vector<TileFault> list_;
};

/// The fault of a file that could not be used: `KIND.missing`, `KIND.length`, the rule that its
/// content breaks, or `KIND.unreadable`.
inline TileFault fault_of(const TileId& tile, const Error& error) {
  const bool is_bundle = tile.kind == TileId::Kind::entries;
  const std::string kind = is_bundle ? "bundle" : "tile";
  const std::string count = std::to_string(tile.width);
  TileFault fault{tile_path(tile), {}, error.rule, {}, error.message};
  fault.expected =
      is_bundle ? "a bundle of " + count + " entries" : "a tile of " + count + " hashes";
  if (error.code == Errc::not_found) {
    fault.code = kind + ".missing";
    fault.found = "nothing";
  } else if (error.rule == file_too_long) {
    fault.code = kind + ".length";
  } else if (fault.code.empty()) {
    fault.code = kind + ".unreadable";
  }
  return fault;
}

}  // namespace muster::ledger
