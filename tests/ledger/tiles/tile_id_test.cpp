#include "ledger/tiles/tile_id.hpp"

#include "ledger/base/file.hpp"
#include "ledger/base/json.hpp"
#include "tests/support/foreign.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::foreign_vectors;
using muster::test::must;
using Kind = muster::ledger::TileId::Kind;

namespace {

std::optional<Json> path_vectors() {
  const auto path = foreign_vectors("ledger/tessera-paths.json");
  if (!path) return std::nullopt;
  return must(parse_foreign_json(must(read_text_file(*path))));
}

/// The vectors write a full tile as partial width 0.
unsigned width_of(const Json& partial) {
  const auto width = partial.get<unsigned>();
  return width == 0 ? 256 : width;
}

}  // namespace

TEST_CASE("a tile's number stands in its path in groups of three digits") {
  CHECK(tile_path({Kind::hashes, 0, 1'234'067, 256}) == "tile/0/x001/x234/067");
  CHECK(tile_path({Kind::hashes, 3, 5, 17}) == "tile/3/005.p/17");
  CHECK(tile_path({Kind::entries, 0, 1'000, 1}) == "tile/entries/x001/000.p/1");
  CHECK(tile_path({Kind::hashes, 63, UINT64_MAX, 255}) ==
        "tile/63/x018/x446/x744/x073/x709/x551/615.p/255");
}

TEST_CASE("a path that is read prints as it was; every other spelling is refused") {
  for (const std::uint64_t number :
       {0UL, 1UL, 999UL, 1'000UL, 999'999UL, 1'000'000UL, UINT64_MAX}) {
    for (const unsigned width : {1U, 255U, 256U}) {
      for (const TileId tile :
           {TileId{Kind::hashes, 0, number, width}, TileId{Kind::hashes, 63, number, width},
            TileId{Kind::entries, 0, number, width}}) {
        CHECK(must(parse_tile_path(tile_path(tile))) == tile);
      }
    }
  }
  for (const char* bad : {"",
                          "tile",
                          "tile/",
                          "tile/0",
                          "tile/0/",
                          "tile/0/00",
                          "tile/0/0000",
                          "tile/0/000/",
                          "tile/0/000/x",
                          "/tile/0/000",
                          "tile//000",
                          "tile/00/000",
                          "tile/64/000",
                          "tile/-1/000",
                          "tile/a/000",
                          "tile/0/x000/001",
                          "tile/0/x001",
                          "tile/0/x001/",
                          "tile/0/001/002",
                          "tile/0/x1/002",
                          "tile/0/000.p",
                          "tile/0/000.p/",
                          "tile/0/000.p/0",
                          "tile/0/000.p/256",
                          "tile/0/000.p/01",
                          "tile/0/000.p/1/",
                          "tile/0/000.p/1/2",
                          "tile/0/000.p/-1",
                          "tile/0/x000.p/1",
                          "tile/0/+12",
                          "tile/0/ 12",
                          "tile/entries",
                          "tile/entry/000",
                          "tile/0/x018/x446/x744/x073/x709/x551/616",
                          "tile/0/x001/x000/x000/x000/x000/x000/x000/000",
                          "tile/8/x001/.p/abc",
                          "Tile/0/000",
                          "tile/0/000.P/1"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_tile_path(bad));
  }
}

TEST_CASE("a tree of 70,000 leaves has the tiles that the specification names") {
  const TreeSize size{70'000};

  CHECK(tiles_of_level(0, size) == 274);
  CHECK(width_of_tile(0, 272, size) == 256);
  CHECK(width_of_tile(0, 273, size) == 112);
  CHECK(width_of_tile(0, 274, size) == 0);
  CHECK(tiles_of_level(1, size) == 2);
  CHECK(width_of_tile(1, 0, size) == 256);
  CHECK(width_of_tile(1, 1, size) == 17);
  CHECK(tiles_of_level(2, size) == 1);
  CHECK(width_of_tile(2, 0, size) == 1);
  CHECK(tiles_of_level(3, size) == 0);
}

TEST_CASE("empty trees have no tile, and the largest tree has eight levels of them") {
  CHECK(tiles_of_level(0, {0}) == 0);
  CHECK(width_of_tile(1, 0, {256}) == 1);
  const TreeSize largest{UINT64_MAX};
  CHECK(width_of_tile(7, 0, largest) == 255);
  CHECK(tiles_of_level(0, largest) == std::uint64_t{1} << 56U);
  CHECK(width_of_tile(0, (std::uint64_t{1} << 56U) - 1, largest) == 255);
  CHECK(tiles_of_level(8, largest) == 0);
  CHECK(tiles_of_level(63, largest) == 0);
}

TEST_CASE("the paths of tessera are made as tessera makes them") {
  const auto vectors = path_vectors();
  if (!vectors) return;
  for (const Json& vector : vectors->at("tile_path")) {
    const TileId tile{Kind::hashes, vector.at("level").get<unsigned>(),
                      vector.at("n").get<std::uint64_t>(), width_of(vector.at("p"))};
    CHECK(tile_path(tile) == vector.at("path").get<std::string>());
  }
  for (const Json& vector : vectors->at("entries_path")) {
    const TileId tile{Kind::entries, 0, vector.at("n").get<std::uint64_t>(),
                      width_of(vector.at("p"))};
    CHECK(tile_path(tile) == vector.at("path").get<std::string>());
  }
  for (const Json& vector : vectors->at("entries_path_for_log_index")) {
    const std::uint64_t number = vector.at("seq").get<std::uint64_t>() / tile_width;
    const TreeSize size{vector.at("log_size").get<std::uint64_t>()};
    const TileId tile{Kind::entries, 0, number, width_of_tile(0, number, size)};
    CHECK(tile_path(tile) == vector.at("path").get<std::string>());
  }
}

TEST_CASE("the paths of tessera are read and refused as tessera does") {
  const auto vectors = path_vectors();
  if (!vectors) return;
  CHECK(vectors->at("parse").size() > 10);
  for (const Json& vector : vectors->at("parse")) {
    const std::string path = "tile/" + vector.at("pathLevel").get<std::string>() + "/" +
                             vector.at("pathIndex").get<std::string>();
    CAPTURE(path);
    const auto tile = parse_tile_path(path);
    CHECK(tile.has_value() == !vector.value("wantErr", false));
    if (!tile || !vector.contains("wantIndex")) continue;
    CHECK(tile->level == vector.at("wantLevel").get<unsigned>());
    CHECK(tile->number == vector.at("wantIndex").get<std::uint64_t>());
    CHECK(tile->width == width_of(vector.at("wantP")));
  }
}
