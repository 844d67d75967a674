#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "registry/submission.hpp"

namespace muster::cli {

/// One statement that was handed in and is not recorded yet.
struct Waiting {
  std::filesystem::path folder;
  std::uint64_t number;  ///< In the order of handing in.
  Hash envelope;         ///< `envelope_hash`
};

/// Statements that were handed in and wait to be recorded: `waiting/` in a registry's folder, with
/// a folder "<number>-<envelope hash>" for each, that holds the envelope, its manifests and the
/// operator's promise. What is in it is on the disk. Any number of processes may use it.
class WaitingRoom final {
 public:
  static constexpr std::size_t most_waiting = 100'000;

  explicit WaitingRoom(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// All of them, in the order of handing in. Errors: `unavailable`.
  [[nodiscard]] Result<std::vector<Waiting>> list() const;
  /// Takes a statement in. The same envelope again is the one that waits.
  /// Errors: `unavailable` when it is full or the disk fails; nothing is half taken.
  Result<Waiting> put(const registry::Submission& submission);
  /// What was handed in. Errors: `corrupt` if it is not that any more; those of files.
  [[nodiscard]] static Result<registry::Submission> statement_of(const Waiting& one);

  /// The promise given for it, if any.
  [[nodiscard]] static Result<std::optional<std::string>> promise_of(const Waiting& one);
  /// Keeps the first promise given for it, and returns that one. Errors: `unavailable`.
  static Result<std::string> keep_promise(const Waiting& one, const std::string& note);

  /// It is recorded, or its refusal is.
  Result<void> remove(const Waiting& one);

 private:
  Result<void> build_aside(const std::filesystem::path& aside,
                           const registry::Submission& submission) const;

  std::filesystem::path folder_;
};

}  // namespace muster::cli
