#include "registry/state/state_memory.hpp"

namespace muster::registry {
namespace {

/// Of the memory that is asked for, what the state gets before it goes into the scratch file.
constexpr std::uint64_t heap_share = 4;

}  // namespace

Result<StateMemory> StateMemory::within(std::uint64_t most_bytes,
                                        const std::filesystem::path& folder) {
  std::error_code problem;
  const auto where = folder.empty() ? std::filesystem::temp_directory_path(problem) : folder;
  if (problem) return failure(Errc::unavailable, "scratch file: " + problem.message());
  MUSTER_TRY_ASSIGN(auto scratch, ScratchMemory::make(where, most_bytes / heap_share));
  return in(std::move(scratch), most_bytes, false);
}

StateMemory StateMemory::about(std::uint64_t most_bytes, std::filesystem::path folder,
                               bool keep_changes) {
  return in(ScratchMemory::when_needed(std::move(folder), most_bytes / heap_share), most_bytes,
            keep_changes);
}

StateMemory StateMemory::in(std::unique_ptr<ScratchMemory> scratch, std::uint64_t most_bytes,
                            bool keep_changes) {
  StateMemory made;
  made.scratch_ = std::move(scratch);
  made.pool_ = std::make_unique<std::pmr::unsynchronized_pool_resource>(made.scratch_.get());
  made.state_ = std::make_unique<State>(keep_changes, *made.pool_);
  made.most_ = most_bytes;
  return made;
}

/// What lived in something goes before it.
StateMemory& StateMemory::operator=(StateMemory&& other) noexcept {
  state_ = std::move(other.state_);
  pool_ = std::move(other.pool_);
  scratch_ = std::move(other.scratch_);
  most_ = other.most_;
  return *this;
}

void StateMemory::keep_within() const {
  if (spilled_bytes() > 0 && resident_bytes() > most_) scratch_->release();
}

}  // namespace muster::registry
