// What is generated from the table of kinds is what stands in the repository. With MUSTER_ACCEPT=1
// the files are rewritten and the test fails once.

#include "registry/schema.hpp"

#include <cstdlib>
#include <filesystem>
#include <regex>
#include <set>

#include "ledger/base/file.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

const std::filesystem::path root = source_root;

bool accepts() { return std::getenv("MUSTER_ACCEPT") != nullptr; }

void check_file(const std::filesystem::path& path, const std::string& want) {
  const auto stands = read_text_file(path);
  if (stands && *stands == want) return;
  if (accepts()) must(write_file_atomically(path, as_bytes(want)));
  FAIL_CHECK(path.string() << " is not what the table of kinds makes of it"
                           << (accepts() ? ": rewritten" : "; MUSTER_ACCEPT=1 rewrites it"));
}

}  // namespace

TEST_CASE("the schema of every kind stands in registry/schema") {
  std::set<std::string> names;
  for (const Kind* kind : kinds()) {
    names.insert(std::string(kind->name) + ".json");
    check_file(root / "registry" / "schema" / (std::string(kind->name) + ".json"),
               json_schema(*kind).dump(2) + "\n");
  }
  for (const auto& entry : std::filesystem::directory_iterator(root / "registry" / "schema")) {
    if (entry.path().extension() == ".json") {
      CHECK_MESSAGE(names.contains(entry.path().filename().string()), entry.path().string());
    }
  }
}

TEST_CASE("the table in registry/README.md is the table in the code") {
  const auto path = root / "registry" / "README.md";
  const std::string text = must(read_text_file(path));
  const std::string begin = "<!-- kinds: made from the code -->\n";
  const std::string end = "<!-- end of kinds -->\n";
  const auto first = text.find(begin);
  const auto last = text.find(end);
  REQUIRE(first != std::string::npos);
  REQUIRE(last != std::string::npos);
  check_file(path, text.substr(0, first + begin.size()) + readme_table() + text.substr(last));
}

TEST_CASE("every kind has one name, one code, a rule and an effect") {
  std::set<std::string_view> names;
  std::set<std::string_view> codes;
  const std::regex form("[a-z]+(\\.[a-z_]+)*");
  for (const Kind* kind : kinds()) {
    CHECK(names.insert(kind->name).second);
    CHECK(codes.insert(kind->code).second);
    CHECK(std::regex_match(std::string(kind->name), form));
    CHECK((kind->rule != nullptr && kind->effect != nullptr));
    CHECK(find_kind(kind->name) == kind);
    CHECK_FALSE(kind->guard.empty());
    CHECK(std::ranges::is_sorted(kind->columns, {}, &Field::name));
  }
  CHECK(find_kind("no.kind") == nullptr);
}
