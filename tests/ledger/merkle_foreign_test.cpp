// The proof cases of transparency-dev/merkle and the reference tree of RFC 6962 implementations.

#include <algorithm>
#include <filesystem>

#include "ledger/base/base64.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json.hpp"
#include "ledger/merkle_subtree.hpp"
#include "ledger/merkle_tree.hpp"
#include "tests/support/foreign.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::foreign_vectors;
using muster::test::must;

namespace {

/// Hashes of a wrong length occur among the negative cases; they are refused where they are read.
Result<Hash> hash_of(const Json& text) {
  MUSTER_TRY_ASSIGN(const Bytes bytes, bytes_from_base64(text.get<std::string>()));
  return Hash::from_bytes(bytes);
}

Result<Proof> proof_of(const Json& list) {
  Proof proof;
  if (list.is_null()) return proof;
  for (const Json& item : list) {
    MUSTER_TRY_ASSIGN(const Hash hash, hash_of(item));
    proof.push_back(hash);
  }
  return proof;
}

Result<bool> inclusion_holds(const Json& vector) {
  MUSTER_TRY_ASSIGN(const Hash root, hash_of(vector.at("root")));
  MUSTER_TRY_ASSIGN(const Hash leaf, hash_of(vector.at("leafHash")));
  MUSTER_TRY_ASSIGN(const Proof proof, proof_of(vector.at("proof")));
  const TreeHead head{{vector.at("treeSize").get<std::uint64_t>()}, root};
  return inclusion_verifies(leaf, {vector.at("leafIdx").get<std::uint64_t>()}, head, proof);
}

/// Some cases have short roots that say "don't care"; they are filled up with zeros.
Result<Hash> root_of(const Json& text) {
  MUSTER_TRY_ASSIGN(Bytes bytes, bytes_from_base64(text.get<std::string>()));
  bytes.resize(std::max(bytes.size(), Hash::size_bytes));
  return Hash::from_bytes(bytes);
}

Result<bool> consistency_holds(const Json& vector) {
  MUSTER_TRY_ASSIGN(const Hash root1, root_of(vector.at("root1")));
  MUSTER_TRY_ASSIGN(const Hash root2, root_of(vector.at("root2")));
  MUSTER_TRY_ASSIGN(const Proof proof, proof_of(vector.at("proof")));
  return consistency_verifies({{vector.at("size1").get<std::uint64_t>()}, root1},
                              {{vector.at("size2").get<std::uint64_t>()}, root2}, proof);
}

LeafRange range_of(const Json& vector) {
  const auto first = vector.at("start").get<std::uint64_t>();
  const auto end = vector.at("end").get<std::uint64_t>();
  return {first, end < first ? 0 : end - first};
}

Result<bool> subtree_inclusion_holds(const Json& vector) {
  MUSTER_TRY_ASSIGN(const Hash root, hash_of(vector.at("root")));
  MUSTER_TRY_ASSIGN(const Hash leaf, hash_of(vector.at("leafHash")));
  MUSTER_TRY_ASSIGN(const Proof proof, proof_of(vector.at("proof")));
  const LogIndex index{vector.at("leafIdx").get<std::uint64_t>()};
  return subtree_inclusion_verifies(leaf, index, range_of(vector), root, proof);
}

Result<bool> subtree_consistency_holds(const Json& vector) {
  MUSTER_TRY_ASSIGN(const Hash root1, root_of(vector.at("root1")));
  MUSTER_TRY_ASSIGN(const Hash root2, root_of(vector.at("root2")));
  MUSTER_TRY_ASSIGN(const Proof proof, proof_of(vector.at("proof")));
  return subtree_verifies(range_of(vector), root1,
                          {{vector.at("size").get<std::uint64_t>()}, root2}, proof);
}

/// An empty subtree shows nothing, and Muster refuses it where others let it pass.
bool is_empty_subtree(const Json& vector) {
  return vector.contains("start") && vector.contains("root2") &&
         vector.at("start") == vector.at("end");
}

std::size_t check_folder(std::string_view folder, Result<bool> (*holds)(const Json&)) {
  const auto path = foreign_vectors(folder);
  if (!path) return 0;
  std::size_t count = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(*path)) {
    if (file.path().extension() != ".json") continue;
    CAPTURE(file.path().string());
    const Json vector = must(parse_foreign_json(must(read_text_file(file.path()))));
    const auto verdict = holds(vector);
    const bool want = !vector.at("wantErr").get<bool>() && !is_empty_subtree(vector);
    CHECK((verdict && *verdict) == want);
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("the inclusion cases of transparency-dev/merkle are judged as it judges them") {
  const std::size_t count = check_folder("ledger/merkle-testdata/inclusion", inclusion_holds);
  MESSAGE(count << " inclusion cases");
  CHECK((count == 0 || count > 90));
}

TEST_CASE("the consistency cases of transparency-dev/merkle are judged as it judges them") {
  const std::size_t count = check_folder("ledger/merkle-testdata/consistency", consistency_holds);
  MESSAGE(count << " consistency cases");
  CHECK((count == 0 || count > 90));
}

TEST_CASE("the subtree inclusion cases of transparency-dev/merkle are judged as it judges them") {
  const std::size_t count =
      check_folder("ledger/merkle-testdata/subtreeinclusion", subtree_inclusion_holds);
  MESSAGE(count << " subtree inclusion cases");
  CHECK((count == 0 || count > 200));
}

TEST_CASE("so are its subtree consistency cases, but that an empty subtree is refused") {
  const std::size_t count =
      check_folder("ledger/merkle-testdata/subtreeconsistency", subtree_consistency_holds);
  MESSAGE(count << " subtree consistency cases");
  CHECK((count == 0 || count > 100));
}

TEST_CASE("the reference tree of Certificate Transparency has these roots") {
  const auto path = foreign_vectors("ledger/rfc6962_reference.json");
  if (!path) return;
  const Json vector = must(parse_foreign_json(must(read_text_file(*path))));
  CompactRange range;
  const Json& roots = vector.at("root_by_size");
  CHECK(range.root().to_hex() == roots.at(0).get<std::string>());
  for (std::size_t i = 0; i < vector.at("leaf_inputs_hex").size(); ++i) {
    const Bytes leaf = must(bytes_from_hex(vector.at("leaf_inputs_hex")[i].get<std::string>()));
    range.append(leaf_hash(leaf));
    CHECK(range.root().to_hex() == roots.at(i + 1).get<std::string>());
  }
}

TEST_CASE("the inner nodes of the same tree are those of Certificate Transparency") {
  const auto path = foreign_vectors("ledger/rfc6962_reference.json");
  if (!path) return;
  const Json vector = must(parse_foreign_json(must(read_text_file(*path))));
  MerkleTree tree;
  for (const Json& input : vector.at("leaf_inputs_hex")) {
    tree.append(leaf_hash(must(bytes_from_hex(input.get<std::string>()))));
  }
  const Json& levels = vector.at("node_hashes_by_level");
  REQUIRE(levels.size() == 4);
  for (unsigned height = 0; height < levels.size(); ++height) {
    for (std::uint64_t i = 0; i < levels[height].size(); ++i) {
      CHECK(tree.node(height, i).to_hex() == levels[height][i].get<std::string>());
    }
  }
}
