#include "cli/demo/world.hpp"

#include <algorithm>

#include "cli/demo/calendar.hpp"
#include "cli/demo/hiding.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/key_file.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli::demo {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t retired_one_in = 2'000;
constexpr std::uint64_t retiring_fleet = 100;  ///< smaller fleets retire nothing

/// The slowest chips of a fleet meet their fates, so that no hidden run is on one of them. The
/// largest fleet alone mislays a chip.
std::vector<Fate> fates_of(std::uint64_t chips, bool largest) {
  std::vector<Fate> fates;
  if (chips < retiring_fleet) return fates;
  std::size_t position = chips;
  const std::uint64_t retired = 1 + chips / retired_one_in;
  for (std::uint64_t i = 0; i < retired; ++i) {
    fates.push_back({--position, Fate::Kind::retired, calendar::retired});
  }
  if (largest) {
    fates.push_back({--position, Fate::Kind::mislaid, calendar::lost, calendar::found_again});
  }
  return fates;
}

std::size_t largest_fleet(const FleetBook& book) {
  const auto found = std::ranges::max_element(book.fleets, {}, &Fleet::units);
  return static_cast<std::size_t>(found - book.fleets.begin());
}

Result<void> check(const WorldOptions& options, const FleetBook& book) {
  if (book.fleets.empty()) {
    return failure(Errc::invalid_input,
                   "scale: got " + std::to_string(options.scale) + ", which leaves no chip");
  }
  return {};
}

Result<void> make_folders(const fs::path& folder) {
  std::error_code problem;
  if (fs::exists(folder, problem) && !fs::is_empty(folder, problem)) {
    return failure(Errc::conflict, folder.string() + ": exists and is not empty");
  }
  for (const char* part : {"registry", "inspector", "provers"}) {
    fs::create_directories(folder / part, problem);
    if (problem) {
      return failure(Errc::unavailable,
                     "creating " + (folder / part).string() + ": " + problem.message());
    }
  }
  return {};
}

}  // namespace

World::World(WorldOptions options)
    : options_(std::move(options)),
      world_seed_(crypto::sha256({as_bytes("muster/demo/world/v1\n"), as_bytes(options_.seed)})) {}

Result<std::unique_ptr<World>> World::build(const WorldOptions& options, const Progress& progress) {
  if (options.scale == 0) return failure(Errc::invalid_input, "scale: got 0, want at least 1");
  std::unique_ptr<World> world(new World(options));
  world->progress_ = progress;
  MUSTER_TRY_ASSIGN(FleetBook book, read_fleets(options.data_folder, options.scale));
  MUSTER_TRY(check(options, book));
  world->book_ = std::make_unique<FleetBook>(std::move(book));
  MUSTER_TRY(make_folders(options.folder));
  world->cast_ = std::make_unique<Cast>(*world->book_, world->world_seed_);
  MUSTER_TRY(world->plan_provers(world->world_seed_));
  MUSTER_TRY(world->write_keys());
  MUSTER_TRY(world->tell_story());
  world->progress_ = nullptr;
  return world;
}

Result<void> World::plan_provers(const Hash& world_seed) {
  MUSTER_TRY_ASSIGN(const auto rate, attestation::SnapshotRate::parse(options_.snapshots_per_day));
  crypto::SeededRandom random(world_secret(world_seed, "stock"));
  stock_ = made_stock(*book_, random);
  hider_ = hiding_fleet(*book_);
  const std::size_t largest = largest_fleet(*book_);
  for (std::size_t i = 0; i < stock_.size(); ++i) {
    const std::vector<ChipId>& chips = stock_[i].chips;
    HiddenRun hidden;
    if (i == hider_) {
      MUSTER_TRY_ASSIGN(const auto needed,
                        violation_chips(book_->fleets[i], rule_flop(),
                                        stats::Decimal::from_integer(window_days)));
      hidden.chips = options_.hidden_chips.value_or(needed.value_or(chips.size()));
      hidden.chips = std::min<std::uint64_t>(hidden.chips, chips.size());
      hidden.edits_logs = true;
    }
    const PartyId& prover = book_->fleets[i].prover;
    sides_.push_back(std::make_unique<ProverSide>(
        ProverStory{prover, world_seed, calendar::installed, calendar::window, rate, hidden,
                    fates_of(chips.size(), i == largest), mean_16_bit_rate(stock_[i])},
        chips));
    const Hash frame_key = world_secret(world_seed, "frame/" + prover.text());
    frame_keys_.push_back(to_bytes(frame_key.view()));
  }
  return {};
}

Result<void> World::write_keys() const {
  const fs::path inspector = options_.folder / "inspector";
  MUSTER_TRY(crypto::create_key_file(inspector / "verifier.key", cast_->signer(inspectorate_id)));
  const crypto::Ed25519Signer vrf_seed(world_secret(world_seed_, "vrf").bytes);
  MUSTER_TRY(crypto::create_key_file(inspector / "vrf.key", vrf_seed));
  for (std::size_t i = 0; i < sides_.size(); ++i) {
    const std::string prover = sides_[i]->story().prover.text();
    MUSTER_TRY(create_file(inspector / ("frame-" + prover + ".key"),
                           as_bytes(to_hex(frame_keys_[i]) + "\n"), 0600));
    MUSTER_TRY(crypto::create_key_file(options_.folder / "provers" / (prover + ".key"),
                                       cast_->signer(prover)));
  }
  return {};
}

const ProverSide* World::prover(const PartyId& id) const {
  for (const auto& side : sides_) {
    if (side->story().prover == id) return side.get();
  }
  return nullptr;
}

const crypto::Ed25519Signer* World::signer_of(const std::string& party) const {
  const Actor* actor = cast_->find(party);
  return actor == nullptr ? nullptr : &actor->signer;
}

crypto::Ed25519Signer World::witness_signer(const std::string& name) const {
  return crypto::Ed25519Signer(world_secret(world_seed_, "witness/" + name).bytes);
}

const Window& World::window() const { return calendar::window; }

stats::Decimal World::rule_flop() const {
  stats::BigInt flop = 1;
  for (std::uint64_t i = 0; i < full_rule_flop_exponent; ++i) flop *= 10;
  return stats::Decimal(stats::Rational(flop, stats::BigInt(options_.scale)));
}

const PartyId& World::hider() const { return sides_[hider_]->story().prover; }

std::uint64_t World::hidden_chips() const { return sides_[hider_]->story().hidden.chips; }

}  // namespace muster::cli::demo
