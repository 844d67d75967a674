#pragma once

#include <memory>

#include "ledger/store/memory_store.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

namespace muster::test {

/// An empty store of each kind, for tests of what they have in common.
struct InMemory {
  ledger::MemoryStore store;
  ledger::Store& operator*() { return store; }
};

struct InSqlite {
  Folder folder{"store"};
  std::unique_ptr<ledger::SqliteStore> store =
      must(ledger::SqliteStore::create(folder.path() / "log.db"));
  ledger::Store& operator*() { return *store; }
};

}  // namespace muster::test
