#include "cli/audit/draw_events.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "cli/audit/ledger_event.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/merkle.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t max_inline_lines = 512;

Hash root_of_sites(const std::vector<sampler::SealedSite>& sites) {
  std::vector<Hash> roots;
  roots.reserve(sites.size());
  for (const auto& site : sites) roots.push_back(site.root);
  return ledger::root_hash(roots);
}

Result<std::uint64_t> round_of(const std::string& text) {
  std::uint64_t round = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, round);
  if (read.ec == std::errc() && read.ptr == end) return round;
  return failure(Errc::corrupt, "draw.seal: round: got \"" + text + "\", want a number");
}

Result<std::vector<ChipId>> chips_of(const sampler::SiteOpening& opening) {
  std::vector<ChipId> chips;
  for (const auto& line : opening.lines) {
    MUSTER_TRY_ASSIGN(const ChipId chip, ChipId::parse(line.line.chip));
    chips.push_back(chip);
  }
  std::ranges::sort(chips);
  return chips;
}

Result<LedgerOpening> opening_at(Home& home, registry::Index32 index) {
  MUSTER_TRY_ASSIGN(const LedgerEvent found, ledger_event(home, index));
  const registry::Body body = found.event.fields();
  LedgerOpening opening{body.text("site"), found.event.statement, found.accepted_at, {}, {}};
  MUSTER_TRY_ASSIGN(opening.proof, bytes_from_hex(body.text("proof")));
  if (found.event.header.subjects.form == registry::SubjectForm::none) {
    opening.chips = body.chips("lines");
  } else {
    for (const registry::Item& item : found.event.items.items) opening.chips.push_back(item.chip);
  }
  return opening;
}

/// Where each chip stands in the frames.
using Places = std::unordered_map<std::string, std::pair<std::size_t, std::size_t>>;

Places places_of(const std::vector<sampler::Frame>& frames) {
  Places places;
  for (std::size_t f = 0; f < frames.size(); ++f) {
    for (std::size_t i = 0; i < frames[f].lines.size(); ++i) {
      places.emplace(frames[f].lines[i].chip, std::pair(f, i));
    }
  }
  return places;
}

/// Nothing where the value is not known or the proof is not of the plan's key.
std::optional<draw::Seed> seed_of_site(const CommittedPlan& plan, const LedgerOpening& opening,
                                       const Hash& plan_id, const sampler::DrawEvidence& evidence) {
  const sampler::BeaconValue* beacon = sampler::value_at(plan.plan, evidence, opening.site);
  if (beacon == nullptr) return std::nullopt;
  const Bytes message =
      sampler::vrf_message({"draw", plan_id, opening.site, beacon->round, beacon->randomness});
  const auto beta = plan.plan.request.vrf_key.output(message, opening.proof);
  if (!beta) return std::nullopt;
  return draw::site_seed({plan_id, opening.site, beacon->round, beacon->randomness, *beta});
}

/// A chip outside the frames keeps an empty line, which no check lets pass.
sampler::OpenedLine opened_line(const ChipId& chip, const std::vector<sampler::Frame>& frames,
                                const Places& places, const std::optional<draw::Seed>& seed) {
  const std::string id = chip.to_string();
  const auto place = places.find(id);
  if (place == places.end()) return {frames.front().prover, {id, "", "", ""}, {}, {}};
  const auto& frame = frames[place->second.first];
  const draw::FrameLine& line = frame.lines[place->second.second];
  const draw::Salt salt = draw::frame_salt(frame.key, line.chip);
  const draw::Ticket ticket =
      seed ? draw::ticket(*seed, draw::frame_leaf(line, salt)) : draw::Ticket{};
  return {frame.prover, line, salt, ticket};
}

}  // namespace

registry::Draft seal_draft(const std::string& plan, const sampler::Seal& seal,
                           const std::string& beacon_kind) {
  Json sites = Json::array();
  for (const auto& site : seal.sites) {
    sites.push_back({{"site", site.site}, {"lines", site.lines}, {"root", site.root.to_hex()}});
  }
  return {.kind = "draw.seal",
          .body = {{"plan", plan},
                   {"round", std::to_string(seal.round)},
                   {"beacon", {{"kind", beacon_kind}, {"value", to_hex(seal.randomness)}}},
                   {"root", root_of_sites(seal.sites).to_hex()},
                   {"count", seal.lines},
                   {"cutoff", seal.cut_off.to_hex()},
                   {"sites", sites}}};
}

Result<registry::Draft> opening_draft(const CommittedPlan& plan, const sampler::BeaconValue& beacon,
                                      const sampler::SiteOpening& opening) {
  MUSTER_TRY_ASSIGN(const auto chips, chips_of(opening));
  const Bytes message = sampler::vrf_message(
      {"draw", sampler::draw_hash(plan.plan), opening.site, beacon.round, beacon.randomness});
  const auto beta = plan.plan.request.vrf_key.output(message, opening.proof);
  registry::Draft draft{.kind = "draw.open",
                        .body = {{"plan", plan.id},
                                 {"site", opening.site},
                                 {"proof", to_hex(opening.proof)},
                                 {"beta", to_hex(beta.value_or(Bytes()))},
                                 {"beacon", beacon_json(beacon)}}};
  if (chips.size() <= max_inline_lines) {
    draft.body["lines"] = Json::array();
    for (const ChipId& chip : chips) draft.body["lines"].push_back(chip.to_string());
  } else {
    for (const ChipId& chip : chips) draft.chips.push_back({chip});
  }
  return draft;
}

Result<std::optional<sampler::Seal>> ledger_seal(Home& home, const CommittedPlan& plan) {
  const registry::State& state = home.state();
  const auto& row = state.tables().plans[state.tables().plans.find(plan.id)];
  if (row.sealed == registry::no_index) return std::optional<sampler::Seal>();
  MUSTER_TRY_ASSIGN(const LedgerEvent found, ledger_event(home, row.sealed));
  const registry::Body body = found.event.fields();
  MUSTER_TRY_ASSIGN(const Hash cut_off, Hash::from_hex(body.text("cutoff")));
  MUSTER_TRY_ASSIGN(const std::uint64_t round, round_of(body.text("round")));
  MUSTER_TRY_ASSIGN(Bytes value, bytes_from_hex(body.record("beacon").text("value")));
  sampler::Seal seal{sampler::plan_hash(plan.plan), round, std::move(value), {}, cut_off,
                     body.integer("count")};
  for (const registry::Body& site : body.records("sites")) {
    seal.sites.push_back({site.text("site"), site.integer("lines"), site.hash("root")});
  }
  return std::optional(std::move(seal));
}

Result<std::vector<LedgerOpening>> ledger_openings(Home& home, const std::string& plan) {
  const registry::Tables& tables = home.state().tables();
  const registry::RowN plan_row = tables.plans.find(plan);
  std::vector<LedgerOpening> openings;
  for (const registry::SealedSite& site : tables.sealed_sites.rows()) {
    if (site.plan != plan_row || site.opened == registry::no_index) continue;
    MUSTER_TRY_ASSIGN(LedgerOpening opening, opening_at(home, site.opened));
    openings.push_back(std::move(opening));
  }
  return openings;
}

std::map<std::string, draw::Seed> opened_seeds(const CommittedPlan& plan,
                                               const std::vector<LedgerOpening>& openings,
                                               const sampler::DrawEvidence& evidence) {
  const Hash plan_id = sampler::draw_hash(plan.plan);
  std::map<std::string, draw::Seed> seeds;
  for (const LedgerOpening& opening : openings) {
    const auto seed = seed_of_site(plan, opening, plan_id, evidence);
    if (seed) seeds.emplace(opening.site, *seed);
  }
  return seeds;
}

std::vector<sampler::SiteOpening> checkable_openings(const CommittedPlan& plan,
                                                     const std::vector<LedgerOpening>& openings,
                                                     const sampler::DrawEvidence& evidence) {
  const Hash plan_id = sampler::draw_hash(plan.plan);
  const std::vector<sampler::Frame>& frames = evidence.frames;
  const Places places = places_of(frames);
  std::vector<sampler::SiteOpening> checkable;
  for (const LedgerOpening& opening : openings) {
    const std::optional<draw::Seed> seed = seed_of_site(plan, opening, plan_id, evidence);
    sampler::SiteOpening site{opening.site, opening.proof, {}};
    for (const ChipId& chip : opening.chips) {
      site.lines.push_back(opened_line(chip, frames, places, seed));
    }
    std::ranges::sort(site.lines, {}, &sampler::OpenedLine::ticket);
    checkable.push_back(std::move(site));
  }
  return checkable;
}

}  // namespace muster::cli
