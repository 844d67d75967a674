// The contract of ledger::Store, run against every backend. A new backend adds itself to AllStores
// and is finished when this file passes. A program that has a PostgreSQL server beside it compiles
// the file for that backend alone.

#include "ledger/copy_log.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/store/faulty_store.hpp"
#include "ledger/store/memory_store.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "tests/ledger/any_store.hpp"
#ifdef MUSTER_CONTRACT_ON_POSTGRES
#include "tests/ledger/postgres/any_postgres.hpp"
#endif
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::InMemory;
using muster::test::InSqlite;
using muster::test::must;

namespace {

#ifdef MUSTER_CONTRACT_ON_POSTGRES
using muster::test::InPostgres;
#define AllStores InPostgres
#else
/// A decorator that never comes to its fault must change nothing.
struct BehindFaulty {
  InSqlite inner;
  FaultyStore store{*inner, {.call = SIZE_MAX, .kind = FaultKind::before}};
  Store& operator*() { return store; }
};

#define AllStores InMemory, InSqlite, BehindFaulty
#endif

std::vector<Bytes> some_entries(std::size_t count, std::uint8_t first = 1) {
  std::vector<Bytes> entries;
  for (std::size_t i = 0; i < count; ++i) {
    entries.push_back(Bytes(i % 7 + 1, static_cast<std::uint8_t>(first + i)));
  }
  return entries;
}

Blob blob_of(std::string_view text) { return {crypto::sha256(text), to_bytes(text)}; }

std::vector<Hash> leaves_of(const std::vector<Bytes>& entries) {
  std::vector<Hash> leaves;
  for (const Bytes& entry : entries) leaves.push_back(leaf_hash(entry));
  return leaves;
}

}  // namespace

TEST_CASE_TEMPLATE("a new log has no entries and the root of nothing", AnyStore, AllStores) {
  AnyStore store;

  CHECK(must((*store).head()) == TreeHead{{0}, empty_root()});
  CHECK(must((*store).read({0}, 10)).empty());
  CHECK(must((*store).blob_hashes()).empty());
  CHECK(must((*store).checkpoints()).empty());
  CHECK(must((*store).structural_problems()).empty());
}

TEST_CASE_TEMPLATE("what was appended is read back, in any slice", AnyStore, AllStores) {
  AnyStore store;
  const auto entries = some_entries(20);
  const auto leaves = leaves_of(entries);

  must((*store).append({0}, std::span(entries).first(7), {}));
  const TreeHead head = must((*store).append({7}, std::span(entries).subspan(7), {}));

  CHECK(head == TreeHead{{20}, root_hash(leaves)});
  CHECK(must((*store).head()) == head);
  for (std::size_t first = 0; first <= 21; ++first) {
    for (const std::size_t count : {0UL, 1UL, 5UL, 100UL}) {
      const auto begin = std::min<std::size_t>(first, 20);
      const auto end = std::min<std::size_t>(begin + count, 20);
      const auto from = static_cast<std::ptrdiff_t>(begin);
      const auto to = static_cast<std::ptrdiff_t>(end);
      CHECK(must((*store).read({first}, count)) ==
            std::vector<Bytes>(entries.begin() + from, entries.begin() + to));
      CHECK(must((*store).leaf_hashes({first}, count)) ==
            std::vector<Hash>(leaves.begin() + from, leaves.begin() + to));
    }
  }
}

TEST_CASE_TEMPLATE("a second writer with a stale size changes nothing", AnyStore, AllStores) {
  AnyStore store;
  const auto entries = some_entries(2);
  const TreeHead head = must((*store).append({0}, entries, {}));
  const std::vector<Blob> blobs{blob_of("late")};

  for (const std::uint64_t stale : {0U, 1U, 3U}) {
    const auto refused = (*store).append({stale}, entries, blobs);

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::conflict);
  }
  CHECK(must((*store).head()) == head);
  CHECK(must((*store).blob_hashes()).empty());
}

TEST_CASE_TEMPLATE("an entry outside 1 to 65,535 bytes is refused with its batch", AnyStore,
                   AllStores) {
  AnyStore store;
  for (const std::size_t size : {std::size_t{0}, std::size_t{65'536}}) {
    const std::vector<Bytes> entries{Bytes{1}, Bytes(size, 2)};

    const auto refused = (*store).append({0}, entries, {});

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::invalid_input);
  }
  CHECK(must((*store).head()).size == TreeSize{0});
  CHECK(must((*store).append({0}, std::vector<Bytes>{Bytes(65'535, 3)}, {})).size == TreeSize{1});
}

TEST_CASE_TEMPLATE("a blob is kept under its hash, once", AnyStore, AllStores) {
  AnyStore store;
  const std::vector<Blob> blobs{blob_of("one"), blob_of(""), blob_of("one")};

  must((*store).append({0}, some_entries(1), blobs));
  must((*store).append({1}, some_entries(1), blobs));

  CHECK(must((*store).blob_hashes()).size() == 2);
  CHECK(must((*store).blob(blobs[0].sha256)) == to_bytes("one"));
  CHECK(must((*store).blob(blobs[1].sha256)).empty());
  CHECK((*store).blob(Hash{}).error().code == Errc::not_found);
}

TEST_CASE_TEMPLATE("a blob under another name is refused with its batch", AnyStore, AllStores) {
  AnyStore store;
  Blob blob = blob_of("one");
  blob.bytes.push_back('!');

  const auto refused = (*store).append({0}, some_entries(1), std::vector<Blob>{blob});

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::invalid_input);
  CHECK(must((*store).head()).size == TreeSize{0});
}

TEST_CASE_TEMPLATE("checkpoints come back in the order they were put", AnyStore, AllStores) {
  AnyStore store;

  must((*store).put_checkpoint("b\n"));
  must((*store).put_checkpoint("a\n"));
  must((*store).put_checkpoint("b\n"));

  CHECK(must((*store).checkpoints()) == std::vector<std::string>{"b\n", "a\n", "b\n"});
  CHECK_FALSE((*store).put_checkpoint(""));
  CHECK_FALSE((*store).put_checkpoint(std::string(max_checkpoint_bytes + 1, 'x')));
  CHECK_FALSE((*store).put_checkpoint(std::string_view("a\0b", 3)));
}

TEST_CASE_TEMPLATE("the newest checkpoints come from the last one back", AnyStore, AllStores) {
  AnyStore store;
  CHECK(must((*store).newest_checkpoints(0, 5)).empty());
  for (const char* text : {"a\n", "b\n", "c\n"}) must((*store).put_checkpoint(text));
  const auto newest = [&](std::uint64_t skip, std::size_t count) {
    return must((*store).newest_checkpoints(skip, count));
  };

  CHECK(newest(0, 2) == std::vector<std::string>{"c\n", "b\n"});
  CHECK(newest(1, 5) == std::vector<std::string>{"b\n", "a\n"});
  CHECK(newest(0, 0).empty());
  CHECK(newest(3, 1).empty());
  CHECK(newest(UINT64_MAX, 1).empty());
}

TEST_CASE_TEMPLATE("the checkpoints from any place on come in the order they were put", AnyStore,
                   AllStores) {
  AnyStore store;
  const std::vector<std::string> texts{"b\n", "a\n", "b\n", "c\n"};
  for (const std::string& text : texts) must((*store).put_checkpoint(text));

  for (std::size_t skip = 0; skip <= 5; ++skip) {
    for (std::size_t count = 0; count <= 5; ++count) {
      const std::size_t begin = std::min<std::size_t>(skip, 4);
      const std::size_t end = std::min<std::size_t>(begin + count, 4);
      CHECK(must((*store).checkpoints_from(skip, count)) ==
            std::vector<std::string>(texts.begin() + static_cast<std::ptrdiff_t>(begin),
                                     texts.begin() + static_cast<std::ptrdiff_t>(end)));
    }
  }
}

TEST_CASE_TEMPLATE("entries are read with their leaf hashes, by count and by bytes, never none",
                   AnyStore, AllStores) {
  AnyStore store;
  const std::vector<Bytes> entries{Bytes(10, 1), Bytes(20, 2), Bytes(30, 3), Bytes(40, 4)};
  must((*store).append({0}, entries, {}));
  const auto leaves = leaves_of(entries);
  struct Case {
    std::uint64_t first;
    std::size_t count;
    std::size_t bytes;
    std::size_t want;
  };

  for (const Case& is :
       {Case{0, 9, 1'000, 4}, Case{0, 3, 1'000, 3}, Case{0, 9, 60, 3}, Case{0, 9, 59, 2},
        Case{2, 9, 1, 1}, Case{3, 9, 0, 1}, Case{4, 9, 9, 0}, Case{0, 0, 9, 0}}) {
    const auto got = must((*store).read_stored({is.first}, is.count, is.bytes));

    REQUIRE(got.size() == is.want);
    for (std::size_t i = 0; i < got.size(); ++i) {
      CHECK(got[i].body == entries[is.first + i]);
      CHECK(got[i].leaf == leaves[is.first + i]);
    }
  }
}

TEST_CASE_TEMPLATE("blobs are listed piece by piece, and hashed where they lie", AnyStore,
                   AllStores) {
  AnyStore store;
  const std::vector<Blob> blobs{blob_of("one"), blob_of(""), blob_of(std::string(300'000, 'x'))};
  must((*store).append({0}, some_entries(1), blobs));
  const auto all = must((*store).blob_hashes());

  std::vector<Hash> listed;
  while (true) {
    const auto last = listed.empty() ? std::nullopt : std::optional(listed.back());
    const auto more = must((*store).blob_hashes_after(last, 2));
    if (more.empty()) break;
    CHECK(more.size() <= 2);
    listed.insert(listed.end(), more.begin(), more.end());
  }

  CHECK(listed == all);
  CHECK(listed.size() == 3);
  for (const Hash& name : listed) {
    CHECK(must((*store).has_blob(name)));
    CHECK(must((*store).blob_digest(name)) == name);
  }
  CHECK_FALSE(must((*store).has_blob(Hash{})));
  CHECK((*store).blob_digest(Hash{}).error().code == Errc::not_found);
}

TEST_CASE_TEMPLATE("after a snapshot has ended the store can be written to again", AnyStore,
                   AllStores) {
  AnyStore store;
  must((*store).append({0}, some_entries(1), {}));
  {
    const auto snapshot = must((*store).snapshot());
    CHECK(must((*store).head()).size == TreeSize{1});
  }
  CHECK(must((*store).append({1}, some_entries(1), {})).size == TreeSize{2});
}

TEST_CASE_TEMPLATE("the compact range of the store is that of its leaves", AnyStore, AllStores) {
  AnyStore store;
  CompactRange want;
  for (std::uint64_t size = 0; size < 40; ++size) {
    const auto entry = some_entries(1, static_cast<std::uint8_t>(size));
    must((*store).append({size}, entry, {}));
    want.append(leaf_hash(entry[0]));
    CHECK(must((*store).compact_range()) == want);
  }
}

TEST_CASE_TEMPLATE("a log that was retired is read as before, and nobody appends to it", AnyStore,
                   AllStores) {
  AnyStore store;
  const TreeHead head = must((*store).append({0}, some_entries(3), {}));
  must((*store).put_checkpoint("a\n"));

  must((*store).retire());
  must((*store).retire());

  const auto refused = (*store).append({3}, some_entries(1), {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::unavailable);
  CHECK(refused.error().message.find("this log was moved") != std::string::npos);
  CHECK_FALSE((*store).put_checkpoint("b\n"));
  CHECK(must((*store).head()) == head);
  CHECK(must((*store).read({0}, 10)) == some_entries(3));
  CHECK(must((*store).checkpoints()) == std::vector<std::string>{"a\n"});
}

TEST_CASE_TEMPLATE("a log is copied into a file of SQLite, whole", AnyStore, AllStores) {
  AnyStore store;
  const std::vector<Blob> blobs{blob_of("one"), blob_of("two")};
  must((*store).append({0}, some_entries(300), blobs));
  for (const char* text : {"b\n", "a\n", "b\n"}) must((*store).put_checkpoint(text));
  const muster::test::Folder folder("copy");

  must((*store).copy_to(folder.path() / "log.db"));

  const auto copy = must(SqliteStore::open(folder.path() / "log.db"));
  CHECK(must(copy->head()) == must((*store).head()));
  CHECK(must(copy->read({0}, 1'000)) == must((*store).read({0}, 1'000)));
  CHECK(must(copy->blob_hashes()) == must((*store).blob_hashes()));
  CHECK(must(copy->checkpoints()) == must((*store).checkpoints()));
  CHECK(must(copy->structural_problems()).empty());
  CHECK((*store).copy_to(folder.path() / "log.db").error().code == Errc::conflict);
}

TEST_CASE_TEMPLATE("a copy that was broken off goes on, and another log is told apart", AnyStore,
                   AllStores) {
  MemoryStore from;
  const auto entries = some_entries(700);
  const std::vector<Blob> blobs{blob_of("one"), blob_of("two")};
  must(from.append({0}, entries, blobs));
  for (const char* text : {"b\n", "a\n"}) must(from.put_checkpoint(text));
  AnyStore begun;
  must((*begun).append({0}, std::span(entries).first(300), std::span(blobs).first(1)));
  must((*begun).put_checkpoint("b\n"));
  AnyStore other;
  must((*other).append({0}, some_entries(300, 2), {}));

  must(copy_log(from, *begun));
  must(copy_log(from, *begun));

  CHECK(must((*begun).head()) == must(from.head()));
  CHECK(must((*begun).blob_hashes()) == must(from.blob_hashes()));
  CHECK(must((*begun).checkpoints()) == must(from.checkpoints()));
  const auto refused = copy_log(from, *other);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::conflict);
}
