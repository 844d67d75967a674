#include "ledger/canonical_walk.hpp"

#include <charconv>

#include "ledger/base/base64.hpp"

namespace muster::ledger {

tl::unexpected<Error> Walk::stop(const std::string& want) const {
  return failure(Errc::invalid_input,
                 std::string(what_) + ": byte " + std::to_string(at_) + ": want " + want);
}

Result<void> Walk::literal(std::string_view want) {
  if (!text_.substr(at_).starts_with(want)) return stop(std::string(want));
  at_ += want.size();
  return {};
}

Result<std::string_view> Walk::quoted() {
  const auto end = text_.find('"', at_);
  if (end == std::string_view::npos) return stop("a closing quote");
  const auto value = text_.substr(at_, end - at_);
  at_ = end + 1;
  return value;
}

Result<std::uint64_t> Walk::number() {
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

Result<void> Walk::finish() {
  if (at_ != text_.size()) return stop("the end");
  return {};
}

namespace {

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
  MUSTER_TRY_ASSIGN(Bytes bytes, walk_base64(walk, crypto::max_signature_bytes));
  if (!crypto::is_signature_size(bytes.size())) {
    return walk.stop("a signature of 64 or 96 bytes before it");
  }
  MUSTER_TRY(walk.literal("}"));
  return EnvelopeSignature{std::move(*keyid), std::move(bytes)};
}

}  // namespace

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

}  // namespace muster::ledger
