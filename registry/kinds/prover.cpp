#include <algorithm>

#include "ledger/merkle.hpp"
#include "registry/chip_rules.hpp"
#include "registry/kinds/groups.hpp"
#include "registry/roster.hpp"

namespace muster::registry {
namespace {

Result<void> heads_rule(const Case& found) {
  const Window window = found.body().window("window");
  const auto held = frame_chips(found.state, found.org, window, found.state.size());
  for (const RowN chip : found.chips) {
    if (std::ranges::binary_search(held, chip)) continue;
    return refusal("heads.not_held", chip_text(found.state, chip) + ", never held by " +
                                         found.state.party_name(found.org) + " in the window");
  }
  const auto& columns = found.event.kind->columns;
  const auto none =
      static_cast<std::size_t>(std::ranges::find(columns, "none", &Field::name) - columns.begin());
  for (std::size_t i = 0; i < found.chips.size(); ++i) {
    std::size_t there = 0;
    for (std::size_t column = 0; column < columns.size(); ++column) {
      if (found.event.items.cell(i, column).type != Cell::Type::absent) ++there;
    }
    const bool says_none = found.event.items.cell(i, none).type != Cell::Type::absent;
    const bool fits = says_none ? there == 1 && found.event.items.cell(i, none).integer == 1
                                : there + 1 == columns.size();
    if (fits) continue;
    return refusal("heads.columns", chip_text(found.state, found.chips[i]) +
                                        ": want epoch, counter, entry and head, or none alone");
  }
  return {};
}

void heads_effect(State& state, const Case& found) {
  const Window window = found.body().window("window");
  const ManifestRef& manifest = found.event.header.subjects.manifest;
  const bool none = found.event.header.subjects.form == SubjectForm::none;
  state.tables().heads.add({.party = found.org,
                            .first = none ? no_row : found.chips.front(),
                            .last = none ? no_row : found.chips.back(),
                            .from = window.from,
                            .to = window.to,
                            .root = none ? ledger::empty_root() : manifest.root,
                            .count = manifest.items,
                            .index = state.now_index()});
}

/// The heads.commit of the signing party with this statement hash.
Result<const HeadsCommit*> quoted_heads(const Case& found, const Hash& statement) {
  const auto index = found.state.statement_index(statement);
  for (const HeadsCommit& heads : found.tables().heads.rows()) {
    if (index && heads.index == *index && heads.party == found.org) return &heads;
  }
  return refusal("freeze.heads_unknown", "no heads.commit of " + found.state.party_name(found.org) +
                                             " has the statement hash " + statement.to_hex());
}

/// Whether the ids of one part are all above those of the part before.
bool follows(const Case& found, const HeadsCommit* before, const HeadsCommit& heads) {
  if (before == nullptr) return true;
  if (before->last == no_row || heads.first == no_row) return false;
  return found.state.chip_id(before->last) < found.state.chip_id(heads.first);
}

/// What the quoted statements commit together. More than one manifest holds is split into parts,
/// by rising ids; then the root is the RFC 6962 root over the parts' roots.
struct HeadsSum {
  Hash root;
  std::uint64_t count = 0;
};

Result<HeadsSum> sum_of_heads(const Case& found, const Window& window) {
  const Body said = found.body().record("heads");
  std::vector<Hash> statements = said.hashes("parts");
  if (statements.empty()) statements.push_back(said.hash("statement"));
  HeadsSum sum;
  std::vector<Hash> roots;
  const HeadsCommit* before = nullptr;
  for (const Hash& statement : statements) {
    MUSTER_TRY_ASSIGN(const HeadsCommit* heads, quoted_heads(found, statement));
    if (heads->from != window.from || heads->to != window.to) {
      return refusal("freeze.heads_window", statement.to_hex() + " is of another window");
    }
    if (!follows(found, before, *heads)) {
      return refusal("freeze.heads_order", statement.to_hex() + " overlaps the part before");
    }
    before = heads;
    roots.push_back(heads->root);
    sum.count += heads->count;
  }
  sum.root = roots.size() == 1 ? roots.front() : ledger::root_hash(roots);
  return sum;
}

Result<void> heads_match(const Case& found, const Window& window, std::uint64_t frame_count) {
  const Body said = found.body().record("heads");
  MUSTER_TRY_ASSIGN(const HeadsSum sum, sum_of_heads(found, window));
  if (sum.root != said.hash("root") || sum.count != said.integer("count")) {
    return refusal("freeze.heads_differ", "what is quoted has root " + sum.root.to_hex() +
                                              ", count " + std::to_string(sum.count));
  }
  if (sum.count == frame_count) return {};
  return refusal("freeze.heads_count", "got " + std::to_string(sum.count) +
                                           " heads for a frame of " + std::to_string(frame_count) +
                                           " chips");
}

Result<void> freeze_rule(const Case& found) {
  const Body body = found.body();
  if (const RowN old = found.tables().freezes.find(body.text("freeze")); old != no_row) {
    return id_in_use(found.state, "freeze.exists", body.text("freeze"),
                     found.tables().freezes[old].index);
  }
  const Window window = body.window("window");
  if (window.to.ms > found.context.accepted_at.ms) {
    return refusal("freeze.window_open", "the window ends " + window.to.to_string() +
                                             ", the entry is of " +
                                             found.context.accepted_at.to_string());
  }
  const Index32 size = found.state.size();
  const std::uint64_t count = frame_chips(found.state, found.org, window, size).size();
  if (body.record("frame").integer("count") != count) {
    return refusal("freeze.frame_count", "got " +
                                             std::to_string(body.record("frame").integer("count")) +
                                             " chips, the registry has " + std::to_string(count));
  }
  MUSTER_TRY(heads_match(found, window, count));
  const Body said = body.record("declarations");
  const auto declared = declarations(found.state, found.org, window, size);
  const Hash root = declarations_root(found.state, found.org, window, size);
  if (said.integer("count") != declared.size() || said.hash("root") != root) {
    return refusal("freeze.declarations", "the registry has " + std::to_string(declared.size()) +
                                              " with root " + root.to_hex());
  }
  return {};
}

void freeze_effect(State& state, const Case& found) {
  const Body body = found.body();
  const Window window = body.window("window");
  state.tables().freezes.add(
      {.id = body.text("freeze"),
       .party = found.org,
       .from = window.from,
       .to = window.to,
       .frame_root = body.record("frame").hash("root"),
       .frame_count = body.record("frame").integer("count"),
       .heads_root = body.record("heads").hash("root"),
       .heads = state.statement_index(body.record("heads").hash("statement")).value(),
       .declarations_root = body.record("declarations").hash("root"),
       .declarations_count = body.record("declarations").integer("count"),
       .index = state.now_index()});
}

Result<void> declare_rule(const Case& found) {
  const std::string& run = found.body().text("run");
  if (const RowN old = found.tables().runs.find(run); old != no_row) {
    return id_in_use(found.state, "run.exists", run, found.tables().runs[old].index);
  }
  for (const std::string& parent : found.body().list("parents")) {
    if (found.tables().runs.find(parent) == no_row) return refusal("run.unknown", parent);
  }
  return {};
}

void declare_effect(State& state, const Case& found) {
  const Body body = found.body();
  const Window window = body.window("window");
  state.tables().runs.add({.id = body.text("run"),
                           .run = body.text("run"),
                           .party = found.org,
                           .from = window.from,
                           .to = window.to,
                           .index = state.now_index()});
}

std::uint32_t next_version(const State& state, const std::string& run) {
  std::uint32_t version = 1;
  while (state.tables().runs.find(run + "#" + std::to_string(version)) != no_row) ++version;
  return version;
}

Result<void> amend_rule(const Case& found) {
  const std::string& run = found.body().text("run");
  const RowN row = found.tables().runs.find(run);
  if (row == no_row) return refusal("run.unknown", run);
  if (found.tables().runs[row].party != found.org) {
    return refusal("run.not_yours", run + " was declared by " +
                                        found.state.party_name(found.tables().runs[row].party));
  }
  return {};
}

void amend_effect(State& state, const Case& found) {
  const std::string run = found.body().text("run");
  const Run first = state.tables().runs[state.tables().runs.find(run)];
  const std::uint32_t version = next_version(state, run);
  const bool moved = found.body().has("window");
  const Window window =
      moved ? found.body().window("window") : Window{.from = first.from, .to = first.to};
  state.tables().runs.add({.id = run + "#" + std::to_string(version),
                           .run = run,
                           .party = found.org,
                           .from = window.from,
                           .to = window.to,
                           .index = state.now_index(),
                           .version = version});
}

void exit_effect(State& state, const Case& found) {
  for (const RowN chip : found.chips) {
    state.tables().custody.edit(found.chip(chip).custody).exit_index = state.now_index();
  }
}

constexpr std::array<Field, 3> frame_fields{
    {{"root", FieldType::hash}, {"count", FieldType::integer}, {"salted", FieldType::boolean}}};
constexpr std::array<Field, 4> heads_ref_fields{{{"root", FieldType::hash},
                                                 {"count", FieldType::integer},
                                                 {"statement", FieldType::hash},
                                                 {"parts", FieldType::hashes, false}}};
constexpr std::array<Field, 2> root_count_fields{
    {{"root", FieldType::hash}, {"count", FieldType::integer}}};
constexpr std::array<Field, 5> freeze_fields{
    {{"freeze", FieldType::name},
     {"window", FieldType::window},
     {"frame", FieldType::record, true, {}, frame_fields},
     {"heads", FieldType::record, true, {}, heads_ref_fields},
     {"declarations", FieldType::record, true, {}, root_count_fields}}};
/// A frame has what was lost, seized or destroyed meanwhile, too, and wants a line for each.
constexpr ChipNeeds whatever_it_became{
    .life = any_value, .not_seized = false, .not_lost = false, .not_missing = false};
constexpr std::array<Field, 2> heads_fields{
    {{"freeze", FieldType::name, false}, {"window", FieldType::window}}};
constexpr std::array<Field, 5> heads_columns{{{"counter", FieldType::integer, false},
                                              {"entry", FieldType::hash, false},
                                              {"epoch", FieldType::integer, false},
                                              {"head", FieldType::hash, false},
                                              {"none", FieldType::boolean, false}}};
constexpr std::array<Field, 16> declare_fields{{{"run", FieldType::name},
                                                {"use", FieldType::text},
                                                {"window", FieldType::window},
                                                {"model", FieldType::text},
                                                {"parameters", FieldType::integer},
                                                {"flop", FieldType::decimal},
                                                {"bytes_per_parameter", FieldType::integer},
                                                {"scratch_bytes", FieldType::integer},
                                                {"chunk_bytes", FieldType::positive},
                                                {"shards", FieldType::manifest},
                                                {"steps", FieldType::manifest},
                                                {"format", FieldType::text, false},
                                                {"tokens", FieldType::positive, false},
                                                {"active_parameters", FieldType::positive, false},
                                                {"parents", FieldType::names, false},
                                                {"outside_parents", FieldType::texts, false}}};
constexpr std::array<Field, 6> amend_fields{{{"run", FieldType::name},
                                             {"reason", FieldType::text},
                                             {"window", FieldType::window, false},
                                             {"flop", FieldType::decimal, false},
                                             {"shards", FieldType::manifest, false},
                                             {"steps", FieldType::manifest, false}}};
constexpr std::array<Field, 1> exit_fields{
    {{"cause", FieldType::text, true, "sale|rma|retirement|destruction|lease_end"}}};
constexpr std::array<Field, 4> exit_columns{{{"counter", FieldType::integer},
                                             {"entry", FieldType::hash},
                                             {"epoch", FieldType::integer},
                                             {"head", FieldType::hash}}};

constexpr std::array<Kind, 5> prover_rows{{
    {.code = "P1",
     .name = "freeze.commit",
     .signers = "prover",
     .suspended = Suspended::may,
     .body = freeze_fields,
     .change = "no chip",
     .guard = "window over; count as the registry's frame; heads of the same window, one per chip; "
              "declarations as recorded",
     .rule = freeze_rule,
     .effect = freeze_effect},
    {.code = "P2",
     .name = "heads.commit",
     .signers = "prover",
     .observes = true,
     .suspended = Suspended::may,
     .subjects = TakesSubjects::optional_manifest,
     .expects = Expects::absent,
     .body = heads_fields,
     .columns = heads_columns,
     .needs = whatever_it_became,
     .change = "no chip",
     .guard = "every chip held in the window, whatever became of it since; a head or none for each",
     .rule = heads_rule,
     .effect = heads_effect},
    {.code = "P3",
     .name = "run.declare",
     .signers = "prover",
     .suspended = Suspended::may,
     .body = declare_fields,
     .change = "no chip",
     .guard = "run id new; manifests of shards and steps well-formed; parents declared before",
     .rule = declare_rule,
     .effect = declare_effect},
    {.code = "P4",
     .name = "run.amend",
     .signers = "the prover that declared it",
     .suspended = Suspended::may,
     .body = amend_fields,
     .change = "no chip",
     .guard = "own run; what an earlier freeze holds is not changed by it",
     .rule = amend_rule,
     .effect = amend_effect},
    {.code = "P5",
     .name = "exit.read",
     .signers = "the custodian",
     .observes = true,
     .suspended = Suspended::may,
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::optional,
     .body = exit_fields,
     .columns = exit_columns,
     .needs = {.custodian = true},
     .change = "custody + exit read",
     .guard =
         "a log head for every chip; counts if the chip leaves, or ends, within exit_read_days "
         "of the policy, and is not installed before",
     .rule = no_further_rule,
     .effect = exit_effect},
}};

}  // namespace

std::span<const Kind> prover_kinds() { return prover_rows; }

}  // namespace muster::registry
