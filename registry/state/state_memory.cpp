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
  StateMemory made;
  MUSTER_TRY_ASSIGN(made.scratch_, ScratchMemory::make(where, most_bytes / heap_share));
  made.pool_ = std::make_unique<std::pmr::unsynchronized_pool_resource>(made.scratch_.get());
  made.state_ = std::make_unique<State>(false, *made.pool_);
  made.most_ = most_bytes;
  return made;
}

void StateMemory::keep_within() const {
  if (scratch_ && resident_bytes() > most_) scratch_->release();
}

}  // namespace muster::registry
