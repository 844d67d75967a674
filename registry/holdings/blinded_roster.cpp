#include "registry/holdings/blinded_roster.hpp"

#include <algorithm>

#include "ledger/base/hex.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle_tree.hpp"

namespace muster::registry {
namespace {

constexpr std::string_view blinded_domain = "muster/roster/leaf/v1\n";
constexpr const char* blinded_kind = "blinded-roster";
constexpr const char* opening_kind = "roster-opening";
constexpr std::size_t longest_path = 64;

Json line_json(const Holding& line) {
  return {{"chip", line.chip.to_string()},
          {"custodian", line.custodian},
          {"exit_read", line.exit_read},
          {"held_ms", line.held_ms},
          {"owner", line.owner},
          {"product", line.product},
          {"site", line.site},
          {"tenant", line.tenant},
          {"tpp", line.tpp}};
}

Json hashes_json(std::span<const Hash> hashes) {
  Json list = Json::array();
  for (const Hash& hash : hashes) list.push_back(hash.to_hex());
  return list;
}

Result<std::vector<Hash>> hashes_field(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const Json* list, fields.array(key));
  std::vector<Hash> hashes;
  hashes.reserve(list->size());
  for (const Json& item : *list) {
    const std::string* text = item.get_ptr<const std::string*>();
    auto hash = text == nullptr ? Result<Hash>(failure(Errc::invalid_input, "want a text"))
                                : Hash::from_hex(*text);
    if (!hash) return failure(std::move(hash).error().during(fields.path(key)));
    hashes.push_back(*hash);
  }
  return hashes;
}

Result<std::uint64_t> number_field(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::int64_t value, fields.integer(key));
  return static_cast<std::uint64_t>(value);
}

Result<Holding> parse_line(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "opening.line"));
  Holding line;
  MUSTER_TRY_ASSIGN(line.chip, fields.parsed<ChipId>("chip"));
  MUSTER_TRY_ASSIGN(line.custodian, fields.text("custodian"));
  MUSTER_TRY_ASSIGN(line.exit_read, fields.boolean("exit_read"));
  MUSTER_TRY_ASSIGN(line.held_ms, fields.integer("held_ms"));
  MUSTER_TRY_ASSIGN(line.owner, fields.text("owner"));
  MUSTER_TRY_ASSIGN(line.product, fields.text("product"));
  MUSTER_TRY_ASSIGN(line.site, fields.text("site"));
  MUSTER_TRY_ASSIGN(line.tenant, fields.text("tenant"));
  MUSTER_TRY_ASSIGN(line.tpp, number_field(fields, "tpp"));
  MUSTER_TRY(fields.finish());
  return line;
}

Result<std::optional<Window>> window_field(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(const Json* json, fields.any("window"));
  if (json->is_null()) return std::optional<Window>();
  MUSTER_TRY_ASSIGN(FieldReader ends, FieldReader::open(*json, "roster.window"));
  MUSTER_TRY_ASSIGN(const Timestamp from, ends.time("from"));
  MUSTER_TRY_ASSIGN(const Timestamp to, ends.time("to"));
  MUSTER_TRY(ends.finish());
  if (!(from < to)) return failure(Errc::invalid_input, "roster.window: ends before it begins");
  return std::optional<Window>({from, to});
}

Result<void> has_kind(FieldReader& fields, const std::string& want) {
  MUSTER_TRY(fields.integer("v", 1, 1));
  MUSTER_TRY_ASSIGN(const std::string kind, fields.text("kind"));
  if (kind == want) return {};
  return failure(Errc::invalid_input,
                 fields.path("kind") + ": got \"" + kind.substr(0, 40) + "\", want " + want);
}

Result<BlindedRoster> blinded_fields(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "roster"));
  MUSTER_TRY(has_kind(fields, blinded_kind));
  BlindedRoster roster;
  MUSTER_TRY_ASSIGN(roster.origin, fields.text("origin"));
  MUSTER_TRY_ASSIGN(const std::int64_t entries, fields.integer("entries", 0, no_index - 1));
  roster.entries = static_cast<Index32>(entries);
  MUSTER_TRY_ASSIGN(const Json* selection, fields.any("selection"));
  MUSTER_TRY_ASSIGN(roster.selection, parse_selection(*selection, "roster.selection"));
  MUSTER_TRY_ASSIGN(roster.window, window_field(fields));
  MUSTER_TRY_ASSIGN(roster.totals.count, number_field(fields, "count"));
  MUSTER_TRY_ASSIGN(roster.totals.tpp, number_field(fields, "tpp"));
  MUSTER_TRY_ASSIGN(roster.totals.held_ms, number_field(fields, "held_ms"));
  MUSTER_TRY_ASSIGN(roster.leaves, hashes_field(fields, "leaves"));
  MUSTER_TRY_ASSIGN(roster.root, fields.hash("root"));
  MUSTER_TRY(fields.finish());
  if (roster.leaves.size() == roster.totals.count) return roster;
  return failure(Errc::invalid_input, "roster.leaves: got " + std::to_string(roster.leaves.size()) +
                                          ", want the count of " +
                                          std::to_string(roster.totals.count));
}

Result<RosterOpening> opening_fields(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "opening"));
  MUSTER_TRY(has_kind(fields, opening_kind));
  RosterOpening opening;
  MUSTER_TRY_ASSIGN(const Json* line, fields.object("line"));
  MUSTER_TRY_ASSIGN(opening.line, parse_line(*line));
  MUSTER_TRY_ASSIGN(const std::string salt, fields.text("salt"));
  auto filled = fill_from_hex(salt, opening.salt);
  if (!filled) return failure(std::move(filled).error().during(fields.path("salt")));
  MUSTER_TRY_ASSIGN(opening.index, number_field(fields, "index"));
  MUSTER_TRY_ASSIGN(opening.count, number_field(fields, "count"));
  MUSTER_TRY_ASSIGN(opening.root, fields.hash("root"));
  MUSTER_TRY_ASSIGN(opening.proof, hashes_field(fields, "proof"));
  MUSTER_TRY(fields.finish());
  if (opening.proof.size() <= longest_path) return opening;
  return failure(Errc::invalid_input, "opening.proof: over 64 hashes");
}

auto unreadable(const std::string& why) { return refusal("roster.unreadable", why); }

/// Reads `text` by `read`; what is not as `encode` spells it is not read.
template <class T>
Result<T> parse_spelt_as(std::string_view text, Result<T> (*read)(const Json&),
                         std::string (*encode)(const T&)) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.size() > max_blinded_bytes) {
    return unreadable("over 256 MiB");
  }
  const auto json = parse_canonical_json(text);
  if (!json) return unreadable(json.error().message);
  auto value = read(*json);
  if (!value) return unreadable(value.error().message);
  if (encode(*value) == text) return value;
  return unreadable("a value is not in its one spelling");
}

draw::Salt salt_of(const ChipId& chip, ByteView key) {
  return draw::frame_salt(key, chip.to_string());
}

}  // namespace

Hash blinded_leaf(const Holding& line, const draw::Salt& salt) {
  return crypto::sha256(
      {as_bytes(blinded_domain), ByteView(salt), as_bytes(canonical_json(line_json(line)))});
}

BlindedRoster blind(std::string origin, Index32 entries, const Selection& selection,
                    const std::optional<Window>& window, std::span<const Holding> holdings,
                    ByteView key) {
  BlindedRoster roster{.origin = std::move(origin),
                       .entries = entries,
                       .selection = selection,
                       .window = window,
                       .totals = totals_of(holdings),
                       .leaves = {},
                       .root = {}};
  roster.leaves.reserve(holdings.size());
  for (const Holding& line : holdings) {
    roster.leaves.push_back(blinded_leaf(line, salt_of(line.chip, key)));
  }
  roster.root = ledger::root_hash(roster.leaves);
  return roster;
}

Result<RosterOpening> open_line(std::span<const Holding> holdings, const ChipId& chip,
                                ByteView key) {
  const auto line = std::ranges::find(holdings, chip, &Holding::chip);
  if (line == holdings.end()) {
    return failure(Errc::not_found, "chip " + chip.to_string() + ": not in this roster");
  }
  ledger::MerkleTree tree;
  for (const Holding& one : holdings) tree.append(blinded_leaf(one, salt_of(one.chip, key)));
  const auto index = static_cast<std::uint64_t>(line - holdings.begin());
  const ledger::MerkleProver prover(tree, tree.size());
  Holding shown = *line;
  shown.left = no_index;
  return RosterOpening{.line = std::move(shown),
                       .salt = salt_of(chip, key),
                       .index = index,
                       .count = holdings.size(),
                       .root = prover.head().root,
                       .proof = prover.inclusion({index})};
}

Result<void> check_opening(const RosterOpening& opening, const BlindedRoster& roster) {
  if (opening.root != roster.root || opening.count != roster.totals.count) {
    return refusal("roster.other", "the opening is of another roster: root " +
                                       opening.root.to_hex() + ", want " + roster.root.to_hex());
  }
  const ledger::TreeHead head{{opening.count}, opening.root};
  const Hash leaf = blinded_leaf(opening.line, opening.salt);
  if (opening.index < opening.count &&
      ledger::inclusion_verifies(leaf, {opening.index}, head, opening.proof)) {
    return {};
  }
  return refusal("roster.opening", "chip " + opening.line.chip.to_string() +
                                       ": its line does not lead to the roster's root");
}

std::string encode_blinded(const BlindedRoster& roster) {
  const Json window = roster.window ? Json{{"from", roster.window->from.to_string()},
                                           {"to", roster.window->to.to_string()}}
                                    : Json(nullptr);
  return canonical_json({{"count", roster.totals.count},
                         {"entries", roster.entries},
                         {"held_ms", roster.totals.held_ms},
                         {"kind", blinded_kind},
                         {"leaves", hashes_json(roster.leaves)},
                         {"origin", roster.origin},
                         {"root", roster.root.to_hex()},
                         {"selection", selection_json(roster.selection)},
                         {"tpp", roster.totals.tpp},
                         {"v", 1},
                         {"window", window}});
}

std::string encode_opening(const RosterOpening& opening) {
  return canonical_json({{"count", opening.count},
                         {"index", opening.index},
                         {"kind", opening_kind},
                         {"line", line_json(opening.line)},
                         {"proof", hashes_json(opening.proof)},
                         {"root", opening.root.to_hex()},
                         {"salt", to_hex(opening.salt)},
                         {"v", 1}});
}

Result<BlindedRoster> parse_blinded(std::string_view text) {
  MUSTER_TRY_ASSIGN(auto roster, parse_spelt_as(text, blinded_fields, encode_blinded));
  if (ledger::root_hash(roster.leaves) == roster.root) return roster;
  return refusal("roster.root", "the leaves do not lead to the root " + roster.root.to_hex());
}

Result<RosterOpening> parse_opening(std::string_view text) {
  return parse_spelt_as(text, opening_fields, encode_opening);
}

}  // namespace muster::registry
