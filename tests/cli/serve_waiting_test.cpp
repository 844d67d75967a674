// A feed that waits for what comes, proofs beside values, and what the server itself refuses, as
// the service words it.

#include <chrono>
#include <future>

#include "tests/cli/cli_world.hpp"
#include "tests/cli/handed_in.hpp"
#include "tests/cli/serve_world.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// A call on a thread of its own.
std::future<http::Response> asking(const ServeWorld& web, const std::string& who,
                                   const std::string& target) {
  const http::Call call{.method = "GET",
                        .url = {"127.0.0.1", web.port(), target},
                        .headers = {{"Authorization", "Bearer token-of-" + who}}};
  return std::async(std::launch::async, [call] {
    return must(std::move(http::call_all(std::span(&call, 1), {.timeout_ms = 90'000})[0]));
  });
}

Json body_of(const http::Response& answer) { return must(parse_foreign_json(answer.body)); }

void wait_for_waiting(ServeWorld& web, std::size_t count) {
  while (web.service().waiting().count() < count) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

const std::string newest = std::to_string(CliWorld::entries - 1);

}  // namespace

TEST_CASE("a feed that waits is answered by the next entry that its reader may read") {
  CliWorld world("serve-feed-waits");
  serve::Settings settings;
  settings.threads = 2;
  ServeWorld web(world.path("registry"), world.now(), settings);
  std::vector<std::future<http::Response>> waiting;
  for (int i = 0; i < 8; ++i) {
    waiting.push_back(asking(web, "operator", "/v1/feed?wait=60&after=" + newest));
  }
  auto elsewhere = asking(web, "party:maker", "/v1/feed?wait=60&after=" + newest);
  wait_for_waiting(web, 9);
  // Nine wait, two threads are there, and others are answered.
  CHECK(web.json("operator", "/v1/parties/maker")["party"] == "maker");

  web.post("party:northwind", "/v1/statements",
           {.body = must(read_text_file(envelope(world, "a", 1)))}, 201);

  for (auto& one : waiting) {
    const http::Response answer = one.get();
    CHECK(answer.status == 200);
    CHECK(body_of(answer)["entries"].size() == 1);
    CHECK(body_of(answer)["next"] == std::to_string(CliWorld::entries));
  }
  // It is not the maker's entry: the maker still waits, from behind it on.
  CHECK(web.service().waiting().count() == 1);
  web.post("party:maker", "/v1/statements",
           {.body = must(read_text_file(envelope(world, "b", 2, "maker")))}, 201);
  const Json found = body_of(elsewhere.get());
  CHECK(found["entries"].size() == 1);
  CHECK(found["entries"][0]["index"] == CliWorld::entries + 1);
}

TEST_CASE("what a command records meanwhile is news as well") {
  CliWorld world("serve-feed-command");
  ServeWorld web(world.path("registry"), world.now());
  auto waits = asking(web, "operator", "/v1/feed?wait=60&after=" + newest);
  wait_for_waiting(web, 1);

  record_something(world, "another");

  CHECK(body_of(waits.get())["entries"].size() == 1);
}

TEST_CASE("where nothing comes a feed says so when its time is over") {
  CliWorld world("serve-feed-nothing");
  ServeWorld web(world.path("registry"), world.now());
  const auto begun = std::chrono::steady_clock::now();

  const Json nothing = web.json("operator", "/v1/feed?wait=1&after=" + newest);

  CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::seconds(1));
  CHECK(nothing["entries"].empty());
  CHECK(nothing["next"] == newest);
  CHECK(web.get("operator", "/v1/feed?wait=61").status == 400);
  // What is there is given at once.
  CHECK(web.json("operator", "/v1/feed?wait=60")["entries"].size() == CliWorld::entries);
}

TEST_CASE("so many may wait, of one caller a quarter, and a stop answers them") {
  CliWorld world("serve-feed-many");
  serve::Settings settings;
  settings.limits.waiting_reads = 8;
  ServeWorld web(world.path("registry"), world.now(), settings);
  std::vector<std::future<http::Response>> waiting;
  for (int i = 0; i < 2; ++i) {
    waiting.push_back(asking(web, "operator", "/v1/feed?wait=60&after=" + newest));
  }
  wait_for_waiting(web, 2);

  const auto refused = web.get("operator", "/v1/feed?wait=60&after=" + newest);
  CHECK(refused.status == 429);
  CHECK(header_of(refused, "Retry-After") == "1");
  waiting.push_back(asking(web, "party:maker", "/v1/feed?wait=60&after=" + newest));
  wait_for_waiting(web, 3);
  web.stop();

  for (auto& one : waiting) {
    const http::Response answer = one.get();
    CHECK(answer.status == 200);
    CHECK(body_of(answer)["entries"].empty());
  }
}

TEST_CASE("with proof a value comes with what proves it, of the same state") {
  CliWorld world("serve-proof-beside");
  const auto chips = world.chips(2);
  world.deliver({chips[0]});
  world.record("registrar", {"registry", "commit-state"});
  ServeWorld web(world.path("registry"), world.now());

  const Json chip = web.json("party:northwind", "/v1/chips/" + chips[0] + "?proof=state");
  CHECK(chip["proof"] == web.json("party:northwind", "/v1/state-proofs/chips/" + chips[0]));
  CHECK(chip["custodian"] == "northwind");
  const Json roster = web.json("party:northwind", "/v1/rosters/northwind?proof=state&chips=1");
  CHECK(roster["proof"] == web.json("party:northwind", "/v1/state-proofs/rosters/northwind"));
  const Json entry = web.json("operator", "/v1/entries/1?proof=inclusion");
  const std::string statement = entry["statement"].get<std::string>();
  CHECK(entry["proof"] == web.json("operator", "/v1/receipts/" + statement));
  CHECK(web.json("operator", "/v1/entries/1")["proof"].is_null());

  const auto status = [&](const std::string& target) { return web.get("operator", target).status; };
  CHECK(status("/v1/chips/" + chips[0] + "?proof=inclusion") == 400);
  CHECK(status("/v1/chips/" + chips[0] + "?proof=state&at=25") == 400);
  CHECK(status("/v1/entries/1?proof=state") == 400);
}

TEST_CASE("what the server refuses is a problem with a rule, a request id and a log line") {
  CliWorld world("serve-refused");
  serve::Settings settings;
  settings.limits.body_bytes = 2'000;
  ServeWorld web(world.path("registry"), world.now(), settings);
  const auto refused = [&](const std::string& bytes, const std::string& status,
                           const std::string& rule) {
    RawClient client(web.port());
    client.send(bytes);
    const std::string answer = client.read_all();
    INFO(answer);
    CHECK(answer.starts_with("HTTP/1.1 " + status));
    CHECK(answer.find("Content-Type: application/problem+json") != std::string::npos);
    const auto id = answer.find("X-Request-Id: ");
    REQUIRE(id != std::string::npos);
    const Json problem = must(parse_foreign_json(answer.substr(answer.find("\r\n\r\n") + 4)));
    CHECK(problem["rule"] == rule);
    CHECK(problem["status"].dump() == status);
    const std::string request = answer.substr(id + 14, answer.find('\r', id) - id - 14);
    CHECK(web.log().find("\"request\":\"" + request + "\"") != std::string::npos);
  };

  refused("what\r\n\r\n", "400", "request.malformed");
  refused("POST /v1/statements HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n", "413",
          "request.too_long");
  refused("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n", "431",
          "request.long_header");
  const auto usual = web.get("operator", "/v1/parties");
  CHECK(web.log().find(header_of(usual, "X-Request-Id")) != std::string::npos);
}
