#include "tests/bench/growth_world.hpp"

#include <iostream>

#include "ledger/base/check.hpp"
#include "ledger/base/parallel.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/store/memory_store.hpp"
#include "registry/registry.hpp"

namespace muster::bench {
namespace {

using registry::Draft;

constexpr std::size_t registrar = 0;
constexpr std::size_t west = 1;
constexpr std::size_t east = 2;

std::string hex_key(const crypto::Ed25519Signer& signer) {
  return Hash::from_bytes(signer.public_key().bytes()).value().to_hex();
}

Draft register_party(const std::string& party, const std::string& key) {
  return {.kind = "org.register",
          .body = {{"party", party},
                   {"name", "The " + party},
                   {"country", "US"},
                   {"roles", {"designer", "packager", "fab", "test_house", "distributor"}},
                   {"key", key}}};
}

Draft register_site(const std::string& party) {
  return {.kind = "site.register",
          .body = {{"site", party + "-site"},
                   {"name", "Site of " + party},
                   {"country", "US"},
                   {"kind", "warehouse"}}};
}

}  // namespace

GrowthWorld::GrowthWorld() {
  for (const char* const name : {"registrar", "west", "east"}) {
    parties_.push_back({name, crypto::Ed25519Signer(crypto::sha256(std::string(name)).bytes)});
  }
  for (std::size_t i = 0; i < chips; ++i) {
    ids_.push_back(ChipId::from_parts({.block = 1, .ordinal = i, .random = i * 7'919}));
  }
}

Timestamp GrowthWorld::now() { return Timestamp::parse("2026-01-05T08:00:00.000Z").value(); }

registry::Submission GrowthWorld::first(std::size_t dealer, Draft draft,
                                        const registry::State& state, std::size_t co_signer) {
  static crypto::SeededRandom random("growth");
  Dealer& by = parties_[dealer];
  draft.event_time = now();
  registry::StatementMaker maker({.origin = origin, .org = by.name, .next_number = ++by.number},
                                 by.signer, random);
  std::vector<const crypto::Signer*> others;
  if (co_signer != SIZE_MAX) others.push_back(&parties_[co_signer].signer);
  return maker.make(draft, &state, others).value();
}

std::vector<registry::Submission> GrowthWorld::founding() {
  // Recorded on the way: what is said of a chip names what was said of it before.
  ledger::MemoryStore store;
  FixedClock clock(now());
  auto log = ledger::Log::open(store).value();
  auto registry = registry::Registry::open(log, clock).value();
  std::vector<registry::Submission> list;
  const auto say = [&](std::size_t dealer, Draft draft, std::size_t co_signer = SIZE_MAX) {
    list.push_back(first(dealer, std::move(draft), registry.state(), co_signer));
    const auto outcome = registry.record(list.back()).value();
    if (outcome.error) std::cerr << outcome.error->message << '\n';
    MUSTER_CHECK(!outcome.error);
  };
  const std::string key = hex_key(parties_[registrar].signer);
  say(registrar, {.kind = "log.genesis",
                  .body = {{"name", "The Registrar"},
                           {"country", "CH"},
                           {"key", key},
                           {"operator_key", key},
                           {"rules_version", 1},
                           {"policy", Json::object()}}});
  for (const std::size_t dealer : {west, east}) {
    const std::string& name = parties_[dealer].name;
    say(registrar, register_party(name, hex_key(parties_[dealer].signer)), dealer);
    say(dealer, register_site(name));
  }
  say(west, {.kind = "product.register",
             .body = {{"product", "a1"}, {"name", "Accelerator One"}, {"tpp", 4800}}});
  say(west, {.kind = "id.reserve",
             .body = {{"block", 1},
                      {"count", static_cast<std::int64_t>(chips)},
                      {"product", "a1"},
                      {"packager", "west"}}});
  Draft packaging{.kind = "chip.package", .body = {{"product", "a1"}}, .site = "west-site"};
  Draft test{.kind = "chip.test"};
  for (const ChipId& id : ids_) {
    packaging.chips.push_back({id});
    test.chips.push_back({id, {{"pass", true}}});
  }
  say(west, packaging);
  say(west, test);
  last_.assign(chips, ledger::statement_hash(list.back().envelope));
  return list;
}

registry::KeyRing GrowthWorld::keys() const {
  registry::KeyRing ring;
  for (const Dealer& by : parties_) {
    const crypto::PublicKey key = by.signer.verifying_key();
    ring.emplace(crypto::KeyId::of(key).text(), key);
  }
  return ring;
}

std::string GrowthWorld::payload(std::size_t chip, bool releases, const Dealer& by,
                                 const Dealer& to) const {
  registry::Header header;
  header.origin = origin;
  header.kind = releases ? "release" : "accept";
  header.org = by.name;
  header.stream = "main";
  header.number = by.number + chip + 1;
  header.event_time = now();
  header.zone = "Z";
  header.subjects.form = registry::SubjectForm::chips;
  header.subjects.chips = {ids_[chip]};
  header.expects = {last_[chip]};
  // A release and the acceptance that follows it name one shipment.
  const std::string shipment = "S" + std::to_string(step_ / 2) + "." + std::to_string(chip);
  Json body{{"shipment", shipment}};
  if (releases) {
    body.update({{"receiver", to.name}, {"destination", to.name + "-site"}, {"purpose", "sale"}});
  } else {
    header.site = by.name + "-site";
    body.update({{"release", last_[chip].to_hex()}, {"method", "opened"}});
  }
  return canonical_json(registry::event_json(header, body));
}

std::vector<ledger::Envelope> GrowthWorld::next_step() {
  // Release by west, acceptance by east, release by east, acceptance by west, and again.
  const bool releases = step_ % 2 == 0;
  const bool west_acts = step_ % 4 == 0 || step_ % 4 == 3;
  Dealer& by = parties_[west_acts ? west : east];
  const Dealer& to = parties_[west_acts ? east : west];
  std::vector<ledger::Envelope> envelopes(chips);
  parallel_for(chips, useful_threads(), [&](std::size_t chip) {
    const std::vector<const crypto::Signer*> signers{&by.signer};
    envelopes[chip] = ledger::sign_envelope(std::string(ledger::event_payload_type),
                                            payload(chip, releases, by, to), signers)
                          .value();
    last_[chip] = ledger::statement_hash(envelopes[chip]);
  });
  by.number += chips;
  ++step_;
  return envelopes;
}

}  // namespace muster::bench
