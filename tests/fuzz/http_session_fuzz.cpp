// What a client sends, byte by byte, to a real server over a socket of this machine. Whatever it
// is: each answer is whole and says its length; a handler is asked for exactly the requests that a
// second reader finds in the same bytes, by the letter of RFC 9112 and by other code, and for
// nothing behind one that is refused; a request is answered or refused, and never passed over; the
// connection ends once the client has ended its side; nothing of it is left; and whoever comes next
// is answered.
//
// An input is a character, the lengths of the first pieces as one byte each, and what is sent. The
// character's lowest three bits are how many pieces stand before the last; with the next (8)
// answers come only when nothing else is left to do; with 0x40 the client breaks off in the end and
// does not read.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <vector>

#include "cli/http/server.hpp"
#include "ledger/base/check.hpp"
#include "tests/fuzz/strict_http.hpp"

namespace {

namespace http_session {

using namespace muster;

/// What can be done goes on for as long: much more than it takes on a machine that is busy.
constexpr std::chrono::seconds patience(20);

/// A server that runs on the thread of its client, and notes what it was asked.
class Server final {
 public:
  Server() {
    http::ServerOptions options;
    options.max_header_bytes = 1'200;
    options.max_body_bytes = 900;
    options.max_bodies_bytes = 1'200;  // 600 for one address: some bodies are refused by it
    auto server = http::HttpServer::listen(
        options, http::AsyncHandler([this](const http::Request& request, const http::Reply& reply) {
          asked.push_back(request);
          const http::Response echo =
              http::plain(200, request.method + " " + request.path + "?" + request.query + " " +
                                   std::to_string(request.body.size()));
          said.push_back(echo.body);
          const auto answer = [echo, reply] { reply(echo); };
          if (!is_late) return answer();
          late.push_back(answer);
        }));
    MUSTER_CHECK(server.has_value());
    server_ = std::move(*server);
  }

  void work() { server_->run_ready(); }
  /// Gives one answer that is late; false if none is.
  bool answer_late() {
    if (late.empty()) return false;
    const auto answer = late.front();
    late.erase(late.begin());
    answer();
    return true;
  }
  /// Leaves no memory either, since libFuzzer looks for leaks whenever some is kept.
  void forget() {
    is_late = false;
    std::vector<http::Request>().swap(asked);
    std::vector<std::string>().swap(said);
    std::vector<std::function<void()>>().swap(late);
  }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  [[nodiscard]] http::ServerLoad load() const { return server_->load(); }

  bool is_late = false;
  std::vector<http::Request> asked{};
  std::vector<std::string> said{};
  std::vector<std::function<void()>> late{};

 private:
  std::unique_ptr<http::HttpServer> server_;
};

/// One connection to it.
class Client final {
 public:
  explicit Client(Server& server) : server_(server), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    MUSTER_CHECK(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
                 0);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { ::close(socket_); }

  /// A server that has refused may have closed; then nothing more is sent.
  void send(std::string_view bytes) {
    if (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      MUSTER_CHECK(sent < 0 || static_cast<std::size_t>(sent) == bytes.size());
    }
    server_.work();
  }

  /// Ends its side and reads what there is until the server ends the other.
  std::string read_all() {
    ::shutdown(socket_, SHUT_WR);
    const auto end = std::chrono::steady_clock::now() + patience;
    std::string text;
    char piece[4096];
    while (true) {
      server_.work();
      const auto got = ::recv(socket_, piece, sizeof piece, MSG_DONTWAIT);
      if (got > 0) text.append(piece, static_cast<std::size_t>(got));
      if (got == 0 || (got < 0 && errno != EAGAIN)) return text;
      if (got > 0 || server_.answer_late()) continue;
      wait_a_little();
      MUSTER_CHECK(std::chrono::steady_clock::now() < end);
    }
  }

  void break_off() {
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(socket_);
    socket_ = -1;
  }

 private:
  /// Bytes between two sockets of one machine are there at once, but for a machine that is busy.
  void wait_a_little() const {
    pollfd one{socket_, POLLIN, 0};
    ::poll(&one, 1, 1);
  }

  Server& server_;
  int socket_;
};

/// Nothing of what came is left.
void check_rest(Server& server) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (server.load().connections > 0) {
    server.work();
    server.answer_late();
    MUSTER_CHECK(std::chrono::steady_clock::now() < end);
  }
  MUSTER_CHECK(server.load().body_bytes == 0);
}

void check_same(const http::Request& request, const fuzz::StrictMessage& meant) {
  MUSTER_CHECK(request.method == meant.first && request.body == meant.body);
  const std::string target =
      request.path + (meant.second.find('?') == std::string_view::npos ? "" : "?" + request.query);
  MUSTER_CHECK(meant.second == target || (meant.second.starts_with("http") &&
                                          (meant.second.ends_with(target) || target == "/")));
  MUSTER_CHECK(request.headers.size() == meant.fields.size());
  for (const auto& [name, value] : meant.fields) {
    MUSTER_CHECK(meant.count(name) > 1 || request.header(name) == value);
  }
}

/// Whether the last of the answers is a refusal. All are whole, and each is what the handler said.
bool check_answers(const std::string& text, const Server& server) {
  fuzz::StrictReader reader(text);
  std::size_t answered = 0;
  while (!reader.is_at_end()) {
    const bool has_request = answered < server.asked.size();
    const auto answer = reader.answer(has_request && server.asked[answered].method == "HEAD");
    MUSTER_CHECK(answer.has_value());
    if (answer->second == "100") continue;
    if (answer->second != "200") {
      MUSTER_CHECK(answer->second == "400" || answer->second == "413" || answer->second == "431" ||
                   answer->second == "503");
      MUSTER_CHECK(answer->value("connection") == "close" && answered == server.asked.size());
      MUSTER_CHECK(reader.is_at_end());
      return true;
    }
    MUSTER_CHECK(has_request);
    MUSTER_CHECK(answer->value("content-length") == std::to_string(server.said[answered].size()));
    MUSTER_CHECK(server.asked[answered].method == "HEAD" || answer->body == server.said[answered]);
    ++answered;
  }
  MUSTER_CHECK(answered == server.asked.size());
  return false;
}

/// The requests that stand in the bytes, up to the last that may.
std::vector<fuzz::StrictMessage> requests_in(std::string_view bytes) {
  std::vector<fuzz::StrictMessage> all;
  fuzz::StrictReader reader(bytes);
  while (all.empty() || all.back().keeps_open) {
    auto next = reader.request();
    if (!next) break;
    all.push_back(std::move(*next));
  }
  return all;
}

void check_asked(const Server& server, std::string_view bytes) {
  const auto meant = requests_in(bytes);
  MUSTER_CHECK(server.asked.size() <= meant.size());
  for (std::size_t i = 0; i < server.asked.size(); ++i) check_same(server.asked[i], meant[i]);
}

/// A stranger comes afterwards.
void check_next(Server& server) {
  server.forget();
  Client client(server);
  client.send("POST /next?a=b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
  const std::string text = client.read_all();
  MUSTER_CHECK(!check_answers(text, server) && server.asked.size() == 1);
  MUSTER_CHECK(server.said[0] == "POST /next?a=b 3\n");
}

}  // namespace http_session

}  // namespace

int fuzz_http_session(const std::uint8_t* data, std::size_t size) {
  using namespace http_session;
  if (size == 0) return 0;
  static Server server;
  const std::size_t cuts = std::min<std::size_t>(data[0] & 7U, size - 1);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1 + cuts, size - 1 - cuts);
  server.is_late = (data[0] & 8U) != 0;

  {
    Client client(server);
    std::size_t at = 0;
    for (std::size_t i = 1; i <= cuts; ++i) {
      const auto piece = bytes.substr(at, data[i]);
      client.send(piece);
      at += piece.size();
    }
    client.send(bytes.substr(at));
    if ((data[0] & 0x40U) != 0) {
      client.break_off();
    } else {
      const bool is_refused = check_answers(client.read_all(), server);
      // Whatever is a request by the letter was answered, or it was said that it is not.
      MUSTER_CHECK(is_refused || server.asked.size() == requests_in(bytes).size());
    }
  }
  check_rest(server);
  check_asked(server, bytes);
  check_next(server);
  check_rest(server);
  server.forget();
  return 0;
}
