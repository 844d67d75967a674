// Which route answers what a verb prints.

#include <array>

#include "cli/remote/route_answers.hpp"

namespace muster::cli {
namespace {

using Parameters = std::span<const RouteParameter>;
using Columns = std::span<const std::string_view>;

constexpr std::array chip_list_parameters{RouteParameter{"party", "party"},
                                          RouteParameter{"after", "after"},
                                          RouteParameter{"limit", "limit"}};
constexpr std::array history_parameters{RouteParameter{"as-corrected", "as_corrected"},
                                        RouteParameter{"moves-only", "moves_only"},
                                        RouteParameter{"raw", "raw"}};
constexpr std::array open_parameters{RouteParameter{"open", "open"}};
constexpr std::array roster_parameters{
    RouteParameter{"site", "site"},     RouteParameter{"country", "country"},
    RouteParameter{"model", "model"},   RouteParameter{"product", "product"},
    RouteParameter{"window", "window"}, RouteParameter{"chips", "chips"},
    RouteParameter{"left", "left"},     RouteParameter{"index", "at"}};
constexpr std::array site_parameters{RouteParameter{"site", "site"}};
constexpr std::array balance_parameters{
    RouteParameter{"period", "period"}, RouteParameter{"site", "site"},
    RouteParameter{"product", "product"}, RouteParameter{"by", "by"},
    RouteParameter{"against", "against"}};

constexpr std::array<std::string_view, 5> chip_columns{"chip", "product", "custodian", "site",
                                                       "display"};
constexpr std::array<std::string_view, 5> change_columns{"index", "accepted_at", "kind", "party",
                                                         "display"};
constexpr std::array<std::string_view, 5> shipment_columns{"shipment", "sender", "receiver",
                                                           "released", "accepted"};
constexpr std::array<std::string_view, 4> licence_columns{"licence", "status", "authority",
                                                          "licensee"};
constexpr std::array<std::string_view, 4> party_columns{"party", "name", "country", "standing"};
constexpr std::array<std::string_view, 3> plan_columns{"plan", "status", "index"};
constexpr std::array<std::string_view, 5> return_columns{"rma", "custodian", "vendor", "opened",
                                                         "closed"};
constexpr std::array<std::string_view, 5> hold_columns{"hold", "authority", "basis", "held",
                                                       "lifted"};
constexpr std::array<std::string_view, 5> lot_columns{"lot", "unit", "product", "holder",
                                                      "quantity"};
constexpr std::array<std::string_view, 6> inventory_columns{"party",   "site", "count",
                                                            "missing", "over", "index"};
constexpr std::array<std::string_view, 4> finding_columns{"finding", "party", "open", "index"};

const std::array route_verbs{
    RouteVerb{
        .noun = "chip", .verb = "show", .path = "/v1/chips/{chip}", .proof = RouteProof::chip},
    RouteVerb{.noun = "chip",
              .verb = "history",
              .path = "/v1/chips/{chip}/history",
              .rows = "changes",
              .parameters = Parameters(history_parameters),
              .columns = Columns(change_columns)},
    RouteVerb{.noun = "chip",
              .verb = "list",
              .path = "/v1/chips",
              .list = "chips",
              .parameters = Parameters(chip_list_parameters),
              .columns = Columns(chip_columns),
              .lines = true},
    RouteVerb{.noun = "ship", .verb = "status", .path = "/v1/shipments/{id}"},
    RouteVerb{.noun = "ship",
              .verb = "status",
              .path = "/v1/shipments",
              .list = "shipments",
              .parameters = Parameters(open_parameters),
              .columns = Columns(shipment_columns)},
    RouteVerb{.noun = "licence", .verb = "show", .path = "/v1/licences/{id}"},
    RouteVerb{.noun = "licence",
              .verb = "list",
              .path = "/v1/licences",
              .list = "licences",
              .columns = Columns(licence_columns)},
    RouteVerb{.noun = "party", .verb = "show", .path = "/v1/parties/{id}"},
    RouteVerb{.noun = "party",
              .verb = "list",
              .path = "/v1/parties",
              .list = "parties",
              .columns = Columns(party_columns)},
    RouteVerb{.noun = "roster",
              .verb = "show",
              .path = "/v1/rosters/{party}",
              .rows = "chips",
              .parameters = Parameters(roster_parameters),
              .proof = RouteProof::roster},
    RouteVerb{.noun = "balance",
              .verb = "show",
              .path = "/v1/balances/{party}",
              .parameters = Parameters(balance_parameters)},
    RouteVerb{.noun = "plan", .verb = "show", .path = "/v1/plans/{id}"},
    RouteVerb{.noun = "plan",
              .verb = "list",
              .path = "/v1/plans",
              .list = "plans",
              .columns = Columns(plan_columns)},
    RouteVerb{.noun = "ledger",
              .verb = "entry",
              .path = "/v1/entries/{index}",
              .proof = RouteProof::entry},
    RouteVerb{.noun = "rma", .verb = "show", .path = "/v1/returns/{id}", .rows = "chips"},
    RouteVerb{.noun = "rma",
              .verb = "list",
              .path = "/v1/returns",
              .list = "returns",
              .columns = Columns(return_columns)},
    RouteVerb{.noun = "hold", .verb = "show", .path = "/v1/holds/{id}"},
    RouteVerb{.noun = "hold",
              .verb = "list",
              .path = "/v1/holds",
              .list = "holds",
              .parameters = Parameters(open_parameters),
              .columns = Columns(hold_columns)},
    RouteVerb{.noun = "lot", .verb = "show", .path = "/v1/lots/{id}"},
    RouteVerb{.noun = "lot",
              .verb = "list",
              .path = "/v1/lots",
              .list = "lots",
              .parameters = Parameters(open_parameters),
              .columns = Columns(lot_columns)},
    RouteVerb{.noun = "inventory",
              .verb = "show",
              .path = "/v1/inventories/{party}",
              .rows = "not_found",
              .parameters = Parameters(site_parameters)},
    RouteVerb{.noun = "inventory",
              .verb = "list",
              .path = "/v1/inventories",
              .list = "inventories",
              .columns = Columns(inventory_columns)},
    RouteVerb{.noun = "finding", .verb = "show", .path = "/v1/findings/{id}"},
    RouteVerb{.noun = "finding",
              .verb = "list",
              .path = "/v1/findings",
              .list = "findings",
              .parameters = Parameters(open_parameters),
              .columns = Columns(finding_columns)},
};

/// The option that the path has a value of; empty where it has none.
std::string_view path_option(std::string_view path) {
  const auto begin = path.find('{');
  if (begin == std::string_view::npos) return {};
  return path.substr(begin + 1, path.find('}') - begin - 1);
}

}  // namespace

const RouteVerb* route_of(const AskedVerb& asked) {
  for (const RouteVerb& one : route_verbs) {
    if (one.noun != asked.noun || one.verb != asked.verb) continue;
    const std::string_view wants = path_option(one.path);
    if (wants.empty() || asked.given.contains(std::string(wants))) return &one;
  }
  return nullptr;
}

}  // namespace muster::cli
