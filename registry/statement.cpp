#include "registry/statement.hpp"

#include <algorithm>

namespace muster::registry {
namespace {

bool wants_manifest(const Draft& draft, const Kind& kind) {
  return draft.chips.size() > max_inline_chips || kind.subjects == TakesSubjects::optional_manifest;
}

}  // namespace

StatementMaker::StatementMaker(Identity identity, const crypto::Signer& signer, Random& random)
    : identity_(std::move(identity)), signer_(signer), random_(random) {}

/// What the chip's next statement has to name; nothing for kinds that follow nothing.
Result<std::optional<Hash>> StatementMaker::expects_of(const State* state, const Kind& kind,
                                                       const ChipId& chip) const {
  if (kind.expects == Expects::absent) return std::optional<Hash>();
  if (state == nullptr) return last_.chip ? last_.chip(chip) : std::optional<Hash>();
  const RowN row = state->find_chip(chip);
  if (row == no_row) return std::optional<Hash>();
  return std::optional(state->last_statement(row));
}

/// The same of a container or an assembly.
Result<std::optional<Hash>> StatementMaker::holder_expects(const State* state, const Kind& kind,
                                                           const std::string& holder) const {
  if (kind.expects == Expects::absent) return std::optional<Hash>();
  if (state == nullptr) return last_.holder ? last_.holder(holder) : std::optional<Hash>();
  const RowN row = state->tables().holders.find(holder);
  if (row == no_row) return std::optional<Hash>();
  return std::optional(state->tables().statements[state->tables().holders[row].last].hash);
}

Result<void> StatementMaker::add_manifest(const Draft& draft, const State* state, const Kind& kind,
                                          Header& header, std::vector<ledger::Blob>& blobs) {
  std::vector<std::string> columns;
  for (const Field& column : kind.columns) columns.emplace_back(column.name);
  std::ranges::sort(columns);
  ManifestWriter writer(std::string(kind.name), columns, random_);
  std::vector<std::string> values(columns.size());
  for (const StatementChip& chip : draft.chips) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto found = chip.columns.find(columns[i]);
      values[i] = found == chip.columns.end() ? std::string() : canonical_json(*found);
    }
    MUSTER_TRY_ASSIGN(const auto expects, expects_of(state, kind, chip.chip));
    writer.add(chip.chip, expects, values);
  }
  MUSTER_TRY_ASSIGN(Manifest manifest, writer.finish());
  header.subjects.form = SubjectForm::manifest;
  header.subjects.manifest = manifest.ref;
  blobs.push_back({manifest.ref.sha256, std::move(manifest.bytes)});
  return {};
}

Result<void> StatementMaker::add_chips(const Draft& draft, const State* state, const Kind& kind,
                                       Header& header, Json& body,
                                       std::vector<ledger::Blob>& blobs) {
  if (draft.chips.empty()) return {};
  if (wants_manifest(draft, kind)) return add_manifest(draft, state, kind, header, blobs);
  header.subjects.form = SubjectForm::chips;
  Json rows = Json::array();
  for (const StatementChip& chip : draft.chips) {
    header.subjects.chips.push_back(chip.chip);
    MUSTER_TRY_ASSIGN(auto expects, expects_of(state, kind, chip.chip));
    header.expects.push_back(std::move(expects));
    rows.push_back(chip.columns);
  }
  if (!kind.columns.empty()) body["items"] = std::move(rows);
  return {};
}

Result<std::pair<std::string, std::vector<ledger::Blob>>> StatementMaker::payload(
    const Draft& draft, const State* state) {
  const Kind* kind = find_kind(draft.kind);
  if (kind == nullptr) {
    return failure(Errc::invalid_input, "kind: got \"" + draft.kind + "\", want one of the table");
  }
  Header header;
  header.origin = identity_.origin;
  header.kind = draft.kind;
  header.org = identity_.org;
  header.stream = identity_.stream;
  header.number = identity_.next_number;
  header.event_time = draft.event_time;
  header.zone = draft.zone;
  header.site = draft.site;
  header.on_behalf_of = draft.on_behalf_of;
  header.refs = draft.refs;
  header.evidence = draft.evidence;
  Json body = draft.body;
  std::vector<ledger::Blob> blobs;
  MUSTER_TRY(add_chips(draft, state, *kind, header, body, blobs));
  if (draft.container) {
    header.subjects.form = SubjectForm::container;
    header.subjects.container = *draft.container;
    MUSTER_TRY_ASSIGN(auto expects, holder_expects(state, *kind, *draft.container));
    header.expects.push_back(std::move(expects));
  }
  return std::pair(canonical_json(event_json(header, body)), std::move(blobs));
}

Result<Submission> StatementMaker::make(const Draft& draft, const State* state,
                                        std::span<const crypto::Signer* const> co_signers) {
  MUSTER_TRY_ASSIGN(auto made, payload(draft, state));
  if (made.first.size() > ledger::max_payload_bytes) {
    return failure(Errc::invalid_input, "statement: got " + std::to_string(made.first.size()) +
                                            " bytes, want at most " +
                                            std::to_string(ledger::max_payload_bytes));
  }
  std::vector<const crypto::Signer*> signers{&signer_};
  signers.insert(signers.end(), co_signers.begin(), co_signers.end());
  MUSTER_TRY_ASSIGN(auto envelope, ledger::sign_envelope(std::string(ledger::event_payload_type),
                                                         std::move(made.first), signers));
  Submission submission{std::move(envelope), std::move(made.second)};
  ++identity_.next_number;
  return submission;
}

std::uint64_t next_number(const State& state, const std::string& org, const std::string& stream) {
  const RowN row = state.tables().streams.find(org + "/" + stream);
  return row == no_row ? 1 : state.tables().streams[row].last + 1;
}

Draft about(const std::string& kind, const std::vector<ChipId>& chips, Json body,
            const std::string& site) {
  Draft draft{.kind = kind, .body = std::move(body)};
  for (const ChipId& chip : chips) draft.chips.push_back({chip});
  if (!site.empty()) draft.site = site;
  return draft;
}

}  // namespace muster::registry
