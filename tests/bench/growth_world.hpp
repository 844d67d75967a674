#pragma once

#include <string>
#include <vector>

#include "ledger/base/timestamp.hpp"
#include "ledger/crypto/ed25519.hpp"
#include "registry/statement.hpp"

namespace muster::bench {

/// A world that can grow for ever by signed statements about one chip each: two dealers pass the
/// same chips to and fro, release by acceptance. Every statement follows from its number, so any
/// number of them can be made beforehand, on any number of threads.
class GrowthWorld final {
 public:
  static constexpr const char* origin = "bench.example/growth";
  static constexpr std::size_t chips = 10'000;

  GrowthWorld();

  /// The statements that the first step needs: parties, sites, chips.
  [[nodiscard]] std::vector<registry::Submission> founding();
  /// The statements of step `step`, one for each chip. Requires: called for 0, 1, 2, … in turn.
  [[nodiscard]] std::vector<ledger::Envelope> next_step();
  /// The keys of its parties.
  [[nodiscard]] registry::KeyRing keys() const;
  /// When everything happens.
  [[nodiscard]] static Timestamp now();

 private:
  struct Dealer {
    std::string name;
    crypto::Ed25519Signer signer;
    std::uint64_t number = 0;  // of its last statement
  };
  registry::Submission first(std::size_t dealer, registry::Draft draft,
                             const registry::State& state, std::size_t co_signer);
  [[nodiscard]] std::string payload(std::size_t chip, bool releases, const Dealer& by,
                                    const Dealer& to) const;

  std::vector<Dealer> parties_;  // registrar, west, east
  std::vector<ChipId> ids_;
  std::vector<Hash> last_;  // each chip's last statement
  std::uint64_t step_ = 0;
};

}  // namespace muster::bench
