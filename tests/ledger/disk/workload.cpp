#include "tests/ledger/disk/workload.hpp"

#include "ledger/audit.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/log.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/must.hpp"

namespace muster::test {

using namespace ledger;

namespace {

const std::string origin = "log.example/one";

/// 3,000 bytes: on pages of their own.
Blob blob_number(std::size_t number) {
  const std::string text = "blob " + std::to_string(number) + std::string(3'000, 'b');
  return {crypto::sha256(text), to_bytes(text)};
}

/// One process with the log open.
class Writer final {
 public:
  explicit Writer(Promised& promised) : promised_(&promised), operator_key_(signer_of(9)) {}

  Result<void> open(const std::filesystem::path& path) {
    log_.reset();
    store_.reset();
    MUSTER_TRY_ASSIGN(store_, SqliteStore::open(path));
    MUSTER_TRY_ASSIGN(Log log, Log::open(*store_));
    log_ = std::make_unique<Log>(std::move(log));
    return {};
  }

  Result<void> append(std::size_t count, bool with_blob) {
    const std::uint64_t size = log_->size().value;
    std::vector<Blob> blobs;
    if (with_blob) blobs.push_back(blob_number(size));
    promised_->in_flight = count;
    MUSTER_TRY(log_->append({size}, {1'000 + static_cast<std::int64_t>(size)},
                            envelopes_of(count, size), blobs));
    promised_->in_flight = 0;
    MUSTER_TRY_ASSIGN(auto entries, store_->read({size}, count));
    for (Bytes& entry : entries) promised_->entries.push_back(std::move(entry));
    for (const Blob& blob : blobs) promised_->blobs.push_back(blob.sha256);
    return {};
  }

  Result<void> publish() {
    MUSTER_TRY_ASSIGN(std::string text, publish_checkpoint(*store_, {origin, &operator_key_}));
    promised_->checkpoints.push_back(std::move(text));
    return {};
  }

  Result<void> fold() { return store_->checkpoint_database(); }

 private:
  Promised* promised_;
  crypto::Ed25519Signer operator_key_;
  std::unique_ptr<SqliteStore> store_;
  std::unique_ptr<Log> log_;
};

}  // namespace

Result<void> work_on(const std::filesystem::path& log, TestDisk* disk, Promised& promised) {
  Writer writer(promised);
  MUSTER_TRY(writer.open(log));
  for (std::size_t round = 0; round < 10; ++round) {
    MUSTER_TRY(writer.append(round % 4 + 1, round % 3 == 1));
    if (round == 6) {
      // Killed between writing and telling; the next process signs what it finds.
      if (disk != nullptr) disk->kill_process();
      MUSTER_TRY(writer.open(log));
    }
    if (round % 2 == 0) MUSTER_TRY(writer.publish());
    if (round == 3) MUSTER_TRY(writer.fold());
    if (round == 5) MUSTER_TRY(writer.open(log));
  }
  return {};
}

void check_kept(const std::filesystem::path& log, const Promised& promised) {
  auto store = must(SqliteStore::open(log));
  const auto entries = must(store->read({0}, 10'000));
  const std::size_t more = entries.size() - promised.entries.size();
  REQUIRE(entries.size() >= promised.entries.size());
  REQUIRE((more == 0 || more == promised.in_flight));
  for (std::size_t i = 0; i < promised.entries.size(); ++i) {
    REQUIRE(entries[i] == promised.entries[i]);
  }
  for (const Hash& blob : promised.blobs) REQUIRE(store->blob(blob));
  AuditOptions options;
  options.checkpoint_key = VerifierKey(origin, signer_of(9).public_key());
  options.held_checkpoints = promised.checkpoints;
  options.threads = 1;
  const LogAudit audit = audit_log(*store, options);
  for (const AuditFault& fault : audit.faults) FAIL(describe(fault));
  store.reset();
  Promised later;
  Writer writer(later);
  must(writer.open(log));
  must(writer.append(3, true));
  must(writer.publish());
}

}  // namespace muster::test
