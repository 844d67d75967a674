#pragma once

#include <map>
#include <string>

#include "registry/view/place.hpp"
#include "tests/support/folder.hpp"

namespace muster::test {

/// Whether this program runs beside a server of PostgreSQL (tests/support/postgres_server.py):
/// then its views are there, else in files.
bool views_are_on_server();

/// New, empty places for views, gone with this object.
class ViewPlaces final {
 public:
  explicit ViewPlaces(const std::string& name) : folder_(name) {}

  /// The same place for the same name.
  registry::ViewPlace operator()(const std::string& name = "view");

 private:
  Folder folder_;
  std::map<std::string, std::string> urls_{};  // by name
};

}  // namespace muster::test
