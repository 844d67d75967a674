// The proof cases of transparency-dev/merkle and the reference tree of RFC 6962 implementations.

#include <algorithm>
#include <filesystem>

#include "ledger/base/base64.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json.hpp"
#include "ledger/merkle.hpp"
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

std::size_t check_folder(std::string_view folder, Result<bool> (*holds)(const Json&)) {
  const auto path = foreign_vectors(folder);
  if (!path) return 0;
  std::size_t count = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(*path)) {
    if (file.path().extension() != ".json") continue;
    CAPTURE(file.path().string());
    const Json vector = must(parse_foreign_json(must(read_text_file(file.path()))));
    const auto verdict = holds(vector);
    CHECK((verdict && *verdict) == !vector.at("wantErr").get<bool>());
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
