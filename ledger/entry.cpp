#include "ledger/entry.hpp"

#include <algorithm>
#include <charconv>

#include "ledger/base/base64.hpp"
#include "ledger/base/check.hpp"

namespace muster::ledger {
namespace {

/// As long as "2026-11-23T12:00:00.000Z".
constexpr std::size_t timestamp_chars = 24;

/// Walks along the one spelling that an entry can have. Written by hand because the audit of a log
/// reads every entry, and because what admits one spelling only needs no second pass to compare.
class Walk final {
 public:
  explicit Walk(ByteView bytes) : text_(as_text(bytes)) {}

  [[nodiscard]] tl::unexpected<Error> stop(const std::string& want) const {
    return failure(Errc::invalid_input, "entry: byte " + std::to_string(at_) + ": want " + want);
  }

  Result<void> literal(std::string_view want) {
    if (!text_.substr(at_).starts_with(want)) return stop(std::string(want));
    at_ += want.size();
    return {};
  }

  [[nodiscard]] bool sees(std::string_view next) const {
    return text_.substr(at_).starts_with(next);
  }

  /// The characters up to the next quote, which is passed. None of the fields has an escape.
  Result<std::string_view> quoted() {
    const auto end = text_.find('"', at_);
    if (end == std::string_view::npos) return stop("a closing quote");
    const auto value = text_.substr(at_, end - at_);
    at_ = end + 1;
    return value;
  }

  Result<std::uint64_t> number() {
    const char* const begin = text_.data() + at_;
    std::uint64_t value = 0;
    const auto [end, problem] = std::from_chars(begin, text_.data() + text_.size(), value);
    const bool leading_zero = end - begin > 1 && *begin == '0';
    if (problem != std::errc() || leading_zero ||
        value > static_cast<std::uint64_t>(max_json_integer)) {
      return stop("an integer from 0 to 2^53 - 1");
    }
    at_ += static_cast<std::size_t>(end - begin);
    return value;
  }

  Result<void> finish() {
    if (at_ != text_.size()) return stop("the end");
    return {};
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

Result<Timestamp> walk_time(Walk& walk) {
  MUSTER_TRY_ASSIGN(const auto text, walk.quoted());
  // With milliseconds a time has one spelling, and printing it again would cost more than the rest.
  const auto time = Timestamp::parse(text);
  if (!time || text.size() != timestamp_chars)
    return walk.stop("a time with milliseconds before it");
  return *time;
}

Result<Hash> walk_hash(Walk& walk) {
  MUSTER_TRY_ASSIGN(const auto text, walk.quoted());
  const auto hash = Hash::from_hex(text);
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'F'; };
  if (!hash || std::ranges::any_of(text, is_upper)) {
    return walk.stop("64 lower-case hex digits before it");
  }
  return *hash;
}

Result<Bytes> walk_base64(Walk& walk, std::size_t most) {
  MUSTER_TRY_ASSIGN(const auto text, walk.quoted());
  auto bytes = bytes_from_base64(text);
  if (!bytes || bytes->size() > most) {
    return walk.stop("base64 of at most " + std::to_string(most) + " bytes before it");
  }
  return bytes;
}

Result<EnvelopeSignature> walk_signature(Walk& walk) {
  MUSTER_TRY(walk.literal(R"({"keyid":")"));
  MUSTER_TRY_ASSIGN(const auto keyid_text, walk.quoted());
  auto keyid = crypto::KeyId::parse(keyid_text);
  if (!keyid) return walk.stop("a key id before it");
  MUSTER_TRY(walk.literal(R"(,"sig":")"));
  EnvelopeSignature signature{std::move(*keyid), {}};
  MUSTER_TRY_ASSIGN(const Bytes bytes, walk_base64(walk, signature.sig.size()));
  if (bytes.size() != signature.sig.size()) return walk.stop("a signature of 64 bytes before it");
  std::ranges::copy(bytes, signature.sig.begin());
  MUSTER_TRY(walk.literal("}"));
  return signature;
}

Result<Envelope> walk_envelope(Walk& walk) {
  Envelope envelope;
  MUSTER_TRY(walk.literal(R"({"payload":")"));
  MUSTER_TRY_ASSIGN(const Bytes payload, walk_base64(walk, max_payload_bytes));
  envelope.payload = as_text(payload);
  MUSTER_TRY(walk.literal(R"(,"payloadType":")"));
  MUSTER_TRY_ASSIGN(envelope.payload_type, walk.quoted());
  if (!is_payload_type(envelope.payload_type)) return walk.stop("a payload type before it");
  MUSTER_TRY(walk.literal(R"(,"signatures":[)"));
  while (true) {
    MUSTER_TRY_ASSIGN(auto signature, walk_signature(walk));
    auto& signatures = envelope.signatures;
    if (!signatures.empty() && signatures.back().keyid >= signature.keyid) {
      return walk.stop("signatures in the order of their keys before it");
    }
    signatures.push_back(std::move(signature));
    if (signatures.size() > max_envelope_signatures) return walk.stop("at most 16 signatures");
    if (!walk.sees(",")) break;
    MUSTER_TRY(walk.literal(","));
  }
  MUSTER_TRY(walk.literal("]}"));
  return envelope;
}

}  // namespace

std::string encode_entry(const Entry& entry) {
  MUSTER_CHECK(entry.index.value <= static_cast<std::uint64_t>(max_json_integer));
  std::string text = R"({"accepted_at":")" + entry.accepted_at.to_string();
  text += R"(","envelope":)" + encode_envelope(entry.envelope);
  text += R"(,"index":)" + std::to_string(entry.index.value);
  text += R"(,"previous":")" + entry.previous.to_hex() + R"(","v":1})";
  return text;
}

Result<Entry> parse_entry(ByteView bytes) {
  if (bytes.empty() || bytes.size() > max_entry_bytes) {
    return failure(Errc::invalid_input, "entry: got " + std::to_string(bytes.size()) +
                                            " bytes, want 1 to " + std::to_string(max_entry_bytes));
  }
  Walk walk(bytes);
  Entry entry;
  MUSTER_TRY(walk.literal(R"({"accepted_at":")"));
  MUSTER_TRY_ASSIGN(entry.accepted_at, walk_time(walk));
  MUSTER_TRY(walk.literal(R"(,"envelope":)"));
  MUSTER_TRY_ASSIGN(entry.envelope, walk_envelope(walk));
  MUSTER_TRY(walk.literal(R"(,"index":)"));
  MUSTER_TRY_ASSIGN(entry.index.value, walk.number());
  MUSTER_TRY(walk.literal(R"(,"previous":")"));
  MUSTER_TRY_ASSIGN(entry.previous, walk_hash(walk));
  MUSTER_TRY(walk.literal(R"(,"v":1})"));
  MUSTER_TRY(walk.finish());
  return entry;
}

}  // namespace muster::ledger
