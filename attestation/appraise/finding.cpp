#include "attestation/appraise/finding.hpp"

#include "ledger/base/hex.hpp"

namespace muster::attestation {
namespace {

struct CodeFacts {
  std::string_view name;
  Severity severity;
};

// In the order of FindingCode. Names are in results and reports: frozen.
constexpr std::array<CodeFacts, finding_codes> facts{{
    {"not.presented", Severity::query},      {"evidence.unreadable", Severity::open},
    {"enc.noncanonical", Severity::query},   {"sig.bad", Severity::query},
    {"id.mismatch", Severity::query},        {"head.stale", Severity::query},
    {"presence.weak", Severity::query},      {"chain.break", Severity::query},
    {"chain.gap", Severity::query},          {"chain.reorder", Severity::query},
    {"chain.duplicate", Severity::note},     {"chain.rollback", Severity::query},
    {"chain.fork", Severity::query},         {"epoch.order", Severity::query},
    {"epoch.secret", Severity::open},        {"epoch.unledgered", Severity::query},
    {"epoch.rate", Severity::query},         {"clock.backwards", Severity::query},
    {"clock.unsafe", Severity::query},       {"clock.offset", Severity::query},
    {"power.unlogged", Severity::query},     {"count.missing", Severity::query},
    {"count.unscheduled", Severity::query},  {"log.wrapped", Severity::query},
    {"log.unsealed", Severity::note},        {"snap.unexplained", Severity::query},
    {"snap.wrong_chip", Severity::query},    {"snap.wrong_time", Severity::query},
    {"snap.order", Severity::query},         {"snap.unopened", Severity::query},
    {"memory.over_budget", Severity::query}, {"decl.after_draw", Severity::query},
    {"fw.svn_low", Severity::query},         {"fw.unknown", Severity::query},
    {"fw.revoked", Severity::query},         {"code.unknown", Severity::query},
    {"code.revoked", Severity::query},       {"power.off_in_run", Severity::query},
    {"memory.partial", Severity::query},     {"head.gap", Severity::query},
    {"snap.absent", Severity::query},        {"precommit.late", Severity::query},
    {"precommit.absent", Severity::query},   {"ack.missing", Severity::query},
    {"ack.time", Severity::query},           {"ack.absent", Severity::query},
    {"delay.bad", Severity::query},          {"delay.modulus", Severity::open},
    {"delay.clock", Severity::query},        {"lic.issuer", Severity::query},
    {"lic.device", Severity::query},         {"lic.replay", Severity::query},
    {"lic.expired", Severity::query},        {"lic.gap", Severity::query},
    {"lic.overdrawn", Severity::query},      {"head.unreported", Severity::query},
}};
static_assert(static_cast<std::size_t>(FindingCode::head_unreported) + 1 == finding_codes);

std::size_t index_of(FindingCode code) { return static_cast<std::size_t>(code); }

}  // namespace

std::string_view code_name(FindingCode code) { return facts[index_of(code)].name; }

Severity usual_severity(FindingCode code) { return facts[index_of(code)].severity; }

std::string_view severity_name(Severity severity) {
  constexpr std::array<std::string_view, 4> names{"note", "open", "query", "contradiction"};
  return names[static_cast<std::size_t>(severity)];
}

Evidence evidence(std::string what, ByteView bytes) {
  const std::size_t kept = std::min(bytes.size(), max_evidence_bytes);
  return {std::move(what), {}, {}, to_hex(bytes.first(kept))};
}

Finding finding(FindingCode code, std::string expected, std::string found) {
  return {code, usual_severity(code), std::move(expected), std::move(found)};
}

void FindingList::add(Finding finding) {
  if (++counts_[index_of(finding.code)] <= max_findings_of_a_code) {
    items_.push_back(std::move(finding));
  }
}

void FindingList::add_all(FindingList more) {
  for (Finding& item : more.items_) items_.push_back(std::move(item));
  for (std::size_t i = 0; i < finding_codes; ++i) counts_[i] += more.counts_[i];
}

std::uint64_t FindingList::count(FindingCode code) const { return counts_[index_of(code)]; }

}  // namespace muster::attestation
