#include "tests/ledger/postgres/any_postgres.hpp"

#include <cstdlib>

namespace muster::test {

std::string new_database() {
  static int made = 0;
  const char* const url = std::getenv("MUSTER_TEST_POSTGRES");
  REQUIRE_MESSAGE(url != nullptr, "run it by tests/support/postgres_server.py");
  const std::string name = "t" + std::to_string(++made);
  auto server = must(sql::PgConnection::connect(url));
  must(server.run_script("create database " + name + " template template0"));
  std::string ours = url;
  return ours.replace(ours.find("/postgres?"), 10, "/" + name + "?");
}

}  // namespace muster::test
