#include "sampler/plan/request_json.hpp"

#include "sampler/plan/design_json.hpp"
#include "sampler/plan/json_values.hpp"
#include "sampler/plan/seen_before.hpp"

namespace muster::sampler {
namespace {

template <class Value>
Json optional_text(const std::optional<Value>& value) {
  return value ? Json(value->text()) : Json();
}

Json frame_json(const FrozenFrame& frame) {
  return Json{{"prover", frame.prover.text()},
              {"freeze", frame.freeze_statement.to_hex()},
              {"frame_root", frame.frame_root.to_hex()},
              {"frame_count", integer(frame.frame_count)},
              {"heads_root", frame.heads_root.to_hex()},
              {"declarations_root", frame.declarations_root.to_hex()}};
}

Json class_json(const ChipClass& item) {
  return Json{{"model", item.model},
              {"format", item.format},
              {"flop_per_s", std::to_string(item.flop_per_s)},
              {"highest_flop_per_s", std::to_string(item.highest_flop_per_s)},
              {"sparse_flop_per_s",
               item.sparse_flop_per_s ? Json(std::to_string(*item.sparse_flop_per_s)) : Json()},
              {"days_held", optional_text(item.days_held)},
              {"count", integer(item.count)},
              {"log_profile", item.log_profile},
              {"frame_class", item.frame_class},
              {"frame_weight", item.frame_weight}};
}

Json run_json(const PlanRequest& request) {
  return Json{{"rule_flop", request.run.rule_flop.text()},
              {"excess_flop", request.run.excess_flop.text()},
              {"reporting_limit_flop", request.reporting_limit_flop.text()},
              {"within_days", request.run.longest_days.text()},
              {"utilization", request.run.utilisation.text()}};
}

Json unseen_json(const PlanRequest& request) {
  return Json{{"offbook_at_most", integer(request.unseen.offbook)},
              {"exempt", integer(request.unseen.exempt)},
              {"broken", integer(request.unseen.broken)},
              {"leaked", integer(request.unseen.leaked)},
              {"ledger_unaccounted", optional_integer(request.ledger_unaccounted)},
              {"legacy_estimate", optional_integer(request.legacy_estimate)}};
}

Json snapshots_json(const std::optional<SnapshotSchedule>& schedule) {
  if (!schedule) return Json();
  return Json{{"per_day", schedule->per_day.text()},
              {"covered_hours", schedule->covered_hours.text()},
              {"retention_days", schedule->retention_days.text()},
              {"period_days", schedule->period_days.text()},
              {"campaign_days", schedule->campaign_days.text()},
              {"reading_delay_days", schedule->reading_delay_days.text()}};
}

Json queries_json(const std::optional<QueryExpectation>& queries) {
  if (!queries) return Json();
  return Json{{"rate", queries->rate.exact()->text()},
              {"close_days", integer(queries->close_days)},
              {"mean_close_days", queries->mean_close_days.text()}};
}

Json freeze_witness_json(const std::optional<FreezeWitness>& witness) {
  if (!witness) return Json();
  return Json{{"policy", witness->policy}, {"checkpoint", witness->checkpoint}};
}

}  // namespace

/// `sources` is left out where there are none, so that the hashes of older plans stay.
Json beacon_spec_json(const BeaconSpec& beacon) {
  Json json = {{"kind", beacon.kind},
               {"round", integer(beacon.round)},
               {"not_before", beacon.not_before.to_string()}};
  for (const PublicRound& source : beacon.sources) {
    json["sources"].push_back(
        Json{{"kind", source.kind}, {"key", source.key}, {"round", integer(source.round)}});
  }
  return json;
}

namespace {

/// Everything but what plans without it leave out, so that the hashes of older plans stay.
Json whole_request_json(const PlanRequest& request) {
  Json frames = Json::array();
  for (const auto& frame : request.frames) frames.push_back(frame_json(frame));
  Json sites = Json::array();
  for (const auto& site : request.sites) {
    sites.push_back(Json{{"site", site.site.text()}, {"chips", integer(site.chips)}});
  }
  Json classes = Json::array();
  for (const auto& item : request.classes) classes.push_back(class_json(item));
  Json json{{"id", request.id.text()},
            {"purpose", purpose_name(request.purpose)},
            {"title", request.title},
            {"window", Json{{"from", request.window.from.to_string()},
                            {"to", request.window.to.to_string()}}},
            {"frames", frames},
            {"sites", sites},
            {"classes", classes},
            {"run", run_json(request)},
            {"unseen", unseen_json(request)},
            {"target", request.target.exact()->text()},
            {"snapshots", snapshots_json(request.snapshots)},
            {"queries", queries_json(request.queries)},
            {"not_covered", request.not_covered},
            {"presence_required", presence_name(request.presence_required)},
            {"beacon", beacon_spec_json(request.beacon)},
            {"vrf_key", request.vrf_key.text()},
            {"emulated", request.emulated},
            {"freeze_witness", freeze_witness_json(request.freeze_witness)}};
  if (request.design) json["design"] = design_json(*request.design);
  if (request.evidence != EvidenceDemand{}) {
    json["evidence"] = evidence_demand_json(request.evidence);
  }
  return json;
}

}  // namespace

Json request_json(const PlanRequest& request) {
  Json json = whole_request_json(request);
  if (const auto& extended = request.extends) {
    json["extends"] = Json{{"plan", extended->plan.text()},
                           {"draw", extended->draw.to_hex()},
                           {"lines", integer(extended->lines)}};
  }
  if (request.seen) json["seen_before"] = seen_json(*request.seen);
  return json;
}

}  // namespace muster::sampler
