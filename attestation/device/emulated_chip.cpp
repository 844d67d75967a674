#include "attestation/device/emulated_chip.hpp"

#include <algorithm>
#include <utility>

#include "attestation/device/memory.hpp"
#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {
namespace {

Hash derived(const Hash& seed, std::string_view label, ByteView more = {}) {
  Bytes message = to_bytes(label);
  append(message, more);
  return crypto::hmac_sha256(seed.view(), message);
}

// The first number of the curve's length that is a key, of those that the seed gives.
crypto::EcdsaSigner curve_key(const Hash& seed, crypto::Curve curve) {
  for (std::uint64_t attempt = 0;; ++attempt) {
    Bytes secret;
    for (std::uint64_t part = 0; secret.size() < crypto::coordinate_bytes(curve); ++part) {
      Bytes place = to_bytes(u64be(attempt));
      append(place, u64be(part));
      append(secret, derived(seed, "muster/emulated/device-curve-key/v1\n", place).view());
    }
    secret.resize(crypto::coordinate_bytes(curve));
    auto key = crypto::EcdsaSigner::from_secret(curve, secret);
    if (key) return std::move(*key);
  }
}

crypto::SecretKey device_key_of(const Hash& seed, DeviceKeyKind kind) {
  switch (kind) {
    case DeviceKeyKind::p256:
      return curve_key(seed, crypto::Curve::p256);
    case DeviceKeyKind::p384:
      return curve_key(seed, crypto::Curve::p384);
    case DeviceKeyKind::ed25519:
      break;
  }
  return crypto::Ed25519Signer(derived(seed, "muster/emulated/device-key/v1\n").bytes);
}

Hash region_map_of(const ChipProfile& profile) {
  return crypto::sha256({as_bytes("muster/emulated/region-map/v1\n"), u64be(profile.chunk_bytes),
                         u64be(profile.chunks)});
}

std::uint64_t minute_floor(std::uint64_t ms) { return ms - ms % ms_per_powered_minute; }

}  // namespace

std::string_view device_key_kind_name(DeviceKeyKind kind) {
  constexpr std::array<std::string_view, 3> names{"ed25519", "p256", "p384"};
  return names[static_cast<std::size_t>(kind)];
}

ChipProfile emulated_profile(const SnapshotRate& rate) {
  return {.rate = rate,
          .firmware = crypto::sha256("muster/emulated/firmware/1"),
          .device_code = crypto::sha256("muster/emulated/device-code/1")};
}

void idle_memory(Timestamp, std::span<Hash>) {}

Acknowledger acknowledger_with(const crypto::Signer& key) {
  return [&key](const Acknowledgement& asked) -> std::optional<Bytes> {
    auto answer = signed_acknowledgement(asked, key);
    if (!answer) return std::nullopt;
    return std::move(*answer);
  };
}

Hash emulated_chip_seed(const Hash& world_seed, const ChipId& chip) {
  return derived(world_seed, "muster/emulated/chip/v1\n", chip.bytes());
}

EmulatedChip::EmulatedChip(const ChipId& chip, const Hash& seed, const ChipProfile& profile,
                           Timestamp made_at)
    : chip_(chip),
      seed_(seed),
      profile_(profile),
      signer_(device_key_of(seed, profile.key)),
      made_ms_(made_at.ms),
      now_ms_(made_at.ms) {
  MUSTER_CHECK(profile.chunks > 0 && profile.chunks <= max_chunks && made_at.ms >= 0);
  begin_epoch(EpochReason::manufacture);
}

Bytes EmulatedChip::answer(ByteView message) const {
  auto signature = crypto::signer_of(signer_).signature_over(message);
  MUSTER_CHECK(signature.has_value());  // A key in memory signs.
  return std::move(*signature);
}

EmulatedChip::Clocks EmulatedChip::clocks() const {
  const std::int64_t age = now_ms_ - made_ms_;
  const std::int64_t clock = now_ms_ + age / 1'000'000 * profile_.drift_ppm +
                             age % 1'000'000 * profile_.drift_ppm / 1'000'000;
  return {static_cast<std::uint64_t>(clock), powered_ms_};
}

Hash EmulatedChip::epoch_secret(std::uint64_t epoch) const {
  return derived(seed_, "muster/emulated/epoch-secret/v1\n", u64be(epoch));
}

void EmulatedChip::begin_epoch(EpochReason reason) {
  ensure_room();  // an entry about lost ones belongs to the epoch before
  EpochBody body{reason, {}, profile_.rate, {}, profile_.acknowledger};
  if (reason != EpochReason::manufacture) body.opened = epoch_secret(epoch_++);
  body.commitment = crypto::sha256(epoch_secret(epoch_).view());
  write(clocks(), body);
}

void EmulatedChip::write(const Clocks& at, decltype(Entry::body) body) {
  ensure_room();
  Entry entry{ueid_of(chip_),    epoch_,        counter_++,
              at.clock_ms,       at.powered_ms, last_hash_,
              profile_.firmware, profile_.svn,  std::move(body)};
  const std::size_t start = log_.size();
  append_entry(log_, entry);
  sizes_.push_back(static_cast<std::uint32_t>(log_.size() - start));
  last_hash_ = entry_hash(ByteView(log_).subspan(start));
  last_ = at;
}

void EmulatedChip::ensure_room() {
  if (profile_.log_capacity > 0 && sizes_.size() + 1 >= profile_.log_capacity) make_room();
}

void EmulatedChip::make_room() {
  const std::size_t going = std::max<std::size_t>(1, sizes_.size() / 4);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < going; ++i) bytes += sizes_[i];
  const std::size_t last_size = sizes_[going - 1];
  const Hash last = entry_hash(ByteView(log_).subspan(bytes - last_size, last_size));
  log_.erase(log_.begin(), log_.begin() + static_cast<std::ptrdiff_t>(bytes));
  sizes_.erase(sizes_.begin(), sizes_.begin() + static_cast<std::ptrdiff_t>(going));
  const WrappedBody body{first_held_, first_held_ + going, last};
  first_held_ += going;
  write(clocks(), body);
}

void EmulatedChip::take_snapshot(const MemoryAt& memory) {
  memory_.assign(profile_.chunks, zero_chunk);
  memory(now(), memory_);
  const auto zeros = static_cast<std::uint32_t>(std::ranges::count(memory_, zero_chunk));
  const bool idle = zeros == profile_.chunks;
  SnapshotBody body;
  body.root = idle ? zero_memory_root(memory_.size()) : memory_root(memory_);
  body.chunk_bytes = profile_.chunk_bytes;
  body.chunks = profile_.chunks;
  body.zero_chunks = zeros;
  body.region_map = region_map_of(profile_);
  body.device_code = profile_.device_code;
  if (!idle) append_opening(openings_, body.root, memory_);
  instants_.push_back(now());
  write(clocks(), body);
  if (!profile_.acknowledger || !acknowledger_) return;
  const auto answer = acknowledger_({ueid_of(chip_), counter_ - 1, last_hash_, clocks().clock_ms});
  if (answer) append(acknowledgements_, *answer);
}

void EmulatedChip::run(Timestamp to, const MemoryAt& memory) {
  MUSTER_CHECK(to.ms >= now_ms_);
  const std::uint64_t end = powered_ms_ + static_cast<std::uint64_t>(to.ms - now_ms_);
  const SnapshotLaw law(epoch_secret(epoch_), profile_.rate);
  for (const std::uint64_t instant : law.due(powered_ms_, end)) {
    now_ms_ += static_cast<std::int64_t>(instant - powered_ms_);
    powered_ms_ = instant;
    if (!suppressed_) take_snapshot(memory);
  }
  powered_ms_ = end;
  now_ms_ = to.ms;
}

void EmulatedChip::power_off(Timestamp to, bool orderly) {
  MUSTER_CHECK(to.ms > now_ms_);
  // Powered time is stored once a minute and with each entry. After a cut the firmware knows only
  // that the minute had begun, and goes on at its end: no due instant is skipped or met twice.
  const Clocks lost = clocks();
  const std::uint64_t stored = std::max(minute_floor(lost.powered_ms), last_.powered_ms);
  const std::uint64_t clock = lost.clock_ms - (lost.powered_ms - stored);
  write({std::max(clock, last_.clock_ms), stored}, PowerOffBody{orderly});
  powered_ms_ = minute_floor(powered_ms_ + ms_per_powered_minute - 1);
  now_ms_ = to.ms;
  ++boots_;
  write({std::max(clocks().clock_ms, last_.clock_ms), powered_ms_}, BootBody{boots_});
}

void EmulatedChip::update_firmware(const Hash& firmware, std::uint32_t svn) {
  profile_.firmware = firmware;
  profile_.svn = svn;
  begin_epoch(EpochReason::firmware);
}

ReadOut EmulatedChip::read_out(ByteView nonce) {
  begin_epoch(EpochReason::read_out);
  return {log_, openings_, sealed_head(nonce), acknowledgements_};
}

Bytes EmulatedChip::sealed_head(ByteView nonce) const {
  const Clocks at = clocks();
  Head head;
  head.nonce = to_bytes(nonce);
  head.ueid = ueid_of(chip_);
  head.epoch = epoch_;
  head.counter = counter_ - 1;
  head.entry = last_hash_;
  head.clock_ms = std::max(at.clock_ms, last_.clock_ms);
  head.powered_ms = at.powered_ms;
  head.boots = boots_;
  head.wrapped_to = first_held_;
  head.firmware = profile_.firmware;
  head.svn = profile_.svn;
  return signed_head(head, crypto::signer_of(signer_));
}

}  // namespace muster::attestation
