// Decision of the design: every flip in the file of a log that changes a value is found and named;
// one that only makes the file unreadable is reported in SQLite's words; flips of unused bytes
// change nothing. "Value" means all that the store's interface can give.

#include <algorithm>
#include <fstream>
#include <map>
#include <ostream>

#include "ledger/audit.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/log.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "tests/ledger/log_operator.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::envelopes_of;
using muster::test::must;
using muster::test::operator_key;
using muster::test::signer_of;

namespace {

/// All that the store gives, read without judging it: two files with equal values are equal.
struct Values {
  CompactRange range;
  std::vector<Bytes> entries;
  std::vector<Hash> leaves;
  std::vector<Hash> subtrees;
  std::map<Hash, Bytes> blobs;
  std::vector<std::string> checkpoints;

  friend bool operator==(const Values&, const Values&) = default;
};

Result<Values> values_of(Store& store) {
  Values values;
  MUSTER_TRY_ASSIGN(values.range, store.compact_range());
  MUSTER_TRY_ASSIGN(values.entries, store.read({0}, 10'000));
  MUSTER_TRY_ASSIGN(values.leaves, store.leaf_hashes({0}, 10'000));
  MUSTER_TRY_ASSIGN(values.subtrees, store.subtree_hashes(1, 0, 10'000));
  MUSTER_TRY_ASSIGN(const auto names, store.blob_hashes());
  for (const Hash& name : names) {
    MUSTER_TRY_ASSIGN(values.blobs[name], store.blob(name));
  }
  MUSTER_TRY_ASSIGN(values.checkpoints, store.checkpoints());
  return values;
}

AuditOptions flip_checks() {
  AuditOptions options;
  options.checkpoint_key = VerifierKey("log.example/one", operator_key.public_key());
  options.key_lookup = [](const crypto::KeyId&, LogIndex) {
    static const auto key = signer_of(1).public_key();
    return std::optional(key);
  };
  options.threads = 1;
  options.max_faults = 20;
  return options;
}

void make_log(const std::filesystem::path& path, std::size_t entries) {
  const auto store = must(SqliteStore::create(path));
  Log log = must(Log::open(*store));
  const std::string manifest(5'000, 'm');  // long enough for overflow pages
  const std::vector<Blob> blobs{{crypto::sha256("small"), to_bytes("small")},
                                {crypto::sha256(manifest), to_bytes(manifest)}};
  must(log.append({0}, {1000}, envelopes_of(entries), blobs));
  must(publish_checkpoint(*store, {"log.example/one", &operator_key}));
  must(store->checkpoint_database());
}

/// What became of one flip.
enum class FlipOutcome { unchanged, named, unreadable, silent };

FlipOutcome outcome_of(const std::filesystem::path& path, const Values& original) {
  auto store = SqliteStore::open(path, {.access = sql::Access::read_only});
  if (!store) return store.error().message.empty() ? FlipOutcome::silent : FlipOutcome::unreadable;
  const LogAudit audit = audit_log(**store, flip_checks());
  if (!audit.good()) {
    const AuditFault& first = audit.faults.front();
    return first.code.empty() || first.found.empty() ? FlipOutcome::silent : FlipOutcome::named;
  }
  const auto values = values_of(**store);
  return values && *values == original ? FlipOutcome::unchanged : FlipOutcome::silent;
}

void overwrite(const std::filesystem::path& path, std::size_t offset, char value) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(offset));
  file.put(value);
}

/// Flips one bit of every `step`-th byte; which bit follows from the offset, so that all eight are
/// met on every kind of byte.
std::map<FlipOutcome, std::size_t> flip_bytes(std::size_t step) {
  const test::Folder folder("flip");
  const auto path = folder.path() / "log.db";
  make_log(path, 4);
  const Bytes bytes = must(read_file(path));
  const Values original = must(values_of(*must(SqliteStore::open(path))));
  std::map<FlipOutcome, std::size_t> outcomes;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const unsigned bit = static_cast<unsigned>((at * 7 + at / 8) % 8);
    overwrite(path, at, static_cast<char>(bytes[at] ^ (1U << bit)));
    const FlipOutcome outcome = outcome_of(path, original);
    if (outcome == FlipOutcome::silent)
      FAIL("byte " << at << " bit " << bit << " changed in silence");
    ++outcomes[outcome];
    overwrite(path, at, static_cast<char>(bytes[at]));
  }
  REQUIRE(must(read_file(path)) == bytes);
  MESSAGE(outcomes[FlipOutcome::named] << " named, " << outcomes[FlipOutcome::unreadable]
                                       << " unreadable, " << outcomes[FlipOutcome::unchanged]
                                       << " without effect");
  return outcomes;
}

/// Flips one bit of every `step`-th byte of every value, through SQL.
void flip_values(std::size_t step) {
  const test::Folder folder("flip");
  const auto path = folder.path() / "log.db";
  make_log(path, 2);
  auto vandal = must(sql::Database::open(
      path, {.what = "ledger", .application_id = 0x4D73744C, .version = 1, .script = {}}));
  must(
      vandal.run("drop trigger entry_is_never_updated; drop trigger tree_edge_only_grows;"
                 "drop trigger blob_is_never_updated; drop trigger checkpoint_is_never_updated;"));
  const auto store = must(SqliteStore::open(path));
  AuditOptions options = flip_checks();
  std::size_t flips = 0;

  for (const auto& [table, column] :
       std::vector<std::pair<std::string, std::string>>{{"entry", "body"},
                                                        {"entry", "leaf_hash"},
                                                        {"tree_edge", "nodes"},
                                                        {"blob", "sha256"},
                                                        {"blob", "body"},
                                                        {"checkpoint", "body"}}) {
    const std::string where = table + "." + column;
    CAPTURE(where);
    const bool is_text = table == "checkpoint";
    auto read = must(vandal.prepare("select rowid, cast(" + column + " as blob) from " + table));
    auto write =
        must(vandal.prepare("update " + table + " set " + column + " = ? where rowid = ?"));
    std::vector<std::pair<std::int64_t, Bytes>> rows;
    while (must(read.step())) rows.emplace_back(read.integer(0), to_bytes(read.blob(1)));
    for (const auto& stored : rows) {
      const std::int64_t row = stored.first;
      const Bytes& good = stored.second;
      for (std::size_t at = 0; at < good.size(); at += step) {
        Bytes bad = good;
        bad[at] = static_cast<std::uint8_t>(bad[at] ^ (1U << (at % 8)));
        const auto put = [&](const Bytes& value) {
          is_text ? must(write.run(as_text(value), row)) : must(write.run(ByteView(value), row));
        };
        put(bad);
        const LogAudit audit = audit_log(*store, options);
        // The four dropped triggers are always among the faults.
        const auto named = std::ranges::count_if(audit.faults, [](const AuditFault& fault) {
          return fault.code != "store.structure" || fault.found.starts_with("checkpoint");
        });
        if (named == 0) FAIL("byte " << at << " of row " << row << " changed in silence");
        put(good);
        ++flips;
      }
    }
  }
  MESSAGE(flips << " flips, all named");
}

}  // namespace

TEST_CASE("one bit of every 61st byte of the file flipped: no value changes in silence") {
  const auto outcomes = flip_bytes(61);

  CHECK(outcomes.at(FlipOutcome::named) > 100);
}

TEST_CASE("one bit of every byte of the file flipped: no value changes in silence" *
          doctest::test_suite("slow") * doctest::skip()) {
  const auto outcomes = flip_bytes(1);

  CHECK(outcomes.at(FlipOutcome::named) > 7'000);
}

TEST_CASE("a bit of every 13th byte of every stored value flipped is found and named") {
  flip_values(13);
}

TEST_CASE("a bit of every byte of every stored value flipped is found and named" *
          doctest::test_suite("slow") * doctest::skip()) {
  flip_values(1);
}

TEST_CASE("a stored subtree hash that is changed, missing or too much is found and named") {
  const test::Folder folder("flip");
  const auto path = folder.path() / "log.db";
  make_log(path, 256);
  auto vandal = must(sql::Database::open(
      path, {.what = "ledger", .application_id = 0x4D73744C, .version = 1, .script = {}}));
  must(vandal.run("drop trigger subtree_is_never_updated; drop trigger subtree_is_never_deleted"));
  const auto store = must(SqliteStore::open(path));

  for (const char* change :
       {"update subtree set hash = zeroblob(32)",
        "insert into subtree (level, position, hash) values (1, 1, zeroblob(32))",
        "insert into subtree (level, position, hash) values (2, 0, zeroblob(32))",
        "delete from subtree where level = 1"}) {
    CAPTURE(change);
    must(vandal.run(change));
    const LogAudit audit = audit_log(*store, flip_checks());
    CHECK(std::ranges::count(audit.faults, "tree.subtree", &AuditFault::code) >= 1);
  }
}
