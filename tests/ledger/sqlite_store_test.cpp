// What is particular to the log in SQLite; tests/ledger/store_contract_test.cpp has the rest.

#include "ledger/store/sqlite_store.hpp"

#include <algorithm>
#include <thread>

#include "ledger/crypto/sha256.hpp"
#include "ledger/store/schema_0001.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::must;
using muster::test::must_fail;

namespace {

/// The file as a vandal opens it: with the right header, and no respect for the rest.
sql::Database vandal(const std::filesystem::path& path) {
  return must(sql::Database::open(
      path, {.what = "ledger", .application_id = 0x4D73744C, .version = 1, .script = {}}));
}

std::vector<Bytes> entries_of(std::uint8_t value, std::size_t count = 1) {
  return std::vector<Bytes>(count, Bytes{value});
}

}  // namespace

TEST_CASE("the tables refuse every change of what was written") {
  const test::Folder folder("store");
  const auto path = folder.path() / "log.db";
  const auto store = must(SqliteStore::create(path));
  const std::vector<Blob> blobs{{crypto::sha256("x"), to_bytes("x")}};
  must(store->append({0}, entries_of(1, 3), blobs));
  must(store->put_checkpoint("text"));
  auto database = vandal(path);

  for (const char* sql :
       {"update entry set body = x'02' where log_index = 1", "delete from entry",
        "insert into entry (log_index, leaf_hash, body) values (4, zeroblob(32), x'01')",
        "insert into entry (log_index, leaf_hash, body) values (3, zeroblob(31), x'01')",
        "insert into entry (log_index, leaf_hash, body) values (3, zeroblob(32), 'text')",
        "insert into entry (log_index, leaf_hash, body) values (3, zeroblob(32), x'')",
        "insert or replace into entry (log_index, leaf_hash, body) "
        "values (1, zeroblob(32), x'01')",
        "update tree_edge set size = 2", "update tree_edge set size = 3", "delete from tree_edge",
        "insert or replace into tree_edge (id, size, nodes) values (0, 9, x'')",
        "update blob set body = x''", "delete from blob",
        "insert or replace into blob (number, sha256, body) values (1, zeroblob(32), x'')",
        "insert or replace into blob (sha256, body) select sha256, x'' from blob",
        "update checkpoint set body = 'other'", "delete from checkpoint",
        "insert or replace into checkpoint (number, sha256, body) "
        "values (0, zeroblob(32), 'other')"}) {
    CAPTURE(sql);
    CHECK_FALSE(database.run(sql));
  }
  CHECK(must(store->structural_problems()).empty());
  CHECK(must(store->read({0}, 9)) == entries_of(1, 3));
}

TEST_CASE("a log is made once and never by opening") {
  const test::Folder folder("store");
  const auto path = folder.path() / "log.db";

  CHECK(SqliteStore::open(path).error().code == Errc::not_found);
  must(SqliteStore::create(path));
  CHECK(SqliteStore::create(path).error().code == Errc::conflict);
}

TEST_CASE("a log opened anew goes on where it ended") {
  const test::Folder folder("store");
  const auto path = folder.path() / "log.db";
  const TreeHead head = must(must(SqliteStore::create(path))->append({0}, entries_of(1, 5), {}));

  const auto store = must(SqliteStore::open(path));

  CHECK(must(store->head()) == head);
  CHECK(must(store->append({5}, entries_of(2), {})).size == TreeSize{6});
}

TEST_CASE("a log with pages of another size than new ones have goes on with them") {
  const test::Folder folder("store");
  const auto path = folder.path() / "log.db";
  must(sql::Database::create(path, {.what = "ledger",
                                    .application_id = 0x4D73744C,
                                    .version = 1,
                                    .script = schema_0001,
                                    .page_bytes = 4096}));
  const std::vector<Bytes> entries(200, Bytes(1'000, 7));

  const auto store = must(SqliteStore::open(path));
  const TreeHead head = must(store->append({0}, entries, {}));
  must(store->checkpoint_database());
  must(store->copy_to(folder.path() / "copy.db"));

  CHECK(must(must(SqliteStore::open(path))->head()) == head);
  CHECK(must(vandal(path).integer("pragma page_size")) == 4096);
  CHECK(must(must(SqliteStore::open(folder.path() / "copy.db"))->read({0}, 300)) == entries);
  must(SqliteStore::create(folder.path() / "new.db"));
  CHECK(must(vandal(folder.path() / "new.db").integer("pragma page_size")) == 8192);
}

TEST_CASE("a reader sees what the writer wrote and cannot write") {
  const test::Folder folder("store");
  const auto path = folder.path() / "log.db";
  const auto writer = must(SqliteStore::create(path));
  const auto reader = must(SqliteStore::open(path, {.access = sql::Access::read_only}));

  must(writer->append({0}, entries_of(1), {}));

  CHECK(must(reader->read({0}, 2)) == entries_of(1));
  CHECK_FALSE(reader->append({1}, entries_of(1), {}));
}

TEST_CASE("while one writer holds the lock, another waits a bounded time") {
  const test::Folder folder("store");
  const auto path = folder.path() / "log.db";
  const auto first = must(SqliteStore::create(path));
  const auto second = must(SqliteStore::open(path, {.busy_timeout_ms = 5}));
  must(first->hold_writer_lock());

  CHECK(second->hold_writer_lock().error().code == Errc::unavailable);
  CHECK(second->append({0}, entries_of(1), {}).error().code == Errc::unavailable);

  must(first->append({0}, entries_of(1), {}));
  must(first->hold_writer_lock());
  first->release_writer_lock();
  CHECK(second->hold_writer_lock().error().code == Errc::unavailable);  // was held twice
  first->release_writer_lock();
  must(second->append({1}, entries_of(1), {}));
}

TEST_CASE("four writers at once lose nothing and write nothing twice") {
  const test::Folder folder("store");
  const auto path = folder.path() / "log.db";
  must(SqliteStore::create(path));
  constexpr std::size_t per_writer = 25;

  const auto write = [&path](std::uint8_t name) {
    const auto store = must(SqliteStore::open(path));
    for (std::size_t done = 0; done < per_writer;) {
      const TreeHead head = must(store->head());
      const auto appended = store->append(head.size, entries_of(name), {});
      if (appended) ++done;
      if (!appended && appended.error().code != Errc::conflict) FAIL(appended.error().message);
    }
  };
  std::vector<std::thread> writers;
  for (std::uint8_t name = 1; name <= 4; ++name) writers.emplace_back(write, name);
  for (std::thread& writer : writers) writer.join();

  const auto store = must(SqliteStore::open(path));
  const auto entries = must(store->read({0}, 1000));
  CHECK(entries.size() == 4 * per_writer);
  for (std::uint8_t name = 1; name <= 4; ++name) {
    CHECK(std::ranges::count(entries, Bytes{name}) == per_writer);
  }
}

TEST_CASE("a hole in the entries is corrupt, by its index") {
  const test::Folder folder("store");
  const auto path = folder.path() / "log.db";
  const auto store = must(SqliteStore::create(path));
  must(store->append({0}, entries_of(1, 5), {}));
  must(
      vandal(path).run("drop trigger entry_is_never_deleted;"
                       "delete from entry where log_index = 2"));

  CHECK(must_fail(store->read({0}, 5)) == "entry 2: missing, the next is 3");
  CHECK(must(store->structural_problems()).size() == 1);  // the trigger that is gone
}
