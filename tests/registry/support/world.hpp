#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ledger/base/clock.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/store/memory_store.hpp"
#include "registry/registry.hpp"
#include "registry/statement.hpp"

namespace muster::test {

/// A small world with one log: a registrar, an authority, a designer that packages and tests, two
/// dealers, two Provers, a verifier, a witness; each with one key and one site.
///
/// registrar, gov, maker (US), dealer (US), broker (SG), northwind (US), southwind (SG),
/// verifier, witness; the site of X is "X-site"; "port" is a chokepoint of gov.
class World final {
 public:
  /// Without `exceptions` in it the policy has a few.
  explicit World(registry::RegistryOptions options = {},
                 const Json& policy = {{"screening_days", 3650}});

  /// A signed statement of `org`, with `expects` from the present state.
  registry::Submission statement(const std::string& org, registry::Draft draft,
                                 const std::vector<std::string>& co_signers = {});
  /// Signs and records.
  registry::Outcome submit(const std::string& org, registry::Draft draft,
                           const std::vector<std::string>& co_signers = {});
  /// Records; the test ends if it is refused. Returns the statement's hash.
  Hash record(const std::string& org, registry::Draft draft,
              const std::vector<std::string>& co_signers = {});
  /// The rule that refuses; "recorded" if none does.
  std::string rule(const std::string& org, registry::Draft draft,
                   const std::vector<std::string>& co_signers = {});
  /// Like `rule`, for a submission made before.
  std::string rule(const registry::Submission& submission);

  /// The body of a screening with the lists of today.
  [[nodiscard]] Json screening(const std::vector<std::string>& parties, const std::string& verdict);

  /// Registers a party with one key and one site in `country`, its end-user statement, and a pass
  /// of screening by the registrar.
  void add_party(const std::string& org, const std::string& country,
                 const std::vector<std::string>& roles);

  /// New chips of product "a1" with device keys, tested, in the maker's custody.
  std::vector<ChipId> chips(std::size_t count);
  /// The ids of a new block, packaged and no more.
  std::vector<ChipId> packaged(std::size_t count);

  /// A release of `chips` by `from` to `to`; returns its statement hash.
  Hash release(const std::string& from, const std::string& to, const std::string& shipment,
               const std::vector<ChipId>& chips, const Json& more = Json::object());
  Hash accept(const std::string& to, const std::string& shipment, const Hash& release,
              const std::vector<ChipId>& chips);
  /// Release and acceptance.
  void deliver(const std::string& from, const std::string& to, const std::vector<ChipId>& chips);

  [[nodiscard]] const registry::State& state() const { return registry().state(); }
  [[nodiscard]] registry::Display display(const ChipId& chip) const;
  [[nodiscard]] const registry::ChipState& chip(const ChipId& id) const;
  [[nodiscard]] std::string custodian(const ChipId& chip) const;

  registry::Registry& registry() { return *registry_; }
  [[nodiscard]] const registry::Registry& registry() const { return *registry_; }
  /// Opens the registry anew over the same log.
  void reopen(registry::RegistryOptions options);

  const crypto::Ed25519Signer& signer(const std::string& org);

  ledger::MemoryStore store;
  FixedClock clock;
  crypto::SeededRandom random{"world"};
  std::unique_ptr<ledger::Log> log;

 private:
  std::unique_ptr<registry::Registry> registry_;
  std::map<std::string, crypto::Ed25519Signer> signers_;
  std::uint64_t next_block_ = 1;
  std::uint64_t next_shipment_ = 1;
};

using registry::about;

}  // namespace muster::test
