#include "cli/scenario/register_books.hpp"

#include "registry/balance/clock_watch.hpp"
#include "registry/balance/unaccounted.hpp"
#include "registry/dispute.hpp"
#include "registry/registry.hpp"

namespace muster::cli::scenario {
namespace {

Json open_findings(const registry::State& state) {
  Json list = Json::array();
  for (const registry::Finding& one : state.tables().findings.rows()) {
    if (one.closed != registry::no_index) continue;
    list.push_back(
        {{"finding", one.id}, {"code", one.code}, {"party", state.party_name(one.party)}});
  }
  return list;
}

Json overdue_clocks(const registry::State& state, Timestamp at) {
  Json list = Json::array();
  for (const auto& clock : registry::running_clocks(state, registry::no_row, at)) {
    if (!clock.overdue) continue;
    list.push_back(
        {{"what", clock.what}, {"id", clock.id}, {"owner", state.party_name(clock.owner)}});
  }
  return list;
}

Json open_shipments(const registry::State& state) {
  Json list = Json::array();
  for (const registry::Shipment& one : state.tables().shipments.rows()) {
    if (one.open() == 0) continue;
    list.push_back({{"shipment", one.id},
                    {"on_the_book_of", state.party_name(one.sender)},
                    {"chips", one.open()}});
  }
  return list;
}

}  // namespace

Json books_json(const registry::State& state, Timestamp at) {
  return {{"at", at.to_string()},
          {"findings", open_findings(state)},
          {"unaccounted", registry::unaccounted(state, registry::no_row).total()},
          {"disputed", registry::disputed_statements(state)},
          {"on_their_way", open_shipments(state)},
          {"overdue", overdue_clocks(state, at)}};
}

Result<Json> books_of(ledger::Store& store, ledger::TreeSize size, Timestamp at) {
  FixedClock clock(at);
  MUSTER_TRY_ASSIGN(ledger::Log log, ledger::Log::open(store));
  registry::RegistryOptions options;
  options.up_to = size;
  MUSTER_TRY_ASSIGN(const auto registry, registry::Registry::open(log, clock, options));
  return books_json(registry.state(), at);
}

}  // namespace muster::cli::scenario
