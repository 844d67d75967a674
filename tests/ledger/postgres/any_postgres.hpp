#pragma once

#include <memory>
#include <string>

#include "ledger/store/postgres_store.hpp"
#include "tests/support/must.hpp"

namespace muster::test {

/// The URL of a new, empty database on the server that runs beside this test program.
std::string new_database();

/// An empty store in a database of its own.
struct InPostgres {
  std::string url = new_database();
  std::unique_ptr<ledger::PostgresStore> store = must(ledger::PostgresStore::create(url));
  ledger::Store& operator*() { return *store; }
};

}  // namespace muster::test
