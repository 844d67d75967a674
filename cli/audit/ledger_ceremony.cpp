#include "cli/audit/ledger_ceremony.hpp"

#include "cli/audit/ledger_event.hpp"

namespace muster::cli {
namespace {

/// Reads the entries of one ceremony, and notes what is wrong with them.
class CeremonyEntries final {
 public:
  CeremonyEntries(Home& home, const PlanPlace& plan) : home_(&home), plan_(&plan) {}

  Result<sampler::LedgerPart> part_of(const std::string& party);
  /// The place of an entry that must be a `kind` of `party` about the plan.
  Result<sampler::LedgerPlace> place_of(registry::Index32 index, const std::string& kind,
                                        const std::string& party);

  [[nodiscard]] std::vector<std::string> take_faults() { return std::move(faults_); }

 private:
  Result<LedgerEvent> read(registry::Index32 index, const std::string& kind,
                           const std::string& party);
  void want_quote(const LedgerEvent& event, std::string_view field, const Hash& statement);

  Home* home_;
  const PlanPlace* plan_;
  std::vector<std::string> faults_;
};

std::string entry_name(const LedgerEvent& event) {
  return "entry " + std::to_string(event.index.value);
}

sampler::LedgerPlace place(const LedgerEvent& event) {
  return {event.index.value, event.accepted_at};
}

Result<LedgerEvent> CeremonyEntries::read(registry::Index32 index, const std::string& kind,
                                          const std::string& party) {
  MUSTER_TRY_ASSIGN(LedgerEvent found, ledger_event(*home_, index));
  const registry::Header& header = found.event.header;
  if (header.kind != kind || header.org != party ||
      found.event.fields().text("plan") != plan_->id) {
    return failure(Errc::corrupt, entry_name(found) + ": want the " + kind + " of " + party +
                                      " for plan " + plan_->id + "; `muster registry check`");
  }
  if (!is_signed_by(found, home_->state(), party)) {
    faults_.push_back(entry_name(found) + " is not signed by " + party);
  }
  return found;
}

void CeremonyEntries::want_quote(const LedgerEvent& event, std::string_view field,
                                 const Hash& statement) {
  const Hash quoted = event.event.fields().hash(field);
  if (quoted == statement) return;
  faults_.push_back(entry_name(event) + " quotes statement " + quoted.to_hex() + ", want " +
                    statement.to_hex());
}

Result<sampler::LedgerPlace> CeremonyEntries::place_of(registry::Index32 index,
                                                       const std::string& kind,
                                                       const std::string& party) {
  MUSTER_TRY_ASSIGN(const LedgerEvent found, read(index, kind, party));
  return place(found);
}

Result<sampler::LedgerPart> CeremonyEntries::part_of(const std::string& party) {
  sampler::LedgerPart part{.party = party};
  const auto& rows = home_->state().tables().ceremony_parts;
  const registry::RowN row = rows.find(plan_->id + "/" + party);
  if (row == registry::no_row) return part;
  MUSTER_TRY_ASSIGN(const LedgerEvent committed,
                    read(rows[row].committed, "draw.ceremony_commit", party));
  want_quote(committed, "statement", plan_->statement);
  part.commit = committed.event.fields().hash("commitment");
  part.committed = place(committed);
  if (rows[row].revealed == registry::no_index) return part;
  MUSTER_TRY_ASSIGN(const LedgerEvent revealed,
                    read(rows[row].revealed, "draw.ceremony_reveal", party));
  want_quote(revealed, "committed", committed.event.statement);
  part.nonce = revealed.event.fields().hash("nonce").bytes;
  part.revealed = place(revealed);
  return part;
}

}  // namespace

Result<std::optional<sampler::LedgerCeremony>> ledger_ceremony(Home& home, const PlanPlace& plan) {
  CeremonyEntries entries(home, plan);
  sampler::LedgerCeremony ceremony{.plan = plan.hash};
  MUSTER_TRY_ASSIGN(ceremony.planned, entries.place_of(plan.index, "plan.commit", plan.verifier));
  bool begun = false;
  for (const std::string& prover : plan.provers) {
    MUSTER_TRY_ASSIGN(auto part, entries.part_of(prover));
    begun = begun || part.committed;
    ceremony.provers.push_back(std::move(part));
  }
  MUSTER_TRY_ASSIGN(ceremony.verifier, entries.part_of(plan.verifier));
  if (!begun && !ceremony.verifier.committed) return std::optional<sampler::LedgerCeremony>();
  const registry::Tables& tables = home.state().tables();
  const registry::Index32 sealed = tables.plans[tables.plans.find(plan.id)].sealed;
  if (sealed != registry::no_index) {
    MUSTER_TRY_ASSIGN(ceremony.sealed, entries.place_of(sealed, "draw.seal", plan.verifier));
  }
  ceremony.faults = entries.take_faults();
  return std::optional(std::move(ceremony));
}

}  // namespace muster::cli
