// A whole shipment judged by an extract, scans and the filing.

#include "tests/registry/chokepoint/border.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::choke;

TEST_CASE("a shipment of cartons with their seals, as declared, is clear, and says by what") {
  Border border;
  border.scan_all();

  const ShipmentCheck result = border.check();

  CHECK(result.decision == Decision::clear);
  CHECK(result.presented == 12);
  CHECK(result.proven == std::map<Level, std::uint64_t>{{Level::seal, 12}});
  CHECK(result.weakest == Level::seal);
  CHECK(result.openings.empty());
  CHECK(result.not_checked.size() == 3);  // weight and the rest, inside of cartons, later entries
}

TEST_CASE("marks and identities are told apart, and a key of another chip is no identity") {
  Border border(1);
  const std::string first = chip_id(0);
  border.scan(first, "", "", key_of(first));
  for (const std::uint64_t n : {1U, 2U}) border.scan(chip_id(n));
  border.scan("crate-0", "seal-0", "intact");

  const ShipmentCheck result = border.check();
  CHECK(result.decision == Decision::clear);
  CHECK(result.presented == 4);
  CHECK(result.proven ==
        std::map<Level, std::uint64_t>{{Level::seal, 1}, {Level::mark, 2}, {Level::identity, 1}});

  border.scan(chip_id(3), "", "", key_of(first));
  CHECK(border.held() == HoldCodes{"identity.other"});
}

TEST_CASE("a seal that is broken or another opens that carton, whatever is drawn") {
  Border border;
  border.scan("crate-0", "seal-0", "broken");
  border.scan("crate-1", "seal-9", "intact");
  border.scan("crate-2", "seal-2", "intact");

  const ShipmentCheck result = border.check();

  CHECK(result.decision == Decision::open);
  REQUIRE(result.openings.size() == 2);
  CHECK(result.openings[0].container == "crate-0");
  CHECK(result.openings[0].why == "its seal is broken");
  CHECK(result.openings[1].why == "its seal reads seal-9, registered is seal-1");
  CHECK(result.openings[0].inspect == 4);  // one bad chip among four, found for certain
}

TEST_CASE("cartons below the level wanted are opened by the smallest sample, drawn by the seed") {
  Border border(20);
  for (int n = 0; n < 20; ++n) border.scan("crate-" + std::to_string(n));

  border.bad = 5;
  ShipmentCheck result = border.check();
  CHECK(result.decision == Decision::open);
  CHECK(result.sampled_from == 20);
  CHECK(result.openings.size() == 9);  // 8 find with 0.949, 9 with 0.970
  CHECK(result.weakest == Level::paper);
  border.bad = 1;
  CHECK(border.check().openings.size() == 19);
  border.target = "1";
  CHECK(border.check().openings.size() == 20);

  border.target = "0.5";
  std::set<std::string> first;
  for (const Opening& one : border.check().openings) first.insert(one.container);
  std::set<std::string> again;
  for (const Opening& one : border.check().openings) again.insert(one.container);
  CHECK(first == again);
  border.seed = "other dice";
  std::set<std::string> other;
  for (const Opening& one : border.check().openings) other.insert(one.container);
  CHECK(first != other);
  CHECK(border.check(Level::paper).decision == Decision::clear);
}

TEST_CASE("what contradicts the register is held, with the line and a code for each") {
  const auto held = [](auto change) {
    Border border;
    border.scan_all();
    change(border);
    return border.held();
  };

  CHECK(held([](Border& b) { b.filing.country = "MY"; }) == HoldCodes{"filing.country"});
  CHECK(held([](Border& b) { b.filing.consignee = "southwind"; }) == HoldCodes{"filing.consignee"});
  CHECK(held([](Border& b) { b.filing.count = 11; }) == HoldCodes{"filing.count"});
  CHECK(held([](Border& b) { b.filing.count = 13; }) ==
        HoldCodes{"filing.count", "filing.more_than_released"});
  CHECK(held([](Border& b) { b.scan("crate-9"); }) == HoldCodes{"scan.unknown"});
  CHECK(held([](Border& b) { b.scan("crate-0"); }) == HoldCodes{"scan.twice"});
  CHECK(held([](Border& b) { b.filing.shipment = "S7"; }) ==
        HoldCodes{"scan.other_shipment", "release.none"});
  CHECK(held([](Border& b) {
          b.put("licence:L1",
                LicenceRow{.countries = {"SG"}, .from = {0}, .to = {today.ms * 2}, .revoked = today}
                    .json());
        }) == HoldCodes{"licence.revoked"});
  CHECK(held([](Border& b) {
          b.put("chip:" + chip_id(0), ChipRow{.product = "a1",
                                              .display = "stolen",
                                              .flags = {"stolen"},
                                              .shipment = "S1",
                                              .holder = "crate-0",
                                              .container = "crate-0",
                                              .hot = true}
                                          .json());
          b.scan(chip_id(0));
        }) == HoldCodes{"chip.stolen"});
}

TEST_CASE("what a filing leaves out is said not to be checked, and an exception is remarked") {
  Border border;
  border.put("shipment:S1", ShipmentRow{.sender = "maker",
                                        .receiver = "northwind",
                                        .country = "SG",
                                        .exception = "LVS",
                                        .open = {{"a1", 12}}}
                                .json());
  border.scan_all();
  border.filing.consignee.reset();

  const ShipmentCheck result = border.check();

  CHECK(result.decision == Decision::clear);
  CHECK(result.not_checked[1] == "the consignee: the filing names none, released is to northwind");
  REQUIRE(result.remarks.size() == 1);
  CHECK(result.remarks[0].code == "release.exception");
}

TEST_CASE("codes of goods stand with blanks between, and another separator is told") {
  const auto told = [](const std::string& codes) {
    const auto goods = read_goods(
        "product,codes,kg_min,kg_max,value_min,value_max,currency\na1," + codes + ",1,2,1,2,USD\n",
        "goods");
    return goods ? std::string("taken") : goods.error().message;
  };
  CHECK(told("8473.30 8471") == "taken");
  CHECK(told("8473.30;8471").find("want codes with blanks between") != std::string::npos);
}

TEST_CASE("weight, value and goods code are judged by figures for one chip, or said not to be") {
  Border border;
  border.scan_all();
  border.goods =
      must(read_goods("product,codes,kg_min,kg_max,value_min,value_max,currency\n"
                      "a1,8473 8471.80,1.5,2.5,20000,40000,USD\n",
                      "goods"));
  CHECK(border.held().empty());
  CHECK(border.check().not_checked.size() == 2);

  border.filing.weight_kg = must(stats::Decimal::parse("17.99"));
  CHECK(border.held() == HoldCodes{"filing.weight"});
  border.filing.weight_kg = must(stats::Decimal::parse("18"));
  border.filing.value = stats::Decimal::from_integer(12'000);
  CHECK(border.held() == HoldCodes{"filing.value"});
  border.filing.currency = "EUR";
  CHECK(border.held().empty());
  border.filing.goods_code = "9503.00";
  CHECK(border.held() == HoldCodes{"filing.goods_code"});
}

TEST_CASE("a seal that was read on what has none, and a key of what has none, are never dropped") {
  const auto held = [](auto change) {
    Border border;
    border.scan_all();
    change(border);
    return border.held();
  };

  CHECK(held([](Border& b) { b.scan("S1"); }).empty());
  CHECK(held([](Border& b) { b.scan("S1", "seal-9", "broken"); }) == HoldCodes{"scan.seal"});
  CHECK(held([](Border& b) { b.scan(chip_id(0), "", "broken"); }) == HoldCodes{"scan.seal"});
  CHECK(held([](Border& b) { b.scan(chip_id(0), "", "missing"); }) == HoldCodes{"scan.seal"});
  CHECK(held([](Border& b) { b.scan(chip_id(0), "seal-0", "intact"); }) == HoldCodes{"scan.seal"});
  CHECK(held([](Border& b) { b.scans[0].identity = key_of(chip_id(0)); }) ==
        HoldCodes{"scan.identity"});
  CHECK(held([](Border& b) { b.scan("S1", "", "", key_of("x")); }) == HoldCodes{"scan.identity"});
}

TEST_CASE("a key that was proven of a chip without one in the register has a code of its own") {
  Border border;
  border.scan_all();
  border.put("chip:" + chip_id(0), ChipRow{.product = "a1",
                                           .shipment = "S1",
                                           .holder = "crate-0",
                                           .container = "crate-0",
                                           .assurance = "none"}
                                       .json());
  border.scan(chip_id(0), "", "", key_of("unknown"));
  CHECK(border.held() == HoldCodes{"identity.unregistered"});
}

TEST_CASE("loose chips below the level wanted are drawn as containers of one") {
  Border border;
  border.loose(2);
  for (const std::uint64_t n : {100U, 101U}) border.scan(chip_id(n));

  CHECK(border.check(Level::mark).decision == Decision::clear);
  const ShipmentCheck result = border.check(Level::identity);
  CHECK(result.decision == Decision::open);
  CHECK(result.sampled_from == 2);
  REQUIRE(result.openings.size() == 2);
  CHECK(result.openings[0].container == "");
  CHECK(std::set<std::string>{result.openings[0].chip, result.openings[1].chip} ==
        std::set<std::string>{chip_id(100), chip_id(101)});
  CHECK(result.openings[0].inspect == 1);

  for (Scan& scan : border.scans) scan.identity = key_of(scan.scan);
  CHECK(border.check(Level::identity).decision == Decision::clear);
  border.scans[1].identity.clear();
  CHECK(border.check(Level::identity).openings.size() == 1);
}

TEST_CASE("a carton is shown as strongly as the weakest of its chips, once all were scanned") {
  Border border(1);
  border.scan("crate-0", "seal-0", "intact");
  for (std::uint64_t n = 0; n < 4; ++n) border.scan(chip_id(n), "", "", key_of(chip_id(n)));

  CHECK(border.check(Level::identity).decision == Decision::clear);
  border.scans.back().identity.clear();
  const ShipmentCheck one_marked = border.check(Level::identity);
  CHECK(one_marked.decision == Decision::open);
  REQUIRE(one_marked.openings.size() == 1);
  CHECK(one_marked.openings[0].container == "crate-0");
  CHECK(border.check(Level::mark).decision == Decision::clear);
  border.scans.pop_back();
  CHECK(border.check(Level::mark).decision == Decision::open);
}

TEST_CASE("a rule by which nothing would be looked for is refused") {
  const auto refused = [](auto change) {
    Border border;
    border.scan("crate-0");
    change(border);
    return must_fail(border.checked());
  };
  CHECK(refused([](Border& b) { b.target = "0"; }).starts_with("opening rule: target: got 0"));
  CHECK(refused([](Border& b) { b.within = "0"; }).starts_with("opening rule: within: got 0"));
  CHECK(refused([](Border& b) { b.bad = 0; }).starts_with("opening rule: bad: got 0"));
}

TEST_CASE("an extract that was made after the present time holds the whole, once") {
  Border border;
  border.scan_all();
  border.now = Timestamp{today.ms - 1};
  CHECK(border.held() == HoldCodes{"extract.clock"});
}

TEST_CASE("control characters of scans, filings and figures are refused and not repeated") {
  const std::string header = "scan,seal,seal_state,identity\n";
  for (const std::string& bad : std::vector<std::string>{"a\nReasons\n- none", "a\x1b]0;x", "a\tb",
                                                         "a\x7f", "a\xc2\x9b", "a\xe2\x80\xa8"}) {
    CAPTURE(bad);
    CHECK(must_fail(read_scans(header + "x,,,\n\"" + bad + "\",,,\n", "s.csv")) ==
          "s.csv line 3: scan: has a control character, want one line of text");
    CHECK(must_fail(read_scans(header + "x,\"" + bad + "\",,\n", "s.csv")).find("seal: has") !=
          std::string::npos);
    for (const char* field : {"filing", "shipment", "consignee", "goods_code", "weight_kg"}) {
      Json filing{{"filing", "F"},      {"country", "SG"}, {"goods_code", "8473"}, {"count", 1},
                  {"weight_kg", "1.5"}, {"value", "10"},   {"currency", "USD"}};
      filing[field] = bad;
      CHECK(must_fail(parse_filing(filing.dump())) ==
            "filing: " + std::string(field) + ": has a control character, want one line of text");
    }
  }
  CHECK(must(read_scans(header + "K\xc3\xa4lte,,,\n", "s.csv")).size() == 1);
}

TEST_CASE("scans and filings that cannot be used are refused with line, column and field") {
  const auto scans = [](const std::string& line) {
    return must_fail(read_scans("scan,seal,seal_state,identity\nx,,,\n" + line + "\n", "s.csv"));
  };
  CHECK(scans(",,,").starts_with("s.csv line 3: scan: "));
  CHECK(scans("y,,cut,").starts_with("s.csv line 3: seal_state: got \"cut\""));
  CHECK(scans("y,,,12").starts_with("s.csv line 3: identity: "));
  CHECK(must_fail(read_scans("scan,seal,seal_state,identity\n", "s.csv")) == "s.csv: has no scan");

  Json filing{{"filing", "F"},      {"country", "SG"}, {"goods_code", "8473"}, {"count", 1},
              {"weight_kg", "1.5"}, {"value", "10"},   {"currency", "USD"}};
  CHECK(must(parse_filing(filing.dump())).weight_kg.text() == "1.5");
  filing["weight_kg"] = "1e9";
  CHECK(must_fail(parse_filing(filing.dump())).starts_with("filing: weight_kg: got \"1e9\""));
  filing["weight_kg"] = "1";
  filing["country"] = "Singapore";
  CHECK(must_fail(parse_filing(filing.dump())).starts_with("filing: country: "));
  filing["country"] = "SG";
  filing["colour"] = "red";
  CHECK(must_fail(parse_filing(filing.dump())).find("colour") != std::string::npos);
}
