#include "ledger/log.hpp"

#include "ledger/crypto/sha256.hpp"
#include "ledger/store/faulty_store.hpp"
#include "ledger/store/memory_store.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::envelopes_of;
using muster::test::must;
using muster::test::must_fail;

TEST_CASE("entries are numbered and chained, across appends and in one") {
  MemoryStore store;
  Log log = must(Log::open(store));

  const Appended first = must(log.append({0}, {1000}, envelopes_of(3)));
  const Appended second = must(log.append({3}, {1000}, envelopes_of(2, 3)));

  CHECK(first.first == LogIndex{0});
  CHECK(second.first == LogIndex{3});
  CHECK(second.head == must(store.head()));
  CHECK(log.head() == second.head);
  const auto entries = must(log.read({0}, 10));
  REQUIRE(entries.size() == 5);
  Hash previous{};
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(entries[i].index == LogIndex{i});
    CHECK(entries[i].previous == previous);
    CHECK(entries[i].envelope == envelopes_of(5)[i]);
    previous = leaf_hash(as_bytes(encode_entry(entries[i])));
    CHECK(previous == (i < 3 ? first.leaves[i] : second.leaves[i - 3]));
  }
  CHECK(log.last_leaf() == previous);
}

TEST_CASE("a log opened anew knows its end") {
  MemoryStore store;
  Log log = must(Log::open(store));
  must(log.append({0}, {1000}, envelopes_of(3)));

  const Log again = must(Log::open(store));

  CHECK(again.head() == log.head());
  CHECK(again.last_leaf() == log.last_leaf());
  CHECK(again.last_accepted_at() == Timestamp{1000});
}

TEST_CASE("a stale log meets a conflict, refreshes, and goes on") {
  MemoryStore store;
  Log mine = must(Log::open(store));
  Log other = must(Log::open(store));
  must(other.append({0}, {1000}, envelopes_of(1)));

  const auto stale = mine.append({0}, {1000}, envelopes_of(1, 1));
  REQUIRE_FALSE(stale);
  CHECK(stale.error().code == Errc::conflict);
  CHECK(mine.append({1}, {1000}, envelopes_of(1, 1)).error().code == Errc::conflict);

  must(mine.refresh());
  CHECK(must(mine.append({1}, {1000}, envelopes_of(1, 1))).head.size == TreeSize{2});
}

TEST_CASE("accepted_at never goes back") {
  MemoryStore store;
  Log log = must(Log::open(store));
  must(log.append({0}, {1000}, envelopes_of(1)));

  CHECK(log.append({1}, {999}, envelopes_of(1, 1)).error().code == Errc::invalid_input);
  CHECK(must(log.append({1}, {1000}, envelopes_of(1, 1))).head.size == TreeSize{2});
}

TEST_CASE("blobs go in with the entries that name them") {
  MemoryStore store;
  Log log = must(Log::open(store));
  const std::vector<Blob> blobs{{crypto::sha256("m"), to_bytes("m")}};

  must(log.append({0}, {1000}, envelopes_of(1), blobs));

  CHECK(must(store.blob(blobs[0].sha256)) == to_bytes("m"));
}

TEST_CASE("bytes that are no entry, or stand in another place, are corrupt") {
  MemoryStore store;
  must(store.append({0}, std::vector<Bytes>{to_bytes("{}")}, {}));
  const auto nonsense = Log::open(store);
  REQUIRE_FALSE(nonsense);
  CHECK(nonsense.error().code == Errc::corrupt);

  MemoryStore good;
  Log log = must(Log::open(good));
  must(log.append({0}, {1000}, envelopes_of(2)));
  MemoryStore moved;
  must(moved.append({0}, must(good.read({1}, 1)), {}));
  CHECK(must_fail(Log::open(moved)) == "entry 0: got index 1");
}

TEST_CASE("whichever call of the store fails, an acknowledged entry is there and none is half") {
  for (const FaultKind kind : {FaultKind::before, FaultKind::after}) {
    for (std::size_t call = 0; call < 12; ++call) {
      CAPTURE(call);
      MemoryStore store;
      FaultyStore faulty(store, {.call = call, .kind = kind});
      std::uint64_t acknowledged = 0;
      auto log = Log::open(faulty);
      for (std::uint64_t i = 0; log && i < 8; ++i) {
        const auto appended = log->append({i}, {1000}, envelopes_of(1, i));
        if (!appended) break;
        acknowledged = appended->head.size.value;
      }

      const auto size = must(store.head()).size.value;
      CHECK(size >= acknowledged);
      CHECK(size <= acknowledged + 1);
      CHECK(must(must(Log::open(store)).read({0}, 100)).size() == size);
    }
  }
}
