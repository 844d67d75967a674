// Answers that come later, words for refusals, and the memory that all bodies have together.

#include <chrono>
#include <mutex>

#include "tests/cli/http_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::http;
using muster::test::HttpWorld;
using muster::test::must;
using muster::test::RawClient;

namespace {

/// Keeps the replies to `/later`, and answers everything else at once.
struct Later {
  std::mutex mutex{};
  std::vector<Reply> replies{};

  void operator()(const Request& request, const Reply& reply) {
    if (request.path != "/later") return reply(plain(200, "now " + request.path));
    const std::scoped_lock lock(mutex);
    replies.push_back(reply);
  }
  std::vector<Reply> wait_for(std::size_t count) {
    while (true) {
      const std::scoped_lock lock(mutex);
      if (replies.size() >= count) return replies;
    }
  }
  AsyncHandler handler() {
    return [this](const Request& request, const Reply& reply) { (*this)(request, reply); };
  }
};

std::string get(const std::string& path) { return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n"; }

std::string post(const std::string& path, std::size_t bytes) {
  return "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(bytes) +
         "\r\n\r\n" + std::string(bytes, 'x');
}

}  // namespace

TEST_CASE("requests that wait for their answers hold no thread, and get their own") {
  Later later;
  HttpWorld world(later.handler(), {.request_timeout_ms = 100});
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(std::make_unique<RawClient>(world.port()));
    clients.back()->send(get("/later"));
    later.wait_for(clients.size());
  }
  // Longer than a request may take to come.
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  CHECK(must(world.call("GET", "/other")).body == "now /other\n");

  const auto replies = later.wait_for(clients.size());
  for (std::size_t i = 0; i < replies.size(); ++i)
    replies[i](plain(200, "(" + std::to_string(i) + ")"));

  for (std::size_t i = 0; i < clients.size(); ++i) {
    const std::string own = "(" + std::to_string(i) + ")";
    CHECK(clients[i]->read_until(")").find(own) != std::string::npos);
  }
}

TEST_CASE("what was sent behind a request that waits is answered behind it") {
  Later later;
  HttpWorld world(later.handler(), {});
  RawClient client(world.port());
  client.send(get("/later") + get("/next"));
  const auto replies = later.wait_for(1);

  replies[0](plain(200, "at last"));
  replies[0](plain(200, "once more"));

  const std::string answers = client.read_until("now /next");
  CHECK(answers.find("at last") < answers.find("now /next"));
  CHECK(answers.find("once more") == std::string::npos);
}

TEST_CASE("an answer for a client that is gone, or of a server that has stopped, is dropped") {
  Later later;
  HttpWorld world(later.handler(), {.drain_timeout_ms = 50});
  {
    RawClient gone(world.port());
    gone.send(get("/later"));
    later.wait_for(1);
  }
  later.wait_for(1)[0](plain(200, "too late"));
  CHECK(must(world.call("GET", "/other")).status == 200);
  RawClient waits(world.port());
  waits.send(get("/later"));
  later.wait_for(2);

  world.stop();
  later.wait_for(2)[1](plain(200, "far too late"));

  CHECK(waits.read_all().empty());
}

TEST_CASE("a stop asks for the answers that wait, and they go out") {
  Later later;
  ServerOptions options;
  options.on_stop = [&] {
    for (const Reply& reply : later.wait_for(1)) reply(plain(200, "nothing came"));
  };
  HttpWorld world(later.handler(), options);
  RawClient client(world.port());
  client.send(get("/later"));
  later.wait_for(1);

  world.stop();

  const std::string answer = client.read_all();
  CHECK(answer.find("nothing came") != std::string::npos);
  CHECK(answer.find("Connection: close") != std::string::npos);
}

TEST_CASE("refusals are worded by whoever stands behind the server") {
  ServerOptions options{
      .max_header_bytes = 1'000, .max_body_bytes = 100, .request_timeout_ms = 100};
  options.on_refusal = [](const Refusal& refusal) {
    return Response{.status = refusal.status,
                    .body = std::to_string(refusal.status) + " for " + refusal.remote,
                    .content_type = "text/x-refusal"};
  };
  HttpWorld world(
      [](const Request& request) -> Response {
        if (request.path == "/throw") throw std::runtime_error("secret");
        return plain(200, "ok");
      },
      options);
  const auto answer_to = [&](const std::string& bytes) {
    RawClient client(world.port());
    client.send(bytes);
    const std::string answer = client.read_all();
    CHECK(answer.find("Content-Type: text/x-refusal") != std::string::npos);
    return answer.substr(answer.rfind('\n') + 1);
  };

  CHECK(answer_to("what\r\n\r\n") == "400 for 127.0.0.1");
  CHECK(answer_to("GET / HTTP/1.1\r\n") == "408 for 127.0.0.1");
  CHECK(answer_to(post("/", 101)) == "413 for 127.0.0.1");
  CHECK(answer_to("GET / HTTP/1.1\r\nX: " + std::string(2'000, 'x')) == "431 for 127.0.0.1");
  CHECK(must(world.call("GET", "/throw")).body == "500 for 127.0.0.1");
}

TEST_CASE("bodies that are more together than the server takes are put off, and nothing else") {
  Later later;
  HttpWorld world(later.handler(), {.max_body_bytes = 10'000, .max_bodies_bytes = 20'000});
  RawClient first(world.port());
  first.send(post("/later", 8'000));
  const auto replies = later.wait_for(1);

  RawClient second(world.port());
  second.send(post("/now", 8'000));
  const std::string put_off = second.read_all();
  CHECK(put_off.starts_with("HTTP/1.1 503 "));
  CHECK(put_off.find("Retry-After: 1") != std::string::npos);
  CHECK(must(world.call("GET", "/other")).status == 200);
  CHECK(must(world.call("POST", "/small", std::string(2'000, 'x'))).status == 200);

  replies[0](plain(200, "done"));
  CHECK(first.read_until("done").find("done") != std::string::npos);
  CHECK(must(world.call("POST", "/now", std::string(8'000, 'x'))).status == 200);
}

TEST_CASE("half a body takes its share no longer than its time") {
  HttpWorld world(
      [](const Request& request) { return plain(200, request.path); },
      {.max_body_bytes = 10'000, .request_timeout_ms = 200, .max_bodies_bytes = 20'000});
  RawClient slow(world.port());
  slow.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999\r\n\r\n" + std::string(9'000, 'x'));
  CHECK(slow.read_all().starts_with("HTTP/1.1 408 "));

  CHECK(must(world.call("POST", "/now", std::string(9'000, 'x'))).status == 200);
}
