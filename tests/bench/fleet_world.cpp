#include "tests/bench/fleet_world.hpp"

#include "ledger/base/check.hpp"
#include "ledger/crypto/key_file.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::bench {
namespace {

using registry::Draft;
using registry::State;
using registry::StatementChip;

constexpr const char* window_to = "2030-01-01T00:00:00.000Z";

std::string key_of(const crypto::Ed25519Signer& signer) {
  return Hash::from_bytes(signer.public_key().bytes()).value().to_hex();
}

/// The chips with what `columns` says of each, by its place in the lot.
template <class Columns>
std::vector<StatementChip> lines(const std::vector<ChipId>& chips, Columns columns) {
  std::vector<StatementChip> list;
  list.reserve(chips.size());
  for (std::size_t i = 0; i < chips.size(); ++i) list.push_back({chips[i], columns(i)});
  return list;
}

Json no_columns(std::size_t /*place*/) { return Json::object(); }

}  // namespace

FleetWorld::FleetWorld(FixedClock& clock, Sink sink, std::uint64_t provers)
    : clock_(clock), sink_(std::move(sink)), provers_(provers) {}

std::string FleetWorld::prover_of(std::uint64_t number) const {
  return provers_ == 1 ? "prover" : "prover-" + std::to_string(number % provers_);
}

void FleetWorld::write_keys(const std::filesystem::path& folder) {
  for (const auto& [party, key] : signers_) {
    MUSTER_CHECK(crypto::create_key_file(folder / (party + ".key"), key).has_value());
  }
}

const crypto::Ed25519Signer& FleetWorld::signer(const std::string& party) {
  const auto found = signers_.find(party);
  if (found != signers_.end()) return found->second;
  return signers_.emplace(party, crypto::Ed25519Signer(crypto::sha256("fleet " + party).bytes))
      .first->second;
}

void FleetWorld::say(const State& state, const std::string& party, Draft draft,
                     const std::string& co_signer) {
  clock_.advance_ms(60'000);
  draft.event_time = clock_.now();
  registry::StatementMaker maker(
      {.origin = origin, .org = party, .next_number = registry::next_number(state, party)},
      signer(party), random_);
  std::vector<const crypto::Signer*> others;
  if (!co_signer.empty()) others.push_back(&signer(co_signer));
  sink_(maker.make(draft, &state, others).value());
}

void FleetWorld::add_party(const State& state, const std::string& party, const char* country,
                           const std::vector<std::string>& roles, const char* site_kind) {
  say(state, "registrar",
      {.kind = "org.register",
       .body = {{"party", party},
                {"name", "The " + party},
                {"country", country},
                {"roles", roles},
                {"key", key_of(signer(party))}}},
      party);
  say(state, party,
      {.kind = "site.register",
       .body = {{"site", party + "-site"},
                {"name", "Site of " + party},
                {"country", country},
                {"kind", site_kind}}});
}

void FleetWorld::found(const State& state, std::uint64_t chips) {
  say(state, "registrar",
      {.kind = "log.genesis",
       .body = {{"name", "The Registrar"},
                {"country", "CH"},
                {"key", key_of(signer("registrar"))},
                {"operator_key", key_of(signer("operator"))},
                {"rules_version", 1},
                {"policy", {{"lots_required", true}, {"screening_days", 3650}}}}});
  add_party(state, "gov", "US", {"authority"}, "office");
  add_party(state, "maker", "US", {"designer", "packager", "fab", "test_house"}, "fab");
  Json consignees = Json::array();
  for (std::uint64_t prover = 0; prover < provers_; ++prover) {
    add_party(state, prover_of(prover), "SG", {"prover"}, "datacentre");
    consignees.push_back(prover_of(prover));
  }
  say(state, "maker",
      {.kind = "product.register",
       .body = {{"product", "a1"}, {"name", "Accelerator One"}, {"tpp", 4800}, {"dies", 2}}});
  say(state, "gov",
      {.kind = "licence.grant",
       .body = {{"licence", "L"},
                {"licensee", "maker"},
                {"consignees", consignees},
                {"countries", Json::array({"SG"})},
                {"products", Json::array({"a1"})},
                {"max_units", chips},
                {"window", {{"from", clock_.now().to_string()}, {"to", window_to}}}}});
  const std::string paper = crypto::sha256("papers").to_hex();
  for (const Json& prover : consignees) {
    say(state, prover,
        {.kind = "eus.submit",
         .body = {{"statement", paper},
                  {"site", prover.get<std::string>() + "-site"},
                  {"use", "computing"},
                  {"no_resale", true}}});
  }
  Json screened = consignees;
  screened.insert(screened.begin(), "maker");
  say(state, "gov",
      {.kind = "screen.result",
       .body = {{"parties", screened},
                {"lists", paper},
                {"as_of", clock_.now().to_string()},
                {"verdict", "pass"}}});
}

std::vector<ChipId> FleetWorld::chips_of(std::uint64_t number, std::size_t count) {
  crypto::SeededRandom random("fleet lot " + std::to_string(number));
  std::vector<ChipId> chips;
  chips.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    chips.push_back(ChipId::from_parts(
        {.block = number + 1, .ordinal = i, .random = random.below(ChipId::part_limit)}));
  }
  return chips;
}

void FleetWorld::make(const State& state, std::uint64_t number, const std::vector<ChipId>& chips) {
  const std::string wafers = "W" + std::to_string(number);
  say(state, "maker",
      {.kind = "lot.create",
       .body = {{"lot", wafers}, {"product", "a1"}, {"quantity", 2 * chips.size()}},
       .site = "maker-site"});
  say(state, "maker",
      {.kind = "id.reserve",
       .body = {{"block", number + 1},
                {"count", chips.size()},
                {"product", "a1"},
                {"packager", "maker"}}});
  say(state, "maker",
      {.kind = "chip.package",
       .body = {{"product", "a1"},
                {"inputs", Json::array({Json{{"lot", wafers}, {"quantity", 2 * chips.size()}}})}},
       .chips = lines(chips, no_columns),
       .site = "maker-site"});
  say(state, "maker",
      {.kind = "chip.enrol", .chips = lines(chips, [&](std::size_t i) {
                               return Json{{"key", crypto::sha256(chips[i].bytes()).to_hex()}};
                             })});
  say(state, "maker", {.kind = "chip.test", .chips = lines(chips, [](std::size_t) {
                                              return Json{{"pass", true}};
                                            })});
}

void FleetWorld::deliver(const State& state, std::uint64_t number,
                         const std::vector<ChipId>& chips) {
  const std::string shipment = "S" + std::to_string(number);
  const std::string prover = prover_of(number);
  const std::string site = prover + "-site";
  say(state, "maker",
      {.kind = "release",
       .body = {{"shipment", shipment},
                {"receiver", prover},
                {"destination", site},
                {"purpose", "sale"},
                {"licence", "L"}},
       .chips = lines(chips, no_columns)});
  const auto& tables = state.tables();
  const auto release = tables.shipments[tables.shipments.find(shipment)].release;
  say(state, prover,
      {.kind = "arrive",
       .body = {{"shipment", shipment}},
       .chips = lines(chips, no_columns),
       .site = site});
  say(state, prover,
      {.kind = "accept",
       .body = {{"shipment", shipment},
                {"release", tables.statements[release].hash.to_hex()},
                {"method", "opened"}},
       .chips = lines(chips, no_columns),
       .site = site});
  say(state, prover,
      {.kind = "install",
       .chips = lines(chips,
                      [&](std::size_t i) {
                        return Json{{"slot", "r" + std::to_string(number) + "." +
                                                 std::to_string(i / chips_per_slot_row) + ".p" +
                                                 std::to_string(i % chips_per_slot_row)}};
                      }),
       .site = site});
}

void FleetWorld::ship(const State& state, std::uint64_t number, std::size_t count) {
  const std::vector<ChipId> chips = chips_of(number, count);
  make(state, number, chips);
  deliver(state, number, chips);
}

}  // namespace muster::bench
