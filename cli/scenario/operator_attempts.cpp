#include <array>

#include "cli/scenario/registry_attempts.hpp"
#include "ledger/contradiction.hpp"
#include "ledger/proofs.hpp"

// V25: an operator shows a log that is not what it signed before. Whoever kept a checkpoint or a
// receipt compares, and what comes of it convicts before a stranger with the operator's key.

namespace muster::cli::scenario {
namespace {

using ledger::Comparison;
using ledger::MemoryStore;

ledger::CheckpointSigner operator_of(RegistryWorld& world) {
  return {std::string(register_origin), &world.signer("operator")};
}

std::array<ledger::VerifierKey, 1> operator_keys(RegistryWorld& world) {
  return {ledger::VerifierKey(std::string(register_origin), world.signer("operator").public_key())};
}

/// Whether `comparison` has evidence by which a stranger convicts the operator.
AttemptEnd convicted(RegistryWorld& world, const Comparison& comparison) {
  if (comparison.outcome != Comparison::Outcome::contradicts) return {false, comparison.why};
  std::string text = ledger::encode_evidence(*comparison.evidence);
  const auto read = ledger::parse_evidence(text);
  const bool holds = read && ledger::judge_evidence(*read, operator_keys(world)).has_value();
  AttemptEnd end{holds,
                 holds ? std::string(ledger::evidence_kind(*read)) : "evidence that does not hold"};
  if (holds) end.evidence = std::move(text);
  return end;
}

/// Another history, as entries of the log in an order of the operator's: an entry left out, another
/// put in its place.
Result<void> write_history(RegistryWorld& world, const std::vector<std::uint64_t>& order,
                           MemoryStore& other) {
  MUSTER_TRY_ASSIGN(const auto entries, world.log().read({0}, world.log().size().value));
  MUSTER_TRY_ASSIGN(ledger::Log log, ledger::Log::open(other));
  for (const std::uint64_t place : order) {
    const ledger::Entry& entry = entries[place];
    const Timestamp at = std::max(log.last_accepted_at(), entry.accepted_at);
    MUSTER_TRY(log.append(log.size(), at, {&entry.envelope, 1}));
  }
  return {};
}

/// All places of the log but `left_out`.
std::vector<std::uint64_t> all_but(RegistryWorld& world, std::uint64_t left_out) {
  std::vector<std::uint64_t> order;
  for (std::uint64_t i = 0; i < world.log().size().value; ++i) {
    if (i != left_out) order.push_back(i);
  }
  return order;
}

/// An entry of the last ones, which the operator would rather not have taken.
std::uint64_t unwanted(RegistryWorld& world) {
  return world.log().size().value - 1 - world.random().below(4);
}

/// The entry is left out, and the last one said twice: two logs of one size for two parties.
Result<AttemptEnd> two_views(RegistryWorld& world) {
  MUSTER_TRY(world.chips(1));
  MUSTER_TRY_ASSIGN(const std::string to_one,
                    ledger::publish_checkpoint(world.store(), operator_of(world)));
  MemoryStore other;
  auto order = all_but(world, unwanted(world));
  order.push_back(order.back());
  MUSTER_TRY(write_history(world, order, other));
  MUSTER_TRY_ASSIGN(const std::string to_other,
                    ledger::publish_checkpoint(other, operator_of(world)));
  MUSTER_TRY_ASSIGN(const auto compared,
                    ledger::compare_checkpoints(to_one, to_other, operator_keys(world)));
  return convicted(world, compared);
}

/// What somebody kept, and the other history that is shown later.
struct Shown {
  std::string kept;
  ledger::Receipt receipt;
  MemoryStore other{};
  std::string checkpoint{};
};

/// An entry that was acknowledged is withheld from the log that grows on.
Result<void> withhold(RegistryWorld& world, Shown& shown) {
  MUSTER_TRY(world.chips(1));
  MUSTER_TRY_ASSIGN(shown.kept, ledger::publish_checkpoint(world.store(), operator_of(world)));
  const std::uint64_t withheld = unwanted(world);
  MUSTER_TRY_ASSIGN(shown.receipt, ledger::make_receipt(world.store(), {withheld}, shown.kept));
  MUSTER_TRY(world.chips(1));
  MUSTER_TRY(write_history(world, all_but(world, withheld), shown.other));
  MUSTER_TRY_ASSIGN(shown.checkpoint, ledger::publish_checkpoint(shown.other, operator_of(world)));
  return {};
}

Result<AttemptEnd> withheld_from_a_checkpoint(RegistryWorld& world) {
  Shown shown;
  MUSTER_TRY(withhold(world, shown));
  MUSTER_TRY_ASSIGN(const auto compared,
                    ledger::compare_with_held({&shown.other, shown.checkpoint}, shown.kept,
                                              operator_keys(world)));
  return convicted(world, compared);
}

Result<AttemptEnd> withheld_from_a_receipt(RegistryWorld& world) {
  Shown shown;
  MUSTER_TRY(withhold(world, shown));
  MUSTER_TRY_ASSIGN(const auto compared,
                    ledger::compare_with_receipt({&shown.other, shown.checkpoint}, shown.receipt,
                                                 operator_keys(world)));
  return convicted(world, compared);
}

/// The log goes back to an older size, and on from there with other entries.
Result<AttemptEnd> rolled_back(RegistryWorld& world) {
  MUSTER_TRY(world.chips(1));
  MUSTER_TRY_ASSIGN(const std::string kept,
                    ledger::publish_checkpoint(world.store(), operator_of(world)));
  const std::uint64_t back_to = unwanted(world);
  std::vector<std::uint64_t> order;
  for (std::uint64_t i = 0; i < back_to; ++i) order.push_back(i);
  for (std::uint64_t i = 0; i < 6; ++i) order.push_back(i);  // what it says instead
  MemoryStore other;
  MUSTER_TRY(write_history(world, order, other));
  MUSTER_TRY_ASSIGN(const std::string now, ledger::publish_checkpoint(other, operator_of(world)));
  MUSTER_TRY_ASSIGN(const auto compared,
                    ledger::compare_with_held({&other, now}, kept, operator_keys(world)));
  return convicted(world, compared);
}

/// An entry says that it was accepted a day before the one in front of it.
Result<AttemptEnd> back_dated(RegistryWorld& world) {
  MUSTER_TRY(world.chips(1));
  MUSTER_TRY_ASSIGN(const auto entries, world.store().read({0}, world.log().size().value));
  MUSTER_TRY_ASSIGN(ledger::Entry last, ledger::parse_entry(entries.back()));
  last.accepted_at.ms -= ms_per_day;
  MemoryStore other;
  for (std::uint64_t i = 0; i < entries.size(); ++i) {
    const Bytes body = i + 1 == entries.size() ? to_bytes(ledger::encode_entry(last)) : entries[i];
    MUSTER_TRY(other.append({i}, std::span(&body, 1), {}));
  }
  MUSTER_TRY_ASSIGN(const std::string now, ledger::publish_checkpoint(other, operator_of(world)));
  MUSTER_TRY_ASSIGN(const auto compared,
                    ledger::look_for_disorder({&other, now}, operator_keys(world)));
  return convicted(world, compared);
}

/// The log is written anew with a bit of one entry changed, after somebody kept a checkpoint.
Result<AttemptEnd> rewritten(RegistryWorld& world) {
  MUSTER_TRY(world.chips(1));
  MUSTER_TRY_ASSIGN(const std::string kept,
                    ledger::publish_checkpoint(world.store(), operator_of(world)));
  const std::uint64_t changed = world.random().below(world.log().size().value);
  MUSTER_TRY(world.chips(1));
  MUSTER_TRY_ASSIGN(const auto entries, world.store().read({0}, world.log().size().value));
  MemoryStore other;
  for (std::uint64_t i = 0; i < entries.size(); ++i) {
    Bytes entry = entries[i];
    if (i == changed) entry[world.random().below(entry.size())] ^= 1U;
    MUSTER_TRY(other.append({i}, std::span(&entry, 1), {}));
  }
  MUSTER_TRY_ASSIGN(const std::string now, ledger::publish_checkpoint(other, operator_of(world)));
  MUSTER_TRY_ASSIGN(const auto compared,
                    ledger::compare_with_held({&other, now}, kept, operator_keys(world)));
  return convicted(world, compared);
}

}  // namespace

std::vector<RegistryAttempt> rewriting_attempts() { return {{"an entry changed", rewritten}}; }

std::vector<RegistryAttempt> operator_attempts() {
  return {{"two logs of one size", two_views},
          {"withheld, a checkpoint kept", withheld_from_a_checkpoint},
          {"withheld, a receipt kept", withheld_from_a_receipt},
          {"rolled back and grown anew", rolled_back},
          {"back-dated", back_dated}};
}

}  // namespace muster::cli::scenario
