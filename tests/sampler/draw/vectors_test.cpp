// The bytes of a draw against tests/vectors/sampler/draw.json, which Python's hashlib made.

#include <algorithm>

#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json.hpp"
#include "sampler/draw/by_design.hpp"
#include "sampler/draw/leaf.hpp"
#include "sampler/draw/selection.hpp"
#include "sampler/draw/verification.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::draw;
using muster::test::must;

namespace {

Json vectors_in(const std::string& name) {
  return must(parse_foreign_json(must(
      read_text_file(std::string(muster::test::source_root) + "/tests/vectors/sampler/" + name))));
}

Json vectors() { return vectors_in("draw.json"); }

std::string text(const Json& json, const char* name) { return json.at(name).get<std::string>(); }

Bytes bytes(const Json& json, const char* name) { return must(bytes_from_hex(text(json, name))); }

Hash hash(const Json& json, const char* name) { return must(Hash::from_hex(text(json, name))); }

std::uint64_t limit(const std::string& hex) { return std::stoull(hex, nullptr, 16); }

/// Leaf i of site j is SHA-256("leaf j i").
std::vector<std::vector<Hash>> leaves_of(const Json& draw) {
  std::vector<std::vector<Hash>> leaves;
  for (const Json& site : draw.at("sites")) {
    const std::string number = std::to_string(leaves.size());
    leaves.emplace_back();
    for (std::size_t i = 0; i < site.at("lines").get<std::size_t>(); ++i) {
      leaves.back().push_back(crypto::sha256("leaf " + number + " " + std::to_string(i)));
    }
  }
  return leaves;
}

std::vector<DrawnLine> drawn_lines(const Json& draw) {
  std::vector<DrawnLine> lines;
  for (const Json& line : draw.at("drawn")) {
    lines.push_back({line.at("site").get<std::size_t>(), line.at("line").get<std::size_t>(),
                     hash(line, "ticket")});
  }
  return lines;
}

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
    const auto leaves = leaves_of(given);
    std::vector<SiteLeaves> sites;
    for (std::size_t j = 0; j < leaves.size(); ++j) {
      sites.push_back({Seed{hash(given.at("sites").at(j), "seed")}, leaves[j]});
    }
    const Selection expected{drawn_lines(given), hash(given, "cut_off")};
    const auto wanted = given.at("wanted").get<std::size_t>();

    const Selection drawn = must(draw_smallest(sites, wanted));

    CHECK(drawn.lines == expected.lines);
    CHECK(drawn.cut_off == expected.cut_off);
    CHECK(draw_findings(sites, wanted, expected).empty());
  }
}

TEST_CASE("samples by site, with and without a visit by chance, as Python draws them") {
  const Json all = vectors_in("draw_rules.json");
  for (const Json& given : all.at("by_site")) {
    const auto leaves = leaves_of(given);
    std::vector<DrawnLine> lines;
    for (std::size_t j = 0; j < leaves.size(); ++j) {
      const Json& site = given.at("sites").at(j);
      const Seed seed{hash(site, "seed")};
      CHECK(visit_number(seed) == limit(text(site, "visit")));
      const std::uint64_t wanted =
          lines_wanted(seed, {site.at("few").get<std::uint64_t>(),
                              site.at("many").get<std::uint64_t>(), limit(text(site, "limit"))});
      const auto at_site = must(draw_at_site({seed, leaves[j]}, j, wanted));
      lines.insert(lines.end(), at_site.begin(), at_site.end());
    }
    CHECK(lines == drawn_lines(given));
  }
}

TEST_CASE("samples by class, as Python draws them") {
  const Json all = vectors_in("draw_rules.json");
  for (const Json& given : all.at("by_class")) {
    const auto leaves = leaves_of(given);
    std::vector<DrawnLine> lines;
    for (std::size_t j = 0; j < leaves.size(); ++j) {
      std::vector<std::uint64_t> limits;
      for (std::size_t i = 0; i < leaves[j].size(); ++i) {
        const Json& of_class = given.at("limits");
        limits.push_back(limit(of_class.at(i % of_class.size()).get<std::string>()));
      }
      const Seed seed{hash(given.at("sites").at(j), "seed")};
      const auto at_site = must(draw_by_limit({seed, leaves[j]}, j, limits));
      lines.insert(lines.end(), at_site.begin(), at_site.end());
    }
    std::sort(lines.begin(), lines.end(),
              [](const DrawnLine& a, const DrawnLine& b) { return a.ticket < b.ticket; });
    CHECK(lines == drawn_lines(given));
  }
}
