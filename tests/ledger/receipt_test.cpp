#include "ledger/receipt.hpp"

#include "ledger/base/base64.hpp"
#include "ledger/base/file.hpp"
#include "ledger/log.hpp"
#include "ledger/proofs.hpp"
#include "ledger/store/memory_store.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "tests/ledger/log_operator.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/foreign.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::envelopes_of;
using muster::test::log_key;
using muster::test::must;
using muster::test::operator_key;
using muster::test::signer_of;

namespace {

std::string published(Store& store) {
  return must(publish_checkpoint(store, {"log.example/one", &operator_key}));
}

std::vector<Bytes> numbered(std::uint64_t first, std::uint64_t count) {
  std::vector<Bytes> entries;
  for (std::uint64_t i = first; i < first + count; ++i) entries.push_back(to_bytes(u64be(i)));
  return entries;
}

}  // namespace

TEST_CASE("every entry gets a receipt that verifies by the log's key alone") {
  MemoryStore store;
  Log log = must(Log::open(store));
  must(log.append({0}, {1000}, envelopes_of(11)));
  const std::string checkpoint = published(store);
  must(log.append({11}, {1000}, envelopes_of(5, 11)));

  for (std::uint64_t i = 0; i < 11; ++i) {
    const Receipt receipt = must(make_receipt(store, {i}, checkpoint));
    const Receipt read = must(parse_receipt(encode_receipt(receipt)));
    CHECK(read == receipt);
    const auto facts = must(verify_receipt(read, log_key));
    CHECK(facts.entry.index == LogIndex{i});
    CHECK(facts.entry.envelope == envelopes_of(1, i)[0]);
    CHECK(facts.checkpoint.size == TreeSize{11});
  }
  CHECK_FALSE(make_receipt(store, {11}, checkpoint));
}

TEST_CASE("a receipt with one part changed says which rule it breaks") {
  MemoryStore store;
  Log log = must(Log::open(store));
  must(log.append({0}, {1000}, envelopes_of(5)));
  const Receipt good = must(make_receipt(store, {3}, published(store)));
  const auto rule_of = [](const Receipt& receipt) {
    const auto verdict = verify_receipt(receipt, log_key);
    return verdict ? std::string("good") : verdict.error().rule;
  };
  REQUIRE(rule_of(good) == "good");

  Receipt bad = good;
  bad.entry = must(store.read({2}, 1))[0];
  CHECK(rule_of(bad) == "receipt.index");
  bad.proof.index = {2};
  CHECK(rule_of(bad) == "receipt.proof");
  bad = good;
  bad.proof.hashes[0].bytes[0] ^= 1U;
  CHECK(rule_of(bad) == "receipt.proof");
  bad = good;
  bad.proof.hashes.pop_back();
  CHECK(rule_of(bad) == "receipt.proof");
  bad = good;
  bad.proof.checkpoint =
      sign_checkpoint({"log.example/one", {5}, Hash{}, {}}, "log.example/one", signer_of(8));
  CHECK(rule_of(bad) == "checkpoint.unknown_key");
}

TEST_CASE("proofs of the tlog-proof package are read and written byte for byte, or refused") {
  const auto path = test::foreign_vectors("ledger/formats/tlog_proof.json");
  if (!path) return;
  const Json vectors = must(parse_foreign_json(must(read_text_file(*path))));
  for (const Json& vector : vectors.at("marshal")) {
    TlogProof proof{{vector.at("index").get<std::uint64_t>()},
                    {},
                    vector.at("checkpoint").get<std::string>(),
                    std::nullopt};
    for (const Json& hash : vector.at("hashes")) {
      proof.hashes.push_back(
          must(Hash::from_bytes(must(bytes_from_base64(hash.get<std::string>())))));
    }
    if (vector.contains("extra")) {
      proof.extra = must(bytes_from_base64(vector.at("extra").get<std::string>()));
    }
    CHECK(encode_tlog_proof(proof) == vector.at("want").get<std::string>());
    CHECK(must(parse_tlog_proof(vector.at("want").get<std::string>())) == proof);
  }
  for (const Json& text : vectors.at("reject")) {
    CAPTURE(text.get<std::string>());
    CHECK_FALSE(parse_tlog_proof(text.get<std::string>()));
  }
}

TEST_CASE("proofs from stored subtrees are those from all leaves") {
  const test::Folder folder("proofs");
  const auto in_file = must(SqliteStore::create(folder.path() / "log.db"));
  MemoryStore in_memory;
  constexpr std::uint64_t size = 66'000;  // past 256 * 256, so that two levels are stored
  for (Store* store : {static_cast<Store*>(in_file.get()), static_cast<Store*>(&in_memory)}) {
    must(store->append({0}, numbered(0, 1'000), {}));
    must(store->append({1'000}, numbered(1'000, size - 1'000), {}));
    const auto leaves = must(store->leaf_hashes({0}, size));
    for (const std::uint64_t at :
         {1U, 255U, 256U, 257U, 1'000U, 65'535U, 65'536U, 65'537U, 66'000U}) {
      CAPTURE(at);
      const TreeHead head{{at}, root_hash(std::span(leaves).first(at))};
      CHECK(must(root_at(*store, {at})) == head.root);
      for (const std::uint64_t index : {std::uint64_t{0}, at / 2, at - 1}) {
        const Proof proof = must(prove_inclusion(*store, {index}, {at}));
        CHECK(inclusion_verifies(leaves[index], {index}, head, proof));
      }
      const Proof proof = must(prove_consistency(*store, {at}, {size}));
      CHECK(consistency_verifies(head, must(store->head()), proof));
    }
  }
}
