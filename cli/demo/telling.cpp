#include <future>

#include "cli/demo/calendar.hpp"
#include "cli/demo/scene.hpp"
#include "cli/demo/world.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/key_file.hpp"
#include "ledger/crypto/vrf_ed25519.hpp"
#include "ledger/store/sqlite_store.hpp"

namespace muster::cli::demo {
namespace {

/// Unsaved rows at which the view is written: at a scale of some 300 and above only once, at the
/// end.
constexpr std::size_t view_rows = 1'000'000;

/// The heads of all fleets at the freeze, computed beside the story: they follow from the chips
/// alone.
FreezeHeads freeze_heads(const std::vector<std::unique_ptr<ProverSide>>& sides, unsigned threads) {
  FreezeHeads heads;
  heads.reserve(sides.size());
  for (const auto& side : sides) heads.push_back(side->heads_at_freeze(threads));
  return heads;
}

}  // namespace

Result<void> World::tell_story() {
  const std::filesystem::path folder = options_.folder / "registry";
  const crypto::Ed25519Signer operator_key(world_secret(world_seed_, "operator").bytes);
  MUSTER_TRY(crypto::create_key_file(folder / "operator.key", operator_key));
  MUSTER_TRY(create_file(folder / "muster.json",
                         as_bytes(canonical_json({{"origin", world_origin}, {"v", 1}}) + "\n")));
  MUSTER_TRY_ASSIGN(const auto store, ledger::SqliteStore::create(folder / "log.db"));
  MUSTER_TRY(store->hold_writer_lock());
  MUSTER_TRY_ASSIGN(ledger::Log log, ledger::Log::open(*store));
  FixedClock clock(calendar::founded);
  MUSTER_TRY_ASSIGN(auto registry, registry::Registry::open(log, clock,
                                                            {.view = folder / "view.db",
                                                             .threads = options_.threads,
                                                             .flush_rows = view_rows}));
  crypto::SeededRandom random(world_secret(world_seed_, "salts"));
  Filing filing({registry, clock, *cast_, random, progress_}, world_origin);
  const auto told = tell(filing, to_hex(operator_key.public_key().bytes()));
  stages_ = filing.stages();
  MUSTER_TRY(told);
  MUSTER_TRY(registry.flush());
  return store->checkpoint_database();
}

Result<void> World::tell(Filing& filing, const std::string& operator_key_hex) {
  const Scene scene{filing, *cast_, *book_, stock_, sides_, world_seed_, options_.threads};
  const crypto::VrfEd25519Key vrf(world_secret(world_seed_, "vrf").bytes);
  // Beside the story; the future waits for its end even when the story breaks off.
  std::future<FreezeHeads> heads;
  if (!options_.register_only) {
    heads = std::async(std::launch::async, [&] { return freeze_heads(sides_, options_.threads); });
  }
  MUSTER_TRY(found_world(scene, operator_key_hex, to_hex(vrf.public_key().bytes())));
  MUSTER_TRY(make_chips(scene));
  MUSTER_TRY(send_to_assembler(scene));
  MUSTER_TRY(assemble(scene));
  MUSTER_TRY(send_abroad(scene));
  MUSTER_TRY(install_chips(scene));
  if (options_.register_only) return {};
  MUSTER_TRY(file_first_heads(scene));
  MUSTER_TRY(live_through_window(scene));
  if (progress_) progress_("Device logs run to the freeze", 0, sides_.size());
  return freeze_all(scene, heads.get(), frame_keys_);
}

}  // namespace muster::cli::demo
