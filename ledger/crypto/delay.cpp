#include "ledger/crypto/delay.hpp"

#include <algorithm>
#include <vector>

#include "ledger/base/check.hpp"
#include "ledger/crypto/delay_group.hpp"

namespace muster::crypto {

using namespace detail;

namespace {

bool is_provable(std::uint64_t squarings) {
  return squarings >= min_delay_squarings && squarings <= max_delay_squarings;
}

// How the quotient of 2^T by the challenge is cut: into digits of `digit_bits` bits, of which every
// `per_kept`-th begins at a kept element.
struct Cut {
  std::uint64_t digit_bits = 1;
  std::uint64_t per_kept = 1;

  [[nodiscard]] std::uint64_t stride() const { return digit_bits * per_kept; }
};

std::uint64_t quotient_up(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

// The cheapest cut that keeps no more than `elements`, buckets included: T / digit_bits products
// for the digits, and for each place within a stride two for every bucket.
Cut cheapest_cut(std::uint64_t squarings, std::uint64_t elements) {
  Cut best;
  std::uint64_t least = UINT64_MAX;
  for (std::uint64_t bits = 1; bits <= 16; ++bits) {
    const std::uint64_t buckets = std::uint64_t{1} << bits;
    if (2 * buckets > elements) break;
    const std::uint64_t digits = quotient_up(squarings, bits);
    const std::uint64_t per_kept = quotient_up(digits, elements - buckets);
    const std::uint64_t cost = digits + per_kept * 2 * buckets;
    if (cost >= least) continue;
    least = cost;
    best = {bits, per_kept};
  }
  return best;
}

}  // namespace

struct DelayEvaluation::State {
  State(const DelayModulus& of, const DelayTask& wanted, std::size_t memory_bytes)
      : modulus(of),
        group(of),
        task(wanted),
        cut(cheapest_cut(wanted.squarings,
                         std::max<std::uint64_t>(100, memory_bytes / of.size_bytes()))),
        start(group.start(wanted.input)),
        current(group.copy(start)) {}

  DelayModulus modulus;
  DelayGroup group;
  DelayTask task;
  Cut cut;
  NumberHandle start;
  NumberHandle current;
  std::uint64_t done = 0;
  std::vector<NumberHandle> kept{};  // after 0, stride, 2 stride ... squarings

  // The product over all digits in place `place` of their stride: kept element to the digit.
  [[nodiscard]] NumberHandle digit_product(std::uint64_t place, const BIGNUM* prime) const;
};

// Digit i of the quotient, from the lowest on, is floor(2^bits (2^(T - bits (i + 1)) mod l) / l).
// From one kept element to the next lower the remainder is multiplied by 2^stride.
NumberHandle DelayEvaluation::State::digit_product(std::uint64_t place, const BIGNUM* prime) const {
  const std::uint64_t digits = task.squarings / cut.digit_bits;
  std::vector<NumberHandle> buckets(std::size_t{1} << cut.digit_bits);
  NumberHandle product = group.one();
  if (digits <= place) return product;
  std::uint64_t j = (digits - 1 - place) / cut.per_kept;
  const std::uint64_t first = j * cut.per_kept + place;
  BN_CTX* scratch = group.scratch();
  const NumberHandle remainder =
      power_of_two(task.squarings - cut.digit_bits * (first + 1), prime, scratch);
  const NumberHandle step = power_of_two(cut.stride(), prime, scratch);
  const NumberHandle shifted = new_number();
  const NumberHandle digit = new_number();
  for (;; --j) {
    MUSTER_CHECK(BN_lshift(shifted.get(), remainder.get(), static_cast<int>(cut.digit_bits)) == 1);
    MUSTER_CHECK(BN_div(digit.get(), nullptr, shifted.get(), prime, scratch) == 1);
    NumberHandle& bucket = buckets[BN_get_word(digit.get())];
    const NumberHandle& element = kept[static_cast<std::size_t>(j)];
    bucket ? group.multiply(bucket, element) : void(bucket = group.copy(element));
    if (j == 0) break;
    MUSTER_CHECK(BN_mod_mul(remainder.get(), remainder.get(), step.get(), prime, scratch) == 1);
  }
  // Bucket b counts b times: the product of all products of buckets from the highest down.
  NumberHandle running = group.one();
  for (std::size_t b = buckets.size() - 1; b > 0; --b) {
    if (buckets[b]) group.multiply(running, buckets[b]);
    group.multiply(product, running);
  }
  return product;
}

DelayEvaluation::DelayEvaluation(const DelayModulus& modulus, const DelayTask& task,
                                 std::size_t memory_bytes) {
  MUSTER_CHECK(is_provable(task.squarings));
  state_ = std::make_unique<State>(modulus, task, memory_bytes);
}
DelayEvaluation::DelayEvaluation(DelayEvaluation&& other) noexcept = default;
DelayEvaluation& DelayEvaluation::operator=(DelayEvaluation&& other) noexcept = default;
DelayEvaluation::~DelayEvaluation() = default;

std::uint64_t DelayEvaluation::advance(std::uint64_t most) {
  State& state = *state_;
  const std::uint64_t count = std::min(most, state.task.squarings - state.done);
  const std::uint64_t stride = state.cut.stride();
  for (std::uint64_t i = 0; i < count; ++i, ++state.done) {
    if (state.done % stride == 0) state.kept.push_back(state.group.copy(state.current));
    state.group.square(state.current);
  }
  return state.task.squarings - state.done;
}

std::uint64_t DelayEvaluation::kept_elements() const {
  return quotient_up(state_->task.squarings, state_->cut.stride());
}

DelayProof DelayEvaluation::proof() const {
  const State& state = *state_;
  MUSTER_CHECK(state.done == state.task.squarings);
  DelayProof made;
  made.output = state.group.encoded(state.current);
  const NumberHandle prime = challenge_prime(state.modulus, state.task.squarings,
                                             state.group.encoded(state.start), made.output);
  NumberHandle result = state.group.one();
  for (std::uint64_t place = state.cut.per_kept; place-- > 0;) {
    for (std::uint64_t i = 0; i < state.cut.digit_bits; ++i) state.group.square(result);
    state.group.multiply(result, state.digit_product(place, prime.get()));
  }
  made.proof = state.group.encoded(result);
  return made;
}

DelayProof delay_proof(const DelayModulus& modulus, const DelayTask& task) {
  DelayEvaluation evaluation(modulus, task);
  evaluation.advance(task.squarings);
  return evaluation.proof();
}

bool delay_verifies(const DelayModulus& modulus, const DelayTask& task, const DelayProof& proof) {
  if (!is_provable(task.squarings)) return false;
  const DelayGroup group(modulus);
  const NumberHandle output = group.decoded(proof.output);
  const NumberHandle pi = group.decoded(proof.proof);
  if (!output || !pi) return false;
  const NumberHandle start = group.start(task.input);
  const NumberHandle prime =
      challenge_prime(modulus, task.squarings, group.encoded(start), proof.output);
  const NumberHandle rest = power_of_two(task.squarings, prime.get(), group.scratch());
  return group.encoded(group.power_product(pi, prime.get(), start, rest.get())) == proof.output;
}

}  // namespace muster::crypto
