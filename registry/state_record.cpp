#include "registry/state_record.hpp"

#include <algorithm>

#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::registry {
namespace {

constexpr std::string_view state_leaf_domain = "muster/state/leaf/v1\n";
constexpr std::size_t record_bytes = 800;
constexpr std::size_t max_record_text = 256;

template <class Rows>
std::optional<std::string> id_of(const Rows& rows, RowN row) {
  return row == no_row ? std::nullopt : std::optional(rows[row].id);
}

/// The statement of a row that has the index of one.
template <class Rows>
std::optional<Hash> statement_of(const Tables& tables, const Rows& rows, RowN row) {
  if (row == no_row) return std::nullopt;
  return tables.statements[rows[row].index].hash;
}

/// Writes one flat canonical object, fields in the order of the calls.
class RecordWriter final {
 public:
  RecordWriter() {
    text_.reserve(record_bytes);
    text_ += '{';
  }

  void text(std::string_view key, std::string_view value) {
    begin(key);
    text_ += '"';
    text_ += value;
    text_ += '"';
  }
  void text_or_null(std::string_view key, const std::optional<std::string>& value) {
    if (value) return text(key, *value);
    begin(key);
    text_ += "null";
  }
  void hash_or_null(std::string_view key, const std::optional<Hash>& value) {
    text_or_null(key, value ? std::optional(value->to_hex()) : std::nullopt);
  }
  void number(std::string_view key, std::uint64_t value) {
    begin(key);
    text_ += std::to_string(value);
  }
  std::string finish() {
    text_ += '}';
    return std::move(text_);
  }

 private:
  void begin(std::string_view key) {
    if (text_.size() > 1) text_ += ',';
    text_ += '"';
    text_ += key;
    text_ += "\":";
  }

  std::string text_;
};

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
  const Tables& tables = state.tables();
  const ChipIdentity& identity = tables.identities[chip];
  StateRecord record;
  record.assurance = name_of(now.assurance);
  record.chip = state.chip_id(chip);
  record.custodian = id_of(tables.parties, now.custodian);
  // Enrolled once and for ever: an earlier state without assurance is one without the key.
  if (now.assurance != Assurance::none) record.device_key = identity.device_key;
  record.effect = tables.statements[now.effect].hash;
  record.flags = now.flags;
  record.holder = id_of(tables.holders, now.parent);
  record.holds = now.holds;
  record.last = tables.statements[now.last].hash;
  record.leg = statement_of(tables, tables.legs, now.leg);
  record.lessee = id_of(tables.parties, now.lessee);
  if (now.draw != no_row) {
    record.licence = id_of(tables.licences, tables.draws[now.draw].licence);
  }
  record.life = name_of(now.life);
  record.owner = id_of(tables.parties, now.owner);
  record.pending = statement_of(tables, tables.draws, now.pending);
  record.place = name_of(now.place);
  record.product = tables.products[identity.product].id;
  record.provenance = name_of(identity.provenance);
  record.resumes = name_of(now.resumes);
  record.right = statement_of(tables, tables.draws, now.draw);
  record.shipment = id_of(tables.shipments, now.shipment);
  record.site = id_of(tables.sites, now.site);
  record.slot = id_of(tables.slots, now.slot);
  record.transport = name_of(now.transport);
  return record;
}

std::string encode_state_record(const StateRecord& record) {
  RecordWriter writer;
  writer.text("assurance", record.assurance);
  writer.text("chip", record.chip.to_string());
  writer.text_or_null("custodian", record.custodian);
  writer.hash_or_null("device_key", record.device_key);
  writer.text("effect", record.effect.to_hex());
  writer.number("flags", record.flags);
  writer.text_or_null("holder", record.holder);
  writer.number("holds", record.holds);
  writer.text("last", record.last.to_hex());
  writer.hash_or_null("leg", record.leg);
  writer.text_or_null("lessee", record.lessee);
  writer.text_or_null("licence", record.licence);
  writer.text("life", record.life);
  writer.text_or_null("owner", record.owner);
  writer.hash_or_null("pending", record.pending);
  writer.text("place", record.place);
  writer.text("product", record.product);
  writer.text("provenance", record.provenance);
  writer.text("resumes", record.resumes);
  writer.hash_or_null("right", record.right);
  writer.text_or_null("shipment", record.shipment);
  writer.text_or_null("site", record.site);
  writer.text_or_null("slot", record.slot);
  writer.text("transport", record.transport);
  return writer.finish();
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

Hash state_leaf(const StateRecord& record) {
  static const crypto::Sha256Midstate domain(as_bytes(state_leaf_domain));
  return domain.digest({as_bytes(encode_state_record(record))});
}

}  // namespace muster::registry
