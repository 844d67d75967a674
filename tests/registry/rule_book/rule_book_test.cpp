// Every refusal has a stable code, and the rule book says what each wants. The sources are read, so
// that a new refusal cannot be forgotten.

#include "registry/rule_book/rule_book.hpp"

#include <algorithm>
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

/// The codes in the first arguments of what refuses (the second of `id_in_use`), in one source.
std::set<std::string> codes_in(const std::string& text) {
  static const std::regex call(
      R"(\b((refusal|invalid|bad_manifest|figure_is)\(|id_in_use\(found\.state, ))");
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
  std::set<std::string> codes{"event.payload_type"};  // an error that is put together by hand
  const fs::path root = fs::path(source_root) / "registry";
  for (const fs::path& folder : {root, root / "kinds", root / "state"}) {
    for (const auto& file : fs::directory_iterator(folder)) {
      if (file.path().extension() != ".cpp") continue;
      if (of_evidence.contains(file.path().filename().string())) continue;
      codes.merge(codes_in(must(read_text_file(file.path(), 1U << 20U))));
    }
  }
  return codes;
}

/// Rules that no statement can break, as far as anybody knows: they guard against the registry
/// itself.
const std::set<std::string_view> never_broken{
    "correct.in_the_way",  // whatever moves a row that a correction reaches is journaled
    "plan.frame_differs",  // no entry changes what those before it tell of a frame
};

/// Whether the text has the code in quotes, as what is refused or as a pattern of such a word.
bool names_code(const std::string& text, std::string_view code) {
  return text.find("\"" + std::string(code) + "\"") != std::string::npos;
}

/// All tests of the product but this one, in one text.
std::string tests_text() {
  std::string text;
  const fs::path root = fs::path(source_root) / "tests";
  for (const auto& file : fs::recursive_directory_iterator(root)) {
    const std::string name = file.path().filename().string();
    if (!name.ends_with("_test.cpp") || name == "rule_book_test.cpp") continue;
    text += must(read_text_file(file.path(), 1U << 20U));
  }
  return text;
}

}  // namespace

TEST_CASE("every code that a statement is refused with is in the rule book") {
  const std::set<std::string> codes = sources();
  CHECK(codes.size() > 250);
  for (const std::string& code : codes) {
    CHECK_MESSAGE(!rule_wants(code).empty(), code << ": not in registry/rule_book");
  }
}

TEST_CASE("every rule of the book has a place that refuses by it, and a test that provokes it") {
  const std::set<std::string> codes = sources();
  const std::string tests = tests_text();
  for (const RuleText& rule : rule_book()) {
    const std::string code(rule.code);
    CHECK_MESSAGE(codes.contains(code), code << ": nothing refuses by it");
    CHECK_MESSAGE(names_code(tests, code) != never_broken.contains(code),
                  code << ": provoke it in a test, or say that nothing can");
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
