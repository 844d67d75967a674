#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/cosignature.hpp"
#include "ledger/merkle.hpp"
#include "ledger/sql/database.hpp"

namespace muster::ledger {

/// The newest checkpoint of one log that a witness cosigned, or was about to when it was stopped.
struct WitnessedCheckpoint {
  TreeHead head;
  std::uint64_t second;  ///< The time that its cosignature names.
  std::string note;      ///< Text and the log's signatures; the cosignature follows from the rest.

  friend bool operator==(const WitnessedCheckpoint&, const WitnessedCheckpoint&) = default;
};

/// A log that a witness follows.
struct WitnessedLog {
  std::string origin;
  std::vector<VerifierKey> keys;  ///< Any of them signs for the log.
  std::optional<WitnessedCheckpoint> newest;
};

/// What a witness must never forget: of each log the newest checkpoint that it cosigned. One SQLite
/// file, made with the key it belongs to and never again; what a call stored survives a power cut.
/// Several connections may be open (one cosigns, another adds logs). Not thread-safe.
class WitnessState final {
 public:
  /// Makes the state of a new witness. Errors: `conflict` if the file exists; `unavailable`.
  static Result<void> create(const std::filesystem::path& path, const CosignerKey& key);
  /// Opens a witness's state; never makes one.
  /// Errors: `not_found`; `invalid_input` for another kind of file or the state of another key.
  static Result<std::unique_ptr<WitnessState>> open(const std::filesystem::path& path,
                                                    const CosignerKey& key);
  ~WitnessState();

  /// Follows a log, or takes a further key for one. Errors: `conflict` if the key is known.
  Result<void> add_log(const std::string& origin, const VerifierKey& key);
  /// Errors: `not_found` for a log that is not followed.
  Result<WitnessedLog> log(const std::string& origin);
  /// The log whose origin hashes to this: as the witness protocol names it in addresses.
  Result<WitnessedLog> log_by_hash(const Hash& origin_hash);
  /// The origins of all logs that are followed, sorted.
  Result<std::vector<std::string>> origins();

  /// Replaces the newest checkpoint of a log, if it still is `before`, durably.
  /// Errors: `conflict` if it is not; after any other error nothing is known of the disk: stop.
  Result<void> replace(const std::string& origin, const std::optional<WitnessedCheckpoint>& before,
                       const WitnessedCheckpoint& after);

 private:
  struct Statements;
  explicit WitnessState(sql::Database database);
  Result<std::optional<WitnessedCheckpoint>> newest(const std::string& origin);
  Result<std::vector<VerifierKey>> keys(const std::string& origin);

  sql::Database database_;
  // After `database_`: statements end before their connection.
  std::unique_ptr<Statements> statements_;
};

}  // namespace muster::ledger
