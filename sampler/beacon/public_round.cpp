#include "sampler/beacon/public_round.hpp"

#include <algorithm>

#include "ledger/crypto/sha256.hpp"
#include "sampler/beacon/drand_round.hpp"
#include "sampler/beacon/nist_pulse.hpp"
#include "sampler/draw/field.hpp"

namespace muster::sampler {
namespace {

using draw::append_field;

constexpr std::string_view domain = "muster/beacons/v1";

/// Instants after the year 9999 have no text.
constexpr std::int64_t last_ms = 253'402'300'799'999;

bool is_lower_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

Result<void> check(const PublicRound& round) {
  const auto invalid = [](const std::string& message) {
    return failure(Errc::invalid_input, "beacon source: " + message);
  };
  if (round.kind == "nist-v2") {
    if (!is_lower_hex(round.key, 128)) {
      return invalid("key: want the SHA-512 of NIST's certificate as 128 lower-case hex digits");
    }
    if (round.round == 0 || round.round > static_cast<std::uint64_t>(last_ms / ms_per_minute)) {
      return invalid("round: want the pulse's minute since 1970");
    }
    return {};
  }
  if (round.kind == "drand-quicknet") {
    if (round.key != quicknet_chain_hash) {
      return invalid("key: got \"" + round.key.substr(0, 80) + "\", want quicknet's chain hash " +
                     std::string(quicknet_chain_hash));
    }
    if (round.round == 0 || round.round > most_drand_rounds) {
      return invalid("round: want 1 to " + std::to_string(most_drand_rounds));
    }
    return {};
  }
  if (round.kind == "ceremony") {
    if (round.key.empty() && round.round == 0) return {};
    return invalid("a ceremony has no key and the round 0");
  }
  return invalid("got kind \"" + round.kind.substr(0, 40) +
                 "\", want nist-v2, drand-quicknet or ceremony");
}

std::string round_name(const PublicRound& round) {
  return round.kind == "ceremony" ? round.kind
                                  : round.kind + " round " + std::to_string(round.round);
}

std::optional<Timestamp> round_time(const PublicRound& round) {
  if (round.kind == "nist-v2") {
    return Timestamp{static_cast<std::int64_t>(round.round) * ms_per_minute};
  }
  if (round.kind == "drand-quicknet") return quicknet_time(round.round);
  return std::nullopt;
}

Result<std::uint64_t> round_at(std::string_view kind, Timestamp time) {
  if (kind == "nist-v2" && time.ms >= 0) {
    return static_cast<std::uint64_t>((time.ms + ms_per_minute - 1) / ms_per_minute);
  }
  if (kind == "drand-quicknet" && time >= quicknet_time(1)) {
    const std::int64_t since = time.ms - quicknet_time(1).ms;
    return static_cast<std::uint64_t>((since + quicknet_period_ms - 1) / quicknet_period_ms) + 1;
  }
  return failure(Errc::invalid_input,
                 "beacon source: no round of " + std::string(kind) + " at " + time.to_string());
}

bool is_checkable(const PublicRound& round) { return round.kind != "drand-quicknet"; }

Hash combined_value(const std::vector<RoundValue>& values) {
  Bytes message;
  append_field(message, as_bytes(domain));
  for (const RoundValue& item : values) {
    append_field(message, as_bytes(item.round.kind));
    append_field(message, as_bytes(item.round.key));
    append_field(message, u64be(item.round.round));
    append_field(message, item.value);
  }
  return crypto::sha256(message);
}

BeaconValue combined_beacon(const std::vector<RoundValue>& values) {
  BeaconValue beacon{"beacons", 0, to_bytes(combined_value(values).view()), true, {}};
  bool faulty = values.empty();
  for (const RoundValue& item : values) {
    beacon.source += (beacon.source.empty() ? "" : "; ") + item.source;
    for (const auto& text : item.faults) beacon.source += "; " + text;
    for (const auto& text : item.unchecked) beacon.source += "; NOT CHECKED: " + text;
    beacon.verified = beacon.verified && item.verified();
    faulty = faulty || !item.faults.empty();
  }
  beacon.verified = beacon.verified && !faulty;
  beacon.unchecked = !beacon.verified && !faulty;
  return beacon;
}

std::optional<Timestamp> known_since(const std::vector<RoundValue>& values) {
  std::optional<Timestamp> last;
  for (const RoundValue& item : values) {
    if (!item.verified() || !item.time) continue;
    if (!last || *last < *item.time) last = item.time;
  }
  return last;
}

}  // namespace muster::sampler
