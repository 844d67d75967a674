// What is filed of an attempt on paper convinces a stranger who has public keys alone, and nothing
// else does: not a document with a byte changed, and not one that the inspector himself made up.

#include <functional>
#include <set>

#include "cli/scenario/audit_parties.hpp"
#include "cli/scenario/paper_bundle.hpp"
#include "cli/scenario/registry_plays.hpp"
#include "cli/scenario/row.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/cli/told_otherwise.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::cli::scenario;
using namespace muster::test;

namespace {

const Hash seed = crypto::sha256("scenario paper test");

std::map<std::string, std::string> papers_of(std::string_view game) {
  return must(play_registry(game, seed, 12, {}, Papers::filed)).papers;
}

}  // namespace

TEST_CASE("of every way that the register catches, a document is filed that stands") {
  std::size_t filed = 0;
  for (const PlayFacts& facts : plays()) {
    if (facts.engine != Engine::registry || facts.row == "honest") continue;
    if (facts.promise == PromiseKind::not_caught || facts.game == "hostile") continue;
    CAPTURE(facts.name);
    const Attempts played = must(play_registry(facts.game, seed, 12, {}, Papers::filed));
    std::set<std::string> ways;
    for (const auto& [answer, count] : played.answers) {
      ways.insert(answer.substr(0, answer.find(": ")));
    }
    ways.erase("dice in no lot");  // a balance with an error, and no entry in any book
    for (const std::string& way : ways) {
      CAPTURE(way);
      REQUIRE(played.papers.contains(way));
      CHECK(paper_stands(played.papers.at(way)));
      ++filed;
    }
  }
  CHECK(filed >= 50);
}

TEST_CASE("what passes leaves nothing that could be filed") { CHECK(papers_of("ghosts").empty()); }

TEST_CASE("a document with any one byte changed does not stand") {
  for (const std::string_view game : {"rewritten", "transit", "loss"}) {
    CAPTURE(game);
    check_no_byte_may_change(papers_of(game).begin()->second, 60);
  }
}

TEST_CASE("a refusal that the inspector tells otherwise does not stand") {
  const std::string text = papers_of("custody").at("double acceptance");
  const std::string other = papers_of("custody").at("transfer of another's");
  const Json others = must(parse_json(other)).at("shown");

  CHECK(failed_check(signed_anew(text, [](Json&) {})) == "none");
  CHECK(failed_check(signed_anew(text, [](Json& shown) {
          shown["log"]["entries"].erase(shown["log"]["entries"].size() - 1);
        })) == "the rules refuse the statement there, by the rule that is named");
  CHECK(failed_check(signed_anew(text, [](Json& shown) {
          shown["log"]["entries"][31] = "AAAA";
        })) == "the rules refuse the statement there, by the rule that is named");
  CHECK(failed_check(signed_anew(text, [&](Json& shown) {
          shown["statement"] = others.at("statement");
        })) == "the rules refuse the statement there, by the rule that is named");
  CHECK(failed_check(signed_anew(text, [](Json& shown) {
          auto note = shown["refusal"].get<std::string>();
          shown["refusal"] = note.replace(note.find("rule "), 5, "rulE ");
        })) == "the operator signed the refusal");
}

TEST_CASE("books that the inspector tells otherwise do not stand") {
  const std::string text = papers_of("loss").at("declared lost");
  const auto failing = [&](const std::function<void(Json&)>& change) {
    return failed_check(signed_anew(text, change));
  };

  CHECK(failing([](Json&) {}) == "none");
  CHECK(failing([](Json& shown) { shown["books"]["unaccounted"] = 7; }) ==
        "the books say what is stated");
  CHECK(failing([](Json& shown) { shown["before"] = shown["log"]["entries"].size(); }) ==
        "they did not say it before");
  CHECK(failing([](Json& shown) {
          shown["log"]["entries"].erase(shown["log"]["entries"].size() - 1);
        }) == "the operator signed a checkpoint of these entries");
}

TEST_CASE("a document stands by the keys of its register and of its inspector alone") {
  check_stands_by_these_keys_alone(papers_of("transit").begin()->second);
}

TEST_CASE("what is no such document is refused by name") {
  CHECK(is_paper(papers_of("transit").begin()->second));
  CHECK_FALSE(is_paper("{}"));
  CHECK(must_fail(reviewed_paper("{}", played_keys())).find("version") != std::string::npos);
  CHECK(must_fail(reviewed_paper(R"({"kind":"x","shown":{},"signature":"","version":")" +
                                     std::string(paper_version) + R"("})",
                                 played_keys()))
            .find("paper.kind: got x") != std::string::npos);
  CHECK(must_fail(reviewed_paper(R"({"kind":"books","shown":{"log":{"entries":["?"]}},)"
                                 R"("signature":"","version":")" +
                                     std::string(paper_version) + R"("})",
                                 played_keys()))
            .find("entries") != std::string::npos);
}
