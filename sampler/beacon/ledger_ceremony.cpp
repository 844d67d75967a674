#include "sampler/beacon/ledger_ceremony.hpp"

#include <algorithm>
#include <functional>

namespace muster::sampler {
namespace {

using Visit = std::function<void(draw::CeremonyRole, const LedgerPart&)>;

void for_each_part(const LedgerCeremony& ceremony, const Visit& visit) {
  for (const LedgerPart& part : ceremony.provers) visit(draw::CeremonyRole::prover, part);
  visit(draw::CeremonyRole::verifier, ceremony.verifier);
}

std::string entry(const LedgerPlace& place) { return "entry " + std::to_string(place.index); }

/// The last commitment of all, or nothing when one is missing.
std::optional<LedgerPlace> last_commitment(const LedgerCeremony& ceremony) {
  std::optional<LedgerPlace> last = ceremony.verifier.committed;
  for (const LedgerPart& part : ceremony.provers) {
    if (!last || !part.committed) return std::nullopt;
    if (part.committed->index > last->index) last = part.committed;
  }
  return last;
}

std::string missing(const LedgerPart& part) {
  return part.party + (part.committed ? " has not revealed" : " has not committed");
}

}  // namespace

bool is_complete(const LedgerCeremony& ceremony) { return missing_part(ceremony).empty(); }

std::string missing_part(const LedgerCeremony& ceremony) {
  if (ceremony.provers.empty()) return "the plan names no Prover";
  std::string first;
  for (const bool commitments : {true, false}) {
    for_each_part(ceremony, [&](draw::CeremonyRole, const LedgerPart& part) {
      const bool there = commitments ? part.committed.has_value() : part.revealed.has_value();
      if (first.empty() && !there) first = missing(part);
    });
  }
  return first;
}

std::vector<std::string> part_findings(const LedgerCeremony& ceremony) {
  std::vector<std::string> findings = ceremony.faults;
  if (ceremony.provers.empty()) findings.emplace_back("the plan names no Prover");
  std::vector<Hash> commitments;
  for_each_part(ceremony, [&](draw::CeremonyRole role, const LedgerPart& part) {
    if (!part.committed || !part.revealed) {
      findings.push_back(missing(part));
    } else if (draw::ceremony_commit(role, ceremony.plan, part.nonce) != part.commit) {
      findings.push_back(part.party + ": the nonce of " + entry(*part.revealed) +
                         " is not the one committed to by " + entry(*part.committed));
    } else if (std::ranges::find(commitments, part.commit) != commitments.end()) {
      findings.push_back(part.party + ": its commitment is a copy of another party's");
    }
    commitments.push_back(part.commit);
  });
  return findings;
}

std::vector<std::string> order_findings(const LedgerCeremony& ceremony) {
  std::vector<std::string> findings;
  const auto want = [&](const LedgerPlace& earlier, const LedgerPlace& later,
                        const std::string& what) {
    if (earlier.index < later.index) return;
    findings.push_back(what + ": " + entry(later) + " is not after " + entry(earlier));
  };
  const auto last = last_commitment(ceremony);
  for_each_part(ceremony, [&](draw::CeremonyRole, const LedgerPart& part) {
    if (part.committed) want(ceremony.planned, *part.committed, part.party + " before the plan");
    if (!part.revealed) return;
    if (!last) findings.push_back(part.party + " revealed before every party committed");
    if (last) want(*last, *part.revealed, part.party + " revealed before the last commitment");
    if (ceremony.sealed) {
      want(*part.revealed, *ceremony.sealed, "sealed before the reveal of " + part.party);
    }
  });
  return findings;
}

std::optional<Timestamp> begun_at(const LedgerCeremony& ceremony) {
  std::optional<Timestamp> first;
  for_each_part(ceremony, [&](draw::CeremonyRole, const LedgerPart& part) {
    if (!part.committed) return;
    if (!first || part.committed->accepted_at < *first) first = part.committed->accepted_at;
  });
  return first;
}

BeaconValue ledger_beacon(const LedgerCeremony& ceremony) {
  std::vector<draw::CeremonyNonce> nonces;
  for (const LedgerPart& part : ceremony.provers) nonces.push_back(part.nonce);
  const Hash value = draw::ceremony_value(ceremony.plan, nonces, ceremony.verifier.nonce);
  const auto findings = part_findings(ceremony);
  std::string source = "ceremony in the ledger";
  for_each_part(ceremony, [&](draw::CeremonyRole, const LedgerPart& part) {
    if (part.committed && part.revealed) {
      source += "; " + part.party + " by entries " + std::to_string(part.committed->index) +
                " and " + std::to_string(part.revealed->index);
    }
  });
  for (const std::string& finding : findings) source += "; " + finding;
  return {"ceremony", 0, to_bytes(value.view()), findings.empty(), source};
}

}  // namespace muster::sampler
