#include "tests/registry/view/view_places.hpp"

#include <cstdlib>

#include "tests/ledger/postgres/any_postgres.hpp"

namespace muster::test {

bool views_are_on_server() { return std::getenv("MUSTER_TEST_POSTGRES") != nullptr; }

registry::ViewPlace ViewPlaces::operator()(const std::string& name) {
  if (!views_are_on_server()) return folder_.path() / (name + ".db");
  std::string& url = urls_[name];
  if (url.empty()) url = new_database();
  return registry::ViewPlace::on_server(url);
}

}  // namespace muster::test
