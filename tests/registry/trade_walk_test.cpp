// A random walk through licences, shipments in parts and on other ways, seizures, repairs and
// title, right and wrong moves alike. After every statement caps, shipments and custody add up.

#include <algorithm>
#include <map>

#include "ledger/crypto/sha256.hpp"
#include "registry/audit.hpp"
#include "tests/registry/support/invariants.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

constexpr int trade_events = 12'000;
constexpr std::size_t trade_pool = 30;

class TradeWalker final {
 public:
  explicit TradeWalker(World& world) : world_(world), chips_(world.chips(trade_pool)) {}

  struct Move {
    std::string org;
    Draft draft;
    std::vector<std::string> others{};
  };

  Move next() {
    switch (below(13)) {
      case 0:
      case 1:
      case 2:
        return release();
      case 3:
      case 4:
        return accept();
      case 5:
        return hand_over();
      case 6:
        return split_or_merge();
      case 7:
        return reroute();
      case 8:
        return back();
      case 9:
        return seize();
      case 10:
        return title();
      case 11:
        return licence();
      default:
        return repair();
    }
  }

 private:
  std::size_t below(std::size_t bound) { return world_.random.below(bound); }
  const Tables& tables() { return world_.state().tables(); }
  const std::string& party() { return parties_[below(parties_.size())]; }
  std::string id(const char* stem) { return stem + std::to_string(++serial_); }
  std::string name(RowN row) { return world_.state().party_name(row); }
  const ChipId& chip() { return chips_[below(chips_.size())]; }

  /// A chip and up to two more that stand alike.
  std::vector<ChipId> alike() {
    std::vector<ChipId> some{chip()};
    const ChipState& first = world_.chip(some.front());
    for (int tries = 0; tries < 6 && some.size() < 3; ++tries) {
      const ChipId& other = chip();
      const ChipState& now = world_.chip(other);
      const bool same = now.custodian == first.custodian && now.flags == first.flags &&
                        now.shipment == first.shipment && now.life == first.life &&
                        now.leg == first.leg && now.transport == first.transport;
      if (same && std::ranges::find(some, other) == some.end()) some.push_back(other);
    }
    return some;
  }

  /// Chips of an open shipment, likely: `shipment_` is theirs.
  std::vector<ChipId> under_way() {
    for (int tries = 0; tries < 20; ++tries) {
      auto some = alike();
      shipment_ = world_.chip(some.front()).shipment;
      if (shipment_ != no_row) return some;
    }
    shipment_ = 0;
    return alike();
  }
  std::string shipment() {
    return shipment_ < tables().shipments.size() ? tables().shipments[shipment_].id : "none";
  }
  std::string side(RowN Shipment::*which) {
    const bool right = shipment_ < tables().shipments.size() && below(12) != 0;
    return right ? name(tables().shipments[shipment_].*which) : party();
  }

  /// The open return of a chip, or `no_row`.
  RowN return_of(const ChipId& id) {
    if (!world_.chip(id).has(Flag::rma)) return no_row;
    const RowN row = world_.state().find_chip(id);
    for (RowN n = tables().rma_items.size(); n > 0; --n) {
      const RmaItem& item = tables().rma_items[n - 1];
      if (item.chip == row) return item.rma;
    }
    return no_row;
  }

  /// All open chips of a shipment that has a sister on the same terms, and that sister's id.
  Move merge() {
    const auto& shipments = tables().shipments;
    for (RowN a = 0; a < shipments.size(); ++a) {
      for (RowN b = a + 1; b < shipments.size(); ++b) {
        const Shipment& one = shipments[a];
        const Shipment& two = shipments[b];
        if (one.open() == 0 || two.open() == 0 || one.release != two.release) continue;
        std::vector<ChipId> all;
        for (RowN n = 0; n < tables().chips.size(); ++n) {
          if (tables().chips[n].shipment == b) all.push_back(world_.state().chip_id(n));
        }
        return {name(one.sender),
                about("shipment.merge", all, {{"shipment", two.id}, {"into", one.id}}),
                {"truck"}};
      }
    }
    return release();
  }

  /// Under a licence most of the time, and then of the sender's own most of the time.
  Json terms(const std::string& from, const std::string& to) {
    Json body{{"receiver", to}, {"destination", to + "-site"}};
    const std::size_t right = below(6);
    const std::size_t own = from == "maker" ? 0 : 1;
    if (right == 0) body["exception"] = "X";
    if (right > 1) body["licence"] = "L" + std::to_string(right == 2 ? below(2) : own);
    return body;
  }

  Move release() {
    const auto some = alike();
    Json body = terms(world_.custodian(some.front()), party());
    body["shipment"] = id("S");
    body["purpose"] = "sale";
    const RowN return_row = return_of(some.front());
    if (return_row != no_row && below(4) != 0) {
      const Rma& rma = tables().rmas[return_row];
      const std::string from = world_.custodian(some.front());
      const std::string to = name(from == name(rma.vendor) ? rma.custodian : rma.vendor);
      body.update(
          {{"purpose", "rma"}, {"rma", rma.id}, {"receiver", to}, {"destination", to + "-site"}});
      body.erase("licence");
      if (below(2) == 0) body["exception"] = "RMA";
    }
    if (below(3) == 0) {
      Timestamp soon = world_.clock.now();
      soon.ms += 60 * 1000;
      body["accept_by"] = soon.to_string();
    }
    return {world_.custodian(some.front()), about("release", some, body)};
  }

  Move accept() {
    const auto some = under_way();
    const Hash hash = shipment_ < tables().shipments.size()
                          ? tables().statements[tables().shipments[shipment_].release].hash
                          : Hash{};
    const bool returning = world_.chip(some.front()).transport == Transport::returning;
    const std::string org = side(returning ? &Shipment::sender : &Shipment::receiver);
    return {org, about("accept", some,
                       {{"shipment", shipment()}, {"release", hash.to_hex()}, {"method", "opened"}},
                       org + "-site")};
  }

  Move hand_over() {
    const auto some = under_way();
    const RowN leg = world_.chip(some.front()).leg;
    const std::string giver =
        leg == no_row ? side(&Shipment::sender) : name(tables().legs[leg].taker);
    const std::string taker = below(3) == 0   ? side(&Shipment::sender)
                              : below(3) == 0 ? side(&Shipment::receiver)
                                              : "truck";
    return {
        giver,
        about("leg.handover", some, {{"shipment", shipment()}, {"taker", taker}, {"place", "p"}}),
        {taker}};
  }

  Move split_or_merge() {
    if (below(2) == 0) return merge();
    const auto some = under_way();
    return {side(&Shipment::sender),
            about("shipment.split", some, {{"shipment", shipment()}, {"into", id("S")}}),
            {"truck"}};
  }

  Move reroute() {
    const auto some = under_way();
    const std::string from = side(&Shipment::sender);
    const std::string to = party();
    Json body = terms(from, to);
    body.update({{"shipment", shipment()}, {"into", id("S")}, {"cause", "c"}});
    return {from, about("reroute", some, body), {to, "gov"}};
  }

  /// Cancelled by the sender or refused by the receiver.
  Move back() {
    const auto some = under_way();
    const Json body{{"shipment", shipment()}, {"cause", "c"}};
    if (below(2) == 0) return {side(&Shipment::sender), about("release.cancel", some, body)};
    const std::string org = side(&Shipment::receiver);
    return {org, about("refuse", some, body, org + "-site")};
  }

  Move seize() {
    const auto some = alike();
    if (!world_.chip(some.front()).has(Flag::seized)) {
      if (below(3) != 0) return release();
      return {"gov", about("choke.seize", some,
                           {{"seizure", id("Z")}, {"basis", "b"}, {"goods", true}}, "port")};
    }
    return {"gov", about("choke.unseize", some, {{"ruling", "r"}})};
  }

  Move title() {
    const auto some = alike();
    const std::string buyer = party();
    return {name(world_.chip(some.front()).owner),
            about("title.transfer", some,
                  {{"buyer", buyer}, {"contract", crypto::sha256("c").to_hex()}}),
            {buyer}};
  }

  Move licence() {
    const std::string licence = "L" + std::to_string(below(2));
    const std::size_t what = below(6);
    Json body{{"licence", licence}, {"reason", "r"}};
    if (what == 0) return {"gov", {.kind = "licence.suspend", .body = body}};
    if (what < 4) return {"gov", {.kind = "licence.resume", .body = body}};
    body["caps"] = Json::array();
    body["caps"].push_back(
        {{"cap", id("c")}, {"country", below(2) == 0 ? "SG" : "US"}, {"max_units", 15}});
    return {"gov", {.kind = "licence.amend", .body = body}};
  }

  Move repair() {
    const auto some = alike();
    const std::string owner = world_.custodian(some.front());
    if (!world_.chip(some.front()).has(Flag::rma)) {
      return {owner,
              about("rma.open", some, {{"rma", id("M")}, {"vendor", "maker"}, {"fault", "f"}}),
              {"maker"}};
    }
    const RowN row = return_of(some.front());
    if (row == no_row || owner != "maker") return release();
    const Rma& rma = tables().rmas[row];
    if (below(3) != 0) {
      return {"maker",
              about("repair", some, {{"rma", rma.id}, {"work", "w"}, {"result", "repaired"}})};
    }
    Draft close{.kind = "rma.close", .body = {{"rma", rma.id}}};
    for (RowN n = rma.first; n < rma.first + rma.units; ++n) {
      close.chips.push_back(
          {world_.state().chip_id(tables().rma_items[n].chip), {{"outcome", "repaired"}}});
    }
    std::ranges::sort(close.chips, {}, &StatementChip::chip);
    return {"maker", close};
  }

  World& world_;
  std::vector<ChipId> chips_;
  const std::vector<std::string> parties_{"maker",     "dealer",    "broker",
                                          "northwind", "southwind", "gov"};
  RowN shipment_ = no_row;
  int serial_ = 0;
};

void grant_walk_licences(World& world) {
  for (int n = 0; n < 2; ++n) {
    world.record(
        "gov",
        {.kind = "licence.grant",
         .body = {{"licence", "L" + std::to_string(n)},
                  {"licensee", n == 0 ? "maker" : "dealer"},
                  {"consignees", {"broker", "southwind", "dealer", "northwind", "maker"}},
                  {"countries", {"SG", "US"}},
                  {"products", {"a1"}},
                  {"max_units", 12},
                  {"restore_on", {"re_export", "seizure"}},
                  {"caps",
                   {{{"cap", "sg"}, {"country", "SG"}, {"max_units", 4}},
                    {{"cap", "q"}, {"period", "quarter"}, {"max_tpp", 30'000}},
                    {{"cap", "half"},
                     {"country", "SG"},
                     {"of_country", "US"},
                     {"percent", 80},
                     {"measure", "tpp"}}}},
                  {"window",
                   {{"from", "2026-01-01T00:00:00.000Z"}, {"to", "2030-01-01T00:00:00.000Z"}}}}});
  }
}

}  // namespace

TEST_CASE("caps, shipments and custody add up after every event of a walk through trade") {
  World world;
  world.add_party("truck", "US", {"carrier"});
  grant_walk_licences(world);
  TradeWalker walker(world);
  std::map<std::string, int> recorded;
  std::map<std::string, int> refused;
  for (int i = 0; i < trade_events; ++i) {
    const TradeWalker::Move move = walker.next();
    const std::string kind = move.draft.kind;
    const Outcome outcome = world.submit(move.org, move.draft, move.others);
    if (outcome.error) {
      ++refused[outcome.error->rule];
      continue;
    }
    ++recorded[kind];
    for (RowN n = 0; n < world.state().tables().chips.size(); ++n) check_chip(world.state(), n);
    check_shipments(world.state());
    check_books(world.state());
  }

  for (const char* kind :
       {"release", "accept", "leg.handover", "shipment.split", "shipment.merge", "reroute",
        "release.cancel", "refuse", "choke.seize", "choke.unseize", "title.transfer",
        "licence.suspend", "licence.resume", "licence.amend", "rma.open", "repair", "rma.close"}) {
    CHECK_MESSAGE(recorded[kind] >= 5, std::string(kind));
  }
  CHECK(refused["licence.cap_units"] + refused["licence.cap_tpp"] + refused["licence.cap_ratio"] >=
        20);
  CHECK(refused.size() >= 25);
  const auto& findings = world.state().tables().findings.rows();
  CHECK(
      std::ranges::any_of(findings, [](const Finding& f) { return f.code == "release.overdue"; }));

  const Hash before = must(world.registry().dump_hash());
  must(world.registry().rebuild());
  CHECK(must(world.registry().dump_hash()) == before);
  CHECK(must(audit_registry(world.store)).faults.empty());
}
