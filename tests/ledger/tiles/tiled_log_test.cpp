// Reading and proving from a tiled log, and judging the proofs by the log's key alone.

#include "ledger/tiles/tiled_log.hpp"

#include <algorithm>

#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/tiles/blob_path.hpp"
#include "tests/ledger/tiles/verify_support.hpp"
#include "tests/support/foreign.hpp"

using namespace muster;
using namespace muster::ledger;
using namespace muster::test;

namespace {

VerifierKey test_key() { return must(VerifierKey::parse(tiled_log_key())); }

std::string rule_of(const Result<Growth>& result) {
  REQUIRE_FALSE(result);
  return result.error().rule;
}

}  // namespace

TEST_CASE("every entry of a tiled log is read and has a receipt that its key accepts") {
  const auto entries = chained_entries(600);
  const FileMap files = tiled_log(entries);
  TiledLog log = must(TiledLog::open(memory_source(files)));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    REQUIRE(must(log.entry({i})) == entries[i]);
    const Receipt receipt = must(log.receipt({i}));
    REQUIRE(must(verify_receipt(receipt, test_key())).entry.index.value == i);
    REQUIRE(must(parse_receipt(encode_receipt(receipt))) == receipt);
  }
}

TEST_CASE("entries of a tiled log are read by the bundle, each checked") {
  const auto entries = chained_entries(600);
  FileMap files = tiled_log(entries);
  TiledLog log = must(TiledLog::open(memory_source(files)));
  std::vector<Bytes> read;
  while (read.size() < entries.size()) {
    const auto more = must(log.entries({read.size()}, 200));
    REQUIRE_FALSE(more.empty());
    read.insert(read.end(), more.begin(), more.end());
  }
  CHECK(read == entries);
  CHECK(must(log.entries({250}, 200)).size() == 6);
  CHECK(must(log.entries({600}, 1)).empty());
  files["tile/entries/001"].back() ^= 1U;
  CHECK(must(log.entries({256}, 255)).size() == 255);
  CHECK(log.entries({256}, 256).error().code == Errc::corrupt);
}

TEST_CASE("a blob of a tiled log is the one that was asked for, or an error") {
  FileMap files = tiled_log(chained_entries(3));
  const Bytes bytes = to_bytes("a manifest");
  const Hash name = crypto::sha256(bytes);
  files[blob_path(name)] = bytes;
  const TiledLog log = must(TiledLog::open(memory_source(files)));

  CHECK(must(log.blob(name)) == bytes);
  CHECK(log.blob(Hash{}).error().code == Errc::not_found);
  files[blob_path(name)].back() ^= 1U;
  CHECK(log.blob(name).error().code == Errc::corrupt);
}

TEST_CASE("beyond the checkpoint there is nothing, and strange entries have no receipt") {
  const FileMap files = tiled_log(opaque_entries(300));
  TiledLog log = must(TiledLog::open(memory_source(files)));

  CHECK(must_fail(log.entry({300})) == "entry 300: the checkpoint has 300 entries");
  CHECK_FALSE(log.prove({300}));
  CHECK_FALSE(log.receipt({7}));
  CHECK(must(log.prove({7})).hashes.size() == 9);
  CHECK_FALSE(log.root_at({301}));
  CHECK_FALSE(TiledLog::open(memory_source({})));
}

TEST_CASE("an entry that was changed, or a log at another checkpoint, is an error and no proof") {
  FileMap files = tiled_log(chained_entries(600));
  files["tile/entries/001"].back() ^= 1U;
  TiledLog log = must(TiledLog::open(memory_source(files)));
  CHECK(must_fail(log.entry({511})).starts_with("tile/entries/001: entry 511 hashes to "));
  CHECK(log.entry({510}));

  const auto other = signed_head(head_of(opaque_entries(600)));
  CHECK(TiledLog::open(memory_source(files), other).error().code == Errc::corrupt);
}

TEST_CASE("growth is proven between all sizes of a small log, and judged by its key") {
  const auto entries = chained_entries(20);
  const FileMap files = tiled_log(entries);
  TiledLog log = must(TiledLog::open(memory_source(files)));
  for (std::size_t old = 0; old <= 20; ++old) {
    const std::string older = signed_head(head_of(std::span(entries).first(old)));
    const GrowthProof proof = must(log.growth({old}));
    const Growth growth = must(verify_growth(proof, older, test_key()));
    CHECK(growth.before.size.value == old);
    CHECK(growth.after == log.checkpoint());
    CHECK(must(parse_growth_proof(encode_growth_proof(proof))) == proof);
    CHECK(must(log.root_at({old})) == growth.before.root);
    for (std::size_t size = old; old > 0 && size <= 20; ++size) {
      const TreeHead before{{old}, must(log.root_at({old}))};
      const TreeHead after{{size}, must(log.root_at({size}))};
      CHECK(consistency_verifies(before, after, must(log.consistency({old}, {size}))));
    }
  }
  CHECK_FALSE(log.consistency({0}, {20}));
  CHECK_FALSE(log.consistency({5}, {21}));
  CHECK_FALSE(log.consistency({6}, {5}));
}

TEST_CASE("a growth proof that does not hold is refused by a rule that says why") {
  const auto entries = chained_entries(20);
  const FileMap files = tiled_log(entries);
  TiledLog log = must(TiledLog::open(memory_source(files)));
  const GrowthProof good = must(log.growth({7}));
  const std::string older = signed_head(head_of(std::span(entries).first(7)));
  const auto key = test_key();

  GrowthProof bad = good;
  bad.hashes[1].bytes[0] ^= 1U;
  CHECK(rule_of(verify_growth(bad, older, key)) == "growth.proof");
  bad = good;
  bad.hashes.pop_back();
  CHECK(rule_of(verify_growth(bad, older, key)) == "growth.proof");
  bad = good;
  bad.old_size = {8};
  CHECK(rule_of(verify_growth(bad, older, key)) == "growth.size");
  CHECK(rule_of(verify_growth(good, signed_head(head_of(opaque_entries(7))), key)) ==
        "growth.proof");
  Checkpoint other = head_of(std::span(entries).first(7));
  other.origin = "other.example/log";
  CHECK(rule_of(verify_growth(good, signed_head(other), key)) == "growth.origin");
  CHECK(rule_of(verify_growth(good, signed_head(head_of(entries), 2), key)) ==
        "checkpoint.unknown_key");
  const Checkpoint odd_empty{tiled_origin, {0}, Hash(), {}};
  CHECK(rule_of(verify_growth(must(log.growth({0})), signed_head(odd_empty), key)) ==
        "growth.proof");
}

TEST_CASE("a growth proof has one spelling") {
  const FileMap files = tiled_log(chained_entries(20));
  TiledLog log = must(TiledLog::open(memory_source(files)));
  const std::string good = encode_growth_proof(must(log.growth({7})));

  CHECK(good.starts_with("old 7\n"));
  for (const std::string& bad :
       {std::string(), std::string("old 7"), std::string("old 7\n"), "old 07\n\n" + log.note(),
        "old -7\n\n" + log.note(), "old 7 \n\n" + log.note(), "Old 7\n\n" + log.note(),
        "old 7\nAAAA\n\n" + log.note(), "old\n\n" + log.note()}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_growth_proof(bad));
  }
}

TEST_CASE("the golden log of tessera gives proofs from each of its checkpoints to each later one") {
  const auto folder = foreign_vectors("ledger/tessera-log");
  if (!folder) return;
  const auto key = must(VerifierKey::parse(
      "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"));
  const auto checkpoint = [&](std::size_t size) {
    return must(read_text_file(*folder / ("checkpoint." + std::to_string(size))));
  };
  for (std::size_t size = 0; size <= 15; ++size) {
    TiledLog log = must(TiledLog::open(folder_source(*folder), checkpoint(size)));
    for (std::size_t old = 0; old <= size; ++old) {
      CHECK(verify_growth(must(log.growth({old})), checkpoint(old), key));
    }
    for (std::size_t i = 0; i < size; ++i) {
      const TlogProof proof = must(log.prove({i}));
      const Hash leaf = leaf_hash(must(log.entry({i})));
      CHECK(inclusion_verifies(leaf, {i}, log.checkpoint().head(), proof.hashes));
    }
  }
  TiledLog log = must(TiledLog::open(folder_source(*folder)));
  CHECK(as_text(must(log.entry({2}))) == "three");
}
