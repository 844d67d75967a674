#pragma once

#include <filesystem>
#include <memory>

#include "ledger/base/clock.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "registry/registry.hpp"

namespace muster::cli::demo {

/// The registry as a party of the story sees it at one moment: opened anew, since the inspector's
/// process writes as well.
struct Counter {
  Counter(std::filesystem::path registry_folder, Timestamp at)
      : folder(std::move(registry_folder)), clock(at) {}

  Result<void> open() {
    MUSTER_TRY_ASSIGN(store, ledger::SqliteStore::open(folder / "log.db"));
    MUSTER_TRY_ASSIGN(const ledger::Log opened, ledger::Log::open(*store));
    log = std::make_unique<ledger::Log>(opened);
    MUSTER_TRY_ASSIGN(auto made,
                      registry::Registry::open(*log, clock, {.view = folder / "view.db"}));
    registry = std::make_unique<registry::Registry>(std::move(made));
    return {};
  }

  std::filesystem::path folder;
  FixedClock clock;
  std::unique_ptr<ledger::SqliteStore> store;
  std::unique_ptr<ledger::Log> log;
  std::unique_ptr<registry::Registry> registry;
};

}  // namespace muster::cli::demo
