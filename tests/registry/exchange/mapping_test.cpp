// The mapping is that of our catalogue of events, and README.md shows it.

#include "registry/exchange/mapping.hpp"

#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "ledger/base/file.hpp"
#include "registry/exchange/vocabulary.hpp"
#include "registry/kind.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::exchange;

namespace {

const std::filesystem::path root = source_root;

using Shape = std::vector<std::string>;

Json catalogue() {
  return must(parse_foreign_json(
      must(read_text_file(root / "tests/vectors/registry/epcis/catalogue.json"))));
}

}  // namespace

TEST_CASE(
    "every event of the catalogue has its row, with the same type, action, step, disposition") {
  std::map<std::string, std::set<Shape>> ours;
  for (const EventRow& row : event_rows()) {
    ours[std::string(row.code)].insert({std::string(row.type), std::string(row.action),
                                        std::string(row.biz_step), std::string(row.disposition)});
  }
  std::size_t events = 0;
  for (const Json& row : catalogue()) {
    const std::string code = row["code"];
    // A correction repeats the event that it corrects.
    if (!row["epcis"].is_array() || code == "L1" || code == "L2") continue;
    for (const Json& event : row["epcis"]) {
      const Shape wanted{event[0], event[1].is_null() ? "" : event[1].get<std::string>(), event[2],
                         event[3]};
      CAPTURE(code);
      CHECK(ours[code].contains(wanted));
      ++events;
    }
  }
  CHECK(events == 51);
}

TEST_CASE("master data is that of the catalogue") {
  std::size_t found = 0;
  for (const Json& row : catalogue()) {
    if (!row["epcis"].is_string() || !row["epcis"].get<std::string>().starts_with("MD:")) continue;
    const auto rows = master_data_rows();
    CHECK(std::ranges::count(rows, row["code"].get<std::string>(), &MasterDataRow::code) == 1);
    ++found;
  }
  CHECK(found == master_data_rows().size());
}

TEST_CASE("rows of one kind stand together and use words of the CBV") {
  std::set<std::string_view> seen;
  std::string_view last;
  for (const EventRow& row : event_rows()) {
    CAPTURE(row.kind);
    CHECK((row.kind == last || seen.insert(row.kind).second));
    last = row.kind;
    CHECK(is_term(Vocabulary::biz_step, row.biz_step));
    CHECK(is_term(Vocabulary::disposition, row.disposition));
    CHECK((row.what == What::contents) == (row.with.parent.from != Parent::none));
  }
  CHECK(rows_of("chip.test").size() == 2);
  CHECK(rows_of("no.kind").empty());
}

TEST_CASE("the mapping table in README.md is the one in the code") {
  const auto path = root / "registry/exchange/README.md";
  const std::string text = must(read_text_file(path));
  const std::string begin = "<!-- mapping: made from the code -->\n";
  const std::string end = "<!-- end of mapping -->\n";
  const auto first = text.find(begin);
  const auto last = text.find(end);
  REQUIRE(first != std::string::npos);
  REQUIRE(last != std::string::npos);
  const std::string want =
      text.substr(0, first + begin.size()) + mapping_table() + text.substr(last);
  if (want == text) return;
  const bool accepts = std::getenv("MUSTER_ACCEPT") != nullptr;
  if (accepts) must(write_file_atomically(path, as_bytes(want)));
  FAIL_CHECK("README.md does not show the mapping"
             << std::string(accepts ? ": rewritten" : "; MUSTER_ACCEPT=1 rewrites it"));
}
