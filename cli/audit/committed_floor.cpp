#include "cli/audit/committed_floor.hpp"

#include "cli/audit/ledger_event.hpp"
#include "cli/chip_facts.hpp"
#include "cli/chip_names.hpp"

namespace muster::cli {
namespace {

using registry::no_index;
using registry::no_row;
using sampler::RegisterWord;
using sampler::Standing;

std::string id_or_none(const std::string& what, const std::string& id) {
  return id.empty() ? "no " + what : what + " " + id;
}

/// Why a chip should not stand anywhere, or should be on its way; empty if it may be at its site.
std::string not_at_site(const registry::ChipState& was) {
  using registry::Flag;
  if (was.life == registry::Life::destroyed) return "as destroyed";
  if (was.life == registry::Life::voided) return "as never made";
  if (was.life == registry::Life::out) return "as out of scope";
  if (was.has(Flag::stolen)) return "as stolen";
  if (was.has(Flag::lost)) return "as lost";
  if (was.has(Flag::missing)) return "as missing";
  if (was.has(Flag::seized)) return "as seized";
  return was.transport == registry::Transport::at_site ? "" : "as on its way";
}

RegisterWord placed(const registry::State& state, const CommittedFloor& floor, std::string chip,
                    const registry::ChipState& was) {
  const auto& tables = state.tables();
  const std::string site = was.site == no_row ? std::string() : tables.sites[was.site].id;
  const std::string custodian =
      was.custodian == no_row ? std::string() : state.party_name(was.custodian);
  const std::string gone = not_at_site(was);
  const std::string where =
      id_or_none("site", site) + ", in the hands of " + (custodian.empty() ? "nobody" : custodian);
  if (gone.empty() && site == floor.plan.request.site.text()) {
    return {Standing::here, std::move(chip), "registered here, " + where};
  }
  return {Standing::elsewhere, std::move(chip),
          "REGISTERED ELSEWHERE: the register had it " +
              (gone.empty() ? "at " + where : gone + ", last at " + where)};
}

}  // namespace

Result<CommittedFloor> committed_floor(Home& home, const std::string& id) {
  MUSTER_TRY_ASSIGN(auto place, plan_place(home, id));
  MUSTER_TRY_ASSIGN(const LedgerEvent event, ledger_event(home, place.index));
  const Json document = event.event.body.at("document");
  if (!sampler::is_floor_plan(document)) {
    return failure(
        Errc::invalid_input,
        "plan " + id + ": draws chips of the register, not positions; `muster plan show`");
  }
  MUSTER_TRY_ASSIGN(auto plan, sampler::parse_floor_plan(canonical_json(document)));
  const bool own = place.provers == std::vector<std::string>{plan.request.host.text()};
  if (!own || plan.request.id.text() != id) {
    return failure(Errc::corrupt, "plan " + id + ": its document is of plan " +
                                      plan.request.id.text() + " and host " +
                                      plan.request.host.text());
  }
  return CommittedFloor{std::move(plan), std::move(place)};
}

Result<FloorValue> floor_value(Home& home, const CommittedFloor& floor,
                               const BeaconSource& source) {
  const sampler::BeaconSpec& spec = floor.plan.request.beacon;
  MUSTER_TRY_ASSIGN(auto value, own_value(home, floor.place, spec, source));
  if (value.ceremony) return FloorValue{std::move(value), {}};
  if (!value.time) {
    return FloorValue{std::move(value),
                      "nothing signed shows that the value came after the plan was committed"};
  }
  if (*value.time <= floor.place.accepted_at || *value.time < spec.not_before) {
    return refusal("draw.value_not_later", "the value is of " + value.time->to_string() +
                                               ", plan " + floor.place.id + " was committed " +
                                               floor.place.accepted_at.to_string());
  }
  return FloorValue{std::move(value), {}};
}

Result<RegisterWord> register_word(Home& home, const CommittedFloor& floor,
                                   const std::string& name) {
  const registry::State& state = home.state();
  const exchange::Resolver no_list(state.origin());
  const FoundName found = find_name(state, no_list, name);
  if (found.chips.empty()) {
    return RegisterWord{
        Standing::unknown,
        {},
        "NOT REGISTERED" + (found.known_only.empty() ? "" : ": " + found.known_only)};
  }
  if (found.chips.size() > 1) {
    return RegisterWord{Standing::unclear,
                        {},
                        "names " + std::to_string(found.chips.size()) +
                            " chips of the register; read another mark"};
  }
  const FoundChip& chip = found.chips.front();
  const std::string id = state.chip_id(chip.chip).to_string();
  const std::string plan = "the plan (entry " + std::to_string(floor.place.index) + ")";
  if (chip.index != no_index && chip.index > floor.place.index) {
    return RegisterWord{Standing::unknown, id,
                        "NOT REGISTERED by that name before " + plan + ": entry " +
                            std::to_string(chip.index) + " says it"};
  }
  MUSTER_TRY_ASSIGN(const auto states, states_of(home, chip.chip, floor.place.index + 1));
  if (states.empty()) {
    return RegisterWord{Standing::unknown, id, "NOT REGISTERED before " + plan};
  }
  return placed(state, floor, id, states.front());
}

}  // namespace muster::cli
