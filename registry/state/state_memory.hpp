#pragma once

#include <filesystem>
#include <memory>
#include <memory_resource>

#include "registry/state/scratch_memory.hpp"
#include "registry/state/state.hpp"

namespace muster::registry {

/// A state, in as much memory as it may have.
class StateMemory final {
 public:
  /// In ordinary memory, whatever it takes. `keep_changes` is the state's.
  explicit StateMemory(bool keep_changes = false) : state_(std::make_unique<State>(keep_changes)) {}
  StateMemory(StateMemory&&) noexcept = default;
  StateMemory& operator=(StateMemory&& other) noexcept;
  ~StateMemory() = default;

  /// So that the process is down to `most_bytes` in memory after each `keep_within`, as far as it
  /// is the state that takes them. Between two calls it may hold more: what was touched since, and
  /// always pieces of the state of less than 256 KiB. The rest lies in a scratch file in `folder`,
  /// or, if that is empty, where the system has such files.
  /// Errors: `unavailable` if no file can be made there.
  static Result<StateMemory> within(std::uint64_t most_bytes, const std::filesystem::path& folder);
  /// The same where a bound is a wish: the file is made when the state has grown so large, and
  /// where none can be made in `folder`, memory is ordinary.
  static StateMemory about(std::uint64_t most_bytes, std::filesystem::path folder,
                           bool keep_changes = false);

  [[nodiscard]] State& state() { return *state_; }
  [[nodiscard]] const State& state() const { return *state_; }

  /// Bytes that lie in the scratch file.
  [[nodiscard]] std::uint64_t spilled_bytes() const {
    return scratch_ ? scratch_->spilled_bytes() : 0;
  }
  /// Gives memory back where the process holds more than it may. To be called now and then.
  void keep_within() const;

 private:
  static StateMemory in(std::unique_ptr<ScratchMemory> scratch, std::uint64_t most_bytes,
                        bool keep_changes);

  // In this order: each lives in the one before.
  std::unique_ptr<ScratchMemory> scratch_;
  std::unique_ptr<std::pmr::unsynchronized_pool_resource> pool_;
  std::unique_ptr<State> state_;
  std::uint64_t most_ = 0;
};

}  // namespace muster::registry
