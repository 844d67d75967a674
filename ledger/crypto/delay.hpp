#pragma once

#include <cstdint>
#include <memory>

#include "ledger/crypto/delay_modulus.hpp"

namespace muster::crypto {

// Verifiable delay proofs of Wesolowski: y = x^(2^T) takes T squarings one after the other, and a
// proof of one element shows that y is right. Nothing else is shown: not who squared, nor where.
// Source: Wesolowski, "Efficient verifiable delay functions", ePrint 2018/623: the proof and its
// challenge prime, and the computation of the proof in T / log T steps. The challenge binds T and
// the modulus besides, as "Weak Fiat-Shamir attacks on modern proof systems", ePrint 2023/691, asks
// of these proofs.

/// Fewest squarings of a proof: the quotient of 2^T by any challenge prime is then a large number,
/// so that the proof is never the element 1.
inline constexpr std::uint64_t min_delay_squarings = 1'024;
/// Most squarings, so that documents and logs carry the number exactly: 2^53 - 1.
inline constexpr std::uint64_t max_delay_squarings = (std::uint64_t{1} << 53U) - 1;

/// That some number of squarings was done one after the other from an input, under a modulus that
/// both sides know. Elements are encoded in one way only: big-endian, as long as the modulus N, the
/// one of y and N - y that lies in [1, (N - 1)/2].
struct DelayProof {
  Bytes output;  ///< y
  Bytes proof;   ///< pi

  friend bool operator==(const DelayProof&, const DelayProof&) = default;
};

/// What is squared and how often.
struct DelayTask {
  Hash input;
  std::uint64_t squarings = 0;  ///< T

  friend bool operator==(const DelayTask&, const DelayTask&) = default;
};

/// Whether `proof` shows the squarings of `task`. Takes any bytes and any task.
/// Cost: independent of T: the search of a prime of 264 bits and one double exponentiation.
[[nodiscard]] bool delay_verifies(const DelayModulus& modulus, const DelayTask& task,
                                  const DelayProof& proof);

/// The squarings of one task under way. Keeps elements met on the way, so that the proof takes a
/// fraction of the time of the squarings, within a bound on memory.
class DelayEvaluation final {
 public:
  /// `memory_bytes`: most memory for kept elements; less than some 100 elements is taken as that.
  /// Requires: min_delay_squarings <= task.squarings <= max_delay_squarings.
  DelayEvaluation(const DelayModulus& modulus, const DelayTask& task,
                  std::size_t memory_bytes = std::size_t{16} << 20U);
  DelayEvaluation(DelayEvaluation&& other) noexcept;
  DelayEvaluation& operator=(DelayEvaluation&& other) noexcept;
  ~DelayEvaluation();

  /// Does at most `most` squarings more. Returns how many are left.
  std::uint64_t advance(std::uint64_t most);
  /// Elements that are kept at the end.
  [[nodiscard]] std::uint64_t kept_elements() const;
  /// The proof. Requires: no squaring left.
  /// Cost: about T / 10 multiplications where memory holds some thousand elements.
  [[nodiscard]] DelayProof proof() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// All squarings of `task` and the proof of them. Cost: T squarings and the proof.
[[nodiscard]] DelayProof delay_proof(const DelayModulus& modulus, const DelayTask& task);

}  // namespace muster::crypto
