// A log as it was earlier: at every size the same as one that never went on.

#include "ledger/store/prefix_store.hpp"

#include "ledger/checkpoint.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/proofs.hpp"
#include "ledger/store/memory_store.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::must;

namespace {

Bytes entry(std::uint64_t n) { return to_bytes("entry " + std::to_string(n)); }

void append(MemoryStore& store, std::uint64_t from, std::uint64_t to) {
  std::vector<Bytes> entries;
  for (std::uint64_t n = from; n < to; ++n) entries.push_back(entry(n));
  static_cast<void>(must(store.append({from}, entries, {})));
}

std::string checkpoint_of(std::uint64_t size) {
  static const crypto::Ed25519Signer signer(Hash{}.bytes);
  return sign_checkpoint({.origin = "test.example/log", .size = {size}, .root = Hash{}},
                         "test.example/log", signer);
}

}  // namespace

TEST_CASE("at every size it reads like a log that ended there") {
  MemoryStore whole;
  append(whole, 0, 600);
  for (const std::uint64_t size :
       {0ULL, 1ULL, 2ULL, 3ULL, 255ULL, 256ULL, 257ULL, 511ULL, 512ULL, 513ULL, 599ULL, 600ULL}) {
    MemoryStore same;
    append(same, 0, size);

    const auto prefix = must(PrefixStore::open(whole, {size}));

    CHECK(must(prefix->head()) == must(same.head()));
    CHECK(must(prefix->compact_range()) == must(same.compact_range()));
    CHECK(must(prefix->read({0}, 1000)) == must(same.read({0}, 1000)));
    CHECK(must(prefix->read({size}, 5)).empty());
    CHECK(must(prefix->leaf_hashes({1}, 1000)) == must(same.leaf_hashes({1}, 1000)));
    CHECK(must(prefix->subtree_hashes(1, 0, 10)) == must(same.subtree_hashes(1, 0, 10)));
    CHECK(must(prefix->subtree_hashes(2, 0, 10)).empty());
    CHECK(must(prefix->read_stored({0}, 1000, 1U << 20U)).size() == size);
    if (size > 0) CHECK(must(root_at(*prefix, {size})) == must(same.head()).root);
  }
}

TEST_CASE("nothing can be written, and no log is longer than it is") {
  MemoryStore whole;
  append(whole, 0, 3);
  const auto prefix = must(PrefixStore::open(whole, {2}));
  const std::vector<Bytes> more{entry(9)};

  CHECK(prefix->append({2}, more, {}).error().code == Errc::invalid_input);
  CHECK(prefix->put_checkpoint("text").error().code == Errc::invalid_input);
  CHECK(must(whole.head()).size.value == 3);
  CHECK(PrefixStore::open(whole, {4}).error().code == Errc::invalid_input);
}

TEST_CASE("it has the checkpoints that it covers, and goes on as it is while the log grows") {
  MemoryStore whole;
  append(whole, 0, 5);
  for (const std::uint64_t size : {2ULL, 4ULL, 5ULL})
    must(whole.put_checkpoint(checkpoint_of(size)));
  const auto prefix = must(PrefixStore::open(whole, {4}));
  append(whole, 5, 8);

  CHECK(must(prefix->checkpoints()) == std::vector{checkpoint_of(2), checkpoint_of(4)});
  CHECK(must(prefix->newest_checkpoint()) == checkpoint_of(4));
  CHECK(must(prefix->newest_checkpoints(1, 5)) == std::vector{checkpoint_of(2)});
  CHECK(must(prefix->head()).size.value == 4);
  CHECK(must(prefix->read({0}, 100)).size() == 4);
}

TEST_CASE("a text that is no checkpoint is there as in the whole log") {
  MemoryStore whole;
  append(whole, 0, 5);
  for (const std::string& text : {checkpoint_of(2), std::string("damaged"), checkpoint_of(5)}) {
    must(whole.put_checkpoint(text));
  }

  const auto prefix = must(PrefixStore::open(whole, {4}));

  CHECK(must(prefix->checkpoints()) == std::vector{checkpoint_of(2), std::string("damaged")});
  CHECK(must(prefix->newest_checkpoint()) == "damaged");
}

TEST_CASE("a snapshot of it keeps the whole log as it is") {
  const test::Folder folder("prefix");
  const auto path = folder.path() / "log.db";
  const auto whole = must(SqliteStore::create(path));
  must(whole->append({0}, std::vector<Bytes>{entry(0), entry(1)}, {}));
  const auto writer = must(SqliteStore::open(path));
  const auto prefix = must(PrefixStore::open(*whole, {2}));

  {
    const auto snapshot = must(prefix->snapshot());
    must(writer->put_checkpoint(checkpoint_of(2)));
    CHECK(must(prefix->checkpoints()).empty());
  }

  CHECK(must(prefix->checkpoints()).size() == 1);
}

TEST_CASE("its blobs are asked for as those of the whole log") {
  MemoryStore whole;
  const Hash name = crypto::sha256("manifest");
  must(whole.append({0}, std::vector<Bytes>{entry(0)},
                    std::vector<Blob>{{name, to_bytes("manifest")}}));

  const auto prefix = must(PrefixStore::open(whole, {1}));

  CHECK(must(prefix->has_blob(name)));
  CHECK_FALSE(must(prefix->has_blob(Hash{})));
  CHECK(must(prefix->blob_digest(name)) == name);
  CHECK(must(prefix->blob_hashes_after(std::nullopt, 5)) == std::vector{name});
}
