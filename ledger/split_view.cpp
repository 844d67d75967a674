#include "ledger/split_view.hpp"

#include "ledger/base/base64.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/proofs.hpp"

namespace muster::ledger {
namespace {

constexpr std::string_view split_view_kind = "split-view";
constexpr std::size_t most_beginning_hashes = 64;
constexpr std::size_t file_name_digits = 16;

Json beginning_json(const std::optional<TreeBeginning>& beginning) {
  if (!beginning) return {};
  Json proof = Json::array();
  for (const Hash& hash : beginning->proof) proof.push_back(to_base64(hash.view()));
  return {{"proof", std::move(proof)}, {"root", to_base64(beginning->root.view())}};
}

Result<Hash> hash_from_base64(const Json& json, const std::string& where) {
  if (!json.is_string()) return failure(Errc::invalid_input, where + ": want base64 of 32 bytes");
  MUSTER_TRY_ASSIGN(const Bytes bytes, bytes_from_base64(json.get<std::string>()));
  auto hash = Hash::from_bytes(bytes);
  if (!hash) return failure(std::move(hash).error().during(where));
  return hash;
}

Result<std::optional<TreeBeginning>> beginning_from(const Json& json) {
  if (json.is_null()) return std::optional<TreeBeginning>();
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "split view.beginning"));
  MUSTER_TRY_ASSIGN(const Json* root, fields.any("root"));
  MUSTER_TRY_ASSIGN(const Json* proof, fields.array("proof"));
  MUSTER_TRY(fields.finish());
  if (proof->size() > most_beginning_hashes) {
    return failure(Errc::invalid_input, "split view.beginning.proof: over 64 hashes");
  }
  TreeBeginning beginning;
  MUSTER_TRY_ASSIGN(beginning.root, hash_from_base64(*root, fields.path("root")));
  for (const Json& hash : *proof) {
    MUSTER_TRY_ASSIGN(const Hash value, hash_from_base64(hash, fields.path("proof")));
    beginning.proof.push_back(value);
  }
  return std::optional(std::move(beginning));
}

CheckpointRelation relation_of(const TreeHead& first, const TreeHead& second,
                               const std::optional<TreeBeginning>& beginning) {
  if (first.size == second.size) {
    return first.root == second.root ? CheckpointRelation::equal : CheckpointRelation::fork;
  }
  if (first.size.value == 0) {
    // Every tree begins with the empty one; no other root is one of it.
    return first.root == empty_root() ? CheckpointRelation::consistent : CheckpointRelation::fork;
  }
  if (!beginning) return CheckpointRelation::unconnected;
  if (!consistency_verifies({first.size, beginning->root}, second, beginning->proof)) {
    return CheckpointRelation::unconnected;
  }
  return beginning->root == first.root ? CheckpointRelation::consistent : CheckpointRelation::fork;
}

}  // namespace

Result<SplitView> split_view_of(std::string_view one, std::string_view other) {
  MUSTER_TRY_ASSIGN(const Checkpoint of_one, parse_checkpoint(one));
  MUSTER_TRY_ASSIGN(const Checkpoint of_other, parse_checkpoint(other));
  SplitView view{std::string(one), std::string(other)};
  if (of_other.head() < of_one.head()) std::swap(view.first, view.second);
  return view;
}

std::string encode_split_view(const SplitView& view) {
  return canonical_json({{"beginning", beginning_json(view.beginning)},
                         {"first", view.first},
                         {"kind", split_view_kind},
                         {"second", view.second},
                         {"v", 1}});
}

Result<SplitView> parse_split_view(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "split view"));
  MUSTER_TRY(fields.integer("v", 1, 1));
  MUSTER_TRY_ASSIGN(const std::string kind, fields.text("kind"));
  if (kind != split_view_kind) {
    return failure(Errc::invalid_input, "split view.kind: got " + kind + ", want split-view");
  }
  SplitView view;
  MUSTER_TRY_ASSIGN(view.first, fields.text("first"));
  MUSTER_TRY_ASSIGN(view.second, fields.text("second"));
  MUSTER_TRY_ASSIGN(const Json* beginning, fields.any("beginning"));
  MUSTER_TRY(fields.finish());
  MUSTER_TRY_ASSIGN(view.beginning, beginning_from(*beginning));
  return view;
}

std::string split_view_file_name(const SplitView& view) {
  const Hash hash = crypto::sha256(encode_split_view(view));
  return std::string(split_view_kind) + "-" + hash.to_hex().substr(0, file_name_digits) + ".json";
}

Result<SplitViewFacts> verify_split_view(const SplitView& view, std::span<const VerifierKey> keys) {
  MUSTER_TRY_ASSIGN(Checkpoint first, verify_checkpoint(view.first, keys));
  MUSTER_TRY_ASSIGN(Checkpoint second, verify_checkpoint(view.second, keys));
  if (first.origin != second.origin) {
    return refusal("split_view.origin",
                   "one is of log " + first.origin + ", the other of log " + second.origin);
  }
  if (second.size < first.size) std::swap(first, second);
  const auto relation = relation_of(first.head(), second.head(), view.beginning);
  return SplitViewFacts{std::move(first), std::move(second), relation};
}

Result<std::optional<TreeBeginning>> beginning_by_log(Store& store, const SplitView& view) {
  MUSTER_TRY_ASSIGN(const Checkpoint first, parse_checkpoint(view.first));
  MUSTER_TRY_ASSIGN(const Checkpoint second, parse_checkpoint(view.second));
  MUSTER_TRY_ASSIGN(const TreeHead head, store.head());
  const bool covered = first.size < second.size && second.size <= head.size;
  if (!covered || first.size.value == 0) return std::optional<TreeBeginning>();
  MUSTER_TRY_ASSIGN(const Hash ours, root_at(store, second.size));
  if (ours != second.root) return std::optional<TreeBeginning>();
  MUSTER_TRY_ASSIGN(const Hash root, root_at(store, first.size));
  MUSTER_TRY_ASSIGN(Proof proof, prove_consistency(store, first.size, second.size));
  return std::optional(TreeBeginning{root, std::move(proof)});
}

}  // namespace muster::ledger
