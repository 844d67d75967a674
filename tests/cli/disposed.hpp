#pragma once

#include <string>
#include <vector>

#include "tests/cli/cli_world.hpp"

namespace muster::test {

/// A document of a disposal service: a part taken out of use, and a step that no statement has.
inline Json disposal(const std::string& cause = "worn out") {
  const Json used{{"type", "ObjectEvent"},
                  {"eventTime", "2026-01-05T09:00:30.000+01:00"},
                  {"eventTimeZoneOffset", "+01:00"},
                  {"action", "OBSERVE"}};
  Json out = used;
  out.update({{"eventID", "urn:uuid:12345678-1234-4234-8234-123456789012"},
              {"bizStep", "collecting"},
              {"disposition", "disposed"},
              {"epcList", {"urn:example:part:7"}},
              {"example:cause", cause}});
  Json other = used;
  other.update({{"epcList", {"urn:example:part:8"}}, {"bizStep", "retail_selling"}});
  const Json context{"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
                     Json{{"example", "https://ns.example.com/epcis/"}}};
  return {{"@context", context},
          {"type", "EPCISDocument"},
          {"schemaVersion", "2.0"},
          {"creationDate", "2026-01-05T10:00:00Z"},
          {"epcisBody", {{"eventList", {out, other}}}}};
}

/// A registry with a chip that a disposal service knows as part 7.
struct Disposed {
  Disposed() : world("epcis-import"), chip(world.chips(1)[0]) {
    list = world.write("uris.csv", "uri,space,id\nurn:example:part:7,chip," + chip + "\n");
    file = world.write("disposal.jsonld", disposal().dump());
  }

  std::vector<std::string> import(const std::string& from) {
    return {"epcis", "import", from, "--list", list, "--as", "maker", "--set", "retire.cause=worn"};
  }

  CliWorld world;
  std::string chip;
  std::string list;
  std::string file;
};

}  // namespace muster::test
