// Requests that two readers could tell apart in two ways, over raw sockets: each is refused and the
// connection closed, or it is answered exactly once.

#include <mutex>

#include "tests/cli/http_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::http;
using muster::test::HttpWorld;
using muster::test::RawClient;

namespace {

/// Notes what the handler was asked, one word for each request: "POST /a(body)".
struct Noted {
  std::mutex mutex{};
  std::string words{};

  Response operator()(const Request& request) {
    const std::scoped_lock lock(mutex);
    words += request.method + " " + request.path + "(" + request.body + ") ";
    return plain(200, "ok");
  }
  std::string said() {
    const std::scoped_lock lock(mutex);
    return words;
  }
};

struct FramingWorld {
  Noted noted{};
  HttpWorld world{[this](const Request& request) { return noted(request); },
                  {.max_header_bytes = 4'000, .max_body_bytes = 10'000, .request_timeout_ms = 300}};

  /// All that comes back for these bytes until the server closes.
  std::string exchange(const std::string& bytes) {
    RawClient client(world.port());
    client.send(bytes);
    return client.read_all();
  }
};

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

std::string with_host(const std::string& method, const std::string& fields,
                      const std::string& body = {}) {
  return method + " /a HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n" + body;
}

const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";

/// What a proxy in front could read as one request and this server as two, or the other way.
const std::vector<std::string> refused{
    // CL.TE and TE.CL
    with_host("POST", "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nG"),
    with_host("POST", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
              "0\r\n\r\n" + smuggled),
    // Two lengths, the same or not; lengths that are none
    with_host("POST", "Content-Length: 5\r\nContent-Length: 5\r\n", "abcde" + smuggled),
    with_host("POST", "Content-Length: 0\r\nContent-Length: 44\r\n", smuggled),
    with_host("POST", "Content-Length: 5, 5\r\n", "abcde"),
    with_host("POST", "Content-Length: +5\r\n", "abcde"),
    with_host("POST", "Content-Length: -5\r\n", "abcde"),
    with_host("POST", "Content-Length: 0x5\r\n", "abcde"),
    with_host("POST", "Content-Length: 5 5\r\n", "abcde"),
    with_host("POST", "Content-Length: 99999999999999999999999\r\n", "abcde"),
    // Codings other than chunked alone
    with_host("POST", "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n" + smuggled),
    with_host("POST", "Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n" + smuggled),
    with_host("POST", "Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n" + smuggled),
    with_host("POST", "Transfer-Encoding: identity\r\n", smuggled),
    with_host("POST", "Transfer-Encoding:\r\n", smuggled),
    with_host("POST", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
              "0\r\n\r\n" + smuggled),
    with_host("POST",
              "Transfer-Encoding: \x0b"
              "chunked\r\n",
              "0\r\n\r\n" + smuggled),
    "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
    // Names with blanks, and without a name
    with_host("POST", "Content-Length : 5\r\n", "abcde"),
    with_host("POST", "Transfer-Encoding : chunked\r\n", "0\r\n\r\n" + smuggled),
    with_host("POST", "X Y: 5\r\n"),
    with_host("POST", ": 5\r\n"),
    with_host("POST", "no colon\r\n"),
    "POST /a HTTP/1.1\r\n Host: h\r\n\r\n",
    // Ends of lines, and control characters
    "GET /a HTTP/1.1\nHost: h\n\n",
    "GET /a HTTP/1.1\r\nHost: h\nX: y\r\n\r\n",
    with_host("GET", "X: a\rb\r\n"),
    with_host("GET", std::string("X: a\0b\r\n", 8)),
    with_host("GET", std::string("X\0Y: b\r\n", 8)),
    with_host("GET", "X: a\x7f\r\n"),
    std::string("GET /a\0b HTTP/1.1\r\nHost: h\r\n\r\n", 30),
    // Chunks
    with_host("POST", "Transfer-Encoding: chunked\r\n", "FFFFFFFFFFFFFFFFFF\r\nabc"),
    with_host("POST", "Transfer-Encoding: chunked\r\n", "-3\r\nabc\r\n0\r\n\r\n"),
    with_host("POST", "Transfer-Encoding: chunked\r\n", "0x3\r\nabc\r\n0\r\n\r\n"),
    with_host("POST", "Transfer-Encoding: chunked\r\n", "3\r\nabcde\r\n0\r\n\r\n"),
    with_host("POST", "Transfer-Encoding: chunked\r\n", "\r\nabc\r\n0\r\n\r\n"),
    // Hosts
    "GET /a HTTP/1.1\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",
    // Targets and versions
    "GET h:80 HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET a HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET * HTTP/1.1\r\nHost: h\r\n\r\n",
    "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET  /a HTTP/1.1\r\nHost: h\r\n\r\n",
    " GET /a HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET /a\r\nHost: h\r\n\r\n",
    "GET /a HTTP/0.9\r\nHost: h\r\n\r\n",
    "GET /a HTTP/1.2\r\nHost: h\r\n\r\n",
    "GET /a HTTP/11\r\nHost: h\r\n\r\n",
    "GET /a http/1.1\r\nHost: h\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
};

}  // namespace

TEST_CASE("what could be read in two ways is refused, and nothing behind it is a request") {
  for (const std::string& bytes : refused) {
    INFO(bytes);
    FramingWorld one;
    const std::string answer = one.exchange(bytes);
    CHECK(count_of(answer, "HTTP/1.1 ") == 1);
    CHECK(answer.starts_with("HTTP/1.1 400 "));
    CHECK(answer.find("Connection: close\r\n") != std::string::npos);
    CHECK(one.noted.said().empty());
  }
}

TEST_CASE("a chunk whose lines end otherwise does not come to an end") {
  FramingWorld one;
  const std::string answer =
      one.exchange(with_host("POST", "Transfer-Encoding: chunked\r\n", "3\nabc\n0\n\n" + smuggled));
  CHECK(count_of(answer, "HTTP/1.1 ") == 1);
  CHECK(answer.starts_with("HTTP/1.1 4"));
  CHECK(one.noted.said().empty());
}

TEST_CASE("what is unusual and clear is answered once") {
  const auto asked = [](const std::string& bytes) {
    FramingWorld one;
    const std::string answer = one.exchange(bytes);
    INFO(bytes);
    INFO(answer);
    CHECK(count_of(answer, "HTTP/1.1 200 OK") == 1);
    return one.noted.said();
  };
  const std::string close = "Connection: close\r\n";

  CHECK(asked(with_host("POST", close + "Transfer-Encoding: chunked\r\n",
                        "3;name=value\r\nabc\r\n0;last\r\n\r\n")) == "POST /a(abc) ");
  CHECK(asked(with_host("POST", close + "Transfer-Encoding: CHUNKED\r\n",
                        "3\r\nabc\r\n0\r\n\r\n")) == "POST /a(abc) ");
  CHECK(asked(with_host("GET", close + "X: \t a \t\r\n")) == "GET /a() ");
  CHECK(asked(with_host("GET", close + "Content-Length: 3\r\n", "abc")) == "GET /a(abc) ");
  CHECK(asked("GET http://h/a?b HTTP/1.1\r\nHost: other\r\n" + close + "\r\n") == "GET /a() ");
  CHECK(asked("GET https://h HTTP/1.1\r\nHost: h\r\n" + close + "\r\n") == "GET /() ");
  CHECK(asked("OPTIONS * HTTP/1.1\r\nHost: h\r\n" + close + "\r\n") == "OPTIONS *() ");
  // HTTP/1.0 has no Host, and its connection ends with the answer.
  CHECK(asked("GET /a HTTP/1.0\r\n\r\n") == "GET /a() ");
}

TEST_CASE("a folded field is one field with a blank, or refused") {
  std::string seen;
  HttpWorld world([&](const Request& request) {
    seen = request.header("X");
    return plain(200, "ok");
  });
  RawClient client(world.port());
  client.send(with_host("GET", "X: a\r\n\tb\r\nConnection: close\r\n"));

  const std::string answer = client.read_all();

  const bool is_one = answer.starts_with("HTTP/1.1 200 ") && seen == "a b";
  CHECK((is_one || answer.starts_with("HTTP/1.1 400 ")));
}

TEST_CASE("what stands behind a body in chunks does not become part of the header") {
  std::vector<Header> seen;
  HttpWorld world([&](const Request& request) {
    seen = request.headers;
    return plain(200, "ok");
  });
  RawClient client(world.port());
  client.send(with_host("POST", "Transfer-Encoding: chunked\r\nConnection: close\r\n",
                        "1\r\nx\r\n0\r\nAuthorization: Bearer t\r\n\r\n"));

  CHECK(client.read_all().starts_with("HTTP/1.1 200 "));
  CHECK(Request{.headers = seen}.header("Authorization").empty());
}

TEST_CASE(
    "requests that come in one go are answered in order, and half of one waits for the rest") {
  FramingWorld one;
  RawClient client(one.world.port());
  client.send(with_host("POST", "Content-Length: 5\r\n", "abcde") + with_host("GET", "") +
              "GET /third HTT");
  CHECK(count_of(client.read_until("ok\nHTTP/1.1 200 OK"), "HTTP/1.1 200 OK") >= 2);
  client.send("P/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  client.read_all();

  CHECK(one.noted.said() == "POST /a(abcde) GET /a() GET /third() ");
}

TEST_CASE("behind a refused request the next one of the same connection is not read") {
  FramingWorld one;
  const std::string answer = one.exchange(
      with_host("POST", "Content-Length: 1\r\nContent-Length: 2\r\n", "a") + smuggled + smuggled);

  CHECK(count_of(answer, "HTTP/1.1 ") == 1);
  CHECK(one.noted.said().empty());
}

TEST_CASE("leave to send a body is given only where it would be taken") {
  const std::string expect = "Expect: 100-continue\r\n";
  for (const std::string& fields :
       {expect + "Content-Length: 10001\r\n", expect + "Content-Length: 1\r\nContent-Length: 1\r\n",
        expect + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"}) {
    FramingWorld one;
    INFO(fields);
    const std::string answer = one.exchange(with_host("POST", fields));
    CHECK(answer.find("100 Continue") == std::string::npos);
    CHECK(answer.starts_with("HTTP/1.1 4"));
    CHECK(one.noted.said().empty());
  }
}

TEST_CASE("a field that never ends is refused at the limit of the header") {
  FramingWorld one;
  const std::string answer = one.exchange(with_host("GET", "X: " + std::string(50'000, 'x')));
  CHECK(answer.starts_with("HTTP/1.1 431 "));
  CHECK(one.noted.said().empty());
}
