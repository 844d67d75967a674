#include "attestation/device/log_reader.hpp"
#include "attestation/device/tamper.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "tests/attestation/world.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;

namespace {

Entry some_entry(decltype(Entry::body) body) {
  Entry entry;
  entry.ueid = ueid_of(chip_number(5));
  entry.epoch = 3;
  entry.counter = 1000;
  entry.clock_ms = 1'780'000'000'123;
  entry.powered_ms = 86'400'000;
  entry.previous = crypto::sha256("previous");
  entry.firmware = crypto::sha256("firmware");
  entry.svn = 7;
  entry.body = std::move(body);
  return entry;
}

Bytes encoded(const Entry& entry) {
  Bytes out;
  append_entry(out, entry);
  return out;
}

std::string codes_of(const DeviceLog& log) {
  std::string text;
  for (const Finding& item : log.findings.items()) text += std::string(code_name(item.code)) + " ";
  return text;
}

Bytes year_of_log() {
  Life life(1, "1");
  life.chip.run(day(200), idle_memory);
  life.chip.power_off(day(203));
  life.chip.run(day(365), idle_memory);
  return life.chip.read_out(nonce_of("x")).log;
}

}  // namespace

TEST_CASE("entries of every type are read as they were written") {
  const SnapshotBody snapshot{crypto::sha256("root"), 1 << 20, 32, 4, 2, crypto::sha256("map"),
                              crypto::sha256("code")};
  const decltype(Entry::body) bodies[] = {
      snapshot,
      EpochBody{EpochReason::manufacture, crypto::sha256("c"), rate("0.1"), {}},
      EpochBody{EpochReason::firmware, crypto::sha256("c"), rate("24"), crypto::sha256("s")},
      EpochBody{EpochReason::manufacture, crypto::sha256("c"), rate("24"), {}, crypto::sha256("a")},
      EpochBody{EpochReason::reset, crypto::sha256("c"), rate("1"), Hash{}, crypto::sha256("a")},
      Precommitment{crypto::sha256("metadata"), crypto::sha256("data")},
      PowerOffBody{true},
      BootBody{9},
      WrappedBody{0, 250, crypto::sha256("last")},
      DelayBody{crypto::sha256("modulus"), 999, 1024, {Bytes(256, 1), Bytes(512, 2)}},
      AllowanceBody{AllowanceEvent::expired, 7, crypto::sha256("allowance"), 5, 6},
  };
  for (const auto& body : bodies) {
    const Entry entry = some_entry(body);
    const Bytes bytes = encoded(entry);
    CborReader whole(bytes);
    whole.skip();  // the general reader agrees that it is deterministic
    CHECK(whole.ok());
    CborReader reader(bytes);
    CHECK(entry_from(reader) == entry);
    CHECK(reader.at_end());
  }
}

TEST_CASE("the bytes and the hash of an entry are those of the format (golden)") {
  Entry entry;
  entry.ueid.bytes[0] = 1;
  entry.counter = 24;
  entry.body = BootBody{2};

  const Bytes bytes = encoded(entry);

  const std::string zeros(64, '0');
  CHECK(to_hex(bytes) == "ab00040101025101" + std::string(32, '0') +
                             "03000418180500060007"
                             "5820" +
                             zeros + "085820" + zeros + "09000aa10002");
  Bytes prefixed = to_bytes("muster/device-log/entry/v1\n");
  append(prefixed, bytes);
  CHECK(entry_hash(bytes) == crypto::sha256(prefixed));
}

TEST_CASE("a head is read as it was signed, and any changed byte is noticed") {
  Head head;
  head.nonce = nonce_of("n");
  head.ueid = ueid_of(chip_number(1));
  head.epoch = 2;
  head.counter = 100;
  head.entry = crypto::sha256("e");
  head.clock_ms = 1'780'000'000'000;
  head.powered_ms = 5;
  head.boots = 3;
  head.wrapped_to = 50;
  head.svn = 4;
  head.clock_safe = false;
  const crypto::Ed25519Signer signer(crypto::sha256("key").bytes);
  Bytes bytes = signed_head(head, signer);

  CHECK(must(parsed_head(bytes)).head == head);
  CHECK(sign1_verifies(must(parsed_head(bytes)).message, signer.public_key()));
  for (std::uint8_t& byte : bytes) {
    for (const unsigned flip : {1U, 16U, 128U}) {
      byte = static_cast<std::uint8_t>(byte ^ flip);
      const auto changed = parsed_head(bytes);
      CHECK_FALSE((changed && sign1_verifies(changed->message, signer.public_key())));
      byte = static_cast<std::uint8_t>(byte ^ flip);
    }
  }
}

TEST_CASE("the claims are deterministic CBOR") {
  const Bytes claims = encoded_claims(Head{.nonce = nonce_of("n")});
  CborReader reader(claims);
  reader.skip();
  CHECK(reader.ok());
  CHECK(reader.at_end());
}

TEST_CASE("a year of an emulated chip reads without a finding") {
  const Bytes bytes = year_of_log();

  const DeviceLog log = read_log(bytes);

  CHECK(codes_of(log) == "");
  CHECK(log.snapshots.size() > 300);
  CHECK(log.epochs.size() == 2);
  CHECK(log.offs.size() == 1);
  CHECK(log.points.back().offset + log.points.back().size == bytes.size());
  for (std::size_t i = 1; i < log.points.size(); ++i) CHECK(log.points[i].linked);
}

TEST_CASE("what hands without the key can do to a log is seen in the log alone") {
  const Bytes bytes = year_of_log();

  CHECK(codes_of(read_log(log_with_edit(bytes, 50))) == "chain.break ");
  CHECK(codes_of(read_log(log_without(bytes, 50, 53))) == "chain.gap ");
  CHECK(codes_of(read_log(log_with_swap(bytes, 50))) == "chain.reorder ");
  CHECK(codes_of(read_log(log_with_copy(bytes, 50))) == "chain.duplicate ");
}

TEST_CASE("every fault of a log is found, not the first alone") {
  const Bytes bytes = year_of_log();
  const Bytes worse = log_with_copy(log_with_edit(log_without(bytes, 100, 110), 200), 20);

  CHECK(codes_of(read_log(worse)) == "chain.duplicate chain.gap chain.break ");
}

TEST_CASE("a log in any order of its entries gives the same points") {
  const Bytes bytes = year_of_log();
  const DeviceLog log = read_log(bytes);
  Bytes backwards;
  for (auto point = log.points.rbegin(); point != log.points.rend(); ++point) {
    append(backwards, ByteView(bytes).subspan(point->offset, point->size));
  }

  const DeviceLog read = read_log(backwards);

  REQUIRE(read.points.size() == log.points.size());
  CHECK(read.snapshots.size() == log.snapshots.size());
  for (std::size_t i = 0; i < log.points.size(); ++i)
    CHECK(read.points[i].hash == log.points[i].hash);
  CHECK(read.findings.count(FindingCode::chain_reorder) == log.points.size() - 1);
  CHECK(read.findings.items().size() == max_findings_of_a_code);
}

TEST_CASE("an item that is CBOR but no entry is passed over, and the chain goes on behind it") {
  const Bytes bytes = year_of_log();
  const DeviceLog log = read_log(bytes);
  const LogPoint& next = log.points[30];
  Bytes longer(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(next.offset));
  append(longer, must(bytes_from_hex("9f0102ff")));
  append(longer, ByteView(bytes).subspan(next.offset));

  const DeviceLog read = read_log(longer);

  CHECK(read.points.size() == log.points.size() + 1);
  CHECK(read.findings.count(FindingCode::enc_noncanonical) == 1);
  CHECK(read.snapshots.size() == log.snapshots.size());
}

TEST_CASE("a chip whose store is full says what it lost, and its log still chains") {
  ChipProfile profile = emulated_profile(rate("24"));
  profile.log_capacity = 200;
  Life life(1, profile);
  life.live(idle_memory);

  const DeviceLog log = read_log(life.read.log);
  const Appraisal result = appraise(life.subject(nullptr));

  CHECK(codes_of(log) == "");
  CHECK(log.points.size() <= 200);
  CHECK(codes(result) == "log.wrapped");
  CHECK(result.verdict == ChipVerdict::query);
}

TEST_CASE("powered time survives power cuts at any instant without losing a due snapshot") {
  Life life(2, "24");
  crypto::SeededRandom random("cuts");
  std::int64_t now = day(0).ms;
  for (int i = 0; i < 500; ++i) {
    now += static_cast<std::int64_t>(random.below(3 * ms_per_powered_hour));
    if (i % 3 == 0) now -= now % 60'000;  // cuts exactly on the minute, too
    life.chip.run(Timestamp{std::max(now, life.chip.now().ms)}, idle_memory);
    now = life.chip.now().ms + 1 + static_cast<std::int64_t>(random.below(ms_per_powered_hour));
    life.chip.power_off(Timestamp{now});
  }
  life.freeze();
  life.inspect();

  const Appraisal result = appraise(life.subject(nullptr));

  CHECK(codes(result) == "");
  CHECK(result.coverage.due > 700);
}
