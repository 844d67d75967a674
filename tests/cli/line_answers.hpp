#pragma once

#include "tests/cli/audit_world.hpp"

namespace muster::test {

/// Records every line of a file of challenges as seen on the bench, the first `hits` of them as
/// contradicted.
inline void record_lines(AuditWorld& world, const std::string& challenges, std::size_t hits = 0) {
  std::istringstream lines(must(read_text_file(world.path(challenges))));
  for (std::string text; std::getline(lines, text);) {
    const Json line = must(parse_json(text));
    const bool hit = hits > 0;
    if (hit) --hits;
    world.force("inspectorate", {.kind = "inspect.result",
                                 .body = {{"plan", line["plan"]},
                                          {"opening", line["opening"]},
                                          {"line", line["line"]},
                                          {"chip", line["chip"]},
                                          {"presence", "bench"},
                                          {"verdict", hit ? "contradicted" : "consistent"},
                                          {"appraisal", std::string(64, 'a')},
                                          {"findings", Json::array()},
                                          {"silence",
                                           {{"before", "2026-11-01T09:50:00.000Z"},
                                            {"after", "2026-11-01T09:58:00.000Z"}}}}});
  }
}

}  // namespace muster::test
