#include "cli/roster_report.hpp"

#include <algorithm>
#include <iterator>

#include "cli/row_json.hpp"
#include "registry/roster.hpp"
#include "registry/state_root.hpp"

namespace muster::cli {
namespace {

using registry::RowN;

/// The entry with which each chip last went out of the party's custody, as the first `size` tell
/// it.
std::map<RowN, registry::Index32> last_exits(const registry::State& state, const PartyId& party,
                                             registry::Index32 size) {
  std::map<RowN, registry::Index32> exits;
  for (const RowN n : state.custody_of(state.tables().parties.find(party.text()))) {
    const registry::Custody& row = state.tables().custody[n];
    if (row.to_index >= size) continue;
    registry::Index32& last = exits[row.chip];
    last = std::max(last, row.to_index);
  }
  return exits;
}

/// Of a Prover alone: what its freezes and the state commitments count.
Result<std::vector<RosterLine>> prover_lines(const registry::State& state, const PartyId& party,
                                             const std::optional<Window>& window,
                                             registry::Index32 size) {
  std::vector<RosterLine> lines;
  if (!window) {
    MUSTER_TRY_ASSIGN(const auto roster, registry::roster(state, party, size));
    lines.reserve(roster.lines.size());
    for (const auto& line : roster.lines) {
      lines.push_back({.chip = line.chip,
                       .site = line.site,
                       .product = line.product.text(),
                       .display = line.display});
    }
    return lines;
  }
  MUSTER_TRY_ASSIGN(const auto frame, registry::frame(state, party, *window, size));
  const auto exits = last_exits(state, party, size);
  lines.reserve(frame.lines.size());
  for (const auto& line : frame.lines) {
    const auto gone = exits.find(state.find_chip(line.chip));
    WindowLine in_window{.held_ms = line.held_ms, .exit_read = line.exit_read, .left = line.left};
    if (line.left && gone != exits.end()) in_window.left_index = gone->second;
    lines.push_back({.chip = line.chip,
                     .site = line.site,
                     .product = line.product.text(),
                     .window = in_window});
  }
  return lines;
}

std::vector<RosterLine> selected_lines(const std::vector<registry::Holding>& holdings,
                                       const std::optional<Window>& window) {
  std::vector<RosterLine> lines;
  lines.reserve(holdings.size());
  for (const registry::Holding& held : holdings) {
    RosterLine line{.chip = held.chip,
                    .site = held.site,
                    .product = held.product,
                    .whose = WhoseLine{held.custodian, held.owner, held.tenant}};
    if (window) {
      line.window = WindowLine{.held_ms = held.held_ms,
                               .exit_read = held.exit_read,
                               .left = held.left != registry::no_index,
                               .left_index = held.left};
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

Result<std::vector<RosterLine>> lines_of(Home& home, const registry::Selection& selection,
                                         const std::optional<Window>& window,
                                         registry::Index32 size) {
  if (selection.custodian && selection == registry::Selection{.custodian = selection.custodian}) {
    MUSTER_TRY_ASSIGN(const PartyId party, PartyId::parse(*selection.custodian));
    return prover_lines(home.state(), party, window, size);
  }
  MUSTER_TRY_ASSIGN(const auto holdings, holdings_of(home, selection, window, size));
  return selected_lines(holdings, window);
}

/// What a state commitment has of each line.
std::vector<registry::RosterItem> items_of(const registry::State& state,
                                           const std::vector<RosterLine>& lines) {
  const auto& products = state.tables().products;
  std::vector<registry::RosterItem> items;
  items.reserve(lines.size());
  std::map<std::string_view, std::uint64_t> tpp;
  for (const RosterLine& line : lines) {
    const auto known = tpp.find(line.product);
    const auto of_product =
        known != tpp.end()
            ? known
            : tpp.emplace(line.product, products[products.find(line.product)].tpp).first;
    items.push_back({line.chip, of_product->second});
  }
  return items;
}

Json counts_json(const char* name, const std::map<std::string, std::uint64_t>& counts) {
  Json list = Json::array();
  for (const auto& [key, count] : counts) list.push_back({{name, key}, {"chips", count}});
  return list;
}

Json chips_json(const registry::State& state, const std::vector<RosterLine>& lines) {
  Json list = Json::array();
  for (const RosterLine& line : lines) list.push_back(roster_line_json(state, line));
  return list;
}

bool has_left(const RosterLine& line) { return line.window && line.window->left; }

RosterCounts counts_of(const std::vector<RosterLine>& lines) {
  RosterCounts counts;
  for (const RosterLine& line : lines) {
    ++counts.sites[line.site];
    ++counts.products[line.product];
    if (!line.window) continue;
    counts.held_ms += static_cast<std::uint64_t>(line.window->held_ms);
    const bool unread = line.window->left && !line.window->exit_read;
    counts.left = counts.left.value_or(0) + (line.window->left ? 1 : 0);
    counts.unread = counts.unread.value_or(0) + (unread ? 1 : 0);
  }
  return counts;
}

Json pools_json(const std::vector<LeasePool>& pools) {
  Json list = Json::array();
  for (const LeasePool& pool : pools) {
    list.push_back({{"lease", pool.lease},
                    {"lessor", pool.lessor},
                    {"capacity", pool.capacity},
                    {"chips", pool.chips},
                    {"from", pool.from.to_string()},
                    {"to", pool.to.to_string()}});
  }
  return list;
}

Json count_or_null(const std::optional<std::uint64_t>& count) {
  return count ? Json(*count) : Json(nullptr);
}

}  // namespace

Json roster_line_json(const registry::State& state, const RosterLine& line) {
  Json json{{"chip", line.chip.to_string()}, {"site", line.site}, {"product", line.product}};
  if (line.display) json["state"] = registry::name_of(*line.display);
  if (line.whose) {
    json["custodian"] = line.whose->custodian;
    json["owner"] = text_or_null(line.whose->owner);
    json["tenant"] = text_or_null(line.whose->tenant);
  }
  if (line.window) {
    const registry::Index32 index = line.window->left_index;
    const bool known = line.window->left && index != registry::no_index;
    json["held_ms"] = line.window->held_ms;
    json["exit_read"] = line.window->exit_read;
    json["left"] = line.window->left;
    json["left_index"] = known ? Json(index) : Json(nullptr);
    json["left_kind"] = known ? Json(state.tables().statements[index].kind) : Json(nullptr);
  }
  return json;
}

std::vector<RosterLine> left_of(const std::vector<RosterLine>& lines) {
  std::vector<RosterLine> left;
  std::ranges::copy_if(lines, std::back_inserter(left), has_left);
  return left;
}

Result<RosterReport> roster_report(Home& home, const RosterQuery& query, const RosterWish& wish) {
  const registry::Selection selection = selection_of(query);
  MUSTER_TRY_ASSIGN(const auto window, window_of(query));
  if (wish.left && !window) {
    return failure(Errc::invalid_input, "--left: wants --window, of which chips can have left");
  }
  MUSTER_TRY_ASSIGN(const registry::Index32 size, size_of(home.state(), query));
  MUSTER_TRY_ASSIGN(auto lines, lines_of(home, selection, window, size));
  RosterCounts counts = counts_of(lines);
  const auto items = items_of(home.state(), lines);
  const std::uint64_t tpp = registry::roster_tpp(items);
  std::string root = registry::roster_root(items).to_hex();
  const bool of_tenant = selection.tenant.has_value();
  auto pools = lease_pools(home.state(), selection.tenant.value_or(std::string()), window, size);
  Json json =
      Json({{"party", text_or_null(query.party)},
            {"selection", registry::selection_json(selection)},
            {"entries", size},
            {"window", window ? Json(query.window) : Json(nullptr)},
            {"count", lines.size()},
            {"tpp", tpp},
            {"held_ms", window ? Json(counts.held_ms) : Json(nullptr)},
            {"left", count_or_null(counts.left)},
            {"left_unread", count_or_null(counts.unread)},
            {"chip_days", window ? Json(registry::chip_days(counts.held_ms)) : Json(nullptr)},
            {"root", root},
            {"sites", counts_json("site", counts.sites)},
            {"products", counts_json("product", counts.products)},
            {"capacity_leases", of_tenant ? pools_json(pools) : Json(nullptr)},
            {"chips", wish.chips ? chips_json(home.state(), lines) : Json(nullptr)},
            {"left_chips", wish.left ? chips_json(home.state(), left_of(lines)) : Json(nullptr)}});
  return RosterReport{std::move(lines), std::move(counts), std::move(pools), size, tpp,
                      std::move(root),  std::move(json)};
}

}  // namespace muster::cli
