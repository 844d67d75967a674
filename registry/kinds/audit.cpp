#include <algorithm>
#include <set>

#include "ledger/crypto/sha256.hpp"
#include "registry/chip_rules.hpp"
#include "registry/kinds/groups.hpp"
#include "registry/roster.hpp"

namespace muster::registry {
namespace {

void vrf_effect(State& state, const Case& found) {
  state.tables().vrf_keys.add(
      {.id = found.body().text("vrf_key"), .party = found.org, .index = state.now_index()});
}

/// The freeze whose statement has this hash, or null.
const Freeze* quoted_freeze(const Case& found, const Hash& statement) {
  const auto index = found.state.statement_index(statement);
  if (!index) return nullptr;
  const auto& rows = found.tables().freezes.rows();
  const auto row = std::ranges::find(rows, *index, &Freeze::index);
  return row == rows.end() ? nullptr : &*row;
}

std::vector<std::string> provers_of(const Body& body) {
  return body.has("pool") ? body.list("pool") : std::vector{body.text_or_empty("prover")};
}

/// Whether what was frozen still is what the registry computes for that moment.
Result<void> frame_stands(const Case& found, const Freeze& freeze) {
  const Window window{.from = freeze.from, .to = freeze.to};
  const auto count = frame_chips(found.state, freeze.party, window, freeze.index).size();
  if (count == freeze.frame_count) return {};
  return refusal("plan.frame_differs", "freeze " + freeze.id + " has " +
                                           std::to_string(freeze.frame_count) +
                                           " chips, the registry " + std::to_string(count));
}

Result<void> freezes_cover(const Case& found) {
  const Body body = found.body();
  std::set<RowN> covered;
  for (const Hash& hash : body.hashes("freezes")) {
    const Freeze* freeze = quoted_freeze(found, hash);
    if (freeze == nullptr) {
      return refusal("plan.freeze_unknown", "no freeze.commit has the hash " + hash.to_hex());
    }
    MUSTER_TRY(frame_stands(found, *freeze));
    if (!covered.insert(freeze->party).second) {
      return refusal("plan.freeze_twice", found.state.party_name(freeze->party));
    }
  }
  for (const std::string& name : provers_of(body)) {
    const RowN party = found.tables().parties.find(name);
    if (party == no_row) return refusal("party.unknown", "prover \"" + name + "\"");
    if (covered.erase(party) == 0) {
      return refusal("plan.freeze_missing", "of prover " + name);
    }
  }
  if (covered.empty()) return {};
  return refusal("plan.freeze_unwanted",
                 "of " + found.state.party_name(*covered.begin()) + ", no prover of this plan");
}

Result<void> plan_rule(const Case& found) {
  const Body body = found.body();
  if (const RowN old = found.tables().plans.find(body.text("plan")); old != no_row) {
    return id_in_use(found.state, "plan.exists", body.text("plan"),
                     found.tables().plans[old].index);
  }
  if (body.has("prover") == body.has("pool")) {
    return refusal("plan.provers", "want prover or pool, one of both");
  }
  const Hash digest = crypto::sha256(canonical_json(body.at("document")));
  if (digest != body.hash("plan_hash")) {
    return refusal("plan.hash",
                   "got " + body.text("plan_hash") + ", the document has " + digest.to_hex());
  }
  const auto& keys = found.tables().vrf_keys.rows();
  if (std::ranges::find(keys, found.org, &VrfKey::party) == keys.end()) {
    return refusal("plan.no_vrf", found.state.party_name(found.org) + " has registered no VRF key");
  }
  return freezes_cover(found);
}

void plan_effect(State& state, const Case& found) {
  const Body body = found.body();
  state.tables().plans.add({.id = body.text("plan"),
                            .party = found.org,
                            .plan_hash = body.hash("plan_hash"),
                            .freezes = body.list("freezes"),
                            .index = state.now_index()});
}

}  // namespace

Result<RowN> plan_of(const Case& found, bool any_party) {
  const std::string& id = found.body().text("plan");
  const RowN row = found.tables().plans.find(id);
  if (row == no_row) return refusal("plan.unknown", id);
  const Plan& plan = found.tables().plans[row];
  if (!any_party && plan.party != found.org) {
    return refusal("plan.not_yours", id + " belongs to " + found.state.party_name(plan.party));
  }
  if (plan.abandoned != no_index) {
    return refusal("plan.abandoned", id + ", in entry " + std::to_string(plan.abandoned));
  }
  return row;
}

namespace {

Result<void> abandon_rule(const Case& found) {
  MUSTER_TRY(plan_of(found));
  return {};
}

void abandon_effect(State& state, const Case& found) {
  const RowN plan = state.tables().plans.find(found.body().text("plan"));
  state.tables().plans.edit(plan).abandoned = state.now_index();
}

Result<void> seal_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN plan, plan_of(found));
  if (found.tables().plans[plan].sealed != no_index) {
    return refusal("draw.sealed", found.body().text("plan") + ", in entry " +
                                      std::to_string(found.tables().plans[plan].sealed));
  }
  MUSTER_TRY(sealed_value_stands(found, plan));
  std::uint64_t lines = 0;
  std::set<std::string> sites;
  for (const Body& site : found.body().records("sites")) {
    if (found.tables().sites.find(site.text("site")) == no_row) {
      return refusal("site.unknown", site.text("site"));
    }
    if (!sites.insert(site.text("site")).second) {
      return refusal("draw.site_twice", site.text("site"));
    }
    lines += site.integer("lines");
  }
  if (lines == found.body().integer("count")) return {};
  return refusal("draw.count", "got " + std::to_string(found.body().integer("count")) +
                                   " lines, the sites have " + std::to_string(lines));
}

void seal_effect(State& state, const Case& found) {
  const std::string plan_id = found.body().text("plan");
  const RowN plan = state.tables().plans.find(plan_id);
  state.tables().plans.edit(plan).sealed = state.now_index();
  for (const Body& site : found.body().records("sites")) {
    state.tables().sealed_sites.add({.id = plan_id + "/" + site.text("site"),
                                     .plan = plan,
                                     .lines = site.integer("lines"),
                                     .root = site.hash("root")});
  }
}

std::vector<ChipId> opened_lines(const Case& found) {
  if (found.event.header.subjects.form == SubjectForm::none) return found.body().chips("lines");
  std::vector<ChipId> lines;
  for (const Item& item : found.event.items.items) lines.push_back(item.chip);
  return lines;
}

Result<void> open_rule(const Case& found) {
  MUSTER_TRY(plan_of(found));
  const std::string id = found.body().text("plan") + "/" + found.body().text("site");
  const RowN row = found.tables().sealed_sites.find(id);
  if (row == no_row) return refusal("draw.not_sealed", id);
  const SealedSite& site = found.tables().sealed_sites[row];
  if (site.opened != no_index) {
    return refusal("draw.opened", id + ", in entry " + std::to_string(site.opened));
  }
  const auto lines = opened_lines(found);
  if (lines.size() != site.lines) {
    return refusal("draw.lines", id + ": got " + std::to_string(lines.size()) +
                                     " lines, sealed were " + std::to_string(site.lines));
  }
  for (const ChipId& chip : lines) {
    if (found.state.find_chip(chip) == no_row) return refusal("chip.unknown", chip.to_string());
  }
  return {};
}

void open_effect(State& state, const Case& found) {
  const std::string id = found.body().text("plan") + "/" + found.body().text("site");
  const RowN row = state.tables().sealed_sites.find(id);
  SealedSite& site = state.tables().sealed_sites.edit(row);
  site.opened = state.now_index();
  site.first_line = state.tables().lines.size();
  for (const ChipId& chip : opened_lines(found)) {
    state.tables().lines.add({.site = row, .chip = state.find_chip(chip)});
  }
}

/// The row of the line that a result answers.
Result<RowN> line_of(const Case& found) {
  const Body body = found.body();
  MUSTER_TRY_ASSIGN(const RowN plan, plan_of(found, true));
  const auto index = found.state.statement_index(body.hash("opening"));
  const auto& sites = found.tables().sealed_sites.rows();
  const auto site = std::ranges::find_if(sites, [&](const SealedSite& row) {
    return index && row.plan == plan && row.opened == *index;
  });
  if (site == sites.end()) {
    return refusal("inspect.no_opening",
                   "no draw.open of this plan has the hash " + body.text("opening"));
  }
  if (body.integer("line") >= site->lines) {
    return refusal("inspect.no_line", "got line " + std::to_string(body.integer("line")) +
                                          ", the opening has " + std::to_string(site->lines));
  }
  return static_cast<RowN>(site->first_line + body.integer("line"));
}

/// "Seen" means a relay is ruled out: the drawn chips were heard, lost power, and fell silent.
Result<void> presence_is_probed(const Case& found) {
  const Body body = found.body();
  const std::string& presence = body.text("presence");
  if (presence != "uplink-cut" && presence != "bench") return {};
  if (!body.has("silence")) {
    return refusal("inspect.no_silence", presence +
                                             " wants the times of both silence probes; without "
                                             "them the level is network");
  }
  const Body silence = body.record("silence");
  if (silence.time("before") < silence.time("after") &&
      silence.time("after") <= found.context.accepted_at) {
    return {};
  }
  return refusal("inspect.silence_order", "want before, then after, then this statement");
}

Result<void> result_rule(const Case& found) {
  MUSTER_TRY(presence_is_probed(found));
  MUSTER_TRY_ASSIGN(const RowN row, line_of(found));
  const Line& line = found.tables().lines[row];
  if (found.state.find_chip(found.body().chip("chip")) != line.chip) {
    return refusal("inspect.other_chip",
                   "the line names chip " + found.state.chip_id(line.chip).to_string());
  }
  if (line.answered == no_index) return {};
  return refusal("inspect.answered", "line " + std::to_string(found.body().integer("line")) +
                                         " was answered by entry " + std::to_string(line.answered));
}

void result_effect(State& state, const Case& found) {
  const RowN row = line_of(found).value();
  Line& line = state.tables().lines.edit(row);
  line.answered = state.now_index();
  line.verdict = found.body().text("verdict");
  line.presence = found.body().text("presence");
  const bool seen = line.presence == "uplink-cut" || line.presence == "bench";
  if (seen && line.verdict == "consistent") state.assure(line.chip, Assurance::verified);
  // What an inspector could not find, or found to be another, is not what was proven before.
  if (line.verdict == "contradicted" || line.verdict == "not-presented") state.doubt(line.chip);
}

/// The line is open again; what the answer proved of the chip counts no more.
void undo_result(State& state, Index32 target) {
  Tables& tables = state.tables();
  for (RowN n = 0; n < tables.lines.size(); ++n) {
    if (tables.lines[n].answered != target) continue;
    const RowN chip = tables.lines[n].chip;
    Line& line = tables.lines.edit(n);
    line.answered = no_index;
    line.verdict.clear();
    line.presence.clear();
    const auto proven = std::ranges::any_of(tables.assured.rows(), [&](const Assured& row) {
      return row.chip == chip && row.index == target;
    });
    if (proven) state.doubt(chip);
  }
}

constexpr std::array<Field, 2> vrf_fields{
    {{"vrf_key", FieldType::hex},
     {"suite", FieldType::text, true, "ECVRF-EDWARDS25519-SHA512-TAI|ECVRF-P256-SHA256-TAI"}}};
constexpr std::array<Field, 6> plan_fields{{{"plan", FieldType::name},
                                            {"prover", FieldType::name, false},
                                            {"pool", FieldType::names, false},
                                            {"freezes", FieldType::hashes},
                                            {"document", FieldType::object},
                                            {"plan_hash", FieldType::hash}}};
constexpr std::array<Field, 2> abandon_fields{
    {{"plan", FieldType::name}, {"reason", FieldType::text}}};
constexpr std::array<Field, 3> seal_site_fields{
    {{"site", FieldType::name}, {"lines", FieldType::integer}, {"root", FieldType::hash}}};
constexpr std::array<Field, 2> seal_beacon_fields{
    {{"kind", FieldType::text, true, "ceremony|transcript|beacons|joined|gate|extended|value"},
     {"value", FieldType::hex}}};
constexpr std::array<Field, 7> seal_fields{
    {{"plan", FieldType::name},
     {"round", FieldType::text},
     {"beacon", FieldType::record, true, {}, seal_beacon_fields},
     {"root", FieldType::hash},
     {"count", FieldType::integer},
     {"cutoff", FieldType::hex},
     {"sites", FieldType::records, true, {}, seal_site_fields}}};
constexpr std::array<Field, 6> open_fields{{{"plan", FieldType::name},
                                            {"site", FieldType::name},
                                            {"proof", FieldType::hex},
                                            {"beta", FieldType::hex},
                                            {"beacon", FieldType::object},
                                            {"lines", FieldType::lines, false}}};
constexpr std::array<Field, 2> silence_fields{
    {{"before", FieldType::time}, {"after", FieldType::time}}};
constexpr std::array<Field, 9> result_fields{
    {{"plan", FieldType::name},
     {"opening", FieldType::hash},
     {"line", FieldType::integer},
     {"chip", FieldType::chip},
     {"presence", FieldType::text, true, "label|network|uplink-cut|bench"},
     {"verdict", FieldType::text, true, "consistent|query|contradicted|not-presented|open"},
     {"appraisal", FieldType::hash},
     {"findings", FieldType::texts},
     {"silence", FieldType::record, false, {}, silence_fields}}};

constexpr RoleSet audits = roles({Role::verifier, Role::inspector, Role::authority});

constexpr std::array<Kind, 6> audit_rows{{
    {.code = "M0",
     .name = "vrf.register",
     .signers = "verifier",
     .roles = roles({Role::verifier}),
     .body = vrf_fields,
     .change = "no chip",
     .guard = "key new, and one of the suite",
     .rule = vrf_key_stands,
     .effect = vrf_effect},
    {.code = "M1",
     .name = "plan.commit",
     .signers = "verifier",
     .weighty = true,
     .roles = roles({Role::verifier}),
     .body = plan_fields,
     .change = "no chip",
     .guard = "hash of the document right; a VRF key registered; one freeze of every prover before "
              "it, its count as the registry computes it",
     .rule = plan_rule,
     .effect = plan_effect},
    {.code = "M1b",
     .name = "plan.abandon",
     .signers = "the verifier of the plan",
     .roles = roles({Role::verifier}),
     .body = abandon_fields,
     .change = "no chip",
     .guard = "own plan, not abandoned",
     .rule = abandon_rule,
     .effect = abandon_effect},
    {.code = "M2a",
     .name = "draw.seal",
     .signers = "the verifier of the plan",
     .weighty = true,
     .roles = roles({Role::verifier}),
     .body = seal_fields,
     .change = "no chip",
     .guard = "own plan, sealed once; the value is that of the plan's ceremony, if one was begun; "
              "lines of the sites sum up to the count",
     .rule = seal_rule,
     .effect = seal_effect},
    {.code = "M2b",
     .name = "draw.open",
     .signers = "the verifier of the plan",
     .observes = true,
     .roles = roles({Role::verifier}),
     .subjects = TakesSubjects::optional_manifest,
     .expects = Expects::absent,
     .body = open_fields,
     .needs = {.not_missing = false},
     .change = "no chip",
     .guard = "site sealed, opened once; as many lines as sealed, all of known chips",
     .rule = open_rule,
     .effect = open_effect},
    {.code = "M3",
     .name = "inspect.result",
     .signers = "inspector or verifier",
     .roles = audits,
     .body = result_fields,
     .change =
         "line open -> answered; the chip's assurance -> verified, or back to its enrolment's",
     .guard = "quotes its opening; the line's own chip; each line answered once",
     .rule = result_rule,
     .effect = result_effect,
     .correctable = true,
     .undo = undo_result},
}};

}  // namespace

std::span<const Kind> audit_kinds() { return audit_rows; }

}  // namespace muster::registry
