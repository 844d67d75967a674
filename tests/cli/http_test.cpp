#include <atomic>
#include <future>

#include "tests/cli/http_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::http;
using muster::test::HttpWorld;
using muster::test::must;
using muster::test::must_fail;
using muster::test::RawClient;

namespace {

/// Answers with what it was asked.
Response echo(const Request& request) {
  return {.status = 200,
          .body = request.method + " " + request.path + "|" + request.query + "|" + request.body,
          .content_type = "text/x-echo"};
}

/// Echo, except that `/wait` is answered only when the gate opens.
struct Gate {
  std::promise<void> reached;
  std::promise<void> open;
  std::shared_future<void> opened = open.get_future().share();

  Response operator()(const Request& request) {
    if (request.path != "/wait") return echo(request);
    reached.set_value();
    opened.wait();
    return echo(request);
  }
};

std::string post(const std::string& body) {
  return "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

constexpr const char* get = "GET /g HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr const char* get_and_close = "GET /g HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

std::string status_line(const std::string& answer) { return answer.substr(0, answer.find('\r')); }

}  // namespace

TEST_CASE("a handler gets method, path, query, headers and body, and its answer goes back") {
  HttpWorld world([](const Request& request) {
    CHECK(request.header("HOST").starts_with("127.0.0.1:"));
    CHECK(request.header("absent").empty());
    CHECK(request.remote == "127.0.0.1");
    CHECK(request.peer_certificate.empty());
    Response response = echo(request);
    response.headers.push_back({"X-More", "yes"});
    return response;
  });

  const auto answer = must(world.call("POST", "/a/b?c=d", "body"));

  CHECK(answer.status == 200);
  CHECK(answer.body == "POST /a/b|c=d|body");
  CHECK(answer.content_type == "text/x-echo");
  CHECK(Request{.headers = answer.headers}.header("x-more") == "yes");
}

TEST_CASE("a connection is kept for further requests, sent one by one or all at once") {
  HttpWorld world(echo);
  RawClient client(world.port());

  for (int i = 0; i < 3; ++i) {
    client.send(get);
    CHECK(client.read_until("GET /g||").ends_with("GET /g||"));
  }
  client.send(std::string(get) + post("x") + get_and_close);

  const std::string rest = client.read_all();
  CHECK(rest.find("GET /g||HTTP/1.1 200 OK") != std::string::npos);
  CHECK(rest.find("POST /p||x") != std::string::npos);
  CHECK(rest.ends_with("GET /g||"));
}

TEST_CASE("a body in chunks and one that waits for leave arrive whole") {
  HttpWorld world(echo);
  RawClient chunks(world.port());
  chunks.send("POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  chunks.send("2\r\nde\r\n0\r\n\r\n");
  CHECK(chunks.read_until("abcde").ends_with("POST /c||abcde"));

  RawClient waits(world.port());
  waits.send("POST /w HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(waits.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  waits.send("ok");
  CHECK(waits.read_until("|ok").ends_with("POST /w||ok"));
}

TEST_CASE("HEAD gets the header of the answer, with its length, and no body") {
  HttpWorld world(echo);
  RawClient client(world.port());

  client.send("HEAD /h HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

  const std::string answer = client.read_all();
  CHECK(answer.find("Content-Length: 9\r\n") != std::string::npos);
  CHECK(answer.ends_with("\r\n\r\n"));
}

TEST_CASE("what is too long, malformed or too slow is refused, and no handler sees it") {
  std::atomic<int> calls = 0;
  HttpWorld world(
      [&](const Request& request) {
        ++calls;
        return echo(request);
      },
      {.max_header_bytes = 1'000, .max_body_bytes = 10'000, .request_timeout_ms = 100});
  const auto answer_to = [&](const std::string& bytes) {
    RawClient client(world.port());
    client.send(bytes);
    return status_line(client.read_all());
  };

  CHECK(answer_to(post(std::string(10'001, 'x'))) == "HTTP/1.1 413 Payload Too Large");
  CHECK(answer_to(post(std::string(3'000'000, 'x'))) == "HTTP/1.1 413 Payload Too Large");
  CHECK(answer_to("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" +
                  std::string("4000\r\n") + std::string(0x4000, 'x')) ==
        "HTTP/1.1 413 Payload Too Large");
  CHECK(answer_to("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(2'000, 'x') + "\r\n\r\n") ==
        "HTTP/1.1 431 Request Header Fields Too Large");
  CHECK(answer_to("hello\r\n\r\n") == "HTTP/1.1 400 Bad Request");
  CHECK(answer_to("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n") ==
        "HTTP/1.1 400 Bad Request");
  CHECK(answer_to("GET / HTTP/1.1\r\nHost: h\r\n") == "HTTP/1.1 408 Request Timeout");
  CHECK(answer_to("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc") ==
        "HTTP/1.1 408 Request Timeout");
  CHECK(calls == 0);
  CHECK(must(world.call("GET", "/")).status == 200);
}

TEST_CASE("clients that send nothing, or half a request, keep nobody else waiting") {
  HttpWorld world(echo);
  RawClient silent(world.port());
  RawClient half(world.port());
  half.send("POST /half HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n123");

  CHECK(must(world.call("GET", "/other")).body == "GET /other||");

  half.send("456789");
  CHECK(half.read_until("123456789").ends_with("POST /half||123456789"));
}

TEST_CASE("an idle connection is closed after its time, without a word") {
  HttpWorld world(echo, {.idle_timeout_ms = 50});
  RawClient client(world.port());

  CHECK(client.read_all().empty());
}

TEST_CASE("beyond the limit new connections are closed, and the others go on") {
  HttpWorld world(echo, {.max_connections = 1});
  RawClient first(world.port());
  first.send(get);
  REQUIRE(first.read_until("GET /g||").ends_with("GET /g||"));

  RawClient second(world.port());
  second.send(get);
  CHECK(second.read_all().empty());

  first.send(get_and_close);
  CHECK(first.read_all().ends_with("GET /g||"));
}

TEST_CASE("a stop closes idle connections and lets a request under way finish") {
  Gate gate;
  HttpWorld world([&](const Request& request) { return gate(request); }, {.threads = 2});
  RawClient idle(world.port());
  idle.send(get);
  REQUIRE(idle.read_until("GET /g||").ends_with("GET /g||"));
  RawClient busy(world.port());
  busy.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  gate.reached.get_future().wait();

  world.server().stop();
  CHECK(idle.read_all().empty());
  gate.open.set_value();

  const std::string answer = busy.read_all();
  CHECK(status_line(answer) == "HTTP/1.1 200 OK");
  CHECK(answer.find("Connection: close") != std::string::npos);
  world.stop();
  CHECK_FALSE(world.call("GET", "/"));
}

TEST_CASE("a stop does not wait longer than its time for a client that dawdles") {
  HttpWorld world(echo, {.request_timeout_ms = 60'000, .drain_timeout_ms = 50});
  RawClient client(world.port());
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n123");
  CHECK(must(world.call("GET", "/")).status == 200);  // so the other is read by now

  world.stop();

  CHECK(client.read_all().empty());
}

TEST_CASE("a handler that throws is answered with 500, and the server lives") {
  HttpWorld world([](const Request& request) -> Response {
    if (request.path == "/bad") return {.status = 200, .body = std::string().at(5) + std::string()};
    return echo(request);
  });

  CHECK(must(world.call("GET", "/bad")).status == 500);
  CHECK(must(world.call("GET", "/good")).status == 200);
}

TEST_CASE("several threads answer many clients, each with its own") {
  HttpWorld world(echo, {.threads = 4});
  std::vector<Call> calls;
  for (int i = 0; i < 200; ++i) {
    calls.push_back({.method = "POST",
                     .url = {"127.0.0.1", world.port(), "/" + std::to_string(i)},
                     .body = std::string(static_cast<std::size_t>(i) * 50, 'x')});
  }

  const auto answers = call_all(calls, {});

  for (std::size_t i = 0; i < answers.size(); ++i) {
    CAPTURE(i);
    const Response answer = must(answers[i]);
    CHECK(answer.body == "POST /" + std::to_string(i) + "||" + std::string(i * 50, 'x'));
  }
}

TEST_CASE("an address that is taken, or is none, cannot be listened on") {
  HttpWorld world(echo);

  CHECK(must_fail(HttpServer::listen({.port = world.port()}, echo))
            .starts_with("listening on 127.0.0.1 port "));
  CHECK(must_fail(HttpServer::listen({.address = "localhost"}, echo)) ==
        "address: got \"localhost\", want one in numbers, such as 127.0.0.1");
}

TEST_CASE("a call that finds nobody, or nobody who answers, says so within its time") {
  std::uint16_t closed = 0;
  {
    HttpWorld gone(echo);
    closed = gone.port();
  }
  Gate gate;
  HttpWorld silent([&](const Request& request) { return gate(request); });
  const std::vector<Call> calls{{.url = {"127.0.0.1", closed, "/"}},
                                {.url = {"127.0.0.1", silent.port(), "/wait"}}};

  const auto answers = call_all(calls, {.timeout_ms = 200});
  gate.open.set_value();

  CHECK(must_fail(answers[0]) ==
        "http://127.0.0.1:" + std::to_string(closed) + ": connecting: Connection refused");
  CHECK(must_fail(answers[1]) == "http://127.0.0.1:" + std::to_string(silent.port()) +
                                     ": reading the answer: no answer within 200 ms");
}

TEST_CASE("an answer that is longer than wanted is none") {
  HttpWorld world([](const Request&) { return Response{.body = std::string(5'000, 'x')}; });
  const Call call{.url = {"127.0.0.1", world.port(), "/"}};

  CHECK_FALSE(call_all(std::span(&call, 1), {.max_body_bytes = 4'999})[0]);
  CHECK(call_all(std::span(&call, 1), {.max_body_bytes = 5'000})[0]);
}

TEST_CASE("a URL has a host, a port and a path") {
  const Url plain = must(Url::parse("http://witness.example"));
  CHECK(plain.host == "witness.example");
  CHECK(plain.port == 80);
  CHECK(plain.path.empty());
  const Url whole = must(Url::parse("http://[::1]:7380/a/b/"));
  CHECK(whole.host == "::1");
  CHECK(whole.port == 7380);
  CHECK(whole.path == "/a/b");
  CHECK(whole.authority() == "[::1]:7380");

  for (const char* bad : {"", "witness.example", "ftp://w", "http://", "http://:80", "http://w:0",
                          "http://w:65536", "http://w:x", "http://w:", "http://u@w", "http://w/?q",
                          "http://w/a b", "http://w/\xC3\xA9", "http://[::1", "http://w\r\nX: y"}) {
    CAPTURE(bad);
    CHECK_FALSE(Url::parse(bad));
  }
  const Url secure = must(Url::parse("https://w/a"));
  CHECK(secure.tls);
  CHECK(secure.port == 443);
  CHECK(secure.origin() == "https://w:443");
  CHECK(must(Url::parse("https://w:8443")).port == 8443);
}
