#include "ledger/witness/witness_state.hpp"

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/sql/transaction.hpp"
#include "ledger/store/local_disk.hpp"
#include "ledger/witness/witness_schema.hpp"

namespace muster::ledger {
namespace {

constexpr sql::Schema witness_schema{.what = "witness",
                                     .application_id = 0x4D737457,  // "MstW"
                                     .version = 1,
                                     .script = witness_schema_0001,
                                     .page_bytes = 4096};

/// Errors: `invalid_input` if the file is the state of another key.
Result<void> check_identity(sql::Database& database, const CosignerKey& key) {
  MUSTER_TRY_ASSIGN(auto identity, database.prepare("select name, public_key from identity"));
  MUSTER_TRY_ASSIGN(const bool row, identity.step());
  if (!row) return failure(Errc::corrupt, "witness state: does not say whose it is");
  const bool same = identity.text(0) == key.name() &&
                    as_text(identity.blob(1)) == as_text(ByteView(key.key().bytes()));
  if (same) return {};
  return failure(Errc::invalid_input, "witness state: is of witness " +
                                          std::string(identity.text(0)) +
                                          " with another key than " + key.to_string());
}

}  // namespace

struct WitnessState::Statements {
  sql::Statement add_log;
  sql::Statement add_key;
  sql::Statement origins;
  sql::Statement origin_of;
  sql::Statement newest;
  sql::Statement keys;
  sql::Statement replace;
};

WitnessState::WitnessState(sql::Database database) : database_(std::move(database)) {}

WitnessState::~WitnessState() = default;

Result<void> WitnessState::create(const std::filesystem::path& path, const CosignerKey& key) {
  MUSTER_TRY(check_local_disk(path));
  MUSTER_TRY_ASSIGN(auto database, sql::Database::create(path, witness_schema));
  MUSTER_TRY_ASSIGN(
      auto insert,
      database.prepare("insert into identity (id, name, public_key) values (0, ?, ?)"));
  MUSTER_TRY(insert.run(key.name(), ByteView(key.key().bytes())));
  return database.checkpoint();
}

Result<std::unique_ptr<WitnessState>> WitnessState::open(const std::filesystem::path& path,
                                                         const CosignerKey& key) {
  MUSTER_TRY(check_local_disk(path));
  MUSTER_TRY_ASSIGN(auto opened, sql::Database::open(path, witness_schema));
  MUSTER_TRY(check_identity(opened, key));
  std::unique_ptr<WitnessState> state(new WitnessState(std::move(opened)));
  sql::Database& database = state->database_;
  MUSTER_TRY_ASSIGN(auto add_log,
                    database.prepare("insert into log (origin, origin_hash) values (?, ?) "
                                     "on conflict (origin) do nothing"));
  MUSTER_TRY_ASSIGN(auto add_key,
                    database.prepare("insert into log_key (origin, vkey) values (?, ?)"));
  MUSTER_TRY_ASSIGN(auto origins, database.prepare("select origin from log order by origin"));
  MUSTER_TRY_ASSIGN(auto origin_of,
                    database.prepare("select origin from log where origin_hash = ?"));
  MUSTER_TRY_ASSIGN(auto newest,
                    database.prepare("select size, root, second, note from log where origin = ?"));
  MUSTER_TRY_ASSIGN(auto keys,
                    database.prepare("select vkey from log_key where origin = ? order by vkey"));
  MUSTER_TRY_ASSIGN(auto replace,
                    database.prepare("update log set size = ?, root = ?, second = ?, note = ? "
                                     "where origin = ?"));
  state->statements_ = std::make_unique<Statements>(
      Statements{std::move(add_log), std::move(add_key), std::move(origins), std::move(origin_of),
                 std::move(newest), std::move(keys), std::move(replace)});
  return state;
}

Result<void> WitnessState::add_log(const std::string& origin, const VerifierKey& key) {
  MUSTER_TRY_ASSIGN(auto transaction, sql::Transaction::begin(database_));
  MUSTER_TRY(statements_->add_log.run(origin, crypto::sha256(origin)));
  const std::string vkey = key.to_string();
  auto added = statements_->add_key.run(origin, vkey);
  if (!added && added.error().code == Errc::conflict) {
    return failure(Errc::conflict, "log " + origin + ": its key " + vkey + " is known already");
  }
  MUSTER_TRY(added);
  return transaction.commit();
}

Result<std::vector<std::string>> WitnessState::origins() {
  sql::Statement& rows = statements_->origins;
  const sql::ResetAtEnd reset(rows);
  std::vector<std::string> origins;
  rows.bind_all();
  while (true) {
    MUSTER_TRY_ASSIGN(const bool row, rows.step());
    if (!row) return origins;
    origins.emplace_back(rows.text(0));
  }
}

Result<std::vector<VerifierKey>> WitnessState::keys(const std::string& origin) {
  sql::Statement& rows = statements_->keys;
  const sql::ResetAtEnd reset(rows);
  std::vector<VerifierKey> keys;
  rows.bind_all(origin);
  while (true) {
    MUSTER_TRY_ASSIGN(const bool row, rows.step());
    if (!row) return keys;
    auto key = VerifierKey::parse(rows.text(0));
    if (!key) return failure(Errc::corrupt, "witness state: " + key.error().message);
    keys.push_back(std::move(*key));
  }
}

Result<std::optional<WitnessedCheckpoint>> WitnessState::newest(const std::string& origin) {
  sql::Statement& find = statements_->newest;
  const sql::ResetAtEnd reset(find);
  MUSTER_TRY_ASSIGN(const bool row, find.bind_all(origin).step());
  if (!row) return failure(Errc::not_found, "log " + origin + ": is not followed here");
  if (find.is_null(0)) return std::optional<WitnessedCheckpoint>();
  auto root = Hash::from_bytes(find.blob(1));
  if (!root) return failure(Errc::corrupt, "witness state: " + root.error().message);
  return std::optional(WitnessedCheckpoint{{{static_cast<std::uint64_t>(find.integer(0))}, *root},
                                           static_cast<std::uint64_t>(find.integer(2)),
                                           std::string(find.text(3))});
}

Result<WitnessedLog> WitnessState::log(const std::string& origin) {
  MUSTER_TRY_ASSIGN(auto checkpoint, newest(origin));
  MUSTER_TRY_ASSIGN(auto known, keys(origin));
  return WitnessedLog{origin, std::move(known), std::move(checkpoint)};
}

Result<WitnessedLog> WitnessState::log_by_hash(const Hash& origin_hash) {
  std::string origin;
  {
    sql::Statement& find = statements_->origin_of;
    const sql::ResetAtEnd reset(find);
    MUSTER_TRY_ASSIGN(const bool row, find.bind_all(origin_hash).step());
    if (!row) {
      return failure(Errc::not_found, "log " + origin_hash.to_hex() + ": is not followed here");
    }
    origin = find.text(0);
  }
  return log(origin);
}

Result<void> WitnessState::replace(const std::string& origin,
                                   const std::optional<WitnessedCheckpoint>& before,
                                   const WitnessedCheckpoint& after) {
  MUSTER_CHECK(after.head.size.value <= INT64_MAX);
  MUSTER_TRY_ASSIGN(auto transaction, sql::Transaction::begin(database_));
  MUSTER_TRY_ASSIGN(const auto present, newest(origin));
  if (present != before) {
    return failure(Errc::conflict, "log " + origin + ": another checkpoint came first");
  }
  MUSTER_TRY(statements_->replace.run(after.head.size.value, after.head.root, after.second,
                                      after.note, origin));
  MUSTER_TRY(transaction.commit());
  // Into the file itself, so that losing the log beside it would not take the witness back. A
  // reader may be in the way: then the next call does it.
  static_cast<void>(database_.checkpoint().has_value());
  return {};
}

}  // namespace muster::ledger
