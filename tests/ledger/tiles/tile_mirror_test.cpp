// A damaged log is made whole, and an older one caught up, from a folder of tiles that nobody
// believes.

#include "ledger/tiles/tile_mirror.hpp"

#include <fstream>

#include "ledger/audit.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/log.hpp"
#include "ledger/repair.hpp"
#include "ledger/replay.hpp"
#include "ledger/store/memory_store.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "ledger/tiles/bundle.hpp"
#include "ledger/tiles/export.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using namespace muster::test;

namespace {

namespace fs = std::filesystem;

constexpr const char* log_name = "log.example/one";
constexpr std::uint64_t log_entries = 700;  // two full bundles and a partial one
constexpr std::size_t page_bytes = 8192;

const crypto::Ed25519Signer operator_key = signer_of(9);
const CheckpointSigner checkpoint_signer{log_name, &operator_key};
const VerifierKey log_key(log_name, operator_key.public_key());

std::string blob_text(std::uint64_t index) { return "blob " + std::to_string(index); }

/// Every hundredth entry names a blob.
std::vector<Hash> blobs_named(const Entry& entry) {
  if (entry.index.value % 100 != 0) return {};
  return {crypto::sha256(blob_text(entry.index.value))};
}

void append_entries(Store& store, std::uint64_t count, std::uint64_t first_number) {
  Log log = must(Log::open(store));
  const std::uint64_t size = log.size().value;
  std::vector<Blob> blobs;
  for (std::uint64_t i = size; i < size + count; ++i) {
    if (i % 100 == 0) blobs.push_back({crypto::sha256(blob_text(i)), to_bytes(blob_text(i))});
  }
  must(log.append({size}, {1'000}, envelopes_of(count, first_number), blobs));
}

AuditOptions whole_audit() {
  AuditOptions options;
  options.checkpoint_key = log_key;
  options.named_blobs = blobs_named;
  return options;
}

/// A log of 700 entries, its export, made in two steps, and what the log was.
struct Exporting {
  explicit Exporting(const std::string& name = "tile-mirror") : folder(name) {
    const auto store = must(SqliteStore::create(log));
    append_entries(*store, 300, 0);
    must(publish_checkpoint(*store, checkpoint_signer));
    export_newest(*store);
    append_entries(*store, log_entries - 300, 300);
    newest = must(publish_checkpoint(*store, checkpoint_signer));
    export_newest(*store);
    head = must(store->head());
    must(store->checkpoint_database());
  }
  void export_newest(Store& store) const {
    must(export_tiles(store, *must(store.newest_checkpoint()), web, {.key = log_key}));
  }
  [[nodiscard]] EntryMirror mirror() const { return must(mirror_of_tiles(folder_source(web))); }
  [[nodiscard]] RepairSources sources() const {
    return {mirror(), blobs_named, {log_key}, {newest}};
  }
  [[nodiscard]] std::unique_ptr<SqliteStore> open() const { return must(SqliteStore::open(log)); }
  void destroy_page(std::size_t page) const {
    std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(page * page_bytes));
    file << std::string(page_bytes, '\xA5');
  }

  Folder folder;
  fs::path log = folder.path() / "log.db";
  fs::path web = folder.path() / "web";
  std::string newest;
  TreeHead head;
};

/// What the repair of the log with nothing left of it says: all from the mirror.
Result<RepairReport> from_mirror(const RepairSources& sources) {
  MemoryStore fresh;
  return repair(nullptr, sources, fresh);
}

std::string rule_of(const Result<RepairReport>& report) {
  return report ? "repaired" : report.error().rule;
}

void put(const fs::path& file, ByteView bytes) {
  fs::create_directories(file.parent_path());
  must(write_file_atomically(file, bytes));
}

}  // namespace

TEST_CASE("a mirror of tiles has the log's entries, across bundles and to the partial end") {
  const Exporting log;
  const auto store = log.open();
  const EntryMirror mirror = log.mirror();

  CHECK(must(mirror.read({0}, 2'000)) == must(store->read({0}, log_entries)));
  for (const std::uint64_t first : {0U, 1U, 255U, 256U, 511U, 512U, 698U, 699U}) {
    CAPTURE(first);
    CHECK(must(mirror.read({first}, 258)) == must(store->read({first}, 258)));
    CHECK(must(mirror.read({first}, 1)) == must(store->read({first}, 1)));
  }
  CHECK(must(mirror.read({log_entries}, 1)).empty());
  CHECK(must(mirror.read({UINT64_MAX}, 5)).empty());
  CHECK(must(mirror.read({0}, 0)).empty());
  CHECK(must(mirror.blob(crypto::sha256(blob_text(300)))) == to_bytes(blob_text(300)));
  CHECK(mirror.blob(crypto::sha256("nothing")).error().code == Errc::not_found);
}

TEST_CASE("whichever page of the file is destroyed, the log is made whole again from its tiles") {
  const Exporting log;
  const Bytes good = must(read_file(log.log));
  REQUIRE(good[16] * 256U + good[17] == page_bytes);  // SQLite's header
  const std::size_t pages = good.size() / page_bytes;
  std::size_t replaced = 0;
  for (std::size_t page = 0; page < pages; ++page) {
    CAPTURE(page);
    must(write_file_atomically(log.log, good));
    for (const char* ending : {"-wal", "-shm"}) fs::remove(log.log.string() + ending);
    log.destroy_page(page);
    MemoryStore fresh;
    const auto damaged = SqliteStore::open(log.log);

    const auto report = repair(damaged ? damaged->get() : nullptr, log.sources(), fresh);

    replaced += must(report).replaced.empty() ? 0 : 1;
    CHECK(must(fresh.head()) == log.head);
    CHECK(must(fresh.newest_checkpoint()) == log.newest);
    CHECK(audit_log(fresh, whole_audit()).good());
  }
  CHECK(pages > 40);  // of 8 KiB each
  CHECK(replaced > 40);
}

TEST_CASE("a log of which nothing is left is made from tiles up to their signed checkpoint") {
  const Exporting log;
  MemoryStore fresh;

  const auto report = must(repair(nullptr, log.sources(), fresh));

  CHECK(report.replaced == std::vector<EntryRange>{{0, log_entries}});
  CHECK(report.blobs_replaced == 7);
  CHECK(must(fresh.head()) == log.head);
  CHECK(audit_log(fresh, whole_audit()).good());
}

TEST_CASE("of several partial bundles the one with the most whole entries serves") {
  MemoryStore store;
  append_entries(store, 40, 0);
  const auto bodies = must(store.read({0}, 40));
  const auto bundle = [&](std::size_t count) {
    return must(encode_bundle(std::span(bodies).first(count)));
  };
  FileMap files{{"tile/entries/000.p/10", bundle(10)}, {"tile/entries/000.p/40", bundle(40)}};
  const auto count = [&] {
    return must(must(mirror_of_tiles(memory_source(files))).read({0}, 100)).size();
  };
  CHECK(count() == 40);

  files["tile/entries/000.p/40"].resize(bundle(25).size() + 1);  // torn
  CHECK(count() == 25);
  files["tile/entries/000.p/40"] = to_bytes("\xFF\xFFnothing");
  CHECK(count() == 10);
  files.erase("tile/entries/000.p/10");
  CHECK(count() == 0);
  files["tile/entries/000"] = bundle(40);  // not as long as its name says
  CHECK(count() == 40);
  files = {{"tile/entries/000.p/2", bundle(40)}};  // longer than its name says
  CHECK(count() == 2);
}

TEST_CASE("zeros and foreign entries in one file of a bundle hide nothing that another has") {
  MemoryStore store;
  append_entries(store, 300, 0);
  const auto bodies = must(store.read({0}, 300));
  const Bytes good = must(encode_bundle(std::span(bodies).first(40)));
  const auto given = [&](Bytes full) {
    const FileMap files{{"tile/entries/000", std::move(full)}, {"tile/entries/000.p/40", good}};
    return must(must(mirror_of_tiles(memory_source(files))).read({0}, 1'000));
  };
  const std::vector<Bytes> expected(bodies.begin(), bodies.begin() + 40);

  CHECK(given(Bytes(100'000, 0)) == expected);
  CHECK(given(Bytes(2 * tile_width, 0)) == expected);
  CHECK(given(must(encode_bundle(std::span(bodies).last(tile_width)))) == expected);
  CHECK(given(must(encode_bundle(std::vector<Bytes>(tile_width, to_bytes("no entry"))))) ==
        expected);
}

TEST_CASE("an entry that is damaged within its length is a gap, and those behind it are given") {
  MemoryStore store;
  append_entries(store, tile_width, 0);
  auto bodies = must(store.read({0}, tile_width));
  bodies[100].front() ^= 1U;
  const FileMap files{{"tile/entries/000", must(encode_bundle(bodies))}};

  const EntryMirror mirror = must(mirror_of_tiles(memory_source(files)));

  CHECK(must(mirror.read({0}, 1'000)).size() == 100);
  CHECK(must(mirror.read({100}, 1)).empty());
  CHECK(must(mirror.read({101}, 1'000)).size() == tile_width - 101);
}

TEST_CASE("a damaged bundle costs its own entries alone") {
  const Exporting log;
  const fs::path bundle = log.web / "tile" / "entries" / "001";
  put(bundle, to_bytes("\xFF\xFFnothing"));
  const auto damaged = log.open();
  MemoryStore fresh;

  const auto all = from_mirror(log.sources());
  const auto rest = must(repair(damaged.get(), log.sources(), fresh));

  CHECK(all.error().message ==
        "repair.missing: entries 256 to 511: not here, and the mirror has none that fits");
  CHECK(rest.replaced.empty());
  CHECK(must(fresh.head()) == log.head);
}

TEST_CASE("tiles of another log, of a fork and of less than was signed bring nothing in") {
  const Exporting log;
  const RepairSources good = log.sources();
  const auto with_tiles_of = [&](Store& store, const crypto::Ed25519Signer& key) {
    Folder other("tile-mirror-other");
    const auto newest = must(publish_checkpoint(store, {log_name, &key}));
    must(export_tiles(store, newest, other.path() / "web",
                      {.key = VerifierKey(log_name, key.public_key())}));
    return from_mirror({must(mirror_of_tiles(folder_source(other.path() / "web"))),
                        blobs_named,
                        {log_key},
                        {log.newest, newest}});
  };

  SUBCASE("another log") {
    MemoryStore other;
    append_entries(other, log_entries, 10'000);
    CHECK(rule_of(with_tiles_of(other, signer_of(3))) == "repair.other_history");
  }
  SUBCASE("a fork that the operator signed") {
    MemoryStore fork;
    append_entries(fork, 690, 0);
    append_entries(fork, 20, 20'000);
    CHECK(rule_of(with_tiles_of(fork, operator_key)) == "repair.fork");
  }
  SUBCASE("an older state") {
    MemoryStore older;
    append_entries(older, 600, 0);
    CHECK(with_tiles_of(older, operator_key).error().message ==
          "repair.missing: entries 600 to 699: not here, and the mirror has none that fits");
  }
  SUBCASE("tiles that nobody signed for") {
    RepairSources unsigned_tiles = good;
    unsigned_tiles.held.clear();
    CHECK(rule_of(from_mirror(unsigned_tiles)) == "repair.no_checkpoint");
  }
  SUBCASE("a blob that is not what its name says") {
    const std::string name = crypto::sha256(blob_text(300)).to_hex();
    put(log.web / "blob" / name.substr(0, 2) / name, to_bytes("another blob"));
    CHECK(from_mirror(good).error().message ==
          "repair.missing: blob " + name + " of entry 300: damaged here and not in the mirror");
  }
}

TEST_CASE("tiles with any entry changed bring nothing in") {
  const Exporting log;
  const fs::path bundle = log.web / "tile" / "entries" / "002.p" / "188";
  const Bytes good = must(read_file(bundle));
  for (std::size_t at = 0; at < good.size(); at += 997) {
    CAPTURE(at);
    Bytes bad = good;
    bad[at] ^= 0x20U;
    put(bundle, bad);
    const auto report = from_mirror(log.sources());
    const std::string rule = rule_of(report);
    CHECK((rule == "repair.missing" || rule == "repair.other_history"));
  }
}

TEST_CASE("a policy wants a quorum behind what the log is held to") {
  const Exporting log;
  const CosignerKey witness("witness.example/w1", signer_of(70).public_key());
  const Policy policy = must(Policy::parse("log " + log_key.to_string() + "\nwitness w1 " +
                                           witness.to_string() + "\nquorum w1\n"));
  RepairSources sources = log.sources();
  sources.policy = &policy;
  const auto refused = from_mirror(sources);

  Note note = must(parse_note(log.newest));
  const auto witness_key = signer_of(70);
  note.signatures.push_back(cosign(note.text, {"witness.example/w1", &witness_key}, 1'000));
  sources.held.push_back(encode_note(note));
  const auto accepted = must(from_mirror(sources));

  CHECK(rule_of(refused) == "repair.no_quorum");
  CHECK(refused.error().message.find("no cosignature of w1") != std::string::npos);
  CHECK(accepted.witnessed == std::optional(log.head));
}

TEST_CASE("a log is held to the checkpoints of all keys that its operator had") {
  const Exporting log;
  MemoryStore store;
  append_entries(store, 300, 0);
  append_entries(store, log_entries - 300, 300);
  const auto next_key = signer_of(8);
  const std::string by_next = must(publish_checkpoint(store, {log_name, &next_key}));
  const VerifierKey next(log_name, next_key.public_key());

  RepairSources both{log.mirror(), blobs_named, {log_key, next}, {log.newest, by_next}};
  RepairSources one{log.mirror(), blobs_named, {next}, {log.newest, by_next}};

  CHECK(must(from_mirror(both)).checkpoints == 2);
  CHECK(must(from_mirror(one)).checkpoints_dropped == 1);
}

TEST_CASE("a restored log catches up from tiles, and not from those of less or of another log") {
  const Exporting log;
  MemoryStore older;
  append_entries(older, 300, 0);
  must(older.put_checkpoint(log.newest));
  const auto target = must(head_to_catch_up_with(older));
  REQUIRE(target);

  FileMap none;
  CHECK(replay(older, must(mirror_of_tiles(memory_source(none))), *target, blobs_named)
            .error()
            .rule == "replay.too_short");
  CHECK(must(replay(older, log.mirror(), *target, blobs_named)) == log.head);
  CHECK(audit_log(older, whole_audit()).good());
}
