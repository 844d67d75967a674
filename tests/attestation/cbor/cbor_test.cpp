// Vectors: RFC 8949 appendix A, those of the types that the formats here use.

#include "attestation/cbor/reader.hpp"
#include "attestation/cbor/writer.hpp"
#include "ledger/base/hex.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::attestation;
using muster::test::must;

namespace {

CborFault fault_of(std::string_view hex) {
  const Bytes bytes = must(bytes_from_hex(hex));
  CborReader reader(bytes);
  reader.skip();
  return reader.fault();
}

bool skips_whole(std::string_view hex) {
  const Bytes bytes = must(bytes_from_hex(hex));
  CborReader reader(bytes);
  reader.skip();
  return reader.ok() && reader.at_end() && well_formed_size(bytes) == bytes.size();
}

template <class Write>
std::string written(Write write) {
  Bytes out;
  CborWriter writer(out);
  write(writer);
  return to_hex(out);
}

}  // namespace

TEST_CASE("unsigned integers of RFC 8949 appendix A are written and read") {
  const std::pair<std::uint64_t, std::string_view> vectors[] = {
      {0, "00"},
      {1, "01"},
      {10, "0a"},
      {23, "17"},
      {24, "1818"},
      {25, "1819"},
      {100, "1864"},
      {1000, "1903e8"},
      {1000000, "1a000f4240"},
      {1000000000000, "1b000000e8d4a51000"},
      {UINT64_MAX, "1bffffffffffffffff"},
  };
  for (const auto& [value, hex] : vectors) {
    const Bytes bytes = must(bytes_from_hex(hex));
    CborReader reader(bytes);
    CHECK(reader.unsigned_integer() == value);
    CHECK(reader.at_end());
    CHECK(written([v = value](CborWriter& writer) { writer.unsigned_integer(v); }) == hex);
  }
}

TEST_CASE("negative integers of RFC 8949 appendix A are written and read") {
  const std::pair<std::int64_t, std::string_view> vectors[] = {
      {-1, "20"}, {-10, "29"}, {-100, "3863"}, {-1000, "3903e7"}, {INT64_MIN, "3b7fffffffffffffff"},
  };
  for (const auto& [value, hex] : vectors) {
    const Bytes bytes = must(bytes_from_hex(hex));
    CborReader reader(bytes);
    CHECK(reader.integer() == value);
    CHECK(written([v = value](CborWriter& writer) { writer.integer(v); }) == hex);
  }
  CHECK(written([](CborWriter& writer) { writer.negative(UINT64_MAX); }) == "3bffffffffffffffff");
  const Bytes beyond = must(bytes_from_hex("3bffffffffffffffff"));
  CborReader reader(beyond);
  CHECK(reader.integer() == 0);
  CHECK(reader.fault() == CborFault::wrong_value);
}

TEST_CASE("strings, booleans, null, arrays, maps and tags of appendix A pass whole") {
  for (const std::string_view hex : {"40",
                                     "4401020304",
                                     "60",
                                     "6161",
                                     "6449455446",
                                     "62225c",
                                     "62c3bc",
                                     "63e6b0b4",
                                     "64f0908591",
                                     "80",
                                     "83010203",
                                     "8301820203820405",
                                     "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
                                     "a0",
                                     "a201020304",
                                     "a26161016162820203",
                                     "826161a161626163",
                                     "a56161614161626142616361436164614461656145",
                                     "c074323031332d30332d32315432303a30343a30305a",
                                     "c11a514b67b0",
                                     "d74401020304",
                                     "d818456449455446",
                                     "f4",
                                     "f5",
                                     "f6",
                                     "c249010000000000000000"}) {
    CAPTURE(hex);
    CHECK(skips_whole(hex));
  }
}

TEST_CASE("strings and containers are written as in appendix A") {
  CHECK(written([](CborWriter& writer) { writer.bytes(must(bytes_from_hex("01020304"))); }) ==
        "4401020304");
  CHECK(written([](CborWriter& writer) { writer.text("IETF"); }) == "6449455446");
  CHECK(written([](CborWriter& writer) { writer.boolean(true); }) == "f5");
  CHECK(written([](CborWriter& writer) { writer.null(); }) == "f6");
  CHECK(written([](CborWriter& writer) {
          writer.map(2);
          writer.unsigned_integer(1);
          writer.array(0);
          writer.unsigned_integer(3);
          writer.tag(1);
          writer.unsigned_integer(4);
        }) == "a2018003c104");
}

TEST_CASE("floating point, undefined and other simple values of appendix A are refused") {
  for (const std::string_view hex :
       {"f90000", "f98000", "fb3ff199999999999a", "fa47c35000", "f97e00", "f7", "f0", "f8ff"}) {
    CAPTURE(hex);
    CHECK(fault_of(hex) == CborFault::unsupported);
  }
}

TEST_CASE("indefinite lengths of appendix A are refused, and measured to go on behind them") {
  for (const std::string_view hex :
       {"5f42010243030405ff", "7f657374726561646d696e67ff", "9fff", "9f018202039f0405ffff",
        "83018202039f0405ff", "bf61610161629f0203ffff", "826161bf61626163ff"}) {
    CAPTURE(hex);
    CHECK(fault_of(hex) == CborFault::indefinite);
    const Bytes bytes = must(bytes_from_hex(hex));
    CHECK(well_formed_size(bytes) == bytes.size());
  }
}

TEST_CASE("longer heads than needed are refused at every width") {
  for (const std::string_view hex :
       {"1817", "190018", "1900ff", "1a0000ffff", "1b00000000ffffffff", "5800", "980101"}) {
    CAPTURE(hex);
    CHECK(fault_of(hex) == CborFault::not_shortest);
  }
}

TEST_CASE("map keys must rise bytewise") {
  CHECK(fault_of("a203040102") == CborFault::key_order);
  CHECK(fault_of("a201020103") == CborFault::key_order);
  CHECK(fault_of("a2200018ff00") == CborFault::key_order);  // -1 before 255: 0x20 > 0x18
}

TEST_CASE("bytes that end inside an item, reserved heads and bad text are refused") {
  CHECK(fault_of("") == CborFault::truncated);
  CHECK(fault_of("19") == CborFault::truncated);
  CHECK(fault_of("4401") == CborFault::truncated);
  CHECK(fault_of("5bffffffffffffffff00") == CborFault::truncated);
  CHECK(fault_of("9bffffffffffffffff00") == CborFault::truncated);
  CHECK(fault_of("1c") == CborFault::reserved);
  CHECK(fault_of("61ff") == CborFault::not_utf8);
  CHECK(fault_of("63eda080") == CborFault::not_utf8);  // a surrogate
  CHECK_FALSE(well_formed_size(must(bytes_from_hex("5bffffffffffffffff00"))));
  CHECK_FALSE(well_formed_size(must(bytes_from_hex("ff"))));
  CHECK_FALSE(well_formed_size(must(bytes_from_hex("bf01ff"))));
}

TEST_CASE("nesting has a limit, in the strict reader and in the measure") {
  std::string deep;
  for (unsigned i = 0; i <= max_cbor_depth; ++i) deep += "81";
  CHECK(fault_of(deep + "00") == CborFault::too_deep);
  CHECK_FALSE(well_formed_size(must(bytes_from_hex(deep + "00"))));
  CHECK(fault_of(deep.substr(2) + "00") == CborFault::none);
}

TEST_CASE("the first fault sticks, and later calls give nothing") {
  const Bytes bytes =
      must(bytes_from_hex("6161"
                          "01"));
  CborReader reader(bytes);

  CHECK(reader.unsigned_integer() == 0);
  CHECK(reader.fault() == CborFault::wrong_type);
  CHECK(reader.text().empty());
  CHECK(reader.offset() == 0);
}
