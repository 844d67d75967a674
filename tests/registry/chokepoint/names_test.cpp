// Names of chips beside their ids, as an officer scans them.

#include "tests/registry/chokepoint/extract_support.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::choke;

namespace {

/// Ids of a new block of the maker's "a1".
std::vector<ChipId> reserved(World& world, std::uint64_t block, std::size_t count) {
  world.record(
      "maker",
      {.kind = "id.reserve",
       .body = {{"block", block}, {"count", count}, {"product", "a1"}, {"packager", "maker"}}});
  std::vector<ChipId> ids;
  for (std::size_t i = 0; i < count; ++i) {
    ids.push_back(ChipId::from_parts({.block = block, .ordinal = i, .random = i}));
  }
  return ids;
}

/// Packaged with these columns, and tested.
void make(World& world, const ChipId& chip, const Json& columns) {
  registry::Draft package{
      .kind = "chip.package", .body = {{"product", "a1"}}, .site = "maker-site"};
  package.chips = {{chip, columns}};
  world.record("maker", package);
  registry::Draft test{.kind = "chip.test"};
  test.chips = {{chip, {{"pass", true}}}};
  world.record("maker", test);
}

}  // namespace

TEST_CASE("one scan finds a chip by every name that a signed statement gives it") {
  World world;
  const auto ids = reserved(world, 70, 2);
  make(world, ids[0],
       {{"serial", "SN-1"}, {"ecid", "00ff"}, {"gs1", "urn:epc:id:sgtin:4012345.011111.9876"}});
  make(world, ids[1], {{"serial", "SN-2"}});
  world.release("maker", "northwind", "S1", {ids[0]});
  exchange::Resolver aliases(origin);
  must(aliases.read_list("uri,space,id\nhttps://id.gs1.org/01/04012345111118/21/9876,chip," +
                             ids[1].to_string() + "\n",
                         "list"));
  const std::string file = extract_of(world, Scope::border, aliases);

  for (const std::string& scan : std::vector<std::string>{
           "SN-1", "serial:SN-1", " SN-1\r\n", "00FF", "urn:epc:id:sgtin:4012345.011111.9876",
           "https://shop.example/01/04012345111118/21/9876", "(01)04012345111118(21)9876",
           "]d20104012345111118219876",
           "]d2010401234511111810L1\x1D"
           "219876"}) {
    CAPTURE(scan);
    const Answer answer = asked(file, scan);
    CHECK(answer.verdict == Verdict::released);
    CHECK(answer.id == ids[0].to_string());
  }
  // A list of the operator does not outweigh what a maker signed.
  CHECK(asked(file, "SN-1").alias == "serial:SN-1");
  // The serials themselves are not in the file: whoever finds it cannot list them.
  CHECK(file.find("SN-1") == std::string::npos);
  CHECK(asked(file, "SN-2").verdict == Verdict::unknown);
}

TEST_CASE("a carton, a shipment or a chip that is called as a stolen chip's serial is held") {
  World world;
  const auto ids = reserved(world, 70, 3);
  make(world, ids[0], {{"serial", "SN-1"}});
  make(world, ids[1], Json::object());
  make(world, ids[2], {{"serial", ids[1].to_string()}});
  registry::Draft stolen{.kind = "theft.declare",
                         .body = {{"circumstances", "c"}, {"police", "p"}}};
  stolen.chips = {{ids[0]}, {ids[2]}};
  world.record("maker", stolen);
  world.record("maker", about("pack", {ids[1]}, {{"container", "SN-1"}}, "maker-site"));
  world.record("maker", {.kind = "release",
                         .body = {{"shipment", "S1"},
                                  {"receiver", "northwind"},
                                  {"destination", "northwind-site"},
                                  {"purpose", "sale"}},
                         .container = "SN-1"});
  const std::string file = extract_of(world);

  const Answer carton = asked(file, "SN-1");
  CHECK(carton.verdict == Verdict::hold);
  CHECK(codes(carton) == std::vector<std::string>{"alias.several"});
  CHECK(carton.reasons[0].text.find("serial of chip " + ids[0].to_string()) != std::string::npos);
  CHECK(codes(asked(file, "serial:SN-1")) ==
        std::vector<std::string>{"chip.stolen", "release.none"});
  CHECK(codes(asked(file, ids[1].to_string())) == std::vector<std::string>{"alias.several"});
  CHECK(asked(file, "https://" + origin + "/container/SN-1").verdict == Verdict::released);
}

TEST_CASE("a name that several chips bear is held, and all of them are named") {
  World world;
  const auto ids = reserved(world, 70, 1);
  make(world, ids[0], {{"serial", "SN-1"}});
  world.add_party("rival", "US", {"designer", "packager", "fab", "test_house"});
  world.record("rival", {.kind = "product.register",
                         .body = {{"product", "b1"}, {"name", "B1"}, {"tpp", 5'000}}});
  world.record("rival",
               {.kind = "id.reserve",
                .body = {{"block", 80}, {"count", 1}, {"product", "b1"}, {"packager", "rival"}}});
  const ChipId other = ChipId::from_parts({.block = 80, .ordinal = 0, .random = 1});
  registry::Draft package{
      .kind = "chip.package", .body = {{"product", "b1"}}, .site = "rival-site"};
  package.chips = {{other, {{"serial", "SN-1"}}}};
  world.record("rival", package);
  world.release("maker", "northwind", "S1", ids);

  // The extract of a border has one of the two chips only, and says so of both.
  const Answer answer = asked(extract_of(world), "SN-1");
  CHECK(answer.verdict == Verdict::hold);
  CHECK(codes(answer) == std::vector<std::string>{"alias.several"});
  CHECK(answer.reasons[0].text.find(other.to_string()) != std::string::npos);
  CHECK(answer.reasons[0].text.find(ids[0].to_string()) != std::string::npos);
}

TEST_CASE("known to its maker, or to a list, does not mean that it exists") {
  World world;
  const auto ids = reserved(world, 70, 2);
  make(world, ids[0], {{"serial", "SN-1"}});
  exchange::Resolver aliases(origin);
  must(aliases.read_list("uri,space,id\nurn:maker:serial:77,chip," + ids[1].to_string() + "\n",
                         "list"));
  const std::string all = extract_of(world, Scope::all, aliases);

  const Answer reserved_only = asked(all, ids[1].to_string());
  CHECK(reserved_only.verdict == Verdict::unknown);
  CHECK(codes(reserved_only) == std::vector<std::string>{"scan.reserved"});
  CHECK(reserved_only.reasons[0].text.find("maker reserved for a1") != std::string::npos);
  const Answer listed_only = asked(all, "urn:maker:serial:77");
  CHECK(listed_only.verdict == Verdict::unknown);
  CHECK(codes(listed_only) == std::vector<std::string>{"scan.list_only"});
  CHECK(listed_only.reasons[0].text.find("does not mean that it exists") != std::string::npos);
  CHECK(codes(asked(all, "SN-77")) == std::vector<std::string>{"scan.unknown"});
  // Where the extract has no list of all chips, it does not pretend to know.
  CHECK(
      asked(extract_of(world), ids[1].to_string()).reasons[0].text.find("is not in this extract") !=
      std::string::npos);
}
