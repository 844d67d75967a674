#include "ledger/backup.hpp"

#include <signal.h>
#include <sys/resource.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/log.hpp"
#include "ledger/proofs.hpp"
#include "ledger/replay.hpp"
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
using muster::test::must_fail;
using muster::test::operator_key;
using muster::test::signer_of;

namespace {

/// Every third entry names the blob of its number.
constexpr std::uint64_t every_third = 3;
const auto thirds_named = [](const Entry& entry) { return test::named(entry, every_third); };

AuditOptions backup_audit_options() {
  AuditOptions options;
  options.checkpoint_key = log_key;
  options.named_blobs = thirds_named;
  options.key_lookup = [](const crypto::KeyId&, LogIndex) {
    return std::optional(signer_of(1).public_key());
  };
  return options;
}

/// A folder with a log of `count` entries and a checkpoint.
struct Place {
  explicit Place(std::uint64_t count) : store(must(SqliteStore::create(folder.path() / "log.db"))) {
    grow(*store, count, every_third);
    checkpoint = must(publish_checkpoint(*store, log_signer));
  }
  [[nodiscard]] std::filesystem::path file(const std::string& name) const {
    return folder.path() / name;
  }
  [[nodiscard]] std::ptrdiff_t files() const {
    return std::distance(std::filesystem::directory_iterator(folder.path()), {});
  }

  test::Folder folder{"backup"};
  std::unique_ptr<SqliteStore> store;
  std::string checkpoint;
};

/// While there is one, no file of this process may grow beyond `size` bytes.
class SmallFiles final {
 public:
  explicit SmallFiles(rlim_t size) : signal_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limited{size, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limited);
  }
  SmallFiles(const SmallFiles&) = delete;
  SmallFiles& operator=(const SmallFiles&) = delete;
  ~SmallFiles() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, signal_);
  }

 private:
  rlimit before_{};
  void (*signal_)(int);
};

}  // namespace

TEST_CASE("a backup is the log: entries, blobs, checkpoints") {
  Place place(20);

  const LogSummary summary =
      must(back_up(*place.store, place.file("backup.db"), backup_audit_options()));

  CHECK(summary == must(summary_of(*place.store)));
  CHECK(summary.head.size == TreeSize{20});
  CHECK(summary.blobs == 7);
  CHECK(summary.newest == place.checkpoint);
  CHECK(must_fail(back_up(*place.store, place.file("backup.db"), backup_audit_options())) ==
        place.file("backup.db").string() + ": exists already, and is not overwritten");
}

TEST_CASE("two summaries differ when an entry, a blob or a checkpoint does") {
  Place one(3);
  const LogSummary before = must(summary_of(*one.store));

  must(one.store->append({3}, {}, std::vector<Blob>{{crypto::sha256("x"), to_bytes("x")}}));
  const LogSummary with_blob = must(summary_of(*one.store));
  grow(*one.store, 1, every_third);
  const LogSummary with_entry = must(summary_of(*one.store));
  must(publish_checkpoint(*one.store, log_signer));

  CHECK(before != with_blob);
  CHECK(with_blob != with_entry);
  CHECK(with_entry != must(summary_of(*one.store)));
}

TEST_CASE("backups made while a writer is at work are each a whole, earlier state of the log") {
  Place place(5);
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    const auto store = must(SqliteStore::open(place.file("log.db")));
    while (!stop) {
      grow(*store, 7, every_third);
      must(publish_checkpoint(*store, log_signer));
    }
  });

  std::vector<LogSummary> summaries;
  // At least eight, and on a busy machine as many as the writer needs to get a word in.
  const auto has_grown = [&] { return summaries.front().head.size < summaries.back().head.size; };
  for (int i = 0; i < 8 || (i < 500 && !has_grown()); ++i) {
    const auto file = place.file("backup-" + std::to_string(i));
    summaries.push_back(must(back_up(*place.store, file, backup_audit_options())));
  }
  stop = true;
  writer.join();

  for (const LogSummary& summary : summaries) {
    CHECK(must(root_at(*place.store, summary.head.size)) == summary.head.root);
    const Checkpoint newest = must(verify_checkpoint(*summary.newest, log_key));
    CHECK(newest.size <= summary.head.size);
  }
  CHECK(has_grown());
}

TEST_CASE("a log with a fault is not backed up, and nothing is left behind") {
  Place place(6);
  auto vandal = must(sql::Database::open(
      place.file("log.db"),
      {.what = "ledger", .application_id = 0x4D73744C, .version = 1, .script = {}}));
  must(
      vandal.run("drop trigger entry_is_never_updated;"
                 "update entry set body = x'00' where log_index = 4"));
  const auto before = place.files();

  const auto backup = back_up(*place.store, place.file("backup.db"), backup_audit_options());

  CHECK(backup.error().code == Errc::corrupt);
  CHECK(backup.error().message.starts_with("audit: entry 4: entry.leaf_hash"));
  CHECK(place.files() == before);
}

TEST_CASE(
    "a backup for which there is no room leaves nothing behind, and one that was killed goes") {
  Place place(3);
  const Bytes large(12'000'000);
  must(place.store->append(must(place.store->head()).size, {}, {{{crypto::sha256(large), large}}}));
  const auto before = place.files();

  const auto backup = [&] {
    const SmallFiles limited(8'000'000);
    return back_up(*place.store, place.file("backup.db"), backup_audit_options());
  }();

  CHECK_FALSE(backup);
  CHECK(place.files() == before);
  std::ofstream(place.file("backup.db.part-journal")) << "of a process that was killed";
  must(back_up(*place.store, place.file("backup.db"), backup_audit_options()));
  CHECK(place.files() == before + 1);
}

TEST_CASE("a restored log is the backup, and goes on when nothing newer was signed") {
  Place place(20);
  const auto backup = place.file("backup.db");
  const LogSummary summary = must(back_up(*place.store, backup, backup_audit_options()));

  const auto restored = place.file("restored.db");
  CHECK(must(restore(backup, restored, {{log_key}, {place.checkpoint}}, backup_audit_options())) ==
        summary);

  const auto store = must(SqliteStore::open(restored));
  CHECK(must(summary_of(*store)) == summary);
  CHECK_FALSE(must(head_to_catch_up_with(*store)));
  grow(*store, 1, every_third);
  must(publish_checkpoint(*store, log_signer));
  CHECK(restore(backup, restored, {{log_key}, {}}, backup_audit_options()).error().code ==
        Errc::conflict);
}

TEST_CASE("an older restored log appends and signs nothing until it has caught up") {
  Place place(10);
  const auto backup = place.file("backup.db");
  must(back_up(*place.store, backup, backup_audit_options()));
  grow(*place.store, 15, every_third);
  const std::string newest = must(publish_checkpoint(*place.store, log_signer));
  const auto restored = place.file("restored.db");
  must(restore(backup, restored, {{log_key}, {place.checkpoint, newest}}, backup_audit_options()));
  const auto store = must(SqliteStore::open(restored));
  Log log = must(Log::open(*store));

  CHECK(log.behind());
  CHECK(must_fail(log.append({10}, {2'000}, envelopes_of(1, 99)))
            .starts_with("log has 10 entries and has signed for 25: an older copy was restored"));
  CHECK(publish_checkpoint(*store, log_signer).error().code == Errc::corrupt);
  CHECK(must(store->head()).size == TreeSize{10});

  const auto target = must(head_to_catch_up_with(*store));
  REQUIRE(target);
  CHECK(must(replay(*store, mirror_of(*place.store), *target, thirds_named)) ==
        must(place.store->head()));

  must(log.refresh());
  CHECK_FALSE(log.behind());
  CHECK(audit_log(*store, backup_audit_options()).good());
  CHECK(must(publish_checkpoint(*store, log_signer)) == newest);
  grow(*store, 1, every_third);
}

TEST_CASE("a log does not catch up with another history, a short mirror or one without a blob") {
  Place place(4);
  const auto backup = place.file("backup.db");
  must(back_up(*place.store, backup, backup_audit_options()));
  grow(*place.store, 6, every_third);
  const std::string newest = must(publish_checkpoint(*place.store, log_signer));
  must(restore(backup, place.file("r.db"), {{log_key}, {newest}}, backup_audit_options()));
  const auto store = must(SqliteStore::open(place.file("r.db")));
  const auto target = *must(head_to_catch_up_with(*store));
  const auto rule = [&](const EntryMirror& mirror) {
    const auto replayed = replay(*store, mirror, target, thirds_named);
    return replayed ? "replayed" : replayed.error().rule;
  };
  const EntryMirror good = mirror_of(*place.store);

  CHECK(rule(mirror_of(*must(SqliteStore::open(backup)))) == "replay.too_short");
  CHECK(rule({[&](LogIndex first, std::size_t count) {
                auto entries = good.read(first, count);
                if (entries && first.value == 4) entries->at(2).back() = ' ';
                return entries;
              },
              good.blob}) == "replay.other_history");
  CHECK(replay(*store,
               {good.read,
                [](const Hash&) -> Result<Bytes> { return failure(Errc::not_found, "no blob"); }},
               target, thirds_named)
            .error()
            .code == Errc::not_found);
  CHECK(must(store->head()).size == TreeSize{4});  // nothing was written
  CHECK(rule(good) == "replayed");
}

TEST_CASE("a backup that contradicts a checkpoint is not restored") {
  Place place(10);
  const auto backup = place.file("backup.db");
  must(back_up(*place.store, backup, backup_audit_options()));
  const std::string other =
      sign_checkpoint({"log.example/one", {8}, Hash{}, {}}, "log.example/one", operator_key);
  const auto before = place.files();

  const auto refused =
      restore(backup, place.file("r.db"), {{log_key}, {other}}, backup_audit_options());
  const auto foreign = restore(
      backup, place.file("r.db"),
      {{log_key},
       {sign_checkpoint({"log.example/one", {8}, Hash{}, {}}, "log.example/one", signer_of(3))}},
      backup_audit_options());

  CHECK(refused.error().rule == "restore.other_history");
  CHECK(foreign.error().rule == "checkpoint.unknown_key");
  CHECK(place.files() <= before + 2);  // what a reader of the backup leaves beside it
  CHECK_FALSE(std::filesystem::exists(place.file("r.db")));
}

TEST_CASE("a backup with a byte changed is not restored") {
  Place place(12);
  const auto backup = place.file("backup.db");
  must(back_up(*place.store, backup, backup_audit_options()));
  const Bytes good = must(read_file(backup));
  std::size_t refused = 0;
  for (std::size_t at = 101; at < good.size(); at += 499) {
    CAPTURE(at);
    Bytes bad = good;
    bad[at] ^= 0x10U;
    remove_log_file(place.file("bad.db"));
    must(create_file(place.file("bad.db"), bad));
    const auto restored =
        restore(place.file("bad.db"), place.file("r.db"), {{log_key}, {}}, backup_audit_options());
    if (restored) {
      CHECK(*restored == must(summary_of(*place.store)));  // a byte that nothing uses
      remove_log_file(place.file("r.db"));
    }
    refused += restored ? 0 : 1;
    CHECK_FALSE(std::filesystem::exists(place.file("r.db.restored")));
  }
  CHECK(refused > 10);
}
