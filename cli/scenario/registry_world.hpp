#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/scenario/world_terms.hpp"
#include "ledger/base/clock.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/store/memory_store.hpp"
#include "registry/registry.hpp"
#include "registry/statement.hpp"

namespace muster::cli::scenario {

/// The origin of its log.
inline constexpr std::string_view register_origin = "scenario.example/registry";

/// A statement that a rule refused, and where.
struct RefusedStatement {
  registry::Submission submission;
  registry::Judgement judged;
  std::string rule;
  std::string message;
};

/// The key of a party of every such register, or of its "operator".
[[nodiscard]] crypto::Ed25519Signer register_signer(const std::string& name);

/// A register in memory with a registrar, an authority, a maker, two dealers of two countries, two
/// Provers and a witness, and the distributors of its terms, each with a key and a site; SYNTHETIC.
/// The site of X is "X-site".
class RegistryWorld final {
 public:
  /// Errors: a refusal, which would be a fault of this world.
  static Result<std::unique_ptr<RegistryWorld>> make(const Hash& seed,
                                                     const RegisterTerms& terms = {});

  /// A signed statement of `org`, with `expects` from the present state; signed by the key called
  /// `key` instead of its own where that is given.
  Result<registry::Submission> statement(const std::string& org, registry::Draft draft,
                                         const std::vector<std::string>& co_signers = {},
                                         const std::string& key = {});
  /// Records, with manifests that the body names. Errors: the refusal.
  Result<Hash> record(const std::string& org, registry::Draft draft,
                      const std::vector<std::string>& co_signers = {},
                      std::vector<ledger::Blob> manifests = {});
  /// The rule that refuses `submission`, its message where it names none; empty if none does.
  /// Errors: those of the store.
  Result<std::string> refusal_of(const registry::Submission& submission);

  /// The last one that `refusal_of` was told, since it was forgotten.
  [[nodiscard]] const std::optional<RefusedStatement>& last_refusal() const { return refused_; }
  void forget_refusal() { refused_.reset(); }

  /// New ids that the maker may package.
  Result<std::vector<ChipId>> reserved(std::size_t count, const std::string& product = "a1");
  /// New chips in the maker's custody, without a device key; with these serial numbers, if any.
  Result<std::vector<ChipId>> packaged(std::size_t count,
                                       const std::vector<std::string>& serials = {},
                                       const std::string& product = "a1");
  /// The same with device keys, tested.
  Result<std::vector<ChipId>> chips(std::size_t count, const std::string& product = "a1");
  /// An open release by `from` to `to`. Returns its hash; `shipment` is new.
  Result<Hash> release(const std::string& from, const std::string& to, const std::string& shipment,
                       const std::vector<ChipId>& chips);
  /// Chips of the maker go through the hands of `hops` distributors, the first of them first.
  /// Returns who has them then. Requires: no more than there are.
  Result<std::string> carried(const std::vector<ChipId>& chips, std::size_t hops);
  /// The same as far as a random one of them, or nowhere.
  Result<std::string> carried_somewhere(const std::vector<ChipId>& chips);
  /// A further party with a role, in the country of the maker. Its id.
  Result<std::string> newcomer(const std::string& role);
  [[nodiscard]] std::string next_shipment() { return "S" + std::to_string(++shipments_); }

  [[nodiscard]] const RegisterTerms& terms() const { return terms_; }
  [[nodiscard]] const registry::State& state() const { return registry_->state(); }
  [[nodiscard]] std::string custodian(const ChipId& chip) const;
  const crypto::Ed25519Signer& signer(const std::string& name);
  [[nodiscard]] ledger::Store& store() { return store_; }
  [[nodiscard]] ledger::Log& log() { return *log_; }
  [[nodiscard]] FixedClock& clock() { return clock_; }
  [[nodiscard]] crypto::SeededRandom& random() { return random_; }

 private:
  RegistryWorld(const Hash& seed, RegisterTerms terms);
  Result<void> found();
  Result<void> add_party(const std::string& org, const std::string& country,
                         const std::vector<std::string>& roles);

  RegisterTerms terms_;
  ledger::MemoryStore store_;
  FixedClock clock_;
  crypto::SeededRandom random_;
  std::unique_ptr<ledger::Log> log_;
  std::unique_ptr<registry::Registry> registry_;
  std::map<std::string, crypto::Ed25519Signer> signers_;
  std::uint64_t next_block_ = 1;
  std::optional<RefusedStatement> refused_{};
  std::uint64_t shipments_ = 0;
  std::uint64_t newcomers_ = 0;
};

using registry::about;

}  // namespace muster::cli::scenario
