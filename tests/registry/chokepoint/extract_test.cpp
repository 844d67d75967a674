// Extracts of the register: what is in them, what they answer, and that nobody can change them.

#include <cctype>

#include "ledger/checkpoint.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/inventory_claim.hpp"
#include "tests/registry/chokepoint/extract_support.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::choke;

TEST_CASE("a released chip is found by its id as printed, as typed, by its key and by its URI") {
  World world;
  const auto chips = world.chips(3);
  world.release("maker", "northwind", "S1", {chips[0], chips[1]});
  const std::string file = extract_of(world);
  const std::string id = chips[0].to_string();
  const auto row = world.state().find_chip(chips[0]);
  const std::string key = world.state().tables().identities[row].device_key.to_hex();
  std::string typed = id.substr(0, 5) + "-" + id.substr(5);
  for (char& c : typed) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));

  for (const std::string& scan : std::vector<std::string>{
           id, typed, key, "https://" + origin + "/chip/" + id, "  " + id + "\r\n"}) {
    CAPTURE(scan);
    const Answer answer = asked(file, scan);
    CHECK(answer.verdict == Verdict::released);
    CHECK(answer.space == "chip");
    CHECK(answer.id == id);
    REQUIRE(answer.shipment);
    CHECK(answer.shipment_id == "S1");
    CHECK(answer.shipment->sender == "maker");
    CHECK(answer.shipment->receiver == "northwind");
    CHECK(answer.shipment->open == std::map<std::string, std::uint64_t>{{"a1", 2}});
  }
  CHECK(asked(file, key).alias == "key:" + key);
}

TEST_CASE("a scan longer than any name is unknown, whatever it begins with") {
  World world;
  const auto chips = world.chips(1);
  world.release("maker", "northwind", "S1", chips);
  const std::string file = extract_of(world);
  const std::string id = chips[0].to_string();

  CHECK(asked(file, id + std::string(2'000, ' ')).verdict == Verdict::released);
  CHECK(asked(file, id + std::string(1'000, ' ') + "x").verdict == Verdict::unknown);
  CHECK(asked(file, "S1" + std::string(998, ' ') + "-other").verdict == Verdict::unknown);
  CHECK(scan_keys(std::string(1'001, 'x'), origin).empty());
  CHECK(scan_keys(std::string(1'000, 'x'), origin).size() == 2);
}

TEST_CASE("an extract that was made after the present time releases nothing") {
  World world;
  world.release("maker", "northwind", "S1", world.chips(1));
  Extract extract = must(opened(extract_of(world)));

  const Answer answer = must(look_up(extract, "S1", Timestamp{now.ms - 1}));
  CHECK(answer.verdict == Verdict::hold);
  CHECK(codes(answer) == std::vector<std::string>{"extract.clock"});
  CHECK(must(look_up(extract, "S1", now)).verdict == Verdict::released);
}

TEST_CASE("an extract of all chips says of a shipment that is over only that it lacks it") {
  World world;
  const auto chips = world.chips(1);
  world.accept("northwind", "S1", world.release("maker", "northwind", "S1", chips), chips);

  const Answer over = asked(extract_of(world, Scope::all), "S1");
  CHECK(over.verdict == Verdict::unknown);
  CHECK(over.reasons.front().text ==
        "no chip that was packaged has this name, no container with chips in it and no shipment "
        "with chips on their way; of others the extract has nothing");
}

TEST_CASE("a row that is too long to be carried is named, and a shipment's does not grow") {
  const auto encoded = [](std::size_t bytes) {
    return encode_extract({.origin = origin, .head = {{1}, {}}, .made_at = now},
                          {{"licence:L1", std::string(bytes, '1')}}, operator_signer());
  };
  const std::size_t around = std::string("licence:L1\t\n").size();
  CHECK(encoded(max_row_bytes - around).has_value());
  CHECK(must_fail(encoded(max_row_bytes - around + 1)) ==
        "extract: row licence:L1 has 1048577 bytes, at most 1048576 can be carried");
  const ShipmentRow large{.open = {{"a1", 1'000'000}}, .containers = 1'000'000};
  CHECK(canonical_json(large.json()).size() < 400);
}

TEST_CASE("other marks are found by a list, in every spelling of a GS1 key") {
  World world;
  const auto chips = world.chips(1);
  world.release("maker", "northwind", "S1", chips);
  exchange::Resolver aliases(origin);
  must(aliases.read_list("uri,space,id\nurn:epc:id:sgtin:4012345.011111.9876,chip," +
                             chips[0].to_string() + "\nurn:maker:serial:77,chip," +
                             world.chips(1)[0].to_string() + "\n",
                         "list"));
  const std::string file = extract_of(world, Scope::border, aliases);

  CHECK(asked(file, "urn:epc:id:sgtin:4012345.011111.9876").id == chips[0].to_string());
  CHECK(asked(file, "https://shop.example/01/04012345111118/21/9876").id == chips[0].to_string());
  // What the list names and the extract has nothing of is no answer, but it has a name.
  const Answer other = asked(file, "urn:maker:serial:77");
  CHECK(other.verdict == Verdict::unknown);
  CHECK(other.space == "chip");
}

TEST_CASE("what is on the hot list is held, with the reason, released or not") {
  World world;
  const auto chips = world.chips(4);
  world.record("maker", about("theft.declare", {chips[0]},
                              {{"circumstances", "break-in"}, {"police", "case 7"}}));
  world.record("gov", about("choke.hold", {chips[1]}, {{"hold", "H1"}, {"basis", "order 12"}}));
  world.record("maker", about("loss.declare", {chips[2]}, {{"circumstances", "fire"}}));
  const std::string file = extract_of(world);

  CHECK(codes(asked(file, chips[0].to_string())) ==
        std::vector<std::string>{"chip.stolen", "release.none"});
  const Answer held = asked(file, chips[1].to_string());
  CHECK(held.verdict == Verdict::hold);
  CHECK(codes(held).front() == "chip.hold");
  CHECK(held.reasons.front().text.find("order 12") != std::string::npos);
  CHECK(codes(asked(file, chips[2].to_string())).front() == "chip.lost");
}

TEST_CASE("a chip that an inventory did not find is held until somebody has seen it") {
  World world;
  const auto chips = world.chips(2);
  const auto count = [&](const std::vector<ChipId>& there, const Json& more) {
    std::vector<registry::RowN> rows;
    for (const ChipId& chip : there) rows.push_back(world.state().find_chip(chip));
    const registry::BookScope scope{.party = world.state().tables().parties.find("maker")};
    const auto claim = registry::inventory_claim(world.state(), scope, rows);
    Json body{{"entries", claim.entries},    {"count", claim.count}, {"tpp", claim.tpp},
              {"root", claim.root.to_hex()}, {"added", claim.added}, {"removed", claim.removed}};
    if (claim.previous) body["previous"] = claim.previous->to_hex();
    body.update(more);
    return registry::Draft{.kind = "inventory", .body = body};
  };
  world.record("maker", count({chips[1]}, {{"missing", {chips[0].to_string()}}}));

  const Answer answer = asked(extract_of(world), chips[0].to_string());
  CHECK(answer.verdict == Verdict::hold);
  CHECK(codes(answer).front() == "chip.not_found");
  world.record("maker", count(chips, Json::object()), {"gov"});
  CHECK(asked(extract_of(world), chips[0].to_string()).verdict == Verdict::unknown);
}

TEST_CASE("what is under no release is unknown at a border, and held by an extract of all chips") {
  World world;
  const auto chips = world.chips(1);

  const Answer border = asked(extract_of(world), chips[0].to_string());
  CHECK(border.verdict == Verdict::unknown);
  CHECK(border.reasons.front().text.find("not in this extract") != std::string::npos);
  const Answer all = asked(extract_of(world, Scope::all), chips[0].to_string());
  CHECK(all.verdict == Verdict::hold);
  CHECK(codes(all) == std::vector<std::string>{"release.none"});
  const Answer nobody = asked(extract_of(world, Scope::all), "crate-9");
  CHECK(nobody.verdict == Verdict::unknown);
  CHECK(nobody.space.empty());
}

TEST_CASE("a container answers for what is in it") {
  World world;
  const auto chips = world.chips(3);
  world.record("maker", about("pack", chips, {{"container", "crate-1"}}, "maker-site"));
  world.record("maker", {.kind = "release",
                         .body = {{"shipment", "S1"},
                                  {"receiver", "northwind"},
                                  {"destination", "northwind-site"},
                                  {"purpose", "sale"},
                                  {"exception", "test"}},
                         .container = "crate-1"});

  const Answer whole = asked(extract_of(world), "crate-1");
  CHECK(whole.verdict == Verdict::released);
  REQUIRE(whole.container);
  CHECK(whole.container->chips == 3);
  CHECK(whole.shipment->containers == 1);
  CHECK(asked(extract_of(world), chips[0].to_string()).chip->container == "crate-1");
  CHECK(asked(extract_of(world), "S1").verdict == Verdict::released);

  world.record("gov", about("choke.hold", {chips[1]}, {{"hold", "H1"}, {"basis", "order 12"}}));
  CHECK(codes(asked(extract_of(world), "crate-1")) ==
        std::vector<std::string>{"container.hot", "shipment.hot"});
}

TEST_CASE("a release is held against its licence and its term") {
  const Timestamp day = now;
  ShipmentRow shipment{.country = "SG", .licence = "L1"};
  LicenceRow licence{.countries = {"SG"}, .from = {day.ms - 1}, .to = {day.ms + 1}};
  const auto against = [&] {
    std::vector<std::string> list;
    for (const Reason& reason : reasons_against(shipment, licence, day))
      list.push_back(reason.code);
    return list;
  };
  using Codes = std::vector<std::string>;
  CHECK(against().empty());

  licence.suspended = day;
  CHECK(against() == Codes{"licence.suspended"});
  licence.suspended = Timestamp{day.ms + 1};
  CHECK(against().empty());
  licence.revoked = Timestamp{day.ms - 1};
  CHECK(against() == Codes{"licence.revoked"});
  licence.revoked.reset();
  licence.to = day;
  CHECK(against() == Codes{"licence.not_valid"});
  licence.to = {day.ms + 1};
  licence.countries = {"MY"};
  CHECK(against() == Codes{"licence.country"});
  licence.countries = {"SG"};
  shipment.accept_by = Timestamp{day.ms - 1};
  CHECK(against() == Codes{"release.overdue"});
  CHECK(reasons_against({.licence = "L2"}, std::nullopt, day).front().code == "licence.unknown");
}

TEST_CASE("an extract of many blocks has every row that was put into it, and no other") {
  ExtractTable table;
  for (int i = 0; i < 5'000; ++i) {
    table["chip:" + std::to_string(100'000 + i * 2)] = "{\"n\":" + std::to_string(i) + "}";
  }
  const std::string file = must(encode_extract(
      {.origin = origin, .head = {{1}, {}}, .made_at = now}, table, operator_signer()));
  Extract extract = must(opened(file));

  CHECK(extract.header().rows == 5'000);
  for (int i = 0; i < 5'000; ++i) {
    const std::string number = std::to_string(100'000 + i * 2);
    const auto row = must(extract.find("chip:" + number));
    if (!row || (*row)["n"] != i) FAIL("row ", number);
    if (must(extract.find("chip:" + std::to_string(100'001 + i * 2)))) FAIL("row after ", number);
  }
  CHECK_FALSE(must(extract.find("")));
  CHECK_FALSE(must(extract.find("zzz")));
}

TEST_CASE("an empty extract answers that it knows nothing") {
  const std::string file = must(
      encode_extract({.origin = origin, .head = {{1}, {}}, .made_at = now}, {}, operator_signer()));
  CHECK(asked(file, "crate-1").verdict == Verdict::unknown);
}

TEST_CASE("no byte of an extract can be changed, left out or added unseen") {
  World world;
  const auto chips = world.chips(2);
  world.release("maker", "northwind", "S1", chips);
  const std::string file = extract_of(world);
  const std::string id = chips[1].to_string();
  const auto before = asked(file, id);

  std::size_t accepted = 0;
  for (std::size_t at = 0; at < file.size(); ++at) {
    std::string changed = file;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    auto extract = opened(changed);
    if (!extract) continue;
    const auto answer = look_up(*extract, id, now);
    if (answer) ++accepted;
  }
  CHECK(accepted == 0);
  CHECK(before.verdict == Verdict::released);
  CHECK_FALSE(opened(file + "x"));
  for (std::size_t bytes = 0; bytes < file.size(); ++bytes) {
    if (opened(file.substr(0, bytes))) FAIL("cut at ", bytes);
  }
}

TEST_CASE("an extract counts only under the key of its log") {
  World world;
  const std::string file = extract_of(world);
  crypto::SeededRandom random("somebody");
  const auto other = crypto::Ed25519Signer::generate(random);

  CHECK(opened(file).has_value());
  CHECK(opened(file, ledger::VerifierKey(origin, other.public_key())).error().rule ==
        "note.unknown_key");
  CHECK(opened(file, operator_key("another.example")).error().code == Errc::refused);
}

TEST_CASE("a header has one spelling and is nothing else that an operator signs") {
  const ExtractHeader header{.origin = origin,
                             .head = {{7}, crypto::sha256("root")},
                             .made_at = now,
                             .scope = Scope::all,
                             .rows = 3,
                             .directory_bytes = 9,
                             .directory = crypto::sha256("d")};
  const std::string text = extract_header_text(header);

  CHECK(must(parse_extract_header_text(text)) == header);
  CHECK_FALSE(parse_extract_header_text(text + "\n"));
  CHECK_FALSE(parse_extract_header_text(text.substr(0, text.size() - 1)));
  std::string upper = text;
  upper.replace(upper.find(header.head.root.to_hex()), 64, [&] {
    std::string hex = header.head.root.to_hex();
    for (char& c : hex) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return hex;
  }());
  CHECK_FALSE(parse_extract_header_text(upper));
  CHECK_FALSE(ledger::parse_checkpoint_text(text));
}
