#include "cli/emulated_life.hpp"

#include <algorithm>

#include "cli/allowance_files.hpp"
#include "cli/delay_files.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {

using namespace attestation;

namespace {

constexpr std::uint64_t most_mhz = 100'000;
constexpr std::uint64_t most_delays = 1'000;
constexpr std::uint64_t most_emulated_squarings = 100'000'000;  // a minute of a fast core

Result<void> plan_allowances(const LifeOptions& options, LifePlan& plan) {
  if (options.issuer_key.empty()) {
    if (options.allowances.empty()) return {};
    return failure(Errc::invalid_input,
                   "--allowance: want the key whose allowances the chip takes: --issuer-key");
  }
  if (options.mhz == 0 || options.mhz > most_mhz) {
    return failure(Errc::invalid_input, "--mhz: want 1 to " + std::to_string(most_mhz));
  }
  MUSTER_TRY_ASSIGN(crypto::PublicKey key, issuer_key_of(options.issuer_key));
  plan.meter = MeterProfile{std::move(key), options.mhz};
  for (const std::string& file : options.allowances) {
    MUSTER_TRY_ASSIGN(const HandedAllowance handed, read_allowance_file(file, {}));
    MUSTER_TRY_ASSIGN(std::string text, read_text_file(file, ledger::max_envelope_text_bytes));
    plan.allowances.push_back({std::move(text), handed.known.terms.not_before});
  }
  std::ranges::stable_sort(plan.allowances, {}, &PlannedAllowance::not_before);
  return {};
}

Result<void> plan_delays(const LifeOptions& options, LifePlan& plan) {
  MUSTER_TRY_ASSIGN(plan.delay, read_optional_delay_policy(options.delay_policy));
  if (!plan.delay) return {};
  if (options.delays == 0 || options.delays > most_delays) {
    return failure(Errc::invalid_input, "--delays: want 1 to " + std::to_string(most_delays));
  }
  if (options.squarings < crypto::min_delay_squarings ||
      options.squarings > most_emulated_squarings) {
    return failure(Errc::invalid_input, "--squarings: want " +
                                            std::to_string(crypto::min_delay_squarings) + " to " +
                                            std::to_string(most_emulated_squarings));
  }
  plan.delays = options.delays;
  plan.squarings = options.squarings;
  return {};
}

/// A chip that works from stop to stop.
class EmulatedWorker final {
 public:
  EmulatedWorker(EmulatedChip& chip, const LifePlan& plan, const MemoryAt& memory, Timestamp half)
      : chip_(&chip),
        plan_(&plan),
        memory_(&memory),
        half_(half),
        is_half_over_(!plan.halfway),
        begin_(chip.newest()) {
    if (plan.meter) metered_.emplace(chip, *plan.meter);
  }

  Result<void> work(Timestamp to) {
    const auto& allowances = plan_->allowances;
    while (next_ < allowances.size() && allowances[next_].not_before <= to) {
      advance(std::max(chip_->now(), allowances[next_].not_before));
      MUSTER_TRY(metered_->load(allowances[next_].envelope));
      ++next_;
    }
    advance(to);
    return {};
  }

  void prove_delay() {
    const crypto::DelayModulus& modulus = plan_->delay->modulus;
    const crypto::DelayTask task{begin_.hash, plan_->squarings};
    chip_->record(DelayBody{modulus.digest(), begin_.counter, task.squarings,
                            crypto::delay_proof(modulus, task)});
    begin_ = chip_->newest();
  }

  ReadOut read_out(ByteView nonce) {
    return metered_ ? metered_->read_out(nonce) : chip_->read_out(nonce);
  }

 private:
  void advance(Timestamp to) {
    if (!is_half_over_ && to >= half_) {
      is_half_over_ = true;
      run(half_);
      plan_->halfway();
    }
    run(to);
  }

  void run(Timestamp to) {
    if (metered_) {
      metered_->work(to, *memory_);
    } else {
      chip_->run(to, *memory_);
    }
  }

  EmulatedChip* chip_;
  const LifePlan* plan_;
  const MemoryAt* memory_;
  Timestamp half_;
  bool is_half_over_;
  std::optional<MeteredChip> metered_;
  std::size_t next_ = 0;
  NamedEntry begin_;
};

}  // namespace

void add_life_options(CLI::App& verb, LifeOptions& options) {
  verb.add_option("--issuer-key", options.issuer_key,
                  "meter the chip: the public key whose allowances it takes");
  verb.add_option("--allowance", options.allowances, "an allowance that it loads; repeatable");
  verb.add_option("--mhz", options.mhz, "megacycles that it spends in a second of work");
  verb.add_option("--delay-policy", options.delay_policy,
                  "let it prove delays under the modulus of this policy (JSON)");
  verb.add_option("--delays", options.delays, "how many, one after the other");
  verb.add_option("--squarings", options.squarings, "of each delay; really done");
}

Result<LifePlan> life_plan(const LifeOptions& options) {
  LifePlan plan;
  MUSTER_TRY(plan_allowances(options, plan));
  MUSTER_TRY(plan_delays(options, plan));
  return plan;
}

Result<ReadOut> lived(EmulatedChip& chip, const LifePlan& plan, Timestamp to,
                      const MemoryAt& memory, ByteView nonce) {
  const std::int64_t from_ms = chip.now().ms;
  const std::int64_t stretch_ms = to.ms - from_ms;
  const auto delays = static_cast<std::int64_t>(plan.delays);
  EmulatedWorker worker(chip, plan, memory, Timestamp{from_ms + stretch_ms / 2});
  for (std::int64_t i = 1; i <= delays; ++i) {
    MUSTER_TRY(worker.work(Timestamp{from_ms + stretch_ms / delays * i}));
    worker.prove_delay();
  }
  MUSTER_TRY(worker.work(to));
  return worker.read_out(nonce);
}

}  // namespace muster::cli
