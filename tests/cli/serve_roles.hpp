#pragma once

#include <string>
#include <vector>

#include "tests/cli/serve_world.hpp"

// Tables of role x resource.

namespace muster::test {

/// Who is asked about, in the order of the columns below.
inline const std::vector<std::string> role_callers{"",
                                                   "custodian:witness",
                                                   "custodian:maker",
                                                   "custodian:northwind",
                                                   "party:witness",
                                                   "party:maker",
                                                   "party:northwind",
                                                   "verifier:FR",
                                                   "verifier:SG",
                                                   "verifier:*",
                                                   "operator"};

/// What each of them gets: a status for each column.
struct RoleRow {
  std::string target;
  std::vector<unsigned> statuses;
};

inline void check_row(ServeWorld& web, const RoleRow& row) {
  REQUIRE(row.statuses.size() == role_callers.size());
  for (std::size_t i = 0; i < role_callers.size(); ++i) {
    INFO(row.target);
    INFO(role_callers[i]);
    CHECK(web.get(role_callers[i], row.target).status == row.statuses[i]);
  }
}

}  // namespace muster::test
