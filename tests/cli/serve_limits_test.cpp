// What the service does not take, uploads, EPCIS, and that every operation of the description is
// there.

#include <algorithm>
#include <fstream>

#include "cli/serve/uploads.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/cli/handed_in.hpp"
#include "tests/cli/serve_world.hpp"
#include "tests/support/folder.hpp"

using namespace muster;
using namespace muster::test;

namespace {

struct Small {
  explicit Small(const std::string& name, serve::Settings settings = {})
      : world(name), web(world.path("registry"), world.now(), std::move(settings)) {}

  CliWorld world;
  ServeWorld web;
};

Ask piece(const std::string& bytes, std::uint64_t offset) {
  return {.body = bytes,
          .content_type = "application/octet-stream",
          .headers = {{"Upload-Offset", std::to_string(offset)}}};
}

Ask wish(const std::string& kind, const std::string& content) {
  return {.body = Json{{"kind", kind},
                       {"bytes", content.size()},
                       {"sha256", crypto::sha256(content).to_hex()}}
                      .dump()};
}

}  // namespace

TEST_CASE("requests that are none of the service's are problems with a rule") {
  Small small("serve-none");
  const auto rule = [&](const std::string& method, const std::string& target, unsigned status,
                        const Ask& ask = {}) {
    const auto answer = small.web.call("party:maker", method, target, ask);
    INFO(target);
    CHECK(answer.status == status);
    return must(parse_foreign_json(answer.body))["rule"].get<std::string>();
  };

  CHECK(rule("GET", "/v1/nothing", 404) == "request.no_route");
  CHECK(rule("DELETE", "/v1/parties", 405) == "request.method");
  CHECK(rule("GET", "/v1/parties?colour=red", 400) == "request.parameter");
  CHECK(rule("GET", "/v1/parties?limit=1&limit=2", 400) == "request.parameter");
  CHECK(rule("GET", "/v1/parties/..%2f..%2fetc", 400) == "request.parameter");
  CHECK(rule("GET", "/v1/parties/%00", 400) == "request.parameter");
  CHECK(rule("GET", "/v1/parties/nobody", 404) == "resource.not_found");
  CHECK(rule("POST", "/v1/statements", 415, {.body = "x", .content_type = "text/plain"}) ==
        "request.media_type");
  CHECK(rule("POST", "/v1/statements", 415,
             {.body = "x", .headers = {{"Content-Encoding", "gzip"}}}) == "request.media_type");
  CHECK(rule("POST", "/v1/statements", 400, {.body = "{}"}) == "invalid_input");
  const auto other = small.web.call("party:maker", "PUT", "/v1/statements");
  CHECK(header_of(other, "Allow") == "POST");
}

TEST_CASE("a body above the limit is 413, and a caller above its rate 429 with Retry-After") {
  serve::Settings settings;
  settings.limits.body_bytes = 2'000;
  settings.limits.requests_per_second = 1;
  settings.limits.request_burst = 3;
  Small small("serve-limits", settings);

  CHECK(small.web.call("party:maker", "POST", "/v1/statements", {.body = std::string(3'000, 'x')})
            .status == 413);
  for (int i = 0; i < 3; ++i) CHECK(small.web.get("party:maker", "/v1/parties").status == 200);
  const auto refused = small.web.get("party:maker", "/v1/parties");
  CHECK(refused.status == 429);
  CHECK(header_of(refused, "Retry-After") == "1");
  CHECK(small.web.get("party:gov", "/v1/parties").status == 200);
}

TEST_CASE("what could not be written whole of a piece is not in the file") {
  const Folder folder("serve-pieces");
  crypto::SeededRandom random("pieces");
  const serve::Principal owner{serve::Role::party, "maker", {}, "maker"};
  const auto uploads = must(serve::Uploads::open({.folder = folder.path() / "uploads"}, random));
  const Json asked{
      {"kind", "transcript"}, {"bytes", 6}, {"sha256", crypto::sha256("abcdef").to_hex()}};
  const auto begun = must(uploads->begin(owner, asked));
  must(uploads->append(begun.id, owner, 0, "abc"));
  std::ofstream(folder.path() / "uploads" / begun.id / "data", std::ios::app) << "de";

  CHECK(must(uploads->append(begun.id, owner, 3, "def")).state == "complete");
}

TEST_CASE("what makes more work costs more, however its name is spelt") {
  serve::Settings settings;
  settings.limits.requests_per_second = 1;
  settings.limits.request_burst = 60;
  Small small("serve-costs", settings);
  const auto until_refused = [&](const std::string& who, const std::string& target) {
    int answered = 0;
    while (small.web.get(who, target).status != 429) ++answered;
    return answered;
  };

  CHECK(until_refused("party:maker", "/v1/parties?limit=1&%61t=20") <= 2);
  CHECK(until_refused("verifier:FR", "/v1/%63hokepoints/lookups?scan=S1") <= 6);
  CHECK(until_refused("party:northwind", "/v1/rosters/northwind") <= 3);
}

TEST_CASE("what costs more than a full bucket takes all of it, and is answered") {
  serve::Settings settings;
  settings.limits.requests_per_second = 1;
  settings.limits.request_burst = 20;
  Small small("serve-small-bucket", settings);

  CHECK(small.web.get("party:maker", "/v1/parties?limit=1&at=20").status == 200);
  CHECK(small.web.get("party:northwind", "/v1/rosters/northwind").status == 200);
  CHECK(small.web.get("party:northwind", "/v1/rosters/northwind").status == 429);
}

TEST_CASE("a method that nobody knows has no line of its own among the figures") {
  Small small("serve-methods");
  const std::string method = "M" + std::string(3'000, 'A');
  CHECK(small.web.call("party:maker", method, "/v1/parties").status == 405);

  const std::string figures = small.web.get("operator", "/metrics").body;

  CHECK(figures.find(method) == std::string::npos);
  CHECK(figures.find("method=\"other\"") != std::string::npos);
  CHECK(small.web.log().find(method) == std::string::npos);
}

TEST_CASE("a party's uploads have a sum, and what is not what was said is not kept") {
  serve::Settings settings;
  settings.limits.uploads_bytes = 10;
  Small small("serve-uploads-sum", settings);
  const Json wrong =
      small.web.post("party:maker", "/v1/uploads", wish("transcript", "abcdef"), 201);
  small.web.post("party:maker", "/v1/uploads", wish("transcript", "abcdef"), 429);
  CHECK(small.web
            .call("party:maker", "PATCH", "/v1/uploads/" + wrong["upload"].get<std::string>(),
                  piece("abcdeg", 0))
            .status == 422);

  small.web.post("party:maker", "/v1/uploads", wish("transcript", "abcdef"), 201);
  small.web.post("party:northwind", "/v1/uploads", wish("transcript", "abcdef"), 201);
}

TEST_CASE("an upload goes on where it stopped, over a restart, and is whole or wrong at its end") {
  Small small("serve-upload");
  const std::string content(10'000, 'd');
  const Json begun = small.web.post("party:maker", "/v1/uploads", wish("device-log", content), 201);
  const std::string where = "/v1/uploads/" + begun["upload"].get<std::string>();

  CHECK(small.web.call("party:maker", "PATCH", where, piece(content.substr(0, 4'000), 0)).status ==
        200);
  small.web.restart();
  const auto head = small.web.call("party:maker", "HEAD", where);
  CHECK(header_of(head, "Upload-Offset") == "4000");
  CHECK(small.web.call("party:maker", "PATCH", where, piece(content, 0)).status == 409);
  CHECK(small.web.call("party:maker", "PATCH", where, piece(content, 4'000)).status == 413);
  CHECK(small.web.call("party:northwind", "PATCH", where, piece("d", 4'000)).status == 404);
  CHECK(small.web.call("party:maker", "PATCH", where, piece(content.substr(4'000), 4'000)).status ==
        200);

  CHECK(small.web.json("party:maker", where)["state"] == "complete");
  CHECK(small.web.get("party:maker", where + "/content?offset=9000").body == content.substr(9'000));
  CHECK(small.web.get("verifier:*", where).status == 200);
  CHECK(small.web.get("verifier:FR", where).status == 404);
  CHECK(small.web.get("party:northwind", where).status == 404);
  CHECK(small.web.json("party:maker", "/v1/uploads")["uploads"].size() == 1);
  const Json other = small.web.post("party:maker", "/v1/uploads", wish("transcript", "abc"), 201);
  CHECK(small.web
            .call("party:maker", "PATCH", "/v1/uploads/" + other["upload"].get<std::string>(),
                  piece("abd", 0))
            .status == 422);
}

TEST_CASE("an upload of statements becomes a job") {
  Small small("serve-upload-job");
  const std::string line = must(read_text_file(envelope(small.world, "a", 1)));
  const Json begun =
      small.web.post("party:northwind", "/v1/uploads", wish("statements", line), 201);
  const std::string id = begun["upload"].get<std::string>();
  small.web.call("party:northwind", "PATCH", "/v1/uploads/" + id, piece(line, 0));

  const Json job =
      small.web.post("party:northwind", "/v1/jobs", {.body = Json{{"upload", id}}.dump()}, 202);
  Json now = job;
  for (int i = 0; i < 2'000 && now["state"] != "done"; ++i) {
    now = small.web.json("party:northwind", "/v1/jobs/" + job["job"].get<std::string>());
  }

  CHECK(now["recorded"] == 1);
  small.web.json("party:northwind", "/v1/uploads/" + id, 404);
}

TEST_CASE("EPCIS events go out for those who are named in them, and come in as evidence") {
  CliWorld world("serve-epcis");
  const auto chips = world.chips(1);
  world.deliver(chips);
  ServeWorld web(world.path("registry"), world.now());

  const Json mine = web.json("party:northwind", "/epcis/events");
  const Json none = web.json("party:witness", "/epcis/events");
  const Json about = web.json("party:northwind", "/epcis/events?MATCH_epc=" + chips[0]);
  const auto events = [](const Json& document) {
    return document["epcisBody"]["queryResults"]["resultsBody"]["eventList"].size();
  };
  CHECK(events(mine) > 0);
  CHECK(events(none) == 0);
  CHECK(events(about) > 0);
  web.json("party:northwind", "/epcis/events?party=maker", 404);

  const std::string document = world.run({"epcis", "export", "--chip", chips[0]}).out;
  const Json taken = web.post("party:maker", "/epcis/capture",
                              {.body = document, .content_type = "application/ld+json"}, 202);
  CHECK(taken["events"].size() > 0);
  const Json job =
      web.json("party:maker", "/epcis/capture/" + taken["captureID"].get<std::string>());
  CHECK(job["success"] == true);
  web.json("party:maker", "/epcis/capture/" + std::string(64, '0'), 404);
}

TEST_CASE("health is for everyone, metrics for the operator, and no log line has a token") {
  Small small("serve-operate");

  CHECK(small.web.json("", "/healthz")["status"] == "ok");
  CHECK(small.web.json("", "/openapi.json") == small.web.contract().document());
  const auto metrics = small.web.get("operator", "/metrics");
  CHECK(metrics.body.find("muster_log_entries 23\n") != std::string::npos);
  CHECK(metrics.body.find("muster_requests_total{route=\"/healthz\",method=\"GET\",status=\"200\"}"
                          " 1\n") != std::string::npos);
  CHECK(small.web.get("party:maker", "/metrics").status == 403);
  const std::string log = small.web.log();
  CHECK(log.find("token-of") == std::string::npos);
  const Json line = must(parse_json(log.substr(0, log.find('\n'))));
  CHECK(line["event"] == "request");
  CHECK(line["status"] == 200);
}

TEST_CASE("the operator is warned where tokens go over the network in the clear") {
  serve::Settings settings;
  settings.address = "0.0.0.0";
  settings.allows_cleartext = true;
  Small exposed("serve-exposed", settings);
  Small usual("serve-not-exposed");

  CHECK(exposed.web.json("operator", "/healthz")["warnings"].size() == 1);
  CHECK(exposed.web.json("party:maker", "/healthz")["warnings"].is_null());
  CHECK(usual.web.json("operator", "/healthz")["warnings"].empty());
}

TEST_CASE("the routes are those of the description, with the same parameters and roles") {
  Small small("serve-routes");
  const Json& paths = small.web.contract().document()["paths"];
  std::set<std::string> there;

  for (const serve::Route& route : small.web.service().router().routes()) {
    std::string path = route.path;
    if (const auto star = path.find("*}"); star != std::string::npos) path.erase(star, 1);
    std::string method = route.method;
    std::ranges::transform(method, method.begin(),
                           [](char c) { return static_cast<char>(c - 'A' + 'a'); });
    there.insert(method + " " + path);
    INFO(path);
    REQUIRE(paths.contains(path));
    REQUIRE(paths[path].contains(method));
    const Json& operation = paths[path][method];
    CHECK(operation["x-muster-role"] == serve::role_name(route.least));
    std::set<std::string> parameters;
    for (const Json& one : operation.value("parameters", Json::array())) {
      if (one["in"] == "query") parameters.insert(one["name"].get<std::string>());
    }
    CHECK(parameters == std::set(route.parameters.begin(), route.parameters.end()));
  }

  CHECK(there == small.web.contract().operations());
}
