#include "ledger/audit.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/log.hpp"
#include "ledger/store/faulty_store.hpp"
#include "ledger/store/memory_store.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "tests/ledger/log_operator.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::envelopes_of;
using muster::test::log_key;
using muster::test::must;
using muster::test::operator_key;
using muster::test::signer_of;

namespace {

std::optional<crypto::Ed25519PublicKey> author_key(const crypto::KeyId& id, LogIndex /*index*/) {
  const auto key = signer_of(1).public_key();
  if (crypto::KeyId::of(key) == id) return key;
  return std::nullopt;
}

AuditOptions all_checks() {
  AuditOptions options;
  options.checkpoint_key = log_key;
  options.key_lookup = author_key;
  return options;
}

/// A log of `count` entries with a checkpoint at the end and one blob.
void fill(Store& store, std::size_t count) {
  Log log = must(Log::open(store));
  must(log.append({0}, {1000}, envelopes_of(count),
                  std::vector<Blob>{{crypto::sha256("m"), to_bytes("m")}}));
  must(publish_checkpoint(store, {"log.example/one", &operator_key}));
}

std::set<std::string> codes(const LogAudit& audit) {
  std::set<std::string> found;
  for (const AuditFault& fault : audit.faults) found.insert(fault.code);
  return found;
}

/// Entries with their hashes recomputed after `change`: what a writer with the keys of the log, and
/// not those of the authors, could store.
LogAudit audit_of_rewritten(const std::function<void(std::vector<Entry>&)>& change) {
  MemoryStore store;
  fill(store, 6);
  auto entries = must(must(Log::open(store)).read({0}, 6));
  change(entries);
  MemoryStore other;
  std::vector<Bytes> bodies;
  for (const Entry& entry : entries) bodies.push_back(to_bytes(encode_entry(entry)));
  must(other.append({0}, bodies, {}));
  return audit_log(other, all_checks());
}

}  // namespace

TEST_CASE("an honest log of any size is good, and everything in it was looked at") {
  for (const std::size_t count : {0U, 1U, 2U, 255U, 256U, 257U, 1'023U, 1'025U, 2'100U}) {
    CAPTURE(count);
    MemoryStore store;
    fill(store, count);

    const LogAudit audit = audit_log(store, all_checks());

    CHECK(audit.good());
    CHECK(audit.head == must(store.head()));
    CHECK(audit.signatures == count);
    CHECK(audit.checkpoints == 1);
    CHECK(audit.blobs == 1);
  }
}

TEST_CASE("one thread and four find the same") {
  MemoryStore store;
  fill(store, 300);
  AuditOptions options = all_checks();
  options.key_lookup = [](const crypto::KeyId& id, LogIndex index) {
    return index.value % 7 == 0 ? signer_of(2).public_key() : author_key(id, index).value();
  };

  options.threads = 1;
  const LogAudit one = audit_log(store, options);
  options.threads = 4;
  const LogAudit four = audit_log(store, options);

  CHECK(one.faults == four.faults);
  CHECK(one.faults.size() == 43);
  CHECK(one.faults.front().code == "signature.bad");
}

TEST_CASE("a rewritten entry with recomputed hashes still fails its author's signature") {
  const auto audit = audit_of_rewritten([](std::vector<Entry>& entries) {
    entries[2].envelope.payload = "forged";
    for (std::size_t i = 3; i < entries.size(); ++i) {
      entries[i].previous = leaf_hash(as_bytes(encode_entry(entries[i - 1])));
    }
  });

  REQUIRE(audit.faults.size() == 1);
  CHECK(audit.faults[0].index == LogIndex{2});
  CHECK(audit.faults[0].code == "signature.bad");
}

TEST_CASE("index, chain, time and unknown keys are each named") {
  using Change = std::function<void(std::vector<Entry>&)>;
  const std::map<std::string, Change> changes{
      {"entry.index", [](auto& entries) { entries[5].index = {9}; }},
      {"entry.previous", [](auto& entries) { entries[5].previous = Hash{}; }},
      {"entry.accepted_at", [](auto& entries) { entries[5].accepted_at = {999}; }},
      {"signature.unknown_key",
       [](auto& entries) { must(add_signature(entries[5].envelope, signer_of(77))); }},
  };
  for (const auto& [code, change] : changes) {
    const auto audit = audit_of_rewritten(change);

    REQUIRE(audit.faults.size() == 1);
    CHECK(audit.faults[0].code == code);
    CHECK(audit.faults[0].index == LogIndex{5});
  }
}

TEST_CASE("bytes that are no entry are named, and the audit goes on behind them") {
  MemoryStore store;
  fill(store, 6);
  auto bodies = must(store.read({0}, 6));
  bodies[1] = to_bytes("{}");
  MemoryStore other;
  must(other.append({0}, bodies, {}));

  const LogAudit audit = audit_log(other, all_checks());

  REQUIRE(audit.faults.size() == 2);
  CHECK(describe(audit.faults[0]).starts_with("entry 1: entry.not_canonical: expected"));
  CHECK(describe(audit.faults[1]).starts_with("entry 2: entry.previous: expected"));
  CHECK(audit.signatures == 5);
}

TEST_CASE("checkpoints of another root, another size, another key, or no form are named") {
  MemoryStore store;
  fill(store, 6);
  const auto root = must(store.head()).root;
  const auto put = [&store](const Checkpoint& checkpoint, const crypto::Ed25519Signer& signer) {
    must(store.put_checkpoint(sign_checkpoint(checkpoint, "log.example/one", signer)));
  };
  put({"log.example/one", {4}, root, {}}, operator_key);
  put({"log.example/one", {7}, root, {}}, operator_key);
  put({"log.example/one", {6}, root, {}}, signer_of(8));
  must(store.put_checkpoint("nonsense"));

  const LogAudit audit = audit_log(store, all_checks());

  CHECK(audit.checkpoints == 5);
  CHECK(audit.faults.size() == 4);
  CHECK(codes(audit) == std::set<std::string>{"checkpoint.root", "checkpoint.size",
                                              "checkpoint.signature", "checkpoint.text"});
}

TEST_CASE("a blob that an entry names and nobody has is a fault of that entry") {
  MemoryStore store;
  fill(store, 3);
  AuditOptions options = all_checks();
  options.named_blobs = [](const Entry& entry) {
    return std::vector<Hash>{crypto::sha256(entry.index.value == 1 ? "missing" : "m")};
  };

  const LogAudit audit = audit_log(store, options);

  REQUIRE(audit.faults.size() == 1);
  CHECK(audit.faults[0].code == "blob.missing");
  CHECK(audit.faults[0].index == LogIndex{1});
}

TEST_CASE("the visitor sees each entry once, in order, before its signatures are asked for") {
  MemoryStore store;
  fill(store, 1'500);
  AuditOptions options;
  std::uint64_t seen = 0;
  bool in_order = true;
  options.visit = [&](const Entry& entry) { in_order = in_order && entry.index.value == seen++; };
  options.key_lookup = [&](const crypto::KeyId& id, LogIndex index) {
    in_order = in_order && index.value + 1 == seen;
    return author_key(id, index);
  };

  const LogAudit audit = audit_log(store, options);

  CHECK(audit.good());
  CHECK(in_order);
  CHECK(seen == 1'500);
}

TEST_CASE("whichever call of the store fails, the audit ends and is not good") {
  MemoryStore store;
  fill(store, 300);
  FaultyStore counting(store, {.call = SIZE_MAX, .kind = FaultKind::before});
  REQUIRE(audit_log(counting, all_checks()).good());
  AuditOptions options = all_checks();
  options.max_faults = 20;

  for (std::size_t call = 0; call < counting.calls(); ++call) {
    CAPTURE(call);
    FaultyStore faulty(store, {.call = call, .kind = FaultKind::before});
    CHECK_FALSE(audit_log(faulty, options).good());
  }
}

TEST_CASE("an audit stops at its limit of faults and says so") {
  MemoryStore store;
  fill(store, 50);
  AuditOptions options = all_checks();
  options.key_lookup = [](const crypto::KeyId&, LogIndex) {
    return std::optional<crypto::Ed25519PublicKey>();
  };
  options.max_faults = 10;

  const LogAudit audit = audit_log(store, options);

  CHECK(audit.faults.size() == 10);
  CHECK_FALSE(audit.complete);
}

TEST_CASE("signatures that were left out are counted, and unknown keys are named all the same") {
  MemoryStore store;
  fill(store, 100);
  AuditOptions options = all_checks();
  options.check_signatures_of = [](LogIndex index) { return index.value % 10 == 0; };

  CHECK(audit_log(store, options).signatures == 10);
  CHECK(audit_log(store, options).unchecked == 90);

  options.key_lookup = [](const crypto::KeyId& id, LogIndex index) {
    return index.value == 55 ? std::nullopt : author_key(id, index);
  };
  const LogAudit audit = audit_log(store, options);
  REQUIRE(audit.faults.size() == 1);
  CHECK(audit.faults[0].code == "signature.unknown_key");
  CHECK(audit.faults[0].index == LogIndex{55});
}

TEST_CASE("the first fault is named first, however many follow behind it") {
  MemoryStore store;
  fill(store, 5'000);
  AuditOptions options = all_checks();
  // A signature of the first batch is bad; every later entry has an unknown key, which is found
  // long before signatures are checked.
  options.key_lookup = [](const crypto::KeyId& id, LogIndex index) {
    if (index.value == 7) return std::optional<crypto::PublicKey>(signer_of(2).public_key());
    return index.value < 1'024 ? std::optional<crypto::PublicKey>(*author_key(id, index))
                               : std::nullopt;
  };
  options.max_faults = 3;

  for (const unsigned threads : {1U, 4U}) {
    options.threads = threads;
    const LogAudit audit = audit_log(store, options);
    REQUIRE(audit.faults.size() == 3);
    CHECK(describe(audit.faults[0]).starts_with("entry 7: signature.bad"));
    CHECK(describe(audit.faults[1]).starts_with("entry 1024: signature.unknown_key"));
  }
}

TEST_CASE("entries of the largest size are read in batches that memory bounds") {
  MemoryStore store;
  const Bytes large(max_entry_bytes, 'x');
  must(store.append({0}, std::vector<Bytes>(200, large), {}));

  const LogAudit audit = audit_log(store, {});

  CHECK(audit.head.size == TreeSize{200});
  CHECK(audit.faults.size() == 200);
  CHECK(codes(audit) == std::set<std::string>{"entry.not_canonical"});
}

TEST_CASE("checkpoints are judged in any order, and more of them than fit into the window") {
  MemoryStore store;
  fill(store, 300);
  CompactRange range;
  std::vector<Hash> roots{range.root()};
  for (const Hash& leaf : must(store.leaf_hashes({0}, 300))) {
    range.append(leaf);
    roots.push_back(range.root());
  }
  constexpr std::size_t count = 140'000;
  // Signatures are not checked here, so that there can be very many.
  const std::string signed_note = must(store.newest_checkpoint()).value();
  const std::string signature = signed_note.substr(signed_note.find("\n\n") + 1);
  crypto::SeededRandom random("checkpoints");
  for (std::size_t i = 0; i < count; ++i) {
    const auto size = random.below(301);
    const bool is_wrong = i == 5 || i == 77'777 || i == count - 1;
    const Checkpoint checkpoint{"log.example/one", {size}, is_wrong ? Hash{} : roots[size], {}};
    must(store.put_checkpoint(checkpoint_text(checkpoint) + signature));
  }
  AuditOptions options;
  options.key_lookup = author_key;

  const LogAudit audit = audit_log(store, options);

  CHECK(audit.checkpoints == count + 1);
  std::set<std::string> named;
  for (const AuditFault& fault : audit.faults) {
    CHECK(fault.code == "checkpoint.root");
    named.insert(fault.expected.substr(0, fault.expected.find(" of size")));
  }
  CHECK(named == std::set<std::string>{"checkpoint 6", "checkpoint 77778", "checkpoint 140000"});
}

TEST_CASE("an audit sees the log as it was when it began, whatever is appended meanwhile") {
  const test::Folder folder("audit");
  const auto writer = must(SqliteStore::create(folder.path() / "log.db"));
  fill(*writer, 600);
  Log log = must(Log::open(*writer));
  const auto reader = must(SqliteStore::open(folder.path() / "log.db"));
  AuditOptions options = all_checks();
  options.progress = [&](std::uint64_t) {
    must(log.append(log.size(), {1000}, envelopes_of(300, log.size().value)));
    must(publish_checkpoint(*writer, {"log.example/one", &operator_key}));
  };

  const LogAudit audit = audit_log(*reader, options);

  CHECK(audit.good());
  CHECK(audit.head.size == TreeSize{600});
  CHECK(must(writer->head()).size > TreeSize{600});
  CHECK(audit_log(*reader, all_checks()).head == must(writer->head()));
}
