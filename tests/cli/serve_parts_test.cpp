// Parts of the service by themselves: routes, forms, limits, configuration.

#include <doctest/doctest.h>

#include "cli/serve/doorkeeper.hpp"
#include "cli/serve/form.hpp"
#include "cli/serve/jobs.hpp"
#include "cli/serve/problem.hpp"
#include "cli/serve/rate_limit.hpp"
#include "cli/serve/route.hpp"
#include "cli/serve/settings.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::serve;
using muster::test::must;
using muster::test::must_fail;

namespace {

Router some_routes() {
  Router router;
  router.add({"GET", "/v1/chips", Role::everyone, {}, {}});
  router.add({"GET", "/v1/chips/{chip}", Role::everyone, {}, {}});
  router.add({"PATCH", "/v1/chips/{chip}", Role::everyone, {}, {}});
  router.add({"GET", "/tile/{path*}", Role::everyone, {}, {}});
  return router;
}

}  // namespace

TEST_CASE("a path finds its route and its parameters, decoded segment by segment") {
  const Router router = some_routes();

  const Found chip = must(router.find("GET", "/v1/chips/a%20b"));
  const Found tile = must(router.find("HEAD", "/tile/0/x001/234"));
  const Found patch = must(router.find("PATCH", "/v1/chips/a"));

  CHECK(chip.route->path == "/v1/chips/{chip}");
  CHECK(chip.path.at("chip") == "a b");
  CHECK(tile.path.at("path") == "0/x001/234");
  CHECK(patch.route->method == "PATCH");
  CHECK(must(router.find("DELETE", "/v1/chips/a")).allowed ==
        std::vector<std::string>{"GET", "PATCH"});
  CHECK(must(router.find("GET", "/v1/chips/a/b")).allowed.empty());
}

TEST_CASE("segments that name nothing, or something else than they seem to, are refused") {
  const Router router = some_routes();
  for (const char* path : {"", "v1/chips", "/v1//chips", "/v1/chips/", "/v1/chips/.", "/v1/..",
                           "/v1/chips/%2e%2e", "/v1/chips/a%2fb", "/v1/chips/%00", "/v1/chips/%0a",
                           "/v1/chips/%", "/v1/chips/%4", "/v1/chips/%zz", "/v1/chips/%ff"}) {
    INFO(path);
    CHECK(router.find("GET", path).error().rule == rule_parameter);
  }
}

TEST_CASE("a query is decoded, and no name stands there twice") {
  const auto values = must(query_parameters("a=1&b=x%26y&c&d="));

  CHECK(values.at("a") == "1");
  CHECK(values.at("b") == "x&y");
  CHECK(values.at("c").empty());
  CHECK(must(query_parameters("")).empty());
  for (const char* query : {"a=1&a=2", "=1", "a=%", "&", "a=%ff"}) {
    INFO(query);
    CHECK(query_parameters(query).error().rule == rule_parameter);
  }
  CHECK(check_known(values, {"a", "b", "c", "d"}));
  CHECK(check_known(values, {"a", "b", "c"}).error().message ==
        "d: this route has no such parameter");
}

TEST_CASE("rows that are lines give what rows that are values give, in every form") {
  const Json rows = Json::array({{{"a", "x,y"}, {"b", nullptr}}, {{"a", "\n"}, {"b", 2}}});
  for (const char* accept : {"", "application/x-ndjson", "text/csv"}) {
    for (const bool empty : {false, true}) {
      CAPTURE(accept);
      CAPTURE(empty);
      const http::Request request{.method = "GET", .path = "/", .headers = {{"Accept", accept}}};
      // A name before that of the list, one behind it, and the same name deeper down.
      const Json facts{{"a", {{"list", nullptr}}}, {"next", "n"}};
      Answer values{.json = facts, .list = "list"};
      values.json["list"] = empty ? Json::array() : rows;
      Answer lines{.json = facts, .list = "list", .lines = std::string()};
      for (const Json& row : values.json["list"]) *lines.lines += json_text(row) + "\n";

      const http::Response want = in_wanted_form(request, values);
      const http::Response got = in_wanted_form(request, lines);

      CHECK(got.body == want.body);
      CHECK(got.content_type == want.content_type);
      CHECK(got.headers.size() == want.headers.size());
    }
  }
}

TEST_CASE("the text of a verdict is that of its value") {
  using Status = registry::Outcome::Status;
  const Hash statement = crypto::sha256(std::string_view("statement"));
  const Hash leaf = crypto::sha256(std::string_view("leaf"));
  for (const Status status : {Status::recorded, Status::duplicate, Status::refused}) {
    for (const bool signed_for : {false, true}) {
      Verdict verdict{.outcome = {.status = status,
                                  .statement = statement,
                                  .index = {17},
                                  .leaf = leaf,
                                  .error = {},
                                  .evidence = "/somewhere"}};
      if (status == Status::refused) {
        verdict.outcome.error = Error{Errc::refused, "a \"word\"", "number.reused"};
      }
      if (signed_for) verdict.refusal = "a note";

      CHECK(verdict_text(verdict, 9) == json_text(verdict_json(verdict, 9)));
    }
  }
}

TEST_CASE("an address is given in numbers, and a credential says what it lacks") {
  const auto why = [](const std::string& text) {
    return must_fail(parse_settings(must(parse_json(text))));
  };
  const std::string token =
      R"({"tokens":[{"sha256":")" + std::string(64, 'a') + R"(","party":"p",)";

  CHECK(why(R"({"listen":"localhost:80"})").find("in numbers") != std::string::npos);
  CHECK(why(token + R"("role":"boss"}]})").find("tokens[0].role") != std::string::npos);
  CHECK(why(token + R"("role":"verifier"}]})").find("countries: missing") != std::string::npos);
  CHECK(why(token + R"("role":"party","countries":["SG"]}]})").find("only a verifier") !=
        std::string::npos);
}

TEST_CASE("a bucket gives its burst, then its rate, and tells how long to wait") {
  RateLimit limit({.rate = 2, .burst = 4});

  for (int i = 0; i < 4; ++i) CHECK_FALSE(limit.take("a", 1, 0));
  CHECK(limit.take("a", 1, 0) == 1);
  CHECK(limit.take("a", 4, 0) == 2);
  CHECK_FALSE(limit.take("b", 1, 0));
  CHECK_FALSE(limit.take("a", 1, 500));
  CHECK(limit.take("a", 1, 500) == 1);
  CHECK_FALSE(limit.take("a", 100, 10'000));  // takes all of it
  CHECK(limit.take("a", 1, 10'000) == 1);
}

TEST_CASE("callers whose buckets are full again are forgotten, so that many cost no memory") {
  RateLimit limit({.rate = 1, .burst = 1});
  for (int i = 0; i < 20'000; ++i) {
    static_cast<void>(limit.take("caller " + std::to_string(i), 1, i));
  }
  CHECK(limit.callers() <= 10'000);
}

TEST_CASE("an Accept header takes what it names, ranges and nothing at all") {
  CHECK(accepts("", "application/json"));
  CHECK(accepts("text/html, application/json;q=0.9", "application/json"));
  CHECK(accepts("application/*", "application/json"));
  CHECK(accepts("*/*", "application/json"));
  CHECK_FALSE(accepts("image/png", "application/json"));
  CHECK(asks_for("application/x-ndjson", ndjson_type));
  CHECK_FALSE(asks_for("*/*", ndjson_type));
}

TEST_CASE("rows as CSV have one header line, quotes where they must, and no formulas") {
  const Json rows = Json::array({{{"a", "x,\"y\""}, {"b", 1}}, {{"a", "=cmd"}, {"c", nullptr}}});

  CHECK(csv_of(rows) == "a,b,c\r\n\"x,\"\"y\"\"\",1,\r\n'=cmd,,\r\n");
  CHECK(csv_of(Json::array()).empty());
}

TEST_CASE("a problem says type, status, rule and hint") {
  const Json json = problem_json({Errc::refused, "number.reused: …", "number.reused"},
                                 {.expected = "a", .current = "b"});

  CHECK(json["type"] == "urn:muster:problem:number.reused");
  CHECK(json["status"] == 409);
  CHECK(json["expected"] == "a");
  CHECK(json["pointer"].is_null());
  CHECK(status_of({Errc::refused, "x", "custody.not_custodian"}) == 422);
  CHECK(status_of({Errc::unavailable, "x", {}}) == 503);
  CHECK(problem({Errc::refused, "x", rule_no_credential}).headers.front().name ==
        "WWW-Authenticate");
}

TEST_CASE("a configuration says who may ask what, and a slip in it is refused by name") {
  const std::string sha256(64, 'a');
  const Json good{{"listen", "[::1]:9000"},
                  {"threads", 3},
                  {"limits", {{"body_bytes", 4'096}}},
                  {"tokens",
                   {{{"sha256", sha256},
                     {"role", "verifier"},
                     {"party", "gov"},
                     {"countries", {"US", "SG"}}}}}};

  const Settings settings = must(parse_settings(good));

  CHECK(settings.address == "::1");
  CHECK(settings.port == 9'000);
  CHECK(settings.limits.body_bytes == 4'096);
  CHECK(settings.tokens[0].principal.covers("SG"));
  CHECK_FALSE(settings.tokens[0].principal.covers("FR"));
  const auto with = [&](const char* member, const Json& value) {
    Json bad = good;
    bad["tokens"][0][member] = value;
    return must_fail(parse_settings(bad));
  };
  CHECK(with("role", "king").find("want party, custodian, verifier or operator") !=
        std::string::npos);
  CHECK(with("sha256", "token").find("tokens[0].sha256") != std::string::npos);
  CHECK(with("countries", Json::array()).find("countries: missing") != std::string::npos);
  CHECK(with("role", "party").find("countries: only a verifier has them") != std::string::npos);
  CHECK(with("colour", "red").find("colour") != std::string::npos);
  CHECK(must_fail(parse_settings({{"tokns", Json::array()}})).find("tokns") != std::string::npos);
  Json twice = good;
  twice["tokens"].push_back(twice["tokens"][0]);
  CHECK(must_fail(parse_settings(twice)) == "tokens[1].sha256: stands there twice");
}

TEST_CASE("without TLS only this machine is served, unless that is allowed in so many words") {
  const auto refused = [](const char* listen, const Json& more = Json::object()) {
    Json json{{"listen", listen}};
    json.update(more);
    return !check_cleartext(must(parse_settings(json)));
  };

  CHECK_FALSE(refused("127.0.0.1:80"));
  CHECK_FALSE(refused("127.1.2.3:80"));
  CHECK_FALSE(refused("[::1]:80"));
  CHECK(refused("0.0.0.0:80"));
  CHECK(refused("[::]:80"));
  CHECK(refused("192.0.2.7:80"));
  CHECK(refused("192.0.2.7:80", {{"cleartext", "refused"}}));
  CHECK_FALSE(refused("192.0.2.7:80", {{"cleartext", "allowed"}}));
  CHECK_FALSE(
      refused("192.0.2.7:80", {{"tls", {{"certificate", "chain.pem"}, {"key", "key.pem"}}}}));
  CHECK(must_fail(parse_settings({{"cleartext", "maybe"}})).find("cleartext") != std::string::npos);
}

TEST_CASE("all bodies together have room for two of the longest, whatever that is") {
  const auto limits = [](const Json& given) { return parse_settings({{"limits", given}}); };

  CHECK(must(limits({{"body_bytes", 1U << 30U}})).limits.bodies_bytes == std::uint64_t{1} << 32U);
  CHECK(must(limits({{"body_bytes", 4'096}, {"bodies_bytes", 8'192}})).limits.bodies_bytes ==
        8'192);
  CHECK(must_fail(limits({{"body_bytes", 4'097}, {"bodies_bytes", 8'192}}))
            .starts_with("limits.bodies_bytes"));
}

TEST_CASE("digests are the same or not, wherever they differ") {
  const Hash one = crypto::sha256(std::string("a"));
  for (std::size_t i = 0; i < Hash::size_bytes; ++i) {
    Hash other = one;
    other.bytes[i] ^= 0x80U;
    CHECK_FALSE(same_digest(one, other));
  }
  CHECK(same_digest(one, Hash(one)));
}
