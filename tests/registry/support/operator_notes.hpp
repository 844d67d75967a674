#pragma once

#include "ledger/proofs.hpp"
#include "registry/logged_refusal.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

namespace muster::test {

/// A draft that the rules admit.
inline registry::Draft new_warehouse(const std::string& site) {
  return {.kind = "site.register",
          .body = {{"site", site}, {"name", "A Site"}, {"country", "US"}, {"kind", "warehouse"}}};
}

/// A statement that the rules refuse, `role.missing`: a product of a party that designs nothing.
inline registry::Submission undesigned(World& world) {
  return world.statement("dealer", {.kind = "product.register",
                                    .body = {{"product", "x1"}, {"name", "X"}, {"tpp", 100}}});
}

/// The key of the world's operator, under the log's name.
inline ledger::VerifierKey operator_key(World& world) {
  return ledger::VerifierKey(world.state().origin(), world.signer("operator").public_key());
}

/// What the operator says about a statement and the first `size` entries.
inline ledger::NoteSubject note_subject(World& world, const registry::Submission& submission,
                                        std::uint64_t size) {
  return {world.state().origin(),
          ledger::statement_hash(submission.envelope),
          ledger::envelope_hash(submission.envelope),
          {ledger::TreeSize{size}, must(ledger::root_at(world.store, {size}))}};
}

/// The refusal of an outcome, as an honest operator says it.
inline ledger::Refusal refusal_of(World& world, const registry::Submission& submission,
                                  const registry::Outcome& outcome) {
  REQUIRE(outcome.judged);
  return {note_subject(world, submission, outcome.judged->size.value), outcome.judged->at,
          outcome.error->rule, ledger::refusal_message(outcome.error->message)};
}

/// Draft of a statement that records a refusal signed by `signer`.
inline registry::Draft log_refusal(World& world, const ledger::Refusal& refusal,
                                   const std::string& signer = "operator") {
  const ledger::VerifierKey key(refusal.about.origin, world.signer(signer).public_key());
  const std::string note = ledger::sign_refusal(refusal, world.signer(signer));
  return {.kind = "refusal", .body = must(registry::refusal_body(note, std::span(&key, 1)))};
}

}  // namespace muster::test
