// The NDJSON twin of a device log: the same entries, to the byte, in either direction.

#include "attestation/device/log_twin.hpp"

#include "ledger/crypto/seeded_random.hpp"
#include "tests/attestation/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;
using muster::test::must_fail;

namespace {

/// A log with entries of every type, wrapped ones among them.
Bytes varied_log() {
  ChipProfile profile = emulated_profile(rate("24"));
  profile.log_capacity = 400;
  profile.acknowledger = crypto::sha256("acknowledger");
  Life life(1, profile);
  life.chip.run(day(3), idle_memory);
  life.chip.power_off(day(4));
  life.chip.run(day(6), idle_memory);
  life.chip.update_firmware(crypto::sha256("other firmware"), 2);
  life.chip.run(day(20), idle_memory);
  life.chip.power_off(day(21), true);
  life.chip.precommit({crypto::sha256("metadata"), crypto::sha256("data order")});
  life.chip.record(DelayBody{crypto::sha256("modulus"), 7, 1024, {Bytes(256, 1), Bytes(512, 2)}});
  life.chip.record(AllowanceBody{AllowanceEvent::spent, 7, crypto::sha256("allowance"), 0, 6});
  life.chip.run(day(23), idle_memory);
  return life.chip.read_out(nonce_of("x")).log;
}

/// What a converter makes of bytes that come in pieces of `size`.
template <class Converter>
Result<Bytes> converted(ByteView bytes, std::size_t size = SIZE_MAX) {
  Converter converter;
  Bytes out;
  while (!bytes.empty()) {
    const ByteView piece = bytes.first(std::min(size, bytes.size()));
    MUSTER_TRY(converter.feed(piece, out));
    bytes = bytes.subspan(piece.size());
  }
  MUSTER_TRY(converter.end(out));
  return out;
}

std::string twin_of(ByteView log) { return std::string(as_text(must(converted<TwinWriter>(log)))); }

std::string fault_of(const std::string& twin) {
  return must_fail(converted<TwinReader>(as_bytes(twin)));
}

bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string exchanged(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n') + 1); }

std::string line_with(const std::string& twin, std::string_view part) {
  const std::size_t at = twin.find(part);
  REQUIRE(at != std::string::npos);
  const std::size_t begin = twin.rfind('\n', at) + 1;
  return twin.substr(begin, twin.find('\n', at) + 1 - begin);
}

}  // namespace

TEST_CASE("an entry as a line, worked by hand") {
  Entry entry;
  entry.ueid = ueid_of(ChipId::from_bytes({}));
  entry.counter = 12;
  entry.clock_ms = 1'780'000'000'123;
  entry.svn = 7;
  entry.body = BootBody{9};
  std::string line;
  append_entry_line(line, entry);
  const std::string zeros(64, '0');
  CHECK(line == R"({"type":"boot","ueid":"01)" + std::string(32, '0') +
                    R"(","epoch":0,"counter":12,"clock_ms":1780000000123,"powered_ms":0,)"
                    R"("previous":")" +
                    zeros + R"(","firmware":")" + zeros + R"(","svn":7,"body":{"boots":9}})" +
                    "\n");
}

TEST_CASE("a log of all types of entries comes back to the byte, whatever the pieces") {
  const Bytes log = varied_log();
  const std::string twin = twin_of(log);
  for (const char* type : {"snapshot", "epoch", "power-off", "boot", "wrapped", "precommit"}) {
    CHECK(says(twin, R"({"type":")" + std::string(type) + '"'));
  }
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{243},
                                 std::size_t{4096}, std::size_t{100'000}, SIZE_MAX}) {
    CAPTURE(size);
    CHECK(as_text(must(converted<TwinWriter>(log, size))) == twin);
    CHECK(must(converted<TwinReader>(as_bytes(twin), size)) == log);
  }
}

TEST_CASE("an empty log has an empty twin") {
  CHECK(must(converted<TwinWriter>({})).empty());
  CHECK(must(converted<TwinReader>({})).empty());
}

TEST_CASE("the greatest and the least numbers survive") {
  Entry entry;
  entry.ueid = ueid_of(chip_number(5));
  entry.epoch = entry.counter = entry.clock_ms = entry.powered_ms = max_log_number - 1;
  entry.svn = UINT32_MAX;
  for (const decltype(Entry::body)& body :
       {decltype(Entry::body)(BootBody{UINT64_MAX}),
        decltype(Entry::body)(WrappedBody{0, UINT64_MAX, crypto::sha256("last")}),
        decltype(Entry::body)(SnapshotBody{{}, UINT64_MAX, 65'536, 65'536, 65'536, {}, {}})}) {
    entry.body = body;
    Bytes bytes;
    append_entry(bytes, entry);
    CHECK(must(converted<TwinReader>(as_bytes(twin_of(bytes)))) == bytes);
  }
}

TEST_CASE("white space and the case of hex digits are free, and mean the same bytes") {
  const Bytes log = varied_log();
  std::string twin = twin_of(log);
  std::string other;
  for (const char c : twin) {
    other += c;
    if (c == ',' || c == ':' || c == '{') other += " \t";
  }
  CHECK(must(converted<TwinReader>(as_bytes(other))) == log);
  const std::size_t at = twin.find("\"firmware\":\"") + 12;
  for (std::size_t i = at; i < at + 64; ++i) {
    if (twin[i] >= 'a') twin[i] = static_cast<char>(twin[i] - 'a' + 'A');
  }
  CHECK(must(converted<TwinReader>(as_bytes(twin))) == log);
}

TEST_CASE("a fault names its line and its field") {
  const std::string twin = twin_of(varied_log());
  const std::string boot = line_with(twin, R"({"boots":)");
  const std::string snapshot = line_with(twin, R"("type":"snapshot")");
  const std::string epoch = line_with(twin, R"("type":"epoch")");

  CHECK(says(fault_of(boot + boot + exchanged(boot, "\"svn\":2", "\"svn\":4294967296")),
             "line 3: svn: want a number from 0 to 4294967295"));
  CHECK(says(fault_of(exchanged(boot, "\"svn\":2", "\"svn\":1.0")), "line 1: svn: want a whole"));
  CHECK(says(fault_of(exchanged(boot, "\"svn\":2", "\"svn\":-1")), "line 1: svn: want a whole"));
  CHECK(says(fault_of(exchanged(boot, "\"svn\":2", "\"svn\":\"1\"")), "line 1: svn: want a whole"));
  CHECK(says(fault_of(exchanged(boot, "\"boot\"", "\"boots\"")), "line 1: type: want a type"));
  CHECK(says(fault_of(exchanged(boot, "\"ueid\":\"01", "\"ueid\":\"02")), "line 1: ueid: want 01"));
  CHECK(
      says(fault_of(exchanged(boot, "\"ueid\":\"01", "\"ueid\":\"0")), "ueid: want 34 hex digits"));
  CHECK(says(fault_of(exchanged(boot, "\"epoch\"", "\"Epoch\"")), "want field \"epoch\" next"));
  CHECK(says(fault_of(exchanged(boot, "\"boots\"", "\"boot\"")), "want field \"body.boots\" next"));
  CHECK(says(fault_of(exchanged(boot, "}}", ",\"more\":1}}")), "body: a field that the format"));
  CHECK(says(fault_of(exchanged(boot, "}}", "},\"more\":1}")), "line 1: a field that the format"));
  CHECK(says(fault_of(exchanged(boot, "}}", "}}{}")), "line 1: something follows"));
  CHECK(says(fault_of(exchanged(boot, "}}", "}} 1")), "line 1: "));
  CHECK(says(fault_of(exchanged(boot, "}}", "}")), "line 1: "));
  CHECK(says(fault_of(exchanged(snapshot, "\"chunks\":32", "\"chunks\":65537")),
             "body.chunks: want a number from 1 to 65536"));
  CHECK(says(fault_of(exchanged(snapshot, "\"chunks\":32", "\"chunks\":31")), "body.zero_chunks"));
  CHECK(says(fault_of(exchanged(epoch, "\"rate\":\"24\"", "\"rate\":\"24.0\"")), "body.rate"));
  CHECK(says(fault_of(exchanged(boot, "\"clock_ms\":1", "\"clock_ms\":9007199254740992,\"x\":1")),
             "clock_ms: want a number from 0 to 9007199254740991"));
}

TEST_CASE("what is no line of JSON is refused") {
  const std::string boot = line_with(twin_of(varied_log()), R"({"boots":)");
  for (const std::string& bad :
       {std::string("\n"), std::string("[]\n"), std::string("{}\n"), std::string("null\n"),
        std::string("\"x\"\n"), std::string("{\n"), std::string("\xFF\n"), boot + "\n",
        boot.substr(0, boot.size() - 1) + " " + boot, exchanged(boot, ",", ",,"),
        exchanged(boot, ":", ""), exchanged(boot, ",", " "), exchanged(boot, "\"type\"", "type")}) {
    CAPTURE(bad);
    CHECK(says(fault_of(bad), "line "));
  }
  CHECK(says(fault_of(boot.substr(0, boot.size() - 1)), "line 1: no line feed at the end"));
  CHECK(says(fault_of(boot + boot.substr(0, 10)), "line 2: no line feed at the end"));
  CHECK(says(fault_of(std::string(max_entry_line_bytes + 1, ' ')), "line 1: longer than 16384"));
  CHECK(says(fault_of(std::string(max_entry_line_bytes + 1, ' ') + "\n"), "line 1: longer than"));
}

TEST_CASE("an item that is no entry has no twin, and its offset is said") {
  const Bytes log = varied_log();
  Bytes broken = log;
  LogItem first;
  REQUIRE(read_item_at_front(log, 0, first));
  const std::size_t second = first.bytes.size();
  broken[second] = 0xB7;  // another number of pairs

  CHECK(says(must_fail(converted<TwinWriter>(broken)), "offset " + std::to_string(second)));
  CHECK(
      says(must_fail(converted<TwinWriter>(ByteView(log).first(log.size() - 1))), "no whole item"));
  Bytes long_item{0x5A, 0x00, 0x01, 0x00, 0x00};  // 65,536 bytes follow
  long_item.resize(70'000);
  CHECK(says(must_fail(converted<TwinWriter>(long_item)), "offset 0: no whole item"));
}

TEST_CASE("a line with any byte changed is refused, or reads as another entry") {
  const Bytes log = varied_log();
  const std::string line = first_line(twin_of(log));
  const Bytes entry = must(converted<TwinReader>(as_bytes(line)));
  crypto::SeededRandom random("changed lines");
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    std::string changed = line;
    std::array<std::uint8_t, 1> bit{};
    random.fill(bit);
    changed[i] = static_cast<char>(changed[i] ^ (1 << (bit[0] % 8)));
    const auto read = converted<TwinReader>(as_bytes(changed));
    if (!read) continue;
    const bool is_case_of_hex = (line[i] ^ changed[i]) == 0x20;
    CHECK((*read != entry || is_case_of_hex));
  }
}
