#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "registry/registry.hpp"

namespace muster::cli {

/// Statements that were signed here and handed in, and of which nobody knows yet what became: the
/// line was cut, or the process was. They have taken their numbers, so nothing else may be signed
/// under these: whoever records next asks about them first.
class Outbox final {
 public:
  /// What was handed in at once.
  struct Parcel {
    std::filesystem::path file;
    registry::BatchMode mode = registry::BatchMode::each;
    std::vector<registry::Submission> submissions{};
  };

  explicit Outbox(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Keeps statements, durably, before they are handed in; those that are there stay. Errors: those
  /// of the disk.
  Result<std::filesystem::path> put(std::span<const registry::Submission> submissions,
                                    registry::BatchMode mode) const;
  /// Once it is known what became of them.
  Result<void> remove(const std::filesystem::path& file) const;
  /// All that wait, the oldest first. Errors: those of the disk; `corrupt`, naming the file.
  Result<std::vector<Parcel>> list() const;

 private:
  std::filesystem::path folder_;
};

}  // namespace muster::cli
