#include "attestation/device/entry.hpp"

#include <algorithm>
#include <cstring>

#include "attestation/cbor/writer.hpp"
#include "attestation/device/memory.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {
namespace {

constexpr std::uint64_t version = 1;
constexpr std::uint64_t entry_fields = 11;

// Types as they stand in logs: frozen.
enum Type : std::uint64_t {
  epoch = 1,
  snapshot = 2,
  power_off = 3,
  boot = 4,
  wrapped = 5,
  precommit = 6,
  delay = 7,
  allowance = 8,
};

struct BodyWriter {
  CborWriter* writer;

  void field(std::uint64_t key, std::uint64_t value) const {
    writer->unsigned_integer(key);
    writer->unsigned_integer(value);
  }
  void field(std::uint64_t key, const Hash& value) const {
    writer->unsigned_integer(key);
    writer->bytes(value.view());
  }

  void operator()(const EpochBody& body) const {
    writer->map(3U + (body.opened ? 1U : 0U) + (body.acknowledger ? 1U : 0U));
    field(0, static_cast<std::uint64_t>(body.reason));
    field(1, body.commitment);
    writer->unsigned_integer(2);
    writer->text(body.rate.to_string());
    if (body.opened) field(3, *body.opened);
    if (body.acknowledger) field(4, *body.acknowledger);
  }
  void operator()(const SnapshotBody& body) const {
    writer->map(7);
    field(0, body.root);
    field(1, body.chunk_bytes);
    field(2, std::uint64_t{body.chunks});
    field(3, std::uint64_t{body.zero_chunks});
    field(4, std::uint64_t{body.high_entropy_chunks});
    field(5, body.region_map);
    field(6, body.device_code);
  }
  void operator()(const PowerOffBody& body) const {
    writer->map(1);
    field(0, std::uint64_t{body.orderly ? 1U : 0U});
  }
  void operator()(const BootBody& body) const {
    writer->map(1);
    field(0, body.boots);
  }
  void operator()(const WrappedBody& body) const {
    writer->map(3);
    field(0, body.from);
    field(1, body.to);
    field(2, body.last);
  }
  void operator()(const Precommitment& body) const {
    writer->map(2);
    field(0, body.metadata);
    field(1, body.data_order);
  }
  void operator()(const DelayBody& body) const {
    writer->map(5);
    field(0, body.modulus);
    field(1, body.since);
    field(2, body.squarings);
    writer->unsigned_integer(3);
    writer->bytes(body.proof.output);
    writer->unsigned_integer(4);
    writer->bytes(body.proof.proof);
  }
  void operator()(const AllowanceBody& body) const {
    writer->map(5);
    field(0, static_cast<std::uint64_t>(body.event));
    field(1, body.number);
    field(2, body.statement);
    field(3, body.remaining);
    field(4, body.spent);
  }
};

Type type_of(const Entry& entry) {
  constexpr std::array<Type, 8> by_index{snapshot, epoch,     power_off, boot,
                                         wrapped,  precommit, delay,     allowance};
  return by_index[entry.body.index()];
}

// Readers of one field each: the key must be the one that the format has next.
std::uint64_t number(CborReader& reader, std::uint64_t key) {
  reader.require(reader.unsigned_integer() == key);
  return reader.unsigned_integer();
}

std::uint32_t small_number(CborReader& reader, std::uint64_t key) {
  const std::uint64_t value = number(reader, key);
  reader.require(value <= UINT32_MAX);
  return static_cast<std::uint32_t>(value);
}

Hash digest(CborReader& reader) {
  const ByteView bytes = reader.byte_string();
  Hash value;
  reader.require(bytes.size() == Hash::size_bytes);
  if (reader.ok()) std::memcpy(value.bytes.data(), bytes.data(), Hash::size_bytes);
  return value;
}

Hash digest(CborReader& reader, std::uint64_t key) {
  reader.require(reader.unsigned_integer() == key);
  return digest(reader);
}

std::optional<EpochBody> epoch_body(CborReader& reader) {
  const std::uint64_t fields = reader.map();
  reader.require(fields >= 3 && fields <= 5);
  const std::uint64_t reason = number(reader, 0);
  reader.require(reason <= static_cast<std::uint64_t>(EpochReason::firmware));
  const Hash commitment = digest(reader, 1);
  reader.require(reader.unsigned_integer() == 2);
  const auto rate = SnapshotRate::parse(reader.text());
  reader.require(rate.has_value());
  if (!reader.ok()) return std::nullopt;
  EpochBody body{static_cast<EpochReason>(reason), commitment, *rate, {}, {}};
  for (std::uint64_t field = 3; field < fields; ++field) {
    const std::uint64_t key = reader.unsigned_integer();
    const bool opens = key == 3 && field == 3;
    reader.require(opens || (key == 4 && !body.acknowledger));
    (opens ? body.opened : body.acknowledger) = digest(reader);
  }
  return body;
}

SnapshotBody snapshot_body(CborReader& reader) {
  reader.require(reader.map() == 7);
  SnapshotBody body;
  body.root = digest(reader, 0);
  body.chunk_bytes = number(reader, 1);
  body.chunks = small_number(reader, 2);
  body.zero_chunks = small_number(reader, 3);
  body.high_entropy_chunks = small_number(reader, 4);
  body.region_map = digest(reader, 5);
  body.device_code = digest(reader, 6);
  reader.require(body.chunk_bytes > 0 && body.chunks > 0 && body.chunks <= max_chunks);
  reader.require(body.zero_chunks <= body.chunks && body.high_entropy_chunks <= body.chunks);
  return body;
}

PowerOffBody power_off_body(CborReader& reader) {
  reader.require(reader.map() == 1);
  const std::uint64_t cause = number(reader, 0);
  reader.require(cause <= 1);
  return {cause == 1};
}

BootBody boot_body(CborReader& reader) {
  reader.require(reader.map() == 1);
  return {number(reader, 0)};
}

WrappedBody wrapped_body(CborReader& reader) {
  reader.require(reader.map() == 3);
  WrappedBody body;
  body.from = number(reader, 0);
  body.to = number(reader, 1);
  body.last = digest(reader, 2);
  reader.require(body.from < body.to);
  return body;
}

Precommitment precommit_body(CborReader& reader) {
  reader.require(reader.map() == 2);
  return {digest(reader, 0), digest(reader, 1)};
}

Bytes delay_element(CborReader& reader, std::uint64_t key) {
  reader.require(reader.unsigned_integer() == key);
  const ByteView bytes = reader.byte_string();
  reader.require(bytes.size() >= crypto::min_delay_modulus_bits / 8 &&
                 bytes.size() <= crypto::max_delay_modulus_bits / 8);
  return reader.ok() ? to_bytes(bytes) : Bytes();
}

DelayBody delay_body(CborReader& reader) {
  reader.require(reader.map() == 5);
  DelayBody body;
  body.modulus = digest(reader, 0);
  body.since = number(reader, 1);
  body.squarings = number(reader, 2);
  body.proof.output = delay_element(reader, 3);
  body.proof.proof = delay_element(reader, 4);
  reader.require(body.squarings >= crypto::min_delay_squarings &&
                 body.squarings <= crypto::max_delay_squarings);
  reader.require(body.since < max_log_number);
  return body;
}

AllowanceBody allowance_body(CborReader& reader) {
  reader.require(reader.map() == 5);
  const std::uint64_t event = number(reader, 0);
  reader.require(event <= static_cast<std::uint64_t>(AllowanceEvent::expired));
  AllowanceBody body;
  if (reader.ok()) body.event = static_cast<AllowanceEvent>(event);
  body.number = number(reader, 1);
  body.statement = digest(reader, 2);
  body.remaining = number(reader, 3);
  body.spent = number(reader, 4);
  reader.require(body.number < max_log_number && body.remaining < max_log_number);
  reader.require(body.spent < max_log_number);
  return body;
}

void read_body(CborReader& reader, std::uint64_t type, Entry& entry) {
  reader.require(reader.unsigned_integer() == 10);
  if (!reader.ok()) return;
  switch (type) {
    case epoch:
      if (const auto body = epoch_body(reader)) entry.body = *body;
      return;
    case snapshot:
      entry.body = snapshot_body(reader);
      return;
    case power_off:
      entry.body = power_off_body(reader);
      return;
    case boot:
      entry.body = boot_body(reader);
      return;
    case wrapped:
      entry.body = wrapped_body(reader);
      return;
    case precommit:
      entry.body = precommit_body(reader);
      return;
    case delay:
      entry.body = delay_body(reader);
      return;
    case allowance:
      entry.body = allowance_body(reader);
      return;
    default:
      reader.require(false);
  }
}

}  // namespace

std::string Ueid::to_hex() const { return muster::to_hex(bytes); }

Ueid ueid_of(const ChipId& chip) {
  Ueid ueid;
  ueid.bytes[0] = 1;
  std::ranges::copy(chip.bytes(), ueid.bytes.begin() + 1);
  return ueid;
}

std::string_view allowance_event_name(AllowanceEvent event) {
  constexpr std::array<std::string_view, 4> names{"loaded", "reading", "spent", "expired"};
  return names[static_cast<std::size_t>(event)];
}

void append_entry(Bytes& out, const Entry& entry) {
  CborWriter writer(out);
  const BodyWriter fields{&writer};
  writer.map(entry_fields);
  fields.field(0, std::uint64_t{type_of(entry)});
  fields.field(1, version);
  writer.unsigned_integer(2);
  writer.bytes(entry.ueid.bytes);
  fields.field(3, entry.epoch);
  fields.field(4, entry.counter);
  fields.field(5, entry.clock_ms);
  fields.field(6, entry.powered_ms);
  fields.field(7, entry.previous);
  fields.field(8, entry.firmware);
  fields.field(9, std::uint64_t{entry.svn});
  writer.unsigned_integer(10);
  std::visit(fields, entry.body);
}

std::optional<Entry> entry_from(CborReader& reader) {
  std::optional<Entry> entry(std::in_place);
  EntryRepeats none;
  if (!read_entry(reader, *entry, none)) entry.reset();
  return entry;
}

namespace {

/// Arithmetic on these must not overflow anywhere later.
bool numbers_fit(const Entry& entry) {
  return entry.epoch < max_log_number && entry.counter < max_log_number &&
         entry.clock_ms < max_log_number && entry.powered_ms < max_log_number;
}

/// Bytes that `reader` took since it had `rest` left.
ByteView taken(const CborReader& reader, ByteView rest) {
  return rest.first(rest.size() - reader.rest().size());
}

/// What every entry has before its counter; gives its type.
std::uint64_t read_whole_front(CborReader& reader, Entry& entry) {
  reader.require(reader.map() == entry_fields);
  const std::uint64_t type = number(reader, 0);
  reader.require(number(reader, 1) == version);
  reader.require(reader.unsigned_integer() == 2);
  const ByteView ueid = reader.byte_string();
  reader.require(ueid.size() == Ueid::size_bytes && ueid[0] == 1);
  if (reader.ok()) std::memcpy(entry.ueid.bytes.data(), ueid.data(), Ueid::size_bytes);
  entry.epoch = number(reader, 3);
  return type;
}

/// What every type has after its link to the entry before.
void read_whole_tail(CborReader& reader, std::uint64_t type, Entry& entry) {
  entry.firmware = digest(reader, 8);
  entry.svn = small_number(reader, 9);
  read_body(reader, type, entry);
}

void read_front(CborReader& reader, Entry& entry, EntryRepeats& repeats) {
  const ByteView rest = reader.rest();
  if (repeats.front.begin(rest)) {
    reader.pass(repeats.front.size());
    return;
  }
  const std::uint64_t type = read_whole_front(reader, entry);
  if (type != repeats.type) repeats.tail.forget();
  repeats.type = type;
  if (reader.ok()) repeats.front.learn(taken(reader, rest));
}

void read_tail(CborReader& reader, Entry& entry, EntryRepeats& repeats) {
  const ByteView rest = reader.rest();
  if (repeats.tail.begin(rest)) {
    reader.pass(repeats.tail.size());
    return;
  }
  read_whole_tail(reader, repeats.type, entry);
  if (reader.ok()) repeats.tail.learn(taken(reader, rest));
}

}  // namespace

bool read_entry(CborReader& reader, Entry& entry, EntryRepeats& repeats) {
  read_front(reader, entry, repeats);
  entry.counter = number(reader, 4);
  entry.clock_ms = number(reader, 5);
  entry.powered_ms = number(reader, 6);
  entry.previous = digest(reader, 7);
  reader.require(numbers_fit(entry));
  if (reader.ok()) read_tail(reader, entry, repeats);
  // A part that failed may have changed the entry.
  if (!reader.ok()) repeats = {};
  return reader.ok();
}

Hash entry_hash(ByteView bytes) {
  static const crypto::Sha256Midstate start(as_bytes("muster/device-log/entry/v1\n"));
  return start.digest({bytes});
}

}  // namespace muster::attestation
