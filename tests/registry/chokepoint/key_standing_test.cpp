// What an extract says of keys: revoked, over, replaced, unknown, or too old to say.

#include "registry/chokepoint/key_standing.hpp"

#include "ledger/crypto/key_id.hpp"
#include "tests/registry/chokepoint/extract_support.hpp"
#include "tests/registry/support/keys.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::choke;

namespace {

KeyAnswer asked_key(const std::string& file, const std::string& key, Timestamp at = now,
                    std::int64_t max_age_ms = 0) {
  Extract extract = must(opened(file));
  extract.expire_after(max_age_ms);
  return must(key_standing(extract, key, at));
}

}  // namespace

TEST_CASE("a party's key is valid, over after its rotation, or revoked, each with its date") {
  World world;
  const std::string dealers = key_id(world, "dealer");
  const std::string before = extract_of(world);
  CHECK(asked_key(before, dealers).standing == KeyStanding::valid);
  CHECK(asked_key(before, dealers).holder == "dealer");

  world.record("registrar",
               {.kind = "key.revoke", .body = {{"key_id", dealers}, {"reason", "stolen"}}});
  const std::string file = extract_of(world);
  const KeyAnswer revoked = asked_key(file, dealers);
  CHECK(revoked.standing == KeyStanding::revoked);
  CHECK(revoked.text.starts_with("revoked on 202"));
  CHECK(asked_key(file, key_id(world, "a stranger")).standing == KeyStanding::unknown);
  CHECK(asked_key(file, "no key").standing == KeyStanding::unknown);
}

TEST_CASE("a key that is rotated is valid until its overlap ends, by the key or by its id") {
  World world;
  const Timestamp end{now.ms + ms_per_day};
  world.record("maker",
               {.kind = "key.rotate",
                .body = {{"old", key_id(world, "maker")},
                         {"key", public_of(world, "maker's second")},
                         {"overlap_until", end.to_string()}}},
               {"maker's second"});
  const std::string file = extract_of(world);

  CHECK(asked_key(file, key_id(world, "maker")).standing == KeyStanding::valid);
  CHECK(asked_key(file, key_id(world, "maker"), end).standing == KeyStanding::expired);
  CHECK(asked_key(file, public_of(world, "maker"), end).standing == KeyStanding::expired);
  CHECK(asked_key(file, public_of(world, "maker's second"), end).standing == KeyStanding::valid);
}

TEST_CASE("a device key is that of its chip, of a hot chip, or of none in the extract") {
  World world;
  const auto chips = world.chips(3);
  const auto key = [&](const ChipId& chip) {
    return world.state().tables().identities[world.state().find_chip(chip)].device_key.to_hex();
  };
  world.release("maker", "northwind", "S1", {chips[0]});
  world.record("maker", about("theft.declare", {chips[1]},
                              {{"circumstances", "break-in"}, {"police", "case 7"}}));
  const std::string file = extract_of(world);

  CHECK(asked_key(file, key(chips[0])).standing == KeyStanding::valid);
  CHECK(asked_key(file, key(chips[0])).holder == chips[0].to_string());
  CHECK(asked_key(file, key(chips[1])).standing == KeyStanding::hot);
  CHECK(asked_key(file, key(chips[2])).standing == KeyStanding::unknown);
  CHECK(asked_key(extract_of(world, Scope::all), key(chips[2])).standing == KeyStanding::valid);
}

TEST_CASE("an old extract still knows what is bad, and not what is good") {
  World world;
  const std::string dealers = key_id(world, "dealer");
  const std::string makers = key_id(world, "maker");
  world.record("registrar",
               {.kind = "key.revoke", .body = {{"key_id", dealers}, {"reason", "stolen"}}});
  world.release("maker", "northwind", "S1", world.chips(1));
  const std::string file = extract_of(world);
  const Timestamp week{now.ms + 7 * ms_per_day};

  CHECK(asked_key(file, makers, week).standing == KeyStanding::valid);
  CHECK(asked_key(file, makers, week, 7 * ms_per_day).standing == KeyStanding::too_old);
  CHECK(asked_key(file, makers, week, 8 * ms_per_day).standing == KeyStanding::valid);
  CHECK(asked_key(file, "nobody's", week, ms_per_day).standing == KeyStanding::too_old);
  CHECK(asked_key(file, dealers, week, ms_per_day).standing == KeyStanding::revoked);
  CHECK(asked_key(file, makers, Timestamp{now.ms - 1}).standing == KeyStanding::clock);

  Extract extract = must(opened(file));
  extract.expire_after(ms_per_day);
  CHECK(codes(must(look_up(extract, "S1", week))) == std::vector<std::string>{"extract.too_old"});
  CHECK(must(look_up(extract, "S1", now)).verdict == Verdict::released);
}
