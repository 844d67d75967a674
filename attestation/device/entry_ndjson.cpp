#include "attestation/device/entry_ndjson.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "attestation/device/memory.hpp"

namespace muster::attestation {
namespace {

constexpr std::array<std::string_view, 8> type_names{
    "snapshot", "epoch", "power-off", "boot", "wrapped", "precommit", "delay", "allowance"};
constexpr std::array<std::string_view, 4> reason_names{"manufacture", "read-out", "reset",
                                                       "firmware"};

// --- Writing ----------------------------------------------------------------------------------

/// Appends one JSON object with fields in the order of the calls.
class LineWriter final {
 public:
  explicit LineWriter(std::string& out) : out_(&out) { *out_ += '{'; }
  void end() const { *out_ += '}'; }

  LineWriter& name(std::string_view key) {
    *out_ += first_ ? "\"" : ",\"";
    first_ = false;
    *out_ += key;
    *out_ += "\":";
    return *this;
  }
  void number(std::string_view key, std::uint64_t value) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    name(key);
    out_->append(digits.data(), end);
  }
  void text(std::string_view key, std::string_view value) {
    name(key);
    *out_ += '"';
    *out_ += value;
    *out_ += '"';
  }
  void hex(std::string_view key, ByteView bytes) {
    static constexpr std::string_view digits = "0123456789abcdef";
    name(key);
    std::size_t place = out_->size();
    out_->resize(place + 2 * bytes.size() + 2, '"');
    for (const std::uint8_t byte : bytes) {
      (*out_)[++place] = digits[byte >> 4U];
      (*out_)[++place] = digits[byte & 0xFU];
    }
  }
  void hash(std::string_view key, const Hash& value) { hex(key, value.view()); }
  void boolean(std::string_view key, bool value) { name(key).raw(value ? "true" : "false"); }

 private:
  void raw(std::string_view text) const { *out_ += text; }

  std::string* out_;
  bool first_ = true;
};

struct BodyLine {
  LineWriter* line;

  void operator()(const SnapshotBody& body) const {
    line->hash("root", body.root);
    line->number("chunk_bytes", body.chunk_bytes);
    line->number("chunks", body.chunks);
    line->number("zero_chunks", body.zero_chunks);
    line->number("high_entropy_chunks", body.high_entropy_chunks);
    line->hash("region_map", body.region_map);
    line->hash("device_code", body.device_code);
  }
  void operator()(const EpochBody& body) const {
    line->text("reason", epoch_reason_name(body.reason));
    line->hash("commitment", body.commitment);
    line->text("rate", body.rate.to_string());
    if (body.opened) line->hash("opened", *body.opened);
    if (body.acknowledger) line->hash("acknowledger", *body.acknowledger);
  }
  void operator()(const PowerOffBody& body) const { line->boolean("orderly", body.orderly); }
  void operator()(const BootBody& body) const { line->number("boots", body.boots); }
  void operator()(const WrappedBody& body) const {
    line->number("from", body.from);
    line->number("to", body.to);
    line->hash("last", body.last);
  }
  void operator()(const Precommitment& body) const {
    line->hash("metadata", body.metadata);
    line->hash("data_order", body.data_order);
  }
  void operator()(const DelayBody& body) const {
    line->hash("modulus", body.modulus);
    line->number("since", body.since);
    line->number("squarings", body.squarings);
    line->hex("output", body.proof.output);
    line->hex("proof", body.proof.proof);
  }
  void operator()(const AllowanceBody& body) const {
    line->text("event", allowance_event_name(body.event));
    line->number("number", body.number);
    line->hash("statement", body.statement);
    line->number("remaining", body.remaining);
    line->number("spent", body.spent);
  }
};

// --- Reading ----------------------------------------------------------------------------------

/// The fields of a line, each as the format has it.
struct LineFields {
  JsonLineReader* line;

  [[nodiscard]] Hash hash(std::string_view key) const {
    Hash value;
    line->hex(key, value.bytes);
    return value;
  }
  /// A number in [least, most].
  [[nodiscard]] std::uint64_t number(std::string_view key, std::uint64_t least = 0,
                                     std::uint64_t most = max_log_number - 1) const {
    const std::uint64_t value = line->number(key);
    if (line->ok() && (value < least || value > most)) {
      line->refuse(key, "a number from " + std::to_string(least) + " to " + std::to_string(most));
    }
    return value;
  }
  [[nodiscard]] std::uint32_t small(std::string_view key, std::uint64_t least,
                                    std::uint64_t most) const {
    return static_cast<std::uint32_t>(number(key, least, most) & UINT32_MAX);
  }

  [[nodiscard]] SnapshotBody snapshot() const {
    SnapshotBody body;
    body.root = hash("root");
    body.chunk_bytes = number("chunk_bytes", 1, UINT64_MAX);
    body.chunks = small("chunks", 1, max_chunks);
    body.zero_chunks = small("zero_chunks", 0, body.chunks);
    body.high_entropy_chunks = small("high_entropy_chunks", 0, body.chunks);
    body.region_map = hash("region_map");
    body.device_code = hash("device_code");
    return body;
  }

  [[nodiscard]] EpochReason reason() const {
    const std::string_view name = line->text("reason");
    for (std::size_t i = 0; i < reason_names.size(); ++i) {
      if (name == reason_names[i]) return static_cast<EpochReason>(i);
    }
    line->refuse("reason", "manufacture, read-out, reset or firmware");
    return EpochReason::manufacture;
  }

  [[nodiscard]] std::optional<EpochBody> epoch() const {
    const EpochReason why = reason();
    const Hash commitment = hash("commitment");
    const auto rate = SnapshotRate::parse(line->text("rate"));
    if (!rate) {
      line->refuse("rate", "a decimal above 0 and at most 24, such as 0.1");
      return std::nullopt;
    }
    EpochBody body{why, commitment, *rate, {}, {}};
    if (line->has_next("opened")) body.opened = hash("opened");
    if (line->has_next("acknowledger")) body.acknowledger = hash("acknowledger");
    return body;
  }

  [[nodiscard]] WrappedBody wrapped() const {
    WrappedBody body;
    body.from = number("from", 0, UINT64_MAX);
    body.to = number("to", 0, UINT64_MAX);
    body.last = hash("last");
    if (line->ok() && body.from >= body.to) line->refuse("to", "a number above `from`");
    return body;
  }

  [[nodiscard]] Bytes delay_element(std::string_view key) const {
    constexpr std::size_t least = crypto::min_delay_modulus_bits / 4;
    constexpr std::size_t most = crypto::max_delay_modulus_bits / 4;
    const std::string_view digits = line->text(key);
    if (!line->ok()) return {};
    Bytes out(digits.size() / 2);
    if (digits.size() < least || digits.size() > most || !fill_from_hex(digits, out)) {
      line->refuse(key, std::to_string(least) + " to " + std::to_string(most) + " hex digits");
    }
    return out;
  }

  [[nodiscard]] DelayBody delay() const {
    DelayBody body;
    body.modulus = hash("modulus");
    body.since = number("since");
    body.squarings = number("squarings", crypto::min_delay_squarings, crypto::max_delay_squarings);
    body.proof.output = delay_element("output");
    body.proof.proof = delay_element("proof");
    return body;
  }

  [[nodiscard]] AllowanceEvent allowance_event() const {
    const std::string_view name = line->text("event");
    for (const AllowanceEvent event : {AllowanceEvent::loaded, AllowanceEvent::reading,
                                       AllowanceEvent::spent, AllowanceEvent::expired}) {
      if (name == allowance_event_name(event)) return event;
    }
    line->refuse("event", "loaded, reading, spent or expired");
    return AllowanceEvent::reading;
  }

  [[nodiscard]] AllowanceBody allowance() const {
    AllowanceBody body;
    body.event = allowance_event();
    body.number = number("number");
    body.statement = hash("statement");
    body.remaining = number("remaining");
    body.spent = number("spent");
    return body;
  }

  void body(std::string_view type, Entry& entry) const {
    if (type == "snapshot") {
      entry.body = snapshot();
    } else if (type == "epoch") {
      if (const auto read = epoch()) entry.body = *read;
    } else if (type == "power-off") {
      entry.body = PowerOffBody{line->boolean("orderly")};
    } else if (type == "boot") {
      entry.body = BootBody{number("boots", 0, UINT64_MAX)};
    } else if (type == "precommit") {
      const Hash metadata = hash("metadata");
      entry.body = Precommitment{metadata, hash("data_order")};
    } else if (type == "delay") {
      entry.body = delay();
    } else if (type == "allowance") {
      entry.body = allowance();
    } else {
      entry.body = wrapped();
    }
  }
};

bool is_type_name(std::string_view name) {
  return std::ranges::find(type_names, name) != type_names.end();
}

}  // namespace

std::string_view entry_type_name(const Entry& entry) { return type_names[entry.body.index()]; }

std::string_view epoch_reason_name(EpochReason reason) {
  return reason_names[static_cast<std::size_t>(reason)];
}

void append_entry_line(std::string& out, const Entry& entry) {
  LineWriter line(out);
  line.text("type", entry_type_name(entry));
  line.hex("ueid", entry.ueid.bytes);
  line.number("epoch", entry.epoch);
  line.number("counter", entry.counter);
  line.number("clock_ms", entry.clock_ms);
  line.number("powered_ms", entry.powered_ms);
  line.hash("previous", entry.previous);
  line.hash("firmware", entry.firmware);
  line.number("svn", entry.svn);
  line.name("body");
  LineWriter body(out);
  std::visit(BodyLine{&body}, entry.body);
  body.end();
  line.end();
  out += '\n';
}

Result<Entry> EntryLineReader::read(std::string_view text) {
  const LineFields fields{&line_};
  Entry entry;
  line_.open(text);
  const std::string_view type = line_.text("type");
  if (line_.ok() && !is_type_name(type)) line_.refuse("type", "a type of device_log.cddl");
  line_.hex("ueid", entry.ueid.bytes);
  if (line_.ok() && entry.ueid.bytes[0] != 1) line_.refuse("ueid", "01 and 32 more hex digits");
  entry.epoch = fields.number("epoch");
  entry.counter = fields.number("counter");
  entry.clock_ms = fields.number("clock_ms");
  entry.powered_ms = fields.number("powered_ms");
  entry.previous = fields.hash("previous");
  entry.firmware = fields.hash("firmware");
  entry.svn = fields.small("svn", 0, UINT32_MAX);
  line_.enter("body");
  if (line_.ok()) fields.body(type, entry);
  line_.leave();
  line_.close();
  if (line_.ok()) return entry;
  return failure(Errc::invalid_input, line_.fault());
}

}  // namespace muster::attestation
