#include "registry/state_record.hpp"

#include <algorithm>
#include <array>

#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::registry {
namespace {

constexpr std::string_view state_leaf_domain = "muster/state/leaf/v1\n";
constexpr std::size_t max_record_text = 256;

/// A record whose texts and hashes stand elsewhere; null for nothing.
struct RecordView {
  std::string_view assurance;
  const ChipId& chip;
  std::optional<std::string_view> custodian;
  const Hash* device_key;
  const Hash* effect;
  std::uint64_t flags;
  std::optional<std::string_view> holder;
  std::uint64_t holds;
  const Hash* last;
  const Hash* leg;
  std::optional<std::string_view> lessee;
  std::optional<std::string_view> licence;
  std::string_view life;
  std::optional<std::string_view> owner;
  const Hash* pending;
  std::string_view place;
  std::string_view product;
  std::string_view provenance;
  std::string_view resumes;
  const Hash* right;
  std::optional<std::string_view> shipment;
  std::optional<std::string_view> site;
  std::optional<std::string_view> slot;
  std::string_view transport;
};

template <class Rows>
std::optional<std::string_view> id_of(const Rows& rows, RowN row) {
  return row == no_row ? std::nullopt : std::optional<std::string_view>(rows[row].id);
}

/// The statement of a row that has the index of one.
template <class Rows>
const Hash* statement_of(const Tables& tables, const Rows& rows, RowN row) {
  return row == no_row ? nullptr : &tables.statements[rows[row].index].hash;
}

/// Requires: `chip` is the chip's id.
RecordView view_of(const State& state, RowN row, const ChipState& now, const ChipId& chip) {
  const Tables& tables = state.tables();
  const ChipIdentity& identity = tables.identities[row];
  return {.assurance = name_of(now.assurance),
          .chip = chip,
          .custodian = id_of(tables.parties, now.custodian),
          // A state without assurance is one without the key, whatever came later.
          .device_key = now.assurance == Assurance::none ? nullptr : &identity.device_key,
          .effect = &tables.statements[now.effect].hash,
          .flags = now.flags,
          .holder = id_of(tables.holders, now.parent),
          .holds = now.holds,
          .last = &tables.statements[now.last].hash,
          .leg = statement_of(tables, tables.legs, now.leg),
          .lessee = id_of(tables.parties, now.lessee),
          .licence =
              id_of(tables.licences, now.draw == no_row ? no_row : tables.draws[now.draw].licence),
          .life = name_of(now.life),
          .owner = id_of(tables.parties, now.owner),
          .pending = statement_of(tables, tables.draws, now.pending),
          .place = name_of(now.place),
          .product = tables.products[identity.product].id,
          .provenance = name_of(identity.provenance),
          .resumes = name_of(now.resumes),
          .right = statement_of(tables, tables.draws, now.draw),
          .shipment = id_of(tables.shipments, now.shipment),
          .site = id_of(tables.sites, now.site),
          .slot = id_of(tables.slots, now.slot),
          .transport = name_of(now.transport)};
}

template <class T>
const T* pointer_to(const std::optional<T>& value) {
  return value ? &*value : nullptr;
}

RecordView view_of(const StateRecord& record) {
  return {.assurance = record.assurance,
          .chip = record.chip,
          .custodian = record.custodian,
          .device_key = pointer_to(record.device_key),
          .effect = &record.effect,
          .flags = record.flags,
          .holder = record.holder,
          .holds = record.holds,
          .last = &record.last,
          .leg = pointer_to(record.leg),
          .lessee = record.lessee,
          .licence = record.licence,
          .life = record.life,
          .owner = record.owner,
          .pending = pointer_to(record.pending),
          .place = record.place,
          .product = record.product,
          .provenance = record.provenance,
          .resumes = record.resumes,
          .right = pointer_to(record.right),
          .shipment = record.shipment,
          .site = record.site,
          .slot = record.slot,
          .transport = record.transport};
}

/// Writes one flat canonical object, fields in the order of the calls.
class RecordWriter final {
 public:
  explicit RecordWriter(std::string& text) : text_(text) {
    text_.clear();
    text_ += '{';
  }

  void put(std::string_view key, std::string_view value) {
    begin(key);
    text_ += '"';
    text_ += value;
    text_ += '"';
  }
  void put(std::string_view key, std::optional<std::string_view> value) {
    if (value) return put(key, *value);
    put_null(key);
  }
  void put(std::string_view key, const Hash* value) {
    static constexpr std::string_view digits = "0123456789abcdef";
    if (value == nullptr) return put_null(key);
    begin(key);
    std::array<char, 2 * Hash::size_bytes + 2> hex{};
    std::size_t at = 0;
    hex.at(at++) = '"';
    for (const std::uint8_t byte : value->bytes) {
      hex.at(at++) = digits[byte >> 4U];
      hex.at(at++) = digits[byte & 0xFU];
    }
    hex.at(at) = '"';
    text_.append(hex.data(), hex.size());
  }
  void put(std::string_view key, std::uint64_t value) {
    begin(key);
    text_ += std::to_string(value);
  }
  void finish() { text_ += '}'; }

 private:
  void put_null(std::string_view key) {
    begin(key);
    text_ += "null";
  }
  void begin(std::string_view key) {
    if (text_.size() > 1) text_ += ',';
    text_ += '"';
    text_ += key;
    text_ += "\":";
  }

  std::string& text_;
};

/// The record's canonical JSON, in place of what `text` held.
void write_record(const RecordView& record, std::string& text) {
  RecordWriter writer(text);
  writer.put("assurance", record.assurance);
  writer.put("chip", std::string_view(record.chip.to_string()));
  writer.put("custodian", record.custodian);
  writer.put("device_key", record.device_key);
  writer.put("effect", record.effect);
  writer.put("flags", record.flags);
  writer.put("holder", record.holder);
  writer.put("holds", record.holds);
  writer.put("last", record.last);
  writer.put("leg", record.leg);
  writer.put("lessee", record.lessee);
  writer.put("licence", record.licence);
  writer.put("life", record.life);
  writer.put("owner", record.owner);
  writer.put("pending", record.pending);
  writer.put("place", record.place);
  writer.put("product", record.product);
  writer.put("provenance", record.provenance);
  writer.put("resumes", record.resumes);
  writer.put("right", record.right);
  writer.put("shipment", record.shipment);
  writer.put("site", record.site);
  writer.put("slot", record.slot);
  writer.put("transport", record.transport);
  writer.finish();
}

Hash leaf_of(std::string_view record) {
  static const crypto::Sha256Midstate domain(as_bytes(state_leaf_domain));
  return domain.digest({as_bytes(record)});
}

template <class T>
std::optional<T> copied(const T* value) {
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::optional<std::string> copied(std::optional<std::string_view> text) {
  return text ? std::optional(std::string(*text)) : std::nullopt;
}

/// A text as the registry writes them: it needs no escape, and shows as it is on any terminal.
Result<std::string> plain_text(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(std::string value, fields.text(key));
  const bool plain =
      !value.empty() && value.size() <= max_record_text && std::ranges::all_of(value, [](char c) {
        return c >= 0x20 && c <= 0x7E && c != '"' && c != '\\';
      });
  if (plain) return value;
  return failure(Errc::invalid_input, fields.path(key) + ": want 1 to 256 plain characters");
}

Result<std::optional<std::string>> plain_or_null(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const Json* value, fields.any(key));
  if (value->is_null()) return std::optional<std::string>();
  MUSTER_TRY_ASSIGN(std::string text, plain_text(fields, key));
  return std::optional(std::move(text));
}

Result<std::optional<Hash>> hash_or_null(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const Json* value, fields.any(key));
  if (value->is_null()) return std::optional<Hash>();
  MUSTER_TRY_ASSIGN(const Hash hash, fields.hash(key));
  return std::optional(hash);
}

}  // namespace

StateRecord state_record(const State& state, RowN chip, const ChipState& now) {
  const ChipId id = state.chip_id(chip);
  const RecordView view = view_of(state, chip, now, id);
  StateRecord record;
  record.assurance = view.assurance;
  record.chip = id;
  record.custodian = copied(view.custodian);
  record.device_key = copied(view.device_key);
  record.effect = *view.effect;
  record.flags = view.flags;
  record.holder = copied(view.holder);
  record.holds = view.holds;
  record.last = *view.last;
  record.leg = copied(view.leg);
  record.lessee = copied(view.lessee);
  record.licence = copied(view.licence);
  record.life = view.life;
  record.owner = copied(view.owner);
  record.pending = copied(view.pending);
  record.place = view.place;
  record.product = view.product;
  record.provenance = view.provenance;
  record.resumes = view.resumes;
  record.right = copied(view.right);
  record.shipment = copied(view.shipment);
  record.site = copied(view.site);
  record.slot = copied(view.slot);
  record.transport = view.transport;
  return record;
}

std::string encode_state_record(const StateRecord& record) {
  std::string text;
  write_record(view_of(record), text);
  return text;
}

Hash state_leaf(const State& state, RowN chip, const ChipState& now, std::string& scratch) {
  const ChipId id = state.chip_id(chip);
  write_record(view_of(state, chip, now, id), scratch);
  return leaf_of(scratch);
}

Result<StateRecord> parse_state_record(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "record"));
  StateRecord record;
  MUSTER_TRY_ASSIGN(record.assurance, plain_text(fields, "assurance"));
  MUSTER_TRY_ASSIGN(record.chip, fields.parsed<ChipId>("chip"));
  MUSTER_TRY_ASSIGN(record.custodian, plain_or_null(fields, "custodian"));
  MUSTER_TRY_ASSIGN(record.device_key, hash_or_null(fields, "device_key"));
  MUSTER_TRY_ASSIGN(record.effect, fields.hash("effect"));
  MUSTER_TRY_ASSIGN(const std::int64_t flags, fields.integer("flags"));
  record.flags = static_cast<std::uint64_t>(flags);
  MUSTER_TRY_ASSIGN(record.holder, plain_or_null(fields, "holder"));
  MUSTER_TRY_ASSIGN(const std::int64_t holds, fields.integer("holds"));
  record.holds = static_cast<std::uint64_t>(holds);
  MUSTER_TRY_ASSIGN(record.last, fields.hash("last"));
  MUSTER_TRY_ASSIGN(record.leg, hash_or_null(fields, "leg"));
  MUSTER_TRY_ASSIGN(record.lessee, plain_or_null(fields, "lessee"));
  MUSTER_TRY_ASSIGN(record.licence, plain_or_null(fields, "licence"));
  MUSTER_TRY_ASSIGN(record.life, plain_text(fields, "life"));
  MUSTER_TRY_ASSIGN(record.owner, plain_or_null(fields, "owner"));
  MUSTER_TRY_ASSIGN(record.pending, hash_or_null(fields, "pending"));
  MUSTER_TRY_ASSIGN(record.place, plain_text(fields, "place"));
  MUSTER_TRY_ASSIGN(record.product, plain_text(fields, "product"));
  MUSTER_TRY_ASSIGN(record.provenance, plain_text(fields, "provenance"));
  MUSTER_TRY_ASSIGN(record.resumes, plain_text(fields, "resumes"));
  MUSTER_TRY_ASSIGN(record.right, hash_or_null(fields, "right"));
  MUSTER_TRY_ASSIGN(record.shipment, plain_or_null(fields, "shipment"));
  MUSTER_TRY_ASSIGN(record.site, plain_or_null(fields, "site"));
  MUSTER_TRY_ASSIGN(record.slot, plain_or_null(fields, "slot"));
  MUSTER_TRY_ASSIGN(record.transport, plain_text(fields, "transport"));
  MUSTER_TRY(fields.finish());
  return record;
}

Hash state_leaf(const StateRecord& record) { return leaf_of(encode_state_record(record)); }

}  // namespace muster::registry
