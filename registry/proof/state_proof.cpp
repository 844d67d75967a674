#include "registry/proof/state_proof.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/base/names.hpp"

namespace muster::registry {
namespace {

constexpr std::string_view chip_kind = "chip-state";
constexpr std::string_view roster_kind = "roster";
constexpr std::size_t max_path = 64;  // hashes on the way to a root
constexpr std::size_t max_tail_items = 2;

Json path_json(const ledger::Proof& proof) {
  Json list = Json::array();
  for (const Hash& hash : proof) list.push_back(hash.to_hex());
  return list;
}

Json quoted_json(const QuotedEntry& quoted) {
  Json items = Json::array();
  for (const ItemProof& item : quoted.items) {
    items.push_back({{"index", item.index},
                     {"item", item.item},
                     {"proof", path_json(item.proof)},
                     {"salt", to_hex(item.salt)}});
  }
  return {{"entry", as_text(quoted.entry)}, {"items", std::move(items)}};
}

Json proven_json(const ProvenEntry& proven) {
  Json json = quoted_json(proven.quoted);
  json["proof"] = path_json(proven.proof);
  return json;
}

Json record_json(const StateRecord& record) {
  auto json = parse_canonical_json(encode_state_record(record));
  MUSTER_CHECK(json.has_value());
  return std::move(*json);
}

Json json_of(const ChipProof& proof) {
  Json json{{"checkpoint", proof.checkpoint},
            {"chip",
             {{"number", proof.number},
              {"proof", path_json(proof.proof)},
              {"record", record_json(proof.record)}}},
            {"commit", proven_json(proof.commit)},
            {"kind", chip_kind},
            {"last", proven_json(proof.last)},
            {"v", 1}};
  if (const auto* named = std::get_if<NamedTail>(&proof.tail)) {
    Json list = Json::array();
    for (const ProvenEntry& entry : *named) list.push_back(proven_json(entry));
    json["tail"] = std::move(list);
    return json;
  }
  const auto& whole = std::get<WholeTail>(proof.tail);
  Json list = Json::array();
  for (const QuotedEntry& entry : whole.entries) list.push_back(quoted_json(entry));
  json["whole_tail"] = {{"edge", path_json(whole.edge)}, {"entries", std::move(list)}};
  return json;
}

Json json_of(const RosterProof& proof) {
  Json json{{"checkpoint", proof.checkpoint},
            {"commit", proven_json(proof.commit)},
            {"custodian",
             {{"count", proof.custodian.count},
              {"index", proof.index},
              {"party", proof.custodian.party},
              {"proof", path_json(proof.proof)},
              {"root", proof.custodian.root.to_hex()},
              {"tpp", proof.custodian.tpp}}},
            {"kind", roster_kind},
            {"v", 1}};
  if (proof.chips) {
    Json ids = Json::array();
    Json tpp = Json::array();
    for (const RosterItem& item : *proof.chips) {
      ids.push_back(item.chip.to_string());
      tpp.push_back(item.tpp);
    }
    json["chips"] = {{"ids", std::move(ids)}, {"tpp", std::move(tpp)}};
  }
  if (proof.chip) {
    json["chip"] = {{"chip", proof.chip->item.chip.to_string()},
                    {"index", proof.chip->index},
                    {"proof", path_json(proof.chip->proof)},
                    {"tpp", proof.chip->item.tpp}};
  }
  return json;
}

Result<std::uint64_t> count_field(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::int64_t value, fields.integer(key));
  return static_cast<std::uint64_t>(value);
}

Result<ledger::Proof> path_field(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const Json* list, fields.array(key));
  if (list->size() > max_path) {
    return failure(Errc::invalid_input, fields.path(key) + ": over 64 hashes");
  }
  ledger::Proof proof;
  for (const Json& item : *list) {
    const std::string* text = item.get_ptr<const std::string*>();
    auto hash = text == nullptr ? Result<Hash>(failure(Errc::invalid_input, "want a text"))
                                : Hash::from_hex(*text);
    if (!hash) return failure(std::move(hash).error().during(fields.path(key)));
    proof.push_back(*hash);
  }
  return proof;
}

Result<ItemProof> parse_item(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  ItemProof item;
  MUSTER_TRY_ASSIGN(item.index, count_field(fields, "index"));
  MUSTER_TRY_ASSIGN(item.item, fields.text("item"));
  MUSTER_TRY_ASSIGN(item.proof, path_field(fields, "proof"));
  MUSTER_TRY_ASSIGN(const std::string salt, fields.text("salt"));
  auto filled = fill_from_lower_hex(salt, item.salt);
  if (!filled) return failure(std::move(filled).error().during(fields.path("salt")));
  MUSTER_TRY(fields.finish());
  return item;
}

Result<QuotedEntry> quoted_fields(FieldReader& fields) {
  QuotedEntry quoted;
  MUSTER_TRY_ASSIGN(const std::string text, fields.text("entry"));
  quoted.entry = to_bytes(text);
  MUSTER_TRY_ASSIGN(const Json* list, fields.array("items"));
  if (list->size() > max_tail_items) {
    return failure(Errc::invalid_input, fields.path("items") + ": over 2 items");
  }
  for (const Json& json : *list) {
    MUSTER_TRY_ASSIGN(ItemProof item, parse_item(json, fields.path("items")));
    quoted.items.push_back(std::move(item));
  }
  return quoted;
}

Result<QuotedEntry> parse_quoted(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(QuotedEntry quoted, quoted_fields(fields));
  MUSTER_TRY(fields.finish());
  return quoted;
}

Result<ProvenEntry> parse_proven(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  ProvenEntry proven;
  MUSTER_TRY_ASSIGN(proven.quoted, quoted_fields(fields));
  MUSTER_TRY_ASSIGN(proven.proof, path_field(fields, "proof"));
  MUSTER_TRY(fields.finish());
  return proven;
}

Result<ProvenEntry> proven_field(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const Json* json, fields.object(key));
  return parse_proven(*json, fields.path(key));
}

Result<NamedTail> parse_named_tail(const Json& list) {
  NamedTail tail;
  for (const Json& json : list) {
    MUSTER_TRY_ASSIGN(ProvenEntry entry,
                      parse_proven(json, "proof.tail[" + std::to_string(tail.size()) + "]"));
    tail.push_back(std::move(entry));
  }
  return tail;
}

Result<WholeTail> parse_whole_tail(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "proof.whole_tail"));
  WholeTail tail;
  MUSTER_TRY_ASSIGN(tail.edge, path_field(fields, "edge"));
  MUSTER_TRY_ASSIGN(const Json* list, fields.array("entries"));
  for (const Json& item : *list) {
    MUSTER_TRY_ASSIGN(QuotedEntry entry,
                      parse_quoted(item, "proof.whole_tail.entries[" +
                                             std::to_string(tail.entries.size()) + "]"));
    tail.entries.push_back(std::move(entry));
  }
  MUSTER_TRY(fields.finish());
  return tail;
}

Result<std::variant<NamedTail, WholeTail>> tail_fields(FieldReader& fields) {
  using Tail = std::variant<NamedTail, WholeTail>;
  if (fields.has("whole_tail")) {
    MUSTER_TRY_ASSIGN(const Json* json, fields.object("whole_tail"));
    MUSTER_TRY_ASSIGN(WholeTail whole, parse_whole_tail(*json));
    return Tail(std::move(whole));
  }
  MUSTER_TRY_ASSIGN(const Json* list, fields.array("tail"));
  MUSTER_TRY_ASSIGN(NamedTail named, parse_named_tail(*list));
  return Tail(std::move(named));
}

Result<ChipProof> parse_chip_proof(FieldReader& fields) {
  ChipProof proof;
  MUSTER_TRY_ASSIGN(proof.checkpoint, fields.text("checkpoint"));
  MUSTER_TRY_ASSIGN(const Json* json, fields.object("chip"));
  MUSTER_TRY_ASSIGN(FieldReader chip, FieldReader::open(*json, "proof.chip"));
  MUSTER_TRY_ASSIGN(proof.number, count_field(chip, "number"));
  MUSTER_TRY_ASSIGN(proof.proof, path_field(chip, "proof"));
  MUSTER_TRY_ASSIGN(const Json* record, chip.object("record"));
  MUSTER_TRY(chip.finish());
  auto read = parse_state_record(*record);
  if (!read) return failure(std::move(read).error().during("proof.chip"));
  proof.record = std::move(*read);
  MUSTER_TRY_ASSIGN(proof.commit, proven_field(fields, "commit"));
  MUSTER_TRY_ASSIGN(proof.last, proven_field(fields, "last"));
  MUSTER_TRY_ASSIGN(proof.tail, tail_fields(fields));
  return proof;
}

/// Two lists side by side: a million chips as objects would take a gigabyte to read.
Result<std::vector<RosterItem>> parse_list(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "proof.chips"));
  MUSTER_TRY_ASSIGN(const Json* ids, fields.array("ids"));
  MUSTER_TRY_ASSIGN(const Json* tpp, fields.array("tpp"));
  MUSTER_TRY(fields.finish());
  if (ids->size() != tpp->size()) {
    return failure(Errc::invalid_input, "proof.chips: got " + std::to_string(ids->size()) +
                                            " ids and " + std::to_string(tpp->size()) + " TPP");
  }
  std::vector<RosterItem> items;
  items.reserve(ids->size());
  for (std::size_t i = 0; i < ids->size(); ++i) {
    const std::string* text = (*ids)[i].get_ptr<const std::string*>();
    const std::string where = "proof.chips[" + std::to_string(i) + "]";
    const bool counts = (*tpp)[i].is_number_integer() && (*tpp)[i].get<std::int64_t>() >= 0;
    if (text == nullptr || !counts) {
      return failure(Errc::invalid_input, where + ": want a chip id and a TPP");
    }
    auto chip = ChipId::parse(*text);
    if (!chip) return failure(std::move(chip).error().during(where));
    items.push_back({*chip, (*tpp)[i].get<std::uint64_t>()});
  }
  return items;
}

Result<RosterItemProof> parse_roster_item(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "proof.chip"));
  MUSTER_TRY_ASSIGN(const ChipId chip, fields.parsed<ChipId>("chip"));
  MUSTER_TRY_ASSIGN(const std::uint64_t tpp, count_field(fields, "tpp"));
  MUSTER_TRY_ASSIGN(const std::uint64_t index, count_field(fields, "index"));
  MUSTER_TRY_ASSIGN(auto path, path_field(fields, "proof"));
  MUSTER_TRY(fields.finish());
  return RosterItemProof{{chip, tpp}, index, std::move(path)};
}

Result<void> parse_custodian(const Json& json, RosterProof& proof) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "proof.custodian"));
  MUSTER_TRY_ASSIGN(proof.custodian.count, count_field(fields, "count"));
  MUSTER_TRY_ASSIGN(proof.index, count_field(fields, "index"));
  MUSTER_TRY_ASSIGN(proof.custodian.party, fields.text("party"));
  MUSTER_TRY(check_name("proof.custodian.party", proof.custodian.party));
  MUSTER_TRY_ASSIGN(proof.proof, path_field(fields, "proof"));
  MUSTER_TRY_ASSIGN(proof.custodian.root, fields.hash("root"));
  MUSTER_TRY_ASSIGN(proof.custodian.tpp, count_field(fields, "tpp"));
  return fields.finish();
}

Result<RosterProof> parse_roster_proof(FieldReader& fields) {
  RosterProof proof;
  MUSTER_TRY_ASSIGN(proof.checkpoint, fields.text("checkpoint"));
  MUSTER_TRY_ASSIGN(proof.commit, proven_field(fields, "commit"));
  MUSTER_TRY_ASSIGN(const Json* custodian, fields.object("custodian"));
  MUSTER_TRY(parse_custodian(*custodian, proof));
  if (fields.has("chips")) {
    MUSTER_TRY_ASSIGN(const Json* list, fields.object("chips"));
    MUSTER_TRY_ASSIGN(proof.chips, parse_list(*list));
  }
  if (fields.has("chip")) {
    MUSTER_TRY_ASSIGN(const Json* json, fields.object("chip"));
    MUSTER_TRY_ASSIGN(proof.chip, parse_roster_item(*json));
  }
  return proof;
}

Result<StateProof> parse_fields(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "proof"));
  MUSTER_TRY(fields.integer("v", 1, 1));
  MUSTER_TRY_ASSIGN(const std::string kind, fields.text("kind"));
  StateProof proof;
  if (kind == chip_kind) {
    MUSTER_TRY_ASSIGN(proof, parse_chip_proof(fields));
  } else if (kind == roster_kind) {
    MUSTER_TRY_ASSIGN(proof, parse_roster_proof(fields));
  } else {
    return failure(Errc::invalid_input,
                   "proof.kind: got \"" + kind.substr(0, 40) + "\", want chip-state or roster");
  }
  MUSTER_TRY(fields.finish());
  return proof;
}

/// Numbers, hashes and lists could be spelt otherwise and still be read: one form only, so that a
/// proof that was touched is told from one that was not.
Result<StateProof> parse_spelt(std::string_view text) {
  if (text.size() > max_state_proof_bytes) {
    return failure(Errc::invalid_input, "got " + std::to_string(text.size()) +
                                            " bytes, want at most " +
                                            std::to_string(max_state_proof_bytes));
  }
  MUSTER_TRY_ASSIGN(const Json json, parse_canonical_json(text));
  MUSTER_TRY_ASSIGN(StateProof proof, parse_fields(json));
  if (encode_state_proof(proof) == text) return proof;
  return failure(Errc::invalid_input, "proof: a value is not in its one spelling");
}

}  // namespace

bool looks_like_state_proof(std::string_view text) { return text.starts_with("{\"checkpoint\":"); }

std::string encode_state_proof(const StateProof& proof) {
  return canonical_json(std::visit([](const auto& one) { return json_of(one); }, proof));
}

Result<StateProof> parse_state_proof(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  auto proof = parse_spelt(text);
  if (proof) return proof;
  return refusal("proof.unreadable", proof.error().message);
}

}  // namespace muster::registry
