#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "registry/registry.hpp"

namespace muster::cli {

class Context;

/// What became of statements that were handed in: one of each for each, in order.
struct RemoteOutcomes {
  std::vector<registry::Outcome> outcomes{};
  std::vector<std::optional<std::string>> refusals{};  ///< Signed by the log's operator.
};

/// A copy of a served log that is open here. Borrows both.
struct OpenCopy {
  ledger::Store& store;
  registry::Registry& registry;
};

/// A registry that is served elsewhere, as one run of the command works with it: by a copy of its
/// log that is verified here, and by handing statements in. Keys that sign never leave this
/// machine.
class RemoteRegistry final {
 public:
  /// Errors: those of the address, the credentials, the cache's folder, and `not_found` where
  /// nobody said whose log it is. Borrows the context. Asks the server nothing yet.
  static Result<std::unique_ptr<RemoteRegistry>> open(const Context& context);
  ~RemoteRegistry();

  /// The registry's folder that holds the copy, brought up to the server's newest checkpoint by the
  /// first call. Errors: those of `Mirror::follow`.
  Result<std::filesystem::path> folder();

  /// Hands statements in, and waits until the copy shows what was recorded.
  /// Errors: `unavailable` when nobody knows what became of them: they wait in the outbox then;
  /// `refused` with rule `remote.not_recorded` or `remote.receipt` for a server that says one thing
  /// and signs another; those of the server, of the log and the disk.
  Result<RemoteOutcomes> record(const OpenCopy& copy,
                                std::span<const registry::Submission> submissions,
                                registry::BatchMode mode);

  /// Asks what became of statements that an earlier run handed in, and says so. Errors: as above.
  Result<void> settle_outbox(const OpenCopy& copy);

  struct Impl;
  [[nodiscard]] Impl& impl() const { return *impl_; }  ///< For this folder alone.

 private:
  explicit RemoteRegistry(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::cli
