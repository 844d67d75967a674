#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "cli/context.hpp"
#include "cli/scratch_folder.hpp"
#include "ledger/crypto/ed25519.hpp"
#include "ledger/store/prefix_store.hpp"
#include "registry/registry.hpp"

namespace muster::cli {

/// What entry 0 of a new registry says.
struct Founding {
  std::string origin;     ///< Name of the log, such as "registry.example/2026".
  std::string registrar;  ///< Party id of the registrar.
  std::string name;       ///< The registrar's legal name.
  std::string country;    ///< Two capital letters.
  std::string key_file;   ///< The registrar's key.
  std::string log_url{};  ///< Where the log is to be, unless in the folder: postgres://…
};

/// A registry's folder, open: `muster.json`, `log.db` (the truth, unless it is on a server),
/// `view.db` (can always be made from it; with a log on a server it is there, too), `operator.key`,
/// `witnesses.policy` (whom to ask for cosignatures) and `evidence/`.
class Home final {
 public:
  /// Makes a new folder with a ledger that holds entry 0.
  /// Errors: `conflict` if the folder has a ledger already; those of the key file.
  static Result<void> create(Context& context, const std::filesystem::path& folder,
                             const Founding& founding);
  /// Opens the folder of `--registry`. Waits a bounded time for another writer.
  ///
  /// With `--as-of N` the registry is what it was after entry N: everything is judged again up to
  /// it, by rules and not from the view, and nothing can be recorded. Errors: `invalid_input` when
  /// no registry is named, `not_found`, `unavailable`, `corrupt`.
  static Result<std::unique_ptr<Home>> open(Context& context);
  /// A registry over a log that lies in no folder, such as one that somebody shows: judged from its
  /// first entry, with a view that goes with this object. It has no operator's key. Borrows the
  /// clock. Errors: `corrupt` if an entry breaks a rule; `unavailable`.
  static Result<std::unique_ptr<Home>> over(std::unique_ptr<ledger::Store> store, Clock& clock);

  [[nodiscard]] registry::Registry& registry() { return *registry_; }
  [[nodiscard]] const registry::State& state() const { return registry_->state(); }
  [[nodiscard]] ledger::Store& store() { return past_ == nullptr ? *store_ : *past_; }
  /// The time of the last entry, with `--as-of`; else nothing.
  [[nodiscard]] std::optional<Timestamp> past_time() const {
    if (past_ == nullptr) return std::nullopt;
    return log_->last_accepted_at();
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  /// Records statements as `registry::Registry::record` does; of a served registry hands them in,
  /// and returns when the copy of its log here has what was recorded. The refusals that its
  /// operator signed are kept for `refusal_of`. Errors: those of both.
  Result<std::vector<registry::Outcome>> record(
      std::span<const registry::Submission> submissions,
      registry::BatchMode mode = registry::BatchMode::each);
  /// The same of a batch that was begun in this registry.
  Result<std::vector<registry::Outcome>> record(registry::Batch& batch, registry::BatchMode mode);
  Result<registry::Outcome> record(const registry::Submission& submission);
  /// The refusal that the operator of a served registry signed for a statement, if it did.
  [[nodiscard]] std::optional<std::string> refusal_of(const Hash& statement) const;
  /// The entries by which parties got successors, among the first `size`: for
  /// `party_successions`, which goes on from there.
  struct Succeeded {
    std::map<std::string, registry::Index32> entries{};
    registry::Index32 size = 0;
  };
  [[nodiscard]] Succeeded& succeeded() { return succeeded_; }
  /// The key that signs checkpoints. Errors: those of the key file.
  [[nodiscard]] Result<crypto::Ed25519Signer> operator_key() const;

 private:
  explicit Home(std::filesystem::path folder) : folder_(std::move(folder)) {}
  Result<void> go_back_to(const std::string& entry);
  Result<std::vector<registry::Outcome>> hand_in(std::span<const registry::Submission> submissions,
                                                 registry::BatchMode mode);

  std::filesystem::path folder_;
  std::optional<ScratchFolder> scratch_;
  std::unique_ptr<ledger::Store> store_;
  std::unique_ptr<ledger::PrefixStore> past_;  // with --as-of
  std::unique_ptr<ledger::Log> log_;
  std::unique_ptr<registry::Registry> registry_;
  RemoteRegistry* remote_ = nullptr;  // of the context
  std::map<Hash, std::string> refusals_{};
  Succeeded succeeded_{};
};

/// Whether something can be recorded. Errors: `invalid_input` with `--as-of`.
Result<void> check_is_present(const Context& context);

/// The store alone, without judging a single entry: for audits, which must not trust the view.
Result<std::unique_ptr<ledger::Store>> open_store(const Context& context);

/// The folder that `--registry` or MUSTER_REGISTRY names; of a served registry that of the copy of
/// its log, brought up to date. Errors: `invalid_input` when none does; those of
/// `RemoteRegistry::folder`.
Result<std::filesystem::path> registry_folder(const Context& context);

}  // namespace muster::cli
