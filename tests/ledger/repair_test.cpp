#include "ledger/repair.hpp"

#include <algorithm>
#include <fstream>

#include "ledger/backup.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/log.hpp"
#include "ledger/store/memory_store.hpp"
#include "tests/ledger/dishonest_operator.hpp"
#include "tests/ledger/grown_log.hpp"
#include "tests/ledger/log_operator.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::envelopes_of;
using muster::test::grow;
using muster::test::log_key;
using muster::test::log_signer;
using muster::test::must;
using muster::test::OperatedLog;
using muster::test::operator_key;
using muster::test::signer_of;

namespace {

/// Every fifth entry names the blob of its number.
constexpr std::uint64_t every_fifth = 5;
const auto fifths_named = [](const Entry& entry) { return test::named(entry, every_fifth); };

AuditOptions repair_audit_options() {
  AuditOptions options;
  options.checkpoint_key = log_key;
  options.named_blobs = fifths_named;
  return options;
}

/// A log of 60 entries, some pages of them, with checkpoints of 40 and 60, a good copy beside it.
struct Damaged {
  Damaged() {
    const auto store = must(SqliteStore::create(path));
    grow(*store, 40, every_fifth);
    must(publish_checkpoint(*store, log_signer));
    grow(*store, 20, every_fifth);
    newest = must(publish_checkpoint(*store, log_signer));
    summary = must(back_up(*store, folder.path() / "copy.db", repair_audit_options()));
    must(store->checkpoint_database());
    copy = must(SqliteStore::open(folder.path() / "copy.db"));
  }
  [[nodiscard]] RepairSources sources() const {
    return {mirror_of(*copy), fifths_named, {log_key}, {newest}};
  }

  /// Runs SQL on the file with its triggers out of the way.
  void vandalise(const std::string& sql) const {
    auto vandal = must(sql::Database::open(
        path, {.what = "ledger", .application_id = 0x4D73744C, .version = 1, .script = {}}));
    must(
        vandal.run("drop trigger if exists entry_is_never_updated; drop trigger if exists "
                   "entry_is_never_deleted;"
                   "drop trigger if exists blob_is_never_updated; drop trigger if exists "
                   "checkpoint_is_never_deleted;"
                   "drop trigger if exists tree_edge_only_grows;" +
                   sql));
  }

  test::Folder folder{"repair"};
  std::filesystem::path path = folder.path() / "log.db";
  std::unique_ptr<SqliteStore> copy;
  std::string newest;
  LogSummary summary;
};

/// What the repair of the log in a file makes, and what it says.
struct Repaired {
  Result<RepairReport> report = failure(Errc::corrupt, "");
  MemoryStore store;
};

std::unique_ptr<Repaired> repaired(const Damaged& damaged, const RepairSources& sources) {
  auto result = std::make_unique<Repaired>();
  const auto store = SqliteStore::open(damaged.path);
  result->report = repair(store ? store->get() : nullptr, sources, result->store);
  return result;
}

std::string rule_of(const Repaired& result) {
  return result.report ? "repaired" : result.report.error().rule;
}

}  // namespace

TEST_CASE("an undamaged log is repaired to itself, with nothing from the mirror") {
  const Damaged log;

  const auto result = repaired(log, log.sources());

  const RepairReport report = must(result->report);
  CHECK(report.replaced.empty());
  CHECK(report.blobs_replaced == 0);
  CHECK(report.checkpoints == 2);
  CHECK(must(summary_of(result->store)) == log.summary);
}

TEST_CASE("damaged entries are found as ranges, and come from the mirror") {
  const Damaged log;
  log.vandalise(
      "update entry set body = zeroblob(500) where log_index between 7 and 9;"
      "update entry set leaf_hash = zeroblob(32) where log_index = 20;"
      "delete from entry where log_index between 30 and 33;"
      "update blob set body = x'00' where number = 3;"
      "delete from checkpoint where number = 1");

  const LogAudit audit = audit_log(*must(SqliteStore::open(log.path)), repair_audit_options());
  const auto result = repaired(log, log.sources());

  CHECK(damaged_entries(audit) == std::vector<EntryRange>{{7, 3}, {20, 1}, {30, 4}});
  const auto unreadable = std::ranges::find(audit.faults, "entry.unreadable", &AuditFault::code);
  REQUIRE(unreadable != audit.faults.end());
  CHECK(describe(*unreadable).starts_with("entries 30 to 33: entry.unreadable: "));
  const RepairReport report = must(result->report);
  CHECK(report.replaced ==
        std::vector<EntryRange>{{7, 3}, {30, 4}});  // of 20, only the hash was bad
  CHECK(report.blobs_replaced == 1);
  CHECK(report.anchor.size == TreeSize{60});
  CHECK(must(summary_of(result->store)) == log.summary);
}

TEST_CASE("whichever page of the file is destroyed, the log is made whole again") {
  std::size_t named_by_audit = 0;
  std::size_t pages = 1;
  for (std::size_t page = 0; page < pages; ++page) {
    CAPTURE(page);
    const Damaged log;
    const Bytes bytes = must(read_file(log.path));
    const std::size_t page_bytes = bytes[16] * 256U + bytes[17];  // SQLite's header
    REQUIRE(page_bytes == 8192);
    pages = bytes.size() / page_bytes;
    {
      std::fstream file(log.path, std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(page * page_bytes));
      file << std::string(page_bytes, '\xA5');
    }
    if (const auto store = SqliteStore::open(log.path)) {
      named_by_audit += damaged_entries(audit_log(**store, repair_audit_options())).empty() ? 0 : 1;
    }

    const auto result = repaired(log, log.sources());

    must(result->report);
    CHECK(must(result->store.head()) == log.summary.head);
    CHECK(audit_log(result->store, repair_audit_options()).good());
    CHECK(must(result->store.newest_checkpoint()) == log.newest);
  }
  CHECK(pages > 8);  // of 8 KiB each
  CHECK(named_by_audit > pages / 3);
}

TEST_CASE("two logs damaged in different places make each other whole") {
  const Damaged log;
  log.vandalise("update entry set body = x'00' where log_index = 7");
  const auto other_path = log.folder.path() / "other.db";
  must(log.copy->copy_to(other_path));
  auto vandal = must(sql::Database::open(
      other_path, {.what = "ledger", .application_id = 0x4D73744C, .version = 1, .script = {}}));
  must(
      vandal.run("drop trigger if exists entry_is_never_updated;"
                 "update entry set body = x'00' where log_index = 8"));
  const auto other = must(SqliteStore::open(other_path));

  const auto result = repaired(log, {mirror_of(*other), fifths_named, {log_key}, {}});

  CHECK(must(result->report).replaced == std::vector<EntryRange>{{7, 1}});
  CHECK(must(summary_of(result->store)) == log.summary);
}

TEST_CASE("what was damaged so that it agrees with itself is found by the signed root") {
  OperatedLog honest(6);
  const std::string held = honest.sign_head();
  OperatedLog other = honest.rewritten(
      [](std::vector<Entry>& entries) { entries[2].envelope = envelopes_of(1, 99)[0]; });
  const auto none = [](const Entry&) { return std::vector<Hash>(); };
  MemoryStore fresh;

  const auto report =
      must(repair(&other.store(), {mirror_of(honest.store()), none, {log_key}, {held}}, fresh));

  CHECK(report.replaced == std::vector<EntryRange>{{2, 4}});  // the chain behind it changed, too
  CHECK(must(fresh.head()) == must(honest.store().head()));
}

TEST_CASE(
    "entries behind the newest checkpoint are kept, and brought if the log vouches for them") {
  const Damaged log;
  {
    const auto store = must(SqliteStore::open(log.path));
    grow(*store, 10, every_fifth);
  }
  must(log.copy->append({60}, must(must(SqliteStore::open(log.path))->read({60}, 10)), {}));

  const auto whole = repaired(log, log.sources());
  log.vandalise("update entry set body = x'00' where log_index = 64");
  const auto brought = repaired(log, log.sources());
  log.vandalise(
      "update entry set leaf_hash = zeroblob(32) where log_index = 69;"
      "update entry set body = x'00' where log_index = 69");
  const auto unvouched = repaired(log, log.sources());

  CHECK(must(whole->report).head.size == TreeSize{70});
  CHECK(must(brought->report).replaced == std::vector<EntryRange>{{64, 1}});
  CHECK(must(brought->store.head()) == must(whole->store.head()));
  CHECK(rule_of(*unvouched) == "repair.missing");
}

TEST_CASE("a log that cannot be opened is made from the mirror, up to the newest checkpoint") {
  const Damaged log;
  MemoryStore fresh;

  const auto report = must(repair(nullptr, log.sources(), fresh));

  CHECK(report.replaced == std::vector<EntryRange>{{0, 60}});
  CHECK(must(fresh.head()) == log.summary.head);
}

TEST_CASE("nothing comes in that was not signed, and what is missing is named") {
  const Damaged log;
  log.vandalise("update entry set body = x'00' where log_index between 10 and 12");
  const RepairSources good = log.sources();
  const auto with_read = [&](const auto& change) {
    RepairSources sources = good;
    sources.mirror.read = [&good, change](LogIndex first, std::size_t count) {
      auto entries = must(good.mirror.read(first, count));
      for (std::size_t i = 0; i < entries.size(); ++i) {
        if (first.value + i == 12) change(entries, i);
      }
      return Result<std::vector<Bytes>>(std::move(entries));
    };
    return repaired(log, sources);
  };

  const auto has_gap =
      with_read([](std::vector<Bytes>& entries, std::size_t at) { entries.resize(at); });
  const auto forged = with_read([](std::vector<Bytes>& entries, std::size_t at) {
    Entry entry = must(parse_entry(entries[at]));
    entry.envelope = envelopes_of(1, 99)[0];
    entries[at] = to_bytes(encode_entry(entry));
  });
  RepairSources stranger = good;
  stranger.keys.front() = VerifierKey("log.example/one", signer_of(3).public_key());
  RepairSources forked = good;
  forked.held.push_back(
      sign_checkpoint({"log.example/one", {20}, Hash{}, {}}, "log.example/one", operator_key));
  RepairSources ahead = good;
  ahead.held.push_back(
      sign_checkpoint({"log.example/one", {61}, Hash{}, {}}, "log.example/one", operator_key));

  CHECK(has_gap->report.error().message ==
        "repair.missing: entry 12: damaged here, and the mirror has none that fits");
  CHECK_FALSE(forged->report);
  CHECK(rule_of(*repaired(log, stranger)) == "repair.no_checkpoint");
  CHECK(rule_of(*repaired(log, forked)) == "repair.fork");
  CHECK(rule_of(*repaired(log, ahead)) == "repair.missing");
}

TEST_CASE("entries that the log counted and lost at its end are not given up in silence") {
  const Damaged log;
  {
    const auto store = must(SqliteStore::open(log.path));
    grow(*store, 3, every_fifth);
  }
  log.vandalise("delete from entry where log_index > 60");

  const auto result = repaired(log, log.sources());

  CHECK(result->report.error().message ==
        "repair.missing: entries 61 to 62: the damaged log counted them, and does not have them");
}

TEST_CASE("a size that was signed and is beyond all that anybody has is not counted to its end") {
  MemoryStore nothing;
  MemoryStore fresh;
  const std::string beyond = sign_checkpoint({"log.example/one", {1ULL << 52U}, Hash{}, {}},
                                             "log.example/one", operator_key);

  const auto report =
      repair(nullptr, {mirror_of(nothing), fifths_named, {log_key}, {beyond}}, fresh);

  CHECK(report.error().message ==
        "repair.missing: entries 0 to 1048575, behind which none was looked for: not here, and "
        "the mirror has none that fits");
}
