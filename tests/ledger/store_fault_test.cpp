// A store whose n-th call fails, for every n of a workload, before or after its effect: whoever
// opens the log anew finds all that was acknowledged, and nothing that contradicts what was signed.

#include "ledger/audit.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/log.hpp"
#include "ledger/receipt.hpp"
#include "ledger/store/faulty_store.hpp"
#include "ledger/store/memory_store.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "tests/ledger/any_store.hpp"
#include "tests/ledger/log_operator.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"
#include "tests/support/sweep.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::envelopes_of;
using muster::test::InMemory;
using muster::test::InSqlite;
using muster::test::log_key;
using muster::test::log_signer;
using muster::test::must;

namespace {

/// What clients were told before the first error.
struct Told {
  std::uint64_t size = 0;
  std::vector<std::string> checkpoints;
  std::vector<Receipt> receipts;
};

Result<void> work(Store& store, Told& told) {
  MUSTER_TRY_ASSIGN(Log log, Log::open(store));
  for (std::uint64_t round = 0; round < 5; ++round) {
    const std::uint64_t size = log.size().value;
    const std::string text = "blob " + std::to_string(round);
    const std::vector<Blob> blobs{{crypto::sha256(text), to_bytes(text)}};
    MUSTER_TRY(log.append({size}, {1'000}, envelopes_of(round + 1, size), blobs));
    told.size = log.size().value;
    MUSTER_TRY_ASSIGN(const std::string checkpoint, publish_checkpoint(store, log_signer));
    told.checkpoints.push_back(checkpoint);
    MUSTER_TRY_ASSIGN(Receipt receipt, make_receipt(store, {size}, checkpoint));
    told.receipts.push_back(std::move(receipt));
  }
  return {};
}

void check_told(Store& store, const Told& told) {
  AuditOptions options;
  options.checkpoint_key = log_key;
  options.held_checkpoints = told.checkpoints;
  options.threads = 1;
  const LogAudit audit = audit_log(store, options);
  CHECK(audit.good());
  CHECK(audit.head.size.value >= told.size);
  for (const Receipt& receipt : told.receipts) {
    CHECK(must(store.read(receipt.proof.index, 1)).at(0) == receipt.entry);
    CHECK(verify_receipt(receipt, log_key));
  }
  must(publish_checkpoint(store, log_signer));
}

}  // namespace

TEST_CASE_TEMPLATE("whichever call fails, what was told before holds afterwards", AnyStore,
                   InMemory, InSqlite) {
  AnyStore whole;
  FaultyStore counting(*whole, {.call = SIZE_MAX, .kind = FaultKind::before});
  Told all;
  must(work(counting, all));
  REQUIRE(all.size == 15);

  for (const FaultKind kind : {FaultKind::before, FaultKind::after}) {
    for (std::size_t call = 0; call < counting.calls(); call += test::sweep_stride) {
      CAPTURE(call);
      AnyStore store;
      FaultyStore faulty(*store, {.call = call, .kind = kind});
      Told told;
      CHECK_FALSE(work(faulty, told));
      check_told(*store, told);
    }
  }
}
