#pragma once

#include <functional>

#include "attestation/device/acknowledgement.hpp"
#include "tests/attestation/appraise/mutation.hpp"

namespace muster::attestation::test {

inline constexpr Precommitment bound_to{};

// A declaration whose run is bound to digests, of a run in memory at snapshot 500.
inline void declare_bound(Bench& bench) {
  declare(bench, {});
  Declaration declared = bench.index.declaration(0);
  declared.metadata.precommitment = bound_to;
  bench.index = DeclarationIndex({{declared, true}});
}

inline void log_bound(Bench& bench, std::size_t place) {
  Entry record = bench.entries[place];
  record.body = bound_to;
  bench.entries.insert(bench.entries.begin() + static_cast<std::ptrdiff_t>(place) + 1, record);
  bench.renumber();
}

inline std::vector<Mutation> precommitments() {
  using enum FindingCode;
  return {
      {precommit_late, query,
       [](Bench& b) {
         put_memory(b, 500, declared_memory());
         log_bound(b, b.snapshot(500));
       },
       declare_bound},
      {precommit_absent, query, [](Bench& b) { put_memory(b, 500, declared_memory()); },
       [](Bench& b) {
         declare_bound(b);
         b.subject.policy.require_precommitments = true;
       }},
  };
}

inline const crypto::Ed25519Signer& acknowledger() {
  static const crypto::Ed25519Signer key(crypto::sha256("an acknowledger").bytes);
  return key;
}

inline void acknowledged_mode(Bench& bench) {
  std::get<EpochBody>(bench.entries.front().body).acknowledger =
      acknowledger_name(acknowledger().public_key());
}

// Acknowledges each snapshot a second after it, but for number 500, which gets `odd`.
inline void acknowledge(Bench& bench,
                        const std::function<std::optional<Acknowledgement>(Acknowledgement)>& odd) {
  bench.subject.acknowledgers = {acknowledger().public_key()};
  const std::size_t odd_one = bench.snapshot(500);
  for (std::size_t i = 0; i < bench.entries.size(); ++i) {
    const Entry& entry = bench.entries[i];
    if (!std::holds_alternative<SnapshotBody>(entry.body)) continue;
    std::optional<Acknowledgement> made{
        {entry.ueid, entry.counter, entry_hash(bench.encoded[i]), entry.clock_ms + 1000}};
    if (i == odd_one) made = odd(*made);
    if (made) append(bench.acknowledgements, must(signed_acknowledgement(*made, acknowledger())));
  }
}

inline Bench::Step acknowledging(std::optional<Acknowledgement> (*odd)(Acknowledgement)) {
  return [odd](Bench& b) { acknowledge(b, odd); };
}

inline std::vector<Mutation> acknowledgements() {
  using enum FindingCode;
  using Made = std::optional<Acknowledgement>;
  const auto none = [](Acknowledgement) { return Made(); };
  const auto of_another_entry = [](Acknowledgement made) {
    made.entry.bytes[0] ^= 1U;
    return Made(made);
  };
  const auto late = [](Acknowledgement made) {
    made.time_ms += 20 * 60'000;
    return Made(made);
  };
  const auto early = [](Acknowledgement made) {
    made.time_ms -= 11 * 60'000;
    return Made(made);
  };
  return {
      {ack_missing, query, acknowledged_mode, acknowledging(none)},
      {ack_missing, query, acknowledged_mode, acknowledging(of_another_entry)},
      {ack_time, query, acknowledged_mode, acknowledging(late)},
      {ack_time, query, acknowledged_mode, acknowledging(early)},
      {ack_absent, query, {}, [](Bench& b) { b.subject.policy.require_acknowledged = true; }},
      {ack_absent, query, acknowledged_mode,
       [](Bench& b) {
         b.subject.policy.require_acknowledged = true;  // and no key of any acknowledger
       }},
  };
}

}  // namespace muster::attestation::test
