// A random walk through the kinds that move chips, right and wrong moves alike. After every
// accepted statement the invariants hold; at the end the log leads to the same state again.

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "ledger/crypto/sha256.hpp"
#include "registry/audit.hpp"
#include "tests/registry/support/invariants.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

constexpr int events = 20'000;
constexpr std::size_t pool = 36;
const std::vector<std::string> orgs{"maker", "dealer", "broker", "northwind", "southwind", "gov"};

/// Makes one random move, likely enough one that is allowed.
class Walker final {
 public:
  explicit Walker(World& world) : world_(world), chips_(world.chips(pool)) {}

  Draft next(std::string& org, std::vector<std::string>& co_signers) {
    const auto some = of_one_custodian(org);
    const std::string site = below(8) == 0 ? pick(orgs) + "-site" : org + "-site";
    const std::size_t choice = below(20);
    if (choice < 4) return release(some);
    if (choice < 8) return accept(org);
    if (choice == 8) return by_party_of_shipment(org, &Shipment::receiver, "arrive");
    if (choice == 9) return by_party_of_shipment(org, &Shipment::receiver, "refuse");
    if (choice == 10) return by_party_of_shipment(org, &Shipment::sender, "release.cancel");
    if (choice == 11) return about("install", some, Json::object(), site);
    if (choice == 12) return about("uninstall", some, {{"cause", "c"}});
    if (choice == 13) {
      return about("asm.attach", some, {{"parent", holder("b")}, {"type", "board"}}, site);
    }
    if (choice == 14) {
      return about("asm.detach", some, {{"parent", holder_of(some, "b")}, {"reason", "r"}});
    }
    if (choice == 15) return pack_or_unpack(some, site);
    if (choice < 18) return border(org, co_signers);
    if (choice == 18) return missing(org, some, site, co_signers);
    return end_of_life(some, site, co_signers);
  }

  /// Keeps a stock of chips that are neither missing, held nor gone.
  void maybe_make_chips() {
    std::size_t healthy = 0;
    for (std::size_t i = chips_.size() - pool; i < chips_.size(); ++i) {
      const Display display = world_.display(chips_[i]);
      healthy += display != Display::destroyed && display != Display::lost &&
                 display != Display::stolen && display != Display::held_at_border;
    }
    if (healthy >= pool / 2) return;
    const auto more = world_.chips(pool / 2);
    chips_.insert(chips_.end(), more.begin(), more.end());
  }

 private:
  std::size_t below(std::size_t bound) { return world_.random.below(bound); }
  const std::string& pick(const std::vector<std::string>& list) { return list[below(list.size())]; }
  std::string holder(const std::string& kind) { return kind + std::to_string(below(400)); }
  const Tables& tables() { return world_.state().tables(); }

  ChipId any_chip() { return chips_[chips_.size() - pool + below(pool)]; }

  /// Up to three chips alike, and the party that has them; sometimes another party.
  std::vector<ChipId> of_one_custodian(std::string& org) {
    const ChipId first = any_chip();
    const std::string owner = world_.custodian(first);
    org = below(10) == 0 || owner == "nobody" ? pick(orgs) : owner;
    std::vector<ChipId> some{first};
    for (int tries = 0; tries < 6 && some.size() < 3; ++tries) {
      const ChipId other = any_chip();
      const auto& a = world_.chip(first);
      const auto& b = world_.chip(other);
      const bool alike = a.custodian == b.custodian && a.site == b.site && a.place == b.place &&
                         a.life == b.life && a.flags == b.flags && a.shipment == b.shipment;
      const bool there = std::find(some.begin(), some.end(), other) != some.end();
      if (alike && !there) some.push_back(other);
    }
    return some;
  }

  /// The holder that the first chip stands in, or any.
  std::string holder_of(const std::vector<ChipId>& some, const std::string& kind) {
    const RowN parent = world_.chip(some.front()).parent;
    return parent == no_row ? holder(kind) : tables().holders[parent].id;
  }

  /// Some open chips of a recent shipment, which becomes `shipment_`; any chip if there is none.
  std::vector<ChipId> in_shipment() {
    std::vector<RowN> open;
    for (RowN n = tables().shipments.size(); n > 0 && open.size() < 8; --n) {
      if (tables().shipments[n - 1].open() > 0) open.push_back(n - 1);
    }
    if (open.empty()) return {any_chip()};
    shipment_ = open[below(open.size())];
    std::vector<ChipId> list;
    for (RowN n = 0; n < tables().chips.size(); ++n) {
      const bool inside = tables().chips[n].shipment == shipment_;
      if (inside && below(3) != 0) list.push_back(world_.state().chip_id(n));
    }
    return list.empty() ? std::vector<ChipId>{any_chip()} : list;
  }

  std::string shipment() {
    return shipment_ < tables().shipments.size() ? tables().shipments[shipment_].id : "none";
  }

  Draft by_party_of_shipment(std::string& org, RowN Shipment::*side, const std::string& kind) {
    const auto list = in_shipment();
    if (shipment_ < tables().shipments.size() && below(6) != 0) {
      org = world_.state().party_name(tables().shipments[shipment_].*side);
    }
    Json body{{"shipment", shipment()}};
    if (kind != "arrive") body["cause"] = "c";
    return about(kind, list, body, org + "-site");
  }

  Draft release(const std::vector<ChipId>& some) {
    const std::string to = pick(orgs);
    Json body{{"shipment", "W" + std::to_string(++serial_)},
              {"receiver", to},
              {"destination", to + "-site"},
              {"purpose", "sale"}};
    const std::size_t right = below(4);
    if (right == 0) body["exception"] = "X";
    if (right >= 2) body["licence"] = "L" + std::to_string(below(2));
    Draft draft = about("release", some, body);
    if (world_.chip(some.front()).parent != no_row) {
      draft.chips.clear();
      draft.container = holder_of(some, "c");
    }
    return draft;
  }

  Draft accept(std::string& org) {
    const auto list = in_shipment();
    Hash release;
    if (shipment_ < tables().shipments.size()) {
      const Shipment& chosen = tables().shipments[shipment_];
      release = tables().statements[chosen.release].hash;
      const bool back = world_.chip(list.front()).transport == Transport::returning;
      if (below(6) != 0) org = world_.state().party_name(back ? chosen.sender : chosen.receiver);
    }
    Draft draft =
        about("accept", list,
              {{"shipment", shipment()}, {"release", release.to_hex()}, {"method", "opened"}},
              org + "-site");
    if (world_.chip(list.front()).parent != no_row && below(2) != 0) {
      draft.chips.clear();
      draft.container = holder_of(list, "c");
    }
    return draft;
  }

  Draft pack_or_unpack(const std::vector<ChipId>& some, const std::string& site) {
    if (world_.chip(some.front()).parent == no_row) {
      return about("pack", some, {{"container", holder("c")}}, site);
    }
    return {.kind = "unpack", .body = {{"seal_state", "none"}}, .container = holder_of(some, "c")};
  }

  /// Loose chips of one shipment that are released and just there, under no hold; may be none.
  std::vector<ChipId> loose_and(Transport transport) {
    std::vector<ChipId> list;
    for (RowN n = 0; n < tables().chips.size(); ++n) {
      const ChipState& now = tables().chips[n];
      const bool fits = now.transport == transport && now.parent == no_row &&
                        now.shipment != no_row && now.flags == 0;
      if (!fits || (!list.empty() && now.shipment != shipment_)) continue;
      shipment_ = now.shipment;
      list.push_back(world_.state().chip_id(n));
    }
    return list;
  }

  /// From the sender to a carrier.
  Draft hand_over(std::string& org, std::vector<std::string>& co_signers) {
    auto list = loose_and(Transport::at_site);
    if (list.empty()) list = in_shipment();
    if (shipment_ < tables().shipments.size()) {
      org = world_.state().party_name(tables().shipments[shipment_].sender);
    }
    co_signers = {"witness"};
    return about("leg.handover", list,
                 {{"shipment", shipment()}, {"taker", "witness"}, {"place", "quay"}});
  }

  Draft border(std::string& org, std::vector<std::string>& co_signers) {
    const std::size_t choice = below(7);
    if (choice > 5) return hand_over(org, co_signers);
    org = "gov";
    if (choice == 0) {
      return about("choke.hold", {any_chip()},
                   {{"hold", "H" + std::to_string(++serial_)}, {"basis", "b"}});
    }
    if (choice < 4) return clear();
    auto list = loose_and(Transport::with_carrier);
    if (list.empty() || below(4) == 0) list = in_shipment();
    return about("choke.checkin", list, {{"shipment", shipment()}, {"declared_count", 1}}, "port");
  }

  /// Lifts every hold of one chip, and lets it depart if it waits at the border.
  Draft clear() {
    Json holds = Json::array();
    ChipId chip = any_chip();
    for (RowN n = tables().held.size(); n > 0; --n) {
      const Held& row = tables().held[n - 1];
      const bool open = row.lifted == no_index && tables().chips[row.chip].life != Life::destroyed;
      if (open && holds.empty()) chip = world_.state().chip_id(row.chip);
      if (open && world_.state().find_chip(chip) == row.chip) {
        holds.push_back(tables().holds[row.hold].id);
      }
    }
    for (RowN n = 0; holds.empty() && n < tables().chips.size(); ++n) {
      const bool waits = tables().chips[n].transport == Transport::at_chokepoint;
      if (waits) chip = world_.state().chip_id(n);
    }
    const bool waits = world_.chip(chip).transport == Transport::at_chokepoint;
    return about("choke.clear", {chip}, {{"holds", holds}, {"depart", waits || below(8) == 0}});
  }

  Draft missing(std::string& org, const std::vector<ChipId>& some, const std::string& site,
                std::vector<std::string>& co_signers) {
    const ChipState& state = world_.chip(some.front());
    if (state.has(Flag::quarantine)) {
      org = "gov";
      return about("quarantine.lift", {some[0]}, {{"reason", "r"}});
    }
    if (state.has(Flag::lost) || state.has(Flag::stolen)) {
      co_signers = {"gov"};
      return about("recover", {some[0]}, {{"place", "p"}, {"proof", crypto::sha256("p").to_hex()}},
                   site);
    }
    if (below(2) == 0) return about("loss.declare", {some[0]}, {{"circumstances", "c"}});
    return about("theft.declare", {some[0]}, {{"circumstances", "c"}, {"police", "p"}});
  }

  Draft end_of_life(const std::vector<ChipId>& some, const std::string& site,
                    std::vector<std::string>& co_signers) {
    if (world_.chip(some.front()).life == Life::passed && below(6) != 0) {
      return about("retire", {some[0]}, {{"cause", "c"}});
    }
    if (below(8) != 0) co_signers = {"witness"};
    return about("destroy", {some[0]}, {{"method", "m"}, {"place", "p"}}, site);
  }

  World& world_;
  std::vector<ChipId> chips_;
  RowN shipment_ = no_row;
  int serial_ = 0;
};

/// Licences of two exporters, with a cap of every sort.
void grant_licences(World& world) {
  for (int n = 0; n < 2; ++n) {
    world.record(
        "gov",
        {.kind = "licence.grant",
         .body = {{"licence", "L" + std::to_string(n)},
                  {"licensee", n == 0 ? "maker" : "dealer"},
                  {"consignees", {"broker", "southwind", "dealer", "northwind"}},
                  {"countries", {"SG", "US"}},
                  {"products", {"a1"}},
                  {"max_units", 60},
                  {"restore_on", {"re_export", "destruction"}},
                  {"caps",
                   {{{"cap", "sg"}, {"country", "SG"}, {"max_units", 20}},
                    {{"cap", "broker"}, {"consignee", "broker"}, {"max_units", 12}},
                    {{"cap", "half"},
                     {"country", "SG"},
                     {"of_country", "US"},
                     {"percent", 50},
                     {"measure", "units"}}}},
                  {"window",
                   {{"from", "2026-01-01T00:00:00.000Z"}, {"to", "2030-01-01T00:00:00.000Z"}}}}});
  }
}

}  // namespace

TEST_CASE("invariants 1 to 6, 10 and 13 hold after every event of a random walk") {
  World world;
  grant_licences(world);
  Walker walker(world);
  std::map<std::string, int> recorded;
  std::map<std::string, int> refused;
  for (int i = 0; i < events; ++i) {
    std::string org;
    std::vector<std::string> co_signers;
    const Draft draft = walker.next(org, co_signers);
    const std::string kind = draft.kind;
    const Outcome outcome = world.submit(org, draft, co_signers);
    if (outcome.error) {
      ++refused[outcome.error->rule];
      continue;
    }
    ++recorded[kind];
    // What the statement touched, after each; everything now and then.
    const bool everything = i % 100 == 0;
    for (RowN n = 0; n < world.state().tables().chips.size(); ++n) {
      const bool touched = world.state().tables().chips[n].last + 1 == world.state().size();
      if (touched || everything) check_chip(world.state(), n);
    }
    check_shipments(world.state());
    if (everything) check_books(world.state());
    walker.maybe_make_chips();
  }

  // The walk went everywhere: most kinds happened, and many rules refused.
  for (const char* kind :
       {"release", "accept", "arrive", "refuse", "release.cancel", "install", "uninstall",
        "asm.attach", "asm.detach", "pack", "unpack", "choke.checkin", "choke.hold", "choke.clear",
        "loss.declare", "recover", "quarantine.lift", "retire", "destroy"}) {
    CHECK_MESSAGE(recorded[kind] >= 10, std::string(kind));
  }
  int accepted = 0;
  for (const auto& [kind, count] : recorded) accepted += count;
  CHECK(accepted >= events / 8);
  CHECK(refused.size() >= 20);
  const auto& draws = world.state().tables().draws.rows();
  CHECK(std::ranges::count_if(draws, [](const Draw& row) { return row.licence != no_row; }) > 20);
  CHECK(refused["licence.cap_units"] + refused["licence.cap_ratio"] >= 5);

  // 18: the log alone leads to the same state; every statement is sound.
  const Hash before = must(world.registry().dump_hash());
  must(world.registry().rebuild());
  CHECK(must(world.registry().dump_hash()) == before);
  const auto audit = must(audit_registry(world.store));
  CHECK(audit.faults.empty());
}
