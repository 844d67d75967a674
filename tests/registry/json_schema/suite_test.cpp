// The test suite of the JSON Schema organisation, as Debian's json-schema-test-suite installs it.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "ledger/base/file.hpp"
#include "registry/json_schema/json_schema.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

namespace fs = std::filesystem;

constexpr std::size_t mandatory_cases = 423;

/// Where Debian puts the suite, or $MUSTER_JSON_SCHEMA_SUITE.
std::optional<fs::path> suite() {
  const char* named = std::getenv("MUSTER_JSON_SCHEMA_SUITE");
  const fs::path folder = named != nullptr ? named : "/usr/share/json-schema-test-suite";
  if (fs::is_directory(folder)) return folder;
  std::cout << "skipped: json-schema-test-suite: " << folder.string()
            << " is not there; the package is in scripts/deps test\n";
  return std::nullopt;
}

std::vector<json_schema::Document> remotes(const fs::path& suite) {
  std::vector<json_schema::Document> documents;
  for (const auto& entry : fs::recursive_directory_iterator(suite / "remotes")) {
    if (!entry.is_regular_file()) continue;
    const std::string name = fs::relative(entry.path(), suite / "remotes").generic_string();
    documents.push_back({"http://localhost:1234/" + name,
                         must(parse_foreign_json(must(read_text_file(entry.path()))))});
  }
  return documents;
}

struct Tally {
  std::size_t right = 0;
  std::vector<std::string> wrong;
};

void run_group(const Json& group, const fs::path& suite, const std::string& file, Tally& tally) {
  const auto schema = json_schema::Schema::compile({"", group["schema"]}, remotes(suite));
  for (const Json& test : group["tests"]) {
    const std::string name = file + ": " + group["description"].get<std::string>() + ": " +
                             test["description"].get<std::string>();
    if (!schema) {
      tally.wrong.push_back(name + ": " + schema.error().message);
      continue;
    }
    const auto faults = schema->faults(test["data"]);
    if (faults && faults->empty() == test["valid"].get<bool>()) {
      ++tally.right;
    } else {
      tally.wrong.push_back(name);
    }
  }
}

Tally run_folder(const fs::path& suite, const fs::path& folder) {
  Tally tally;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    const Json groups = must(parse_foreign_json(must(read_text_file(file))));
    for (const Json& group : groups) run_group(group, suite, file.filename().string(), tally);
  }
  return tally;
}

}  // namespace

TEST_CASE("every mandatory case of draft-07 is judged as the suite judges it") {
  const auto folder = suite();
  if (!folder) return;

  const Tally tally = run_folder(*folder, *folder / "tests" / "draft7");

  for (const std::string& name : tally.wrong) FAIL_CHECK(name);
  CHECK(tally.right == mandatory_cases);
}

TEST_CASE("of the optional cases only those fail that README.md names") {
  const auto folder = suite();
  if (!folder) return;

  Tally tally = run_folder(*folder, *folder / "tests" / "draft7" / "optional");
  const Tally formats = run_folder(*folder, *folder / "tests" / "draft7" / "optional" / "format");
  tally.right += formats.right;
  tally.wrong.insert(tally.wrong.end(), formats.wrong.begin(), formats.wrong.end());

  for (const std::string& name : tally.wrong) {
    const bool named = name.starts_with("content.json") || name.starts_with("idn-hostname.json") ||
                       name.starts_with("idn-email.json");
    CHECK_MESSAGE(named, name);
  }
  CHECK(tally.wrong.size() == 8);
}
