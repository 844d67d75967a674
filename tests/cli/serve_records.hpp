#pragma once

#include <string>
#include <vector>

#include "tests/cli/audit_world.hpp"
#include "tests/cli/cli_world.hpp"

namespace muster::test {

/// A world with one of each: chip 0 went to northwind in shipment S1 and is short there by case C1,
/// chip 1 lies in a crate with seal A7, chip 2 is leased to northwind, chip 3 is lost, chip 4 is to
/// be repaired by northwind in return M1, chips 0 and 5 are under hold H1. Northwind counted what
/// it has, and the maker has lot D1.
struct Records {
  explicit Records(const std::string& name) : world(name), chips(world.chips(6)) {
    world.deliver({chips[0]});
    world.record("northwind", {"case", "open", "--case", "C1", "--kind", "short", "--text",
                               "counted", "--shipment", "S1", "--quantity", "1"});
    packed = world.record("maker", {"pack", "fill", "--container", "crate-1", "--seal", "A7",
                                    "--at", "maker-site", "--chips", chips[1]});
    world.record("maker", {"lease", "start", "--lease", "R1", "--lessee", "northwind", "--country",
                           "SG", "--window", "2026-01-01..2027-01-01", "--sign",
                           world.key("northwind"), "--chips", chips[2]});
    world.record("maker",
                 {"chip", "lose", "--circumstances", "gone", "--chips", chips[3], "--yes"});
    world.record("gov", {"statement", "dispute", "--dispute", "D1", "--statement", packed,
                         "--claim", "never packed"});
    world.record("northwind", {"delegate", "grant", "--delegation", "G1", "--delegate", "witness",
                               "--kinds", "retire", "--window", "2026-01-01..2027-01-01"});
    add_stock();
  }

  void add_stock() {
    world.record("maker", {"rma", "open", "--rma", "M1", "--vendor", "northwind", "--fault", "f",
                           "--sign", world.key("northwind"), "--chips", chips[4]});
    world.record("northwind", {"inventory", "take", "--found", chips[0]});
    world.record("gov", {"choke", "hold", "--hold", "H1", "--basis", "law", "--chips",
                         chips[0] + "," + chips[5]});
    world.record("maker", {"lot", "create", "--lot", "D1", "--product", "a1", "--quantity", "9",
                           "--unit", "die", "--at", "maker-site"});
  }

  CliWorld world;
  std::vector<std::string> chips;
  std::string packed{};
};

/// The inspectorate asks the Prover about one of its chips: query Q1 of plan P1.
inline void open_query(AuditWorld& world) {
  const Json roster = world.json({"roster", "show", world.prover, "--chips"});
  world.json(Words{"query", "open", "--query", "Q1", "--plan", "P1", "--chip",
                   roster["chips"][0]["chip"].get<std::string>(), "--code", "odd", "--owner",
                   world.prover, "--due", "2028-01-01T00:00:00Z"} +
             world.by("inspectorate"));
}

}  // namespace muster::test
