#include "cli/audit/gate.hpp"

#include <algorithm>

#include "cli/audit/ledger_event.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "sampler/beacon/beacons_file.hpp"

namespace muster::cli {
namespace {

constexpr std::uint64_t most_values_bytes = std::uint64_t{1} << 23U;

/// The site's row of the seal, or null.
const registry::SealedSite* sealed_site(Home& home, const std::string& plan,
                                        const std::string& site) {
  const auto& rows = home.state().tables().sealed_sites;
  const registry::RowN row = rows.find(plan + "/" + site);
  return row == registry::no_row ? nullptr : &rows[row];
}

Result<std::optional<sampler::BeaconsFile>> values_in(const BeaconSource& source) {
  if (source.file.empty()) return std::optional<sampler::BeaconsFile>();
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(source.file, most_values_bytes));
  auto json = parse_json(text);
  if (!json) return failure(std::move(json.error()).during(source.file));
  MUSTER_TRY_ASSIGN(auto file, sampler::parse_beacons(*json));
  return std::optional(std::move(file));
}

/// The value that the sources made for a site first after the arrival there.
Result<sampler::GateValue> first_value(const CommittedPlan& plan, const std::string& site,
                                       Timestamp arrived, const sampler::BeaconsFile& file) {
  MUSTER_TRY_ASSIGN(const auto rounds, gate_rounds(plan.plan, arrived));
  const auto values = sampler::round_values(rounds, file, {sampler::plan_hash(plan.plan), {}});
  sampler::GateValue gate{site, arrived, sampler::combined_beacon(values),
                          sampler::known_since(values)};
  gate.beacon.kind = "gate";
  return gate;
}

/// What an opening says of its value, on the Verifier's word.
Result<sampler::BeaconValue> stated_by_opening(Home& home, const CommittedPlan& plan,
                                               const std::string& site) {
  MUSTER_TRY_ASSIGN(const LedgerEvent found,
                    ledger_event(home, sealed_site(home, plan.id, site)->opened));
  const Json beacon = found.event.body.at("beacon");
  std::string hex;
  if (beacon.contains("randomness") && beacon.at("randomness").is_string()) {
    hex = beacon.at("randomness").get<std::string>();
  }
  auto bytes = bytes_from_hex(hex);
  return sampler::BeaconValue{"value", 0, bytes ? std::move(*bytes) : Bytes(), false,
                              "stated by the opening; give --beacon FILE"};
}

}  // namespace

Result<std::optional<Timestamp>> arrival_at(Home& home, const CommittedPlan& plan,
                                            const std::string& site) {
  const registry::SealedSite* row = sealed_site(home, plan.id, site);
  if (row == nullptr || row->arrived == registry::no_index || row->arrived > row->opened) {
    return std::optional<Timestamp>();
  }
  MUSTER_TRY_ASSIGN(const LedgerEvent found, ledger_event(home, row->arrived));
  return std::optional(found.accepted_at);
}

Result<std::vector<sampler::PublicRound>> gate_rounds(const sampler::Plan& plan,
                                                      Timestamp arrived) {
  std::vector<sampler::PublicRound> rounds = plan.request.beacon.sources;
  for (sampler::PublicRound& round : rounds) {
    MUSTER_TRY_ASSIGN(round.round, sampler::round_at(round.kind, Timestamp{arrived.ms + 1}));
  }
  return rounds;
}

Result<DrawValue> opening_value(Home& home, const CommittedPlan& plan, const BeaconSource& source,
                                const std::vector<std::string>& sites) {
  if (!sampler::drawn_at_gates(plan.plan)) return sealed_value(home, plan, source);
  if (sites.size() != 1) {
    return failure(Errc::invalid_input, "plan " + plan.id +
                                            " draws at the gates: open one site at a time, by "
                                            "--site");
  }
  MUSTER_TRY_ASSIGN(const auto arrived, arrival_at(home, plan, sites.front()));
  if (!arrived) {
    return refusal("draw.not_arrived",
                   plan.id + "/" + sites.front() + ": no arrival is recorded; `muster kit arrive`");
  }
  if (source.file.empty() == source.value.empty()) {
    return failure(Errc::invalid_input,
                   "beacon: want --beacon FILE, made by `muster beacon collect` after the arrival, "
                   "or --beacon-value HEX");
  }
  if (!source.value.empty()) {
    MUSTER_TRY_ASSIGN(auto stated, sampler::stated_value(source.value, source.source, 0));
    return DrawValue{std::move(stated), "value"};
  }
  MUSTER_TRY_ASSIGN(const auto file, values_in(source));
  MUSTER_TRY_ASSIGN(auto gate, first_value(plan, sites.front(), *arrived, *file));
  if (!gate.beacon.verified && !gate.beacon.unchecked) {
    return refusal("draw.beacon", gate.beacon.source);
  }
  return DrawValue{std::move(gate.beacon), "gate", {}, gate.time};
}

Result<std::vector<sampler::GateValue>> gate_values(Home& home, const CommittedPlan& plan,
                                                    const BeaconSource& source,
                                                    const std::vector<LedgerOpening>& openings) {
  std::vector<sampler::GateValue> gates;
  if (!sampler::drawn_at_gates(plan.plan)) return gates;
  MUSTER_TRY_ASSIGN(const auto file, values_in(source));
  gates.reserve(openings.size());
  for (const LedgerOpening& opening : openings) {
    MUSTER_TRY_ASSIGN(const auto arrived, arrival_at(home, plan, opening.site));
    if (file && arrived) {
      MUSTER_TRY_ASSIGN(auto gate, first_value(plan, opening.site, *arrived, *file));
      gates.push_back(std::move(gate));
      continue;
    }
    MUSTER_TRY_ASSIGN(auto stated, stated_by_opening(home, plan, opening.site));
    gates.push_back({opening.site, arrived, std::move(stated), std::nullopt});
  }
  return gates;
}

}  // namespace muster::cli
