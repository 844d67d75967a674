#include "sampler/beacon/ledger_ceremony.hpp"

#include "ledger/crypto/sha256.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;
using draw::CeremonyNonce;
using draw::CeremonyRole;

namespace {

using Findings = std::vector<std::string>;

const Hash plan = crypto::sha256("a plan");

CeremonyNonce nonce(std::uint8_t fill) {
  CeremonyNonce bytes{};
  bytes.fill(fill);
  return bytes;
}

LedgerPlace at(std::uint64_t index) {
  return {index, Timestamp{static_cast<std::int64_t>(index) * 1000}};
}

LedgerPart part(const std::string& party, CeremonyRole role, std::uint8_t fill,
                std::uint64_t committed, std::uint64_t revealed) {
  return {party, draw::ceremony_commit(role, plan, nonce(fill)), at(committed), nonce(fill),
          at(revealed)};
}

/// Planned by entry 10; alpha, beta and the Verifier commit by 11 to 13, reveal by 14 to 16; sealed
/// by 17.
LedgerCeremony held() {
  return {.plan = plan,
          .planned = at(10),
          .provers = {part("alpha", CeremonyRole::prover, 1, 11, 14),
                      part("beta", CeremonyRole::prover, 2, 12, 15)},
          .verifier = part("agency", CeremonyRole::verifier, 3, 13, 16),
          .sealed = at(17)};
}

}  // namespace

TEST_CASE("the value of a ceremony in the ledger is that of all nonces, Provers first") {
  const BeaconValue value = ledger_beacon(held());

  CHECK(value.verified);
  CHECK(value.kind == "ceremony");
  Bytes bytes = to_bytes("muster/ceremony/value/v1\n");
  append(bytes, plan.view());
  for (const int fill : {1, 2, 3}) append(bytes, ByteView(nonce(static_cast<std::uint8_t>(fill))));
  CHECK(value.randomness == to_bytes(crypto::sha256(bytes).view()));
  CHECK(is_complete(held()));
  CHECK(part_findings(held()).empty());
  CHECK(order_findings(held()).empty());
  CHECK(begun_at(held()) == at(11).accepted_at);
}

TEST_CASE("another nonce than the one committed to is found") {
  LedgerCeremony other = held();
  other.provers[1].nonce = nonce(9);
  CHECK(part_findings(other) ==
        Findings{"beta: the nonce of entry 15 is not the one committed to by entry 12"});
  CHECK_FALSE(ledger_beacon(other).verified);
}

TEST_CASE("a nonce that opens only in the other role is found") {
  LedgerCeremony other = held();
  other.verifier.commit = draw::ceremony_commit(CeremonyRole::prover, plan, nonce(3));
  CHECK(part_findings(other) ==
        Findings{"agency: the nonce of entry 16 is not the one committed to by entry 13"});
}

TEST_CASE("a commitment made for another plan is found") {
  LedgerCeremony other = held();
  other.plan = crypto::sha256("another plan");
  CHECK(part_findings(other).size() == 3);
}

TEST_CASE("a commitment that a second Prover copied is found") {
  LedgerCeremony other = held();
  other.provers[1].commit = other.provers[0].commit;
  other.provers[1].nonce = other.provers[0].nonce;
  CHECK(part_findings(other) == Findings{"beta: its commitment is a copy of another party's"});
}

TEST_CASE("a commitment before the plan is found") {
  LedgerCeremony early = held();
  early.provers[0].committed = at(9);
  CHECK(order_findings(early) == Findings{"alpha before the plan: entry 9 is not after entry 10"});
}

TEST_CASE("a commitment after another party's reveal is found") {
  LedgerCeremony late = held();
  late.verifier.committed = at(15);
  CHECK(order_findings(late) ==
        Findings{"alpha revealed before the last commitment: entry 14 is not after entry 15",
                 "beta revealed before the last commitment: entry 15 is not after entry 15"});
}

TEST_CASE("a reveal that is swapped with a commitment is found") {
  LedgerCeremony swapped = held();
  std::swap(swapped.provers[0].revealed, swapped.verifier.committed);
  CHECK(order_findings(swapped) ==
        Findings{"alpha revealed before the last commitment: entry 13 is not after entry 14"});
}

TEST_CASE("a seal before the last reveal is found") {
  LedgerCeremony early = held();
  early.sealed = at(16);
  CHECK(order_findings(early) ==
        Findings{"sealed before the reveal of agency: entry 16 is not after entry 16"});
}

TEST_CASE("parts that are missing are named in the order in which they are due") {
  LedgerCeremony open = held();
  open.provers[0].revealed.reset();
  CHECK(missing_part(open) == "alpha has not revealed");
  CHECK(part_findings(open) == Findings{"alpha has not revealed"});
  open.verifier.committed.reset();
  CHECK(missing_part(open) == "agency has not committed");
  CHECK_FALSE(is_complete(open));
  CHECK_FALSE(ledger_beacon(open).verified);
  CHECK(order_findings(open).front() == "beta revealed before every party committed");
}

TEST_CASE("a plan without Provers has no ceremony") {
  LedgerCeremony alone = held();
  alone.provers.clear();
  CHECK_FALSE(is_complete(alone));
  CHECK_FALSE(ledger_beacon(alone).verified);
}

TEST_CASE("faults of the entries keep the value unverified") {
  LedgerCeremony forged = held();
  forged.faults.emplace_back("entry 12 is not signed by beta");
  CHECK_FALSE(ledger_beacon(forged).verified);
  CHECK(ledger_beacon(forged).source.find("entry 12 is not signed") != std::string::npos);
}
