// Manifests and the parser of events: strict, and precise about the line.

#include "registry/manifest.hpp"

#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

ChipId chip(std::uint64_t ordinal) {
  return ChipId::from_parts({.block = 7, .ordinal = ordinal, .random = 1});
}

Manifest two_chips(crypto::SeededRandom& random) {
  ManifestWriter writer("chip.enrol", {"key"}, random);
  const std::vector<std::string> key{"\"" + crypto::sha256("k").to_hex() + "\""};
  writer.add(chip(2), crypto::sha256("last"), key);
  writer.add(chip(1), std::nullopt, key);
  return must(writer.finish());
}

std::span<const Field> columns() { return find_kind("chip.enrol")->columns; }

/// Refers to `text` as it is, whatever it holds.
ManifestRef reference(const std::string& text, const ManifestRef& model) {
  ManifestRef ref = model;
  ref.sha256 = crypto::sha256(text);
  ref.bytes = text.size();
  return ref;
}

std::string changed(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a manifest is read back as it was written, by rising id") {
  crypto::SeededRandom random("manifest");
  const Manifest manifest = two_chips(random);

  const ItemTable table = must(parse_manifest(as_text(manifest.bytes), manifest.ref, columns()));

  REQUIRE(table.items.size() == 2);
  CHECK(table.items[0].chip == chip(1));
  CHECK_FALSE(table.items[0].has_expects);
  CHECK(table.items[1].expects == crypto::sha256("last"));
  CHECK(table.cell(0, 0).type == Cell::Type::absent);
  CHECK(table.cell(0, 1).text == crypto::sha256("k").to_hex());
}

TEST_CASE("the root of a manifest worked by hand") {
  crypto::SeededRandom random("manifest");
  const Manifest manifest = two_chips(random);
  std::vector<Hash> leaves;
  std::string_view rest = as_text(manifest.bytes);
  for (int line = 0; line < 2; ++line) {
    const auto end = rest.find('\n');
    const Json value = must(parse_canonical_json(rest.substr(0, end)));
    Bytes message{0};
    append(message, must(bytes_from_hex(value["salt"].get<std::string>())));
    append(message, as_bytes(canonical_json(value["item"])));
    leaves.push_back(crypto::sha256(message));
    rest.remove_prefix(end + 1);
  }
  CHECK(manifest.ref.root == ledger::node_hash(leaves[0], leaves[1]));
}

TEST_CASE("every fault of a manifest is refused with its rule and line") {
  crypto::SeededRandom random("manifest");
  const Manifest manifest = two_chips(random);
  const std::string good(as_text(manifest.bytes));
  const auto problem = [&](const std::string& text) {
    return must_fail(parse_manifest(text, reference(text, manifest.ref), columns()));
  };

  CHECK(problem(changed(good, "{\"item\"", " {\"item\"")).find("line 1: byte 1") == 0);
  CHECK(problem(changed(good, "\"chip\"", "\"chop\"")).find("unknown column") != std::string::npos);
  CHECK(problem(changed(good, "\"expects\":null,", "")).find("chip and expects") !=
        std::string::npos);
  CHECK(problem(changed(good, "\"key\":\"", "\"key\":\"0")).find("64 lower-case hex") !=
        std::string::npos);
  CHECK(problem(changed(good, "\"salt\":\"", "\"salt\":\"0")).find("line 1") == 0);
  CHECK(problem(good.substr(0, good.size() - 1)).find("manifest.line: line 2") == 0);
  CHECK(problem(good + "\n").find("manifest.items") == 0);
  CHECK(problem(good.substr(0, good.find('\n') + 1)).find("manifest.items") == 0);
  const auto middle = good.find('\n') + 1;
  CHECK(problem(good.substr(middle) + good.substr(0, middle)).find("manifest.order: line 2") == 0);
  CHECK(problem(changed(good, "null", "null ")).find("line 1") == 0);
  CHECK(must_fail(parse_manifest(good + " ", manifest.ref, columns())).find("manifest.bytes") == 0);
  CHECK(must_fail(parse_manifest(changed(good, chip(1).to_string(), chip(0).to_string()),
                                 manifest.ref, columns()))
            .find("manifest.hash") == 0);
  ManifestRef other = manifest.ref;
  other.root = Hash{};
  CHECK(must_fail(parse_manifest(good, other, columns())).find("manifest.root") == 0);
}

TEST_CASE("no single changed byte of a manifest passes its root") {
  crypto::SeededRandom random("manifest");
  const Manifest manifest = two_chips(random);
  const std::string good(as_text(manifest.bytes));
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    CHECK_FALSE(parse_manifest(bad, reference(bad, manifest.ref), columns()));
  }
}

TEST_CASE("a payload is refused for one unknown, missing or wrong field, naming it") {
  World world;
  const auto chips = world.chips(1);
  const auto good = world.statement("maker", about("retire", chips, {{"cause", "c"}}));
  const Json value = must(parse_canonical_json(good.envelope.payload));
  REQUIRE(parse_event(good.envelope.payload, Hash{}));
  const auto problem = [&](auto change) {
    Json other = value;
    change(other);
    const auto parsed = parse_event(canonical_json(other), Hash{});
    return parsed ? std::string("none") : parsed.error().rule + " " + parsed.error().message;
  };

  for (const auto& field : value.items()) {
    const std::string key = field.key();
    const std::string text = problem([&](Json& other) { other.erase(key); });
    CHECK_MESSAGE(text.find(key) != std::string::npos, text);
  }
  CHECK(problem([](Json& v) { v["extra"] = 1; }).find("event.unknown_field") == 0);
  CHECK(problem([](Json& v) { v["body"]["extra"] = 1; }).find("event.unknown_field") == 0);
  CHECK(problem([](Json& v) { v["number"] = 0; }).find("event.number") != std::string::npos);
  CHECK(problem([](Json& v) { v["kind"] = "no.kind"; }).find("event.kind") == 0);
  CHECK(problem([](Json& v) { v["v"] = 2; }).find("event.version") == 0);
  CHECK(problem([](Json& v) { v["expects"].push_back(nullptr); }).find("event.expects") !=
        std::string::npos);
  CHECK(problem([](Json& v) {
          v["subjects"] = {{"chips", Json::array()}};
        }).find("event.field") == 0);
  CHECK(problem([](Json& v) {
          v["event_time"] = "2026-02-30T00:00:00.000Z";
        }).find("event.event_time") != std::string::npos);
  CHECK_FALSE(parse_event(" " + good.envelope.payload, Hash{}));
  CHECK_FALSE(parse_event("", Hash{}));
}

TEST_CASE("a lot of 100,000 chips is registered, tested and delivered by one statement each") {
  World world;
  constexpr std::size_t count = 100'000;
  world.record("maker", {.kind = "id.reserve",
                         .body = {{"block", 900},
                                  {"count", static_cast<std::int64_t>(count)},
                                  {"product", "a1"},
                                  {"packager", "maker"}}});
  Draft package{.kind = "chip.package", .body = {{"product", "a1"}}, .site = "maker-site"};
  for (std::size_t i = 0; i < count; ++i) {
    package.chips.push_back(
        {ChipId::from_parts({.block = 900, .ordinal = i, .random = i}), Json::object()});
  }
  world.record("maker", package);
  Draft test{.kind = "chip.test", .chips = package.chips};
  for (auto& one : test.chips) one.columns = {{"pass", true}};
  world.record("maker", test);
  Draft release{.kind = "release",
                .body = {{"shipment", "S1"},
                         {"receiver", "northwind"},
                         {"destination", "northwind-site"},
                         {"purpose", "sale"}},
                .chips = package.chips};
  const Hash released = world.record("maker", release);
  Draft accept{.kind = "accept",
               .body = {{"shipment", "S1"}, {"release", released.to_hex()}, {"method", "sealed"}},
               .chips = package.chips,
               .site = "northwind-site"};
  world.record("northwind", accept);

  CHECK(world.state().tables().shipments[0].accepted == count);
  CHECK(world.custodian(package.chips[4711].chip) == "northwind");
}
