#pragma once

#include <optional>
#include <string>

#include "cli/context.hpp"
#include "cli/remote/cache_folder.hpp"
#include "cli/remote/server_calls.hpp"
#include "cli/remote/trusted_log.hpp"
#include "ledger/checkpoint_pair.hpp"
#include "ledger/store.hpp"
#include "registry/registry.hpp"

namespace muster::cli {

/// The rule of an error that says that the caller may not read every entry.
inline constexpr const char* rule_partial = "remote.partial";

/// A copy of a served log on this machine, which grows by what the server gives and believes none
/// of it: a checkpoint must be signed by a key that the user named, go on from the newest one seen
/// here, and be what the entries lead to; these must stand up to `MirrorIntake`. Cut off anywhere,
/// the next run goes on where this one was. Borrows all that it is given.
class Mirror final {
 public:
  Mirror(const Context& context, const ServerCalls& calls, const CachePlaces& places,
         const TrustedLog& trusted)
      : context_(&context), calls_(&calls), places_(&places), trusted_(&trusted) {}

  /// Brings the copy up to the server's newest checkpoint; makes it when there is none. One process
  /// at a time.
  /// Errors: `refused` with rule `checkpoint.*` for one that nobody signed who counts;
  /// `remote.fork`, with the evidence kept, and `remote.rollback` for another or an older history
  /// than was shown before; `remote.partial`; `mirror.*`; those of calls and files.
  Result<void> follow();
  /// The same where the copy is open already.
  Result<void> follow(ledger::Store& store, registry::Registry& registry);

  /// The newest checkpoint that was seen here and is good, if any. Errors: those of the file.
  Result<std::optional<std::string>> newest() const;

  /// The server's checkpoint now, signed by a trusted key. Errors: as `follow`.
  Result<std::string> signed_checkpoint() const;

  /// Holds `note` against the newest seen, by what the server's tiles or `store` (may be null) say,
  /// and keeps it as the newest. Errors: `remote.fork`, `remote.rollback`; those of calls.
  Result<void> accept(const std::string& note, ledger::Store* store);

  /// Shows that a good checkpoint, of whatever age, is of one history with the newest seen, and
  /// keeps it where it is newer. Errors: `remote.fork`; those of calls.
  Result<void> connect(const std::string& note);

 private:
  Result<void> follow_locked(ledger::Store& store, registry::Registry& registry,
                             const std::string& note);
  Result<void> compare(const std::string& note, const std::string& held, ledger::Store* store);
  Result<void> fetch(ledger::Store& store, registry::Registry& registry, const std::string& note);
  Result<void> check_prefix(const ledger::CheckpointPair& pair,
                            const ledger::Checkpoint& smaller) const;
  tl::unexpected<Error> fork(const ledger::CheckpointPair& pair) const;
  Result<Bytes> manifest(const Hash& sha256, std::uint64_t index) const;

  const Context* context_;
  const ServerCalls* calls_;
  const CachePlaces* places_;
  const TrustedLog* trusted_;
};

}  // namespace muster::cli
