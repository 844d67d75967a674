#pragma once

#include "ledger/tiles/verify_faults.hpp"

namespace muster::ledger {

/// Looks at the files of a log that its tree does not ask for: partial tiles beside wider ones,
/// tiles for a later checkpoint, blobs, and all else. Part of verify.cpp.
class FileCheck final {
 public:
  static constexpr std::size_t max_names = 20;  ///< Names of other files that are kept.

  FileCheck(const TileSource& source, TreeSize size, bool hashes_only, TileVerification& result,
            TileFaults& faults)
      : source_(&source),
        size_(size),
        hashes_only_(hashes_only),
        result_(&result),
        faults_(&faults) {}

  /// Lists the log's files and looks at each.
  Result<void> run();

  /// The names of the blobs that are there, in ascending order.
  [[nodiscard]] std::span<const Hash> blobs() const { return blobs_; }

 private:
  void look(const ListedFile& file);
  void tile(const TileId& tile);
  void compare(const TileId& tile, unsigned needed);
  void blob(const std::string& path, const Hash& name);

  const TileSource* source_;
  TreeSize size_;
  bool hashes_only_;
  TileVerification* result_;
  TileFaults* faults_;
  std::vector<Hash> blobs_;
  std::optional<TileBytes> reference_;  // what the last partial tile was compared with
};

}  // namespace muster::ledger
