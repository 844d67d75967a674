// The bytes of a draw against tests/vectors/sampler/draw.json, which Python's hashlib made.

#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json.hpp"
#include "sampler/draw/leaf.hpp"
#include "sampler/draw/selection.hpp"
#include "sampler/draw/verification.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::draw;
using muster::test::must;

namespace {

Json vectors() {
  return must(parse_foreign_json(
      must(read_text_file(MUSTER_SOURCE_ROOT "/tests/vectors/sampler/draw.json"))));
}

std::string text(const Json& json, const char* name) { return json.at(name).get<std::string>(); }

Bytes bytes(const Json& json, const char* name) { return must(bytes_from_hex(text(json, name))); }

Hash hash(const Json& json, const char* name) { return must(Hash::from_hex(text(json, name))); }

}  // namespace

TEST_CASE("salts and leaves of frame lines, as Python computes them") {
  const Json all = vectors();
  for (const Json& given : all.at("leaves")) {
    const Json& line = given.at("line");
    const FrameLine frame_line{text(line, "chip"), text(line, "site"), text(line, "class"),
                               text(line, "weight")};

    const Salt salt = frame_salt(bytes(given, "frame_key"), frame_line.chip);

    CHECK(to_hex(salt) == text(given, "salt"));
    CHECK(frame_leaf(frame_line, salt).to_hex() == text(given, "leaf"));
  }
}

TEST_CASE("seeds of sites, as Python computes them") {
  const Json all = vectors();
  for (const Json& given : all.at("seeds")) {
    const std::string site = text(given, "site");
    const Bytes randomness = bytes(given, "randomness");
    const Bytes beta = bytes(given, "beta");

    const Seed seed =
        site_seed({hash(given, "plan"), site, std::stoull(text(given, "round")), randomness, beta});

    CHECK(seed.value.to_hex() == text(given, "seed"));
  }
}

TEST_CASE("tickets, as Python computes them") {
  const Json all = vectors();
  for (const Json& given : all.at("tickets")) {
    const Seed seed{hash(given, "seed")};

    CHECK(ticket(seed, hash(given, "leaf")).to_hex() == text(given, "ticket"));
  }
}

TEST_CASE("samples over several sites, as Python draws them") {
  const Json all = vectors();
  for (const Json& given : all.at("draws")) {
    std::vector<std::vector<Hash>> leaves;
    for (const Json& site : given.at("sites")) {
      const std::string number = std::to_string(leaves.size());
      leaves.emplace_back();
      for (std::size_t i = 0; i < site.at("lines").get<std::size_t>(); ++i) {
        leaves.back().push_back(crypto::sha256("leaf " + number + " " + std::to_string(i)));
      }
    }
    std::vector<SiteLeaves> sites;
    for (std::size_t j = 0; j < leaves.size(); ++j) {
      sites.push_back({Seed{hash(given.at("sites").at(j), "seed")}, leaves[j]});
    }
    Selection expected{{}, hash(given, "cut_off")};
    for (const Json& line : given.at("drawn")) {
      expected.lines.push_back({line.at("site").get<std::size_t>(),
                                line.at("line").get<std::size_t>(), hash(line, "ticket")});
    }
    const auto wanted = given.at("wanted").get<std::size_t>();

    const Selection drawn = must(draw_smallest(sites, wanted));

    CHECK(drawn.lines == expected.lines);
    CHECK(drawn.cut_off == expected.cut_off);
    CHECK(draw_findings(sites, wanted, expected).empty());
  }
}
