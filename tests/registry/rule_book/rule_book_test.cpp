// Every refusal has a stable code, and the rule book says what each wants. The sources are read, so
// that a new refusal cannot be forgotten.

#include "registry/rule_book/rule_book.hpp"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>

#include "ledger/base/file.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

namespace fs = std::filesystem;

/// Sources whose refusals are about evidence and not about statements.
const std::set<std::string> of_evidence{"number_reuse.cpp", "refusal_check.cpp"};

/// The end of the first argument that begins at `at`: a comma or bracket of its own.
std::size_t end_of_argument(const std::string& text, std::size_t at) {
  int depth = 0;
  for (bool quoted = false; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\') {
      ++at;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '(' || c == '{' || c == '[')) {
      ++depth;
    } else if (!quoted && (c == ')' || c == '}' || c == ']')) {
      if (depth-- == 0) return at;
    } else if (!quoted && c == ',' && depth == 0) {
      return at;
    }
  }
  return at;
}

/// The codes in the first arguments of what refuses, in one source.
std::set<std::string> codes_in(const std::string& text) {
  static const std::regex call(R"(\b(refusal|invalid|bad_manifest|figure_is)\()");
  static const std::regex code(R"re("([a-z_]+(\.[a-z_]+)+)")re");
  std::set<std::string> codes;
  for (std::sregex_iterator one(text.begin(), text.end(), call), none; one != none; ++one) {
    const auto begin = static_cast<std::size_t>(one->position() + one->length());
    const std::string argument = text.substr(begin, end_of_argument(text, begin) - begin);
    for (std::sregex_iterator found(argument.begin(), argument.end(), code); found != none;
         ++found) {
      codes.insert((*found)[1]);
    }
  }
  return codes;
}

/// Every code that a statement can be refused with.
std::set<std::string> sources() {
  std::set<std::string> codes;
  const fs::path root = fs::path(MUSTER_SOURCE_ROOT) / "registry";
  for (const fs::path& folder : {root, root / "kinds", root / "state"}) {
    for (const auto& file : fs::directory_iterator(folder)) {
      if (file.path().extension() != ".cpp") continue;
      if (of_evidence.contains(file.path().filename().string())) continue;
      codes.merge(codes_in(must(read_text_file(file.path(), 1U << 20U))));
    }
  }
  return codes;
}

}  // namespace

TEST_CASE("every code that a statement is refused with is in the rule book") {
  const std::set<std::string> codes = sources();
  CHECK(codes.size() > 250);
  for (const std::string& code : codes) {
    CHECK_MESSAGE(!rule_wants(code).empty(), code << ": not in registry/rule_book");
  }
}

TEST_CASE("the rule book is in order, each rule once, in words") {
  const auto book = rule_book();
  for (std::size_t i = 1; i < book.size(); ++i) CHECK(book[i - 1].code < book[i].code);
  for (const RuleText& rule : book) {
    CHECK(rule_wants(rule.code) == rule.wants);
    CHECK(rule.wants.size() > 10);
    CHECK_FALSE(rule.wants.ends_with('.'));
  }
  CHECK(rule_wants("no.rule").empty());
  CHECK(rule_wants("").empty());
}
