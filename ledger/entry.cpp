#include "ledger/entry.hpp"

#include "ledger/base/check.hpp"
#include "ledger/canonical_walk.hpp"

namespace muster::ledger {
namespace {

/// As long as "2026-11-23T12:00:00.000Z".
constexpr std::size_t timestamp_chars = 24;

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
  if (!hash) return walk.stop("64 lower-case hex digits before it");
  return *hash;
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
  Walk walk("entry", as_text(bytes));
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
