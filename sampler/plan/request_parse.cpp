#include <charconv>

#include "sampler/plan/design_json.hpp"
#include "sampler/plan/json_values.hpp"
#include "sampler/plan/request_json.hpp"
#include "sampler/plan/seen_before.hpp"

namespace muster::sampler {
namespace {

Result<std::optional<std::uint64_t>> optional_count(FieldReader& fields, std::string_view key) {
  if (!fields.has(key)) {
    MUSTER_TRY(fields.any(key));
    return std::optional<std::uint64_t>();
  }
  MUSTER_TRY_ASSIGN(const std::uint64_t value, count(fields, key));
  return std::optional<std::uint64_t>(value);
}

Result<std::uint64_t> rate(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text(key));
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
    return failure(Errc::invalid_input, fields.path(key) + ": want a whole number as text");
  }
  return value;
}

Result<std::optional<Decimal>> optional_decimal(FieldReader& fields, std::string_view key) {
  if (!fields.has(key)) {
    MUSTER_TRY(fields.any(key));
    return std::optional<Decimal>();
  }
  MUSTER_TRY_ASSIGN(const Decimal value, fields.parsed<Decimal>(key));
  return std::optional<Decimal>(value);
}

Result<FrozenFrame> frame_from(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(const PartyId prover, fields.parsed<PartyId>("prover"));
  MUSTER_TRY_ASSIGN(const Hash freeze, fields.hash("freeze"));
  MUSTER_TRY_ASSIGN(const Hash root, fields.hash("frame_root"));
  MUSTER_TRY_ASSIGN(const std::uint64_t chips, count(fields, "frame_count"));
  MUSTER_TRY_ASSIGN(const Hash heads, fields.hash("heads_root"));
  MUSTER_TRY_ASSIGN(const Hash declarations, fields.hash("declarations_root"));
  MUSTER_TRY(fields.finish());
  return FrozenFrame{prover, freeze, root, chips, heads, declarations};
}

Result<SiteCount> site_from(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(const SiteId site, fields.parsed<SiteId>("site"));
  MUSTER_TRY_ASSIGN(const std::uint64_t chips, count(fields, "chips"));
  MUSTER_TRY(fields.finish());
  return SiteCount{site, chips};
}

Result<ChipClass> class_from(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  ChipClass item{.model = {}, .format = {}, .flop_per_s = 0, .highest_flop_per_s = 0, .count = 0};
  MUSTER_TRY_ASSIGN(item.model, fields.text("model"));
  MUSTER_TRY_ASSIGN(item.format, fields.text("format"));
  MUSTER_TRY_ASSIGN(item.flop_per_s, rate(fields, "flop_per_s"));
  MUSTER_TRY_ASSIGN(item.highest_flop_per_s, rate(fields, "highest_flop_per_s"));
  MUSTER_TRY(fields.any("sparse_flop_per_s"));
  if (fields.has("sparse_flop_per_s")) {
    MUSTER_TRY_ASSIGN(item.sparse_flop_per_s, rate(fields, "sparse_flop_per_s"));
  }
  MUSTER_TRY_ASSIGN(item.days_held, optional_decimal(fields, "days_held"));
  MUSTER_TRY_ASSIGN(item.count, count(fields, "count"));
  MUSTER_TRY_ASSIGN(item.log_profile, fields.text("log_profile"));
  MUSTER_TRY_ASSIGN(item.frame_class, fields.text("frame_class"));
  MUSTER_TRY_ASSIGN(item.frame_weight, fields.text("frame_weight"));
  MUSTER_TRY(fields.finish());
  return item;
}

Result<UnseenChips> unseen_from(FieldReader& fields) {
  UnseenChips unseen;
  MUSTER_TRY_ASSIGN(unseen.offbook, count(fields, "offbook_at_most"));
  MUSTER_TRY_ASSIGN(unseen.exempt, count(fields, "exempt"));
  MUSTER_TRY_ASSIGN(unseen.broken, count(fields, "broken"));
  MUSTER_TRY_ASSIGN(unseen.leaked, count(fields, "leaked"));
  return unseen;
}

Result<std::optional<SnapshotSchedule>> snapshots_from(const Json& json) {
  if (json.is_null()) return std::optional<SnapshotSchedule>();
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "request.snapshots"));
  SnapshotSchedule schedule;
  MUSTER_TRY_ASSIGN(schedule.per_day, fields.parsed<Decimal>("per_day"));
  MUSTER_TRY_ASSIGN(schedule.covered_hours, fields.parsed<Decimal>("covered_hours"));
  MUSTER_TRY_ASSIGN(schedule.retention_days, fields.parsed<Decimal>("retention_days"));
  MUSTER_TRY_ASSIGN(schedule.period_days, fields.parsed<Decimal>("period_days"));
  MUSTER_TRY_ASSIGN(schedule.campaign_days, fields.parsed<Decimal>("campaign_days"));
  MUSTER_TRY_ASSIGN(schedule.reading_delay_days, fields.parsed<Decimal>("reading_delay_days"));
  MUSTER_TRY(fields.finish());
  return std::optional<SnapshotSchedule>(schedule);
}

Result<std::optional<QueryExpectation>> queries_from(const Json& json) {
  if (json.is_null()) return std::optional<QueryExpectation>();
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "request.queries"));
  MUSTER_TRY_ASSIGN(const Probability rate, fields.parsed<Probability>("rate"));
  MUSTER_TRY_ASSIGN(const std::uint64_t days, count(fields, "close_days"));
  MUSTER_TRY_ASSIGN(const Decimal mean, fields.parsed<Decimal>("mean_close_days"));
  MUSTER_TRY(fields.finish());
  return std::optional<QueryExpectation>(QueryExpectation{rate, days, mean});
}

Result<std::string> text_from(const Json& json, const std::string& where) {
  if (json.is_string()) return json.get<std::string>();
  return failure(Errc::invalid_input, where + ": got " + json_kind(json) + ", want a string");
}

Result<Window> window_from(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "request.window"));
  Window window;
  MUSTER_TRY_ASSIGN(window.from, fields.time("from"));
  MUSTER_TRY_ASSIGN(window.to, fields.time("to"));
  MUSTER_TRY(fields.finish());
  return window;
}

Result<PublicRound> source_from(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  PublicRound source;
  MUSTER_TRY_ASSIGN(source.kind, fields.text("kind"));
  MUSTER_TRY_ASSIGN(source.key, fields.text("key"));
  MUSTER_TRY_ASSIGN(source.round, count(fields, "round"));
  MUSTER_TRY(fields.finish());
  return source;
}

}  // namespace

Result<BeaconSpec> beacon_spec_from(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "request.beacon"));
  BeaconSpec beacon{{}, 0, {}};
  MUSTER_TRY_ASSIGN(beacon.kind, fields.text("kind"));
  MUSTER_TRY_ASSIGN(beacon.round, count(fields, "round"));
  MUSTER_TRY_ASSIGN(beacon.not_before, fields.time("not_before"));
  if (fields.has("sources")) {
    MUSTER_TRY_ASSIGN(beacon.sources, items<PublicRound>(fields, "sources", source_from));
  }
  MUSTER_TRY(fields.finish());
  return beacon;
}

namespace {

Result<std::optional<FreezeWitness>> freeze_witness_from(const Json& json) {
  if (json.is_null()) return std::optional<FreezeWitness>();
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "request.freeze_witness"));
  FreezeWitness witness;
  MUSTER_TRY_ASSIGN(witness.policy, fields.text("policy"));
  MUSTER_TRY_ASSIGN(witness.checkpoint, fields.text("checkpoint"));
  MUSTER_TRY(fields.finish());
  return std::optional<FreezeWitness>(std::move(witness));
}

/// The parts of a request that are made of several fields each.
struct Parts {
  std::vector<FrozenFrame> frames;
  std::vector<SiteCount> sites;
  std::vector<ChipClass> classes;
  HiddenRun run;
  Decimal reporting_limit;
  UnseenChips unseen;
  std::optional<std::uint64_t> unaccounted;
  std::optional<std::uint64_t> legacy;
};

Result<void> read_run(const Json& json, Parts& parts) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "request.run"));
  MUSTER_TRY_ASSIGN(parts.run.rule_flop, fields.parsed<Decimal>("rule_flop"));
  MUSTER_TRY_ASSIGN(parts.run.excess_flop, fields.parsed<Decimal>("excess_flop"));
  MUSTER_TRY_ASSIGN(parts.reporting_limit, fields.parsed<Decimal>("reporting_limit_flop"));
  MUSTER_TRY_ASSIGN(parts.run.longest_days, fields.parsed<Decimal>("within_days"));
  MUSTER_TRY_ASSIGN(parts.run.utilisation, fields.parsed<Decimal>("utilization"));
  return fields.finish();
}

Result<Parts> parts_from(FieldReader& fields) {
  Parts parts;
  MUSTER_TRY_ASSIGN(parts.frames, items<FrozenFrame>(fields, "frames", frame_from));
  MUSTER_TRY_ASSIGN(parts.sites, items<SiteCount>(fields, "sites", site_from));
  MUSTER_TRY_ASSIGN(parts.classes, items<ChipClass>(fields, "classes", class_from));
  MUSTER_TRY_ASSIGN(const Json* run, fields.object("run"));
  MUSTER_TRY(read_run(*run, parts));
  MUSTER_TRY_ASSIGN(const Json* unseen, fields.object("unseen"));
  MUSTER_TRY_ASSIGN(FieldReader hidden, FieldReader::open(*unseen, "request.unseen"));
  MUSTER_TRY_ASSIGN(parts.unseen, unseen_from(hidden));
  MUSTER_TRY_ASSIGN(parts.unaccounted, optional_count(hidden, "ledger_unaccounted"));
  MUSTER_TRY_ASSIGN(parts.legacy, optional_count(hidden, "legacy_estimate"));
  MUSTER_TRY(hidden.finish());
  return parts;
}

template <class T>
Result<T> named(FieldReader& fields, std::string_view key, Result<T> (*parse)(std::string_view)) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text(key));
  auto value = parse(text);
  if (!value) return failure(std::move(value.error()).during(fields.path(key)));
  return value;
}

}  // namespace

namespace {

Result<std::optional<ExtendedPlan>> extended_from(FieldReader& request) {
  if (!request.has("extends")) return std::optional<ExtendedPlan>();
  MUSTER_TRY_ASSIGN(const Json* json, request.object("extends"));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(*json, "request.extends"));
  MUSTER_TRY_ASSIGN(const PlanId plan, fields.parsed<PlanId>("plan"));
  MUSTER_TRY_ASSIGN(const Hash draw, fields.hash("draw"));
  MUSTER_TRY_ASSIGN(const std::uint64_t lines, count(fields, "lines"));
  MUSTER_TRY(fields.finish());
  return std::optional(ExtendedPlan{plan, draw, lines});
}

Result<EvidenceDemand> evidence_from(FieldReader& request) {
  if (!request.has("evidence")) return EvidenceDemand{};
  MUSTER_TRY_ASSIGN(const Json* json, request.object("evidence"));
  return evidence_demand_from(*json, "request.evidence");
}

}  // namespace

Result<PlanRequest> request_from(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "request"));
  MUSTER_TRY_ASSIGN(const PlanId id, fields.parsed<PlanId>("id"));
  MUSTER_TRY_ASSIGN(const Purpose purpose, named(fields, "purpose", parse_purpose));
  MUSTER_TRY_ASSIGN(const std::string title, fields.text("title"));
  MUSTER_TRY_ASSIGN(const Json* window, fields.object("window"));
  MUSTER_TRY_ASSIGN(const Window within, window_from(*window));
  MUSTER_TRY_ASSIGN(Parts parts, parts_from(fields));
  MUSTER_TRY_ASSIGN(const Probability target, fields.parsed<Probability>("target"));
  MUSTER_TRY_ASSIGN(const Json* snapshots, fields.any("snapshots"));
  MUSTER_TRY_ASSIGN(const auto schedule, snapshots_from(*snapshots));
  MUSTER_TRY_ASSIGN(const Json* queries, fields.any("queries"));
  MUSTER_TRY_ASSIGN(const auto expectation, queries_from(*queries));
  MUSTER_TRY_ASSIGN(auto not_covered, items<std::string>(fields, "not_covered", text_from));
  MUSTER_TRY_ASSIGN(const Presence presence, named(fields, "presence_required", parse_presence));
  MUSTER_TRY_ASSIGN(const Json* beacon, fields.object("beacon"));
  MUSTER_TRY_ASSIGN(const BeaconSpec spec, beacon_spec_from(*beacon));
  MUSTER_TRY_ASSIGN(const VrfPublicKey key, fields.parsed<VrfPublicKey>("vrf_key"));
  MUSTER_TRY_ASSIGN(const bool emulated, fields.boolean("emulated"));
  MUSTER_TRY_ASSIGN(const Json* witness, fields.any("freeze_witness"));
  MUSTER_TRY_ASSIGN(auto freeze_witness, freeze_witness_from(*witness));
  std::optional<Design> design;
  if (json.contains("design")) {
    MUSTER_TRY_ASSIGN(const Json* asked, fields.object("design"));
    MUSTER_TRY_ASSIGN(design, design_from(*asked));
  }
  MUSTER_TRY_ASSIGN(const auto extended, extended_from(fields));
  MUSTER_TRY_ASSIGN(auto seen, seen_from(fields));
  MUSTER_TRY_ASSIGN(auto evidence, evidence_from(fields));
  MUSTER_TRY(fields.finish());
  return PlanRequest{id,
                     purpose,
                     title,
                     within,
                     std::move(parts.frames),
                     std::move(parts.sites),
                     std::move(parts.classes),
                     parts.run,
                     parts.reporting_limit,
                     parts.unseen,
                     parts.unaccounted,
                     parts.legacy,
                     target,
                     schedule,
                     expectation,
                     std::move(not_covered),
                     presence,
                     spec,
                     key,
                     emulated,
                     std::move(freeze_witness),
                     std::move(design),
                     extended,
                     std::move(seen),
                     std::move(evidence)};
}

}  // namespace muster::sampler
