// Statements handed in over HTTP, beside the same recorded in-process: signed site registrations of
// one party, on SQLite, with the view. Run by hand:
//
//   serve_bench COUNT FOLDER [ROUNDS]     COUNT statements for each row, in new registries in
//   FOLDER
//
// Prints one line of JSON for each row: batches of 1 on one connection and on sixteen, of 100, of
// 1,000 and of 10,000, and how many reads a second there are at the end. Each is the median of the
// rounds, in which all rows are played in turn; "beside" is the median of what it is to the
// in-process rate of the same round.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <thread>

#include "cli/app.hpp"
#include "cli/serve/service.hpp"
#include "cli/statement_file.hpp"
#include "ledger/base/check.hpp"
#include "ledger/crypto/key_file.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "registry/statement.hpp"

namespace {

using namespace muster;
namespace fs = std::filesystem;

constexpr const char* now = "2026-01-05T08:00:00Z";
constexpr const char* origin = "bench.example/registry";
constexpr std::size_t connections = 16;

/// Seconds that `act` takes.
template <class Act>
double seconds(const Act& act) {
  const auto begun = std::chrono::steady_clock::now();
  act();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

void run(crypto::SeededRandom& random, std::vector<std::string> words) {
  words.insert(words.end(), {"--now", now});
  std::ostringstream said;
  MUSTER_CHECK(cli::run(words, said, said, random) == 0);
}

/// A registry of one party, and lines that it has not handed in: one stream a connection.
struct Office {
  explicit Office(const fs::path& place) : folder(place / "registry") {
    fs::remove_all(place);
    fs::create_directories(place);
    key = (place / "office.key").string();
    run(random, {"key", "new", key});
    run(random, {"init", folder.string(), "--origin", origin, "--registrar", "office", "--name",
                 "O", "--country", "CH", "--key", key});
  }

  std::vector<std::string> lines(std::size_t count) {
    const auto signer = crypto::read_key_file(key).value();
    std::vector<registry::StatementMaker> makers;
    for (std::size_t i = 0; i < connections; ++i) {
      makers.emplace_back(
          registry::StatementMaker::Identity{
              .origin = origin, .org = "office", .stream = "s" + std::to_string(i)},
          signer, random);
    }
    std::vector<std::string> all;
    for (std::size_t i = 0; i < count; ++i) {
      const Json body{{"site", "site-" + std::to_string(i)},
                      {"name", "A Site"},
                      {"country", "CH"},
                      {"kind", "warehouse"}};
      const auto made = makers[i % connections].make(
          {.kind = "site.register", .body = body, .event_time = Timestamp::parse(now).value()},
          nullptr);
      all.push_back(ledger::encode_envelope(made.value().envelope) + "\n");
    }
    return all;
  }

  crypto::SeededRandom random{"serve bench"};
  fs::path folder;
  std::string key;
};

/// A connection that is kept.
class Client final {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int yes = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    MUSTER_CHECK(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
                 0);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { ::close(socket_); }

  /// The status of an answer that was read whole.
  int ask(const std::string& method, const std::string& path, std::string_view type,
          const std::string& body) {
    std::string text = method + " " + path + " HTTP/1.1\r\nHost: h\r\n" +
                       "Authorization: Bearer bench\r\nContent-Type: " + std::string(type) +
                       "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    for (std::string_view rest = text; !rest.empty();) {
      const auto sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
      MUSTER_CHECK(sent > 0);
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    std::string answer;
    std::size_t header = std::string::npos;
    std::size_t whole = 0;
    while (header == std::string::npos || answer.size() < whole) {
      char piece[65'536];
      const auto got = ::recv(socket_, piece, sizeof piece, 0);
      MUSTER_CHECK(got > 0);
      answer.append(piece, static_cast<std::size_t>(got));
      if (header != std::string::npos) continue;
      header = answer.find("\r\n\r\n");
      if (header == std::string::npos) continue;
      const auto length = answer.find("Content-Length: ");
      whole = header + 4 + std::stoul(answer.substr(length + 16));
    }
    return std::stoi(answer.substr(9, 3));
  }

 private:
  int socket_;
};

/// A service on a free port, for as long as this lives.
class Served final {
 public:
  Served(Office& office, std::ostream& log) : clock_(Timestamp::parse(now).value()) {
    serve::Settings settings;
    settings.port = 0;
    settings.threads = connections;
    settings.limits.request_burst = 1'000'000;
    settings.limits.requests_per_second = 1'000'000;
    settings.limits.body_bytes = std::uint64_t{64} << 20U;
    settings.tokens.push_back({crypto::sha256(std::string_view("bench")),
                               {serve::Role::operator_, "office", {}, "bench"},
                               {}});
    service_ = std::move(*serve::Service::open(settings, {.folder = office.folder,
                                                          .openapi = "{}",
                                                          .now = now,
                                                          .random = &office.random,
                                                          .clock = &clock_,
                                                          .log = &log}));
    auto options = serve::server_options(settings);
    options.stop_on_signals = false;
    server_ = std::move(*http::HttpServer::listen(
        options, [this](const http::Request& request) { return service_->answer(request); }));
    thread_ = std::thread([this] { server_->run(); });
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;
  ~Served() {
    server_->stop();
    thread_.join();
    service_->stop();
  }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }

 private:
  FixedClock clock_;
  std::unique_ptr<serve::Service> service_;
  std::unique_ptr<http::HttpServer> server_;
  std::thread thread_;
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// What each row came to in each round, in the order of the rows.
class Rows final {
 public:
  void begin_round() { in_process_ = 0; }

  /// The first of a round is the in-process rate, which the others stand beside.
  void add(const std::string& name, std::size_t count, double took) {
    const double rate = static_cast<double>(count) / took;
    if (in_process_ == 0) in_process_ = rate;
    auto row = std::ranges::find(rows_, name, &Row::name);
    if (row == rows_.end()) row = rows_.insert(row, Row{.name = name});
    row->rates.push_back(rate);
    row->beside.push_back(rate / in_process_);
    std::cerr << name << ": " << rate << " a second\n";
  }

  void tell() const {
    for (const Row& row : rows_) {
      std::cout << Json{{"row", row.name},
                        {"rounds", row.rates.size()},
                        {"per_second", median(row.rates)},
                        {"beside", median(row.beside)},
                        {"least", std::ranges::min(row.beside)},
                        {"most", std::ranges::max(row.beside)}}
                       .dump()
                << std::endl;
    }
  }

 private:
  struct Row {
    std::string name;
    std::vector<double> rates{};
    std::vector<double> beside{};
  };
  std::vector<Row> rows_;
  double in_process_ = 0;
};

/// The lines parsed, judged and recorded without a server, as `statement submit` does.
void in_process(const fs::path& place, std::size_t count, Rows& rows) {
  Office office(place);
  std::string text;
  for (const std::string& line : office.lines(count)) text += line;
  FixedClock clock(Timestamp::parse(now).value());
  auto store = std::move(*ledger::SqliteStore::open(office.folder / "log.db"));
  auto log = std::move(*ledger::Log::open(*store));
  auto registry =
      std::move(*registry::Registry::open(log, clock, {.view = office.folder / "view.db"}));
  std::size_t recorded = 0;
  const double took = seconds([&] {
    std::istringstream in(text);
    cli::StatementLines lines(in, "bench");
    std::optional<registry::Batch> before;
    std::vector<registry::Submission> batch;
    const auto settle = [&] {
      if (!before) return;
      const auto outcomes = registry.record(*before).value();
      for (const auto& one : outcomes) {
        recorded += one.status == registry::Outcome::Status::recorded ? 1 : 0;
      }
    };
    while (auto incoming = lines.next().value()) {
      batch.push_back(std::move(incoming->submission));
      if (batch.size() < 1'000) continue;
      auto begun = registry.begin(std::exchange(batch, {}));
      settle();
      before.emplace(std::move(begun));
    }
    settle();
  });
  MUSTER_CHECK(recorded == count);
  rows.add("in-process, batches of 1,000", count, took);
}

struct Traffic {
  std::size_t count;    ///< Of statements.
  std::size_t size;     ///< Of a batch.
  std::size_t clients;  ///< Connections.
};

/// What each connection sends: of sixteen, connection k what is of its stream.
std::vector<std::vector<std::string>> bodies_of(const std::vector<std::string>& lines,
                                                const Traffic& traffic) {
  std::vector<std::vector<std::string>> bodies(traffic.clients);
  for (std::size_t first = 0; first < lines.size(); first += traffic.size * traffic.clients) {
    for (std::size_t k = 0; k < traffic.clients; ++k) {
      std::string body;
      for (std::size_t i = 0; i < traffic.size; ++i) {
        const std::size_t at = first + (traffic.clients == 1 ? i : i * traffic.clients + k);
        if (at < lines.size()) body += lines[at];
      }
      if (!body.empty()) bodies[k].push_back(std::move(body));
    }
  }
  return bodies;
}

void read_all(const Served& served, Rows& rows) {
  for (const char* path :
       {"/v1/parties?limit=1", "/v1/shipments", "/v1/entries/1", "/checkpoint"}) {
    std::atomic<std::size_t> done = 0;
    const double time = seconds([&] {
      std::vector<std::thread> crew;
      for (std::size_t k = 0; k < connections; ++k) {
        crew.emplace_back([&] {
          Client client(served.port());
          for (int i = 0; i < 200; ++i) {
            done += client.ask("GET", path, "text/plain", {}) == 200 ? 1 : 0;
          }
        });
      }
      for (std::thread& one : crew) one.join();
    });
    rows.add(std::string("GET ") + path + ", connections: 16", done, time);
  }
}

void over_http(const fs::path& place, const Traffic& traffic, Rows& rows, bool reads = false) {
  Office office(place);
  const auto bodies = bodies_of(office.lines(traffic.count), traffic);
  std::ostringstream log;
  const Served served(office, log);
  const bool single = traffic.size == 1;
  const double took = seconds([&] {
    std::vector<std::thread> crew;
    for (const auto& own : bodies) {
      crew.emplace_back([&served, &own, single] {
        Client client(served.port());
        for (const std::string& body : own) {
          const int status = client.ask("POST", "/v1/statements",
                                        single ? "application/json" : "application/x-ndjson", body);
          MUSTER_CHECK(status == (single ? 201 : 200));
        }
      });
    }
    for (std::thread& one : crew) one.join();
  });
  rows.add("HTTP, batches of " + std::to_string(traffic.size) +
               ", connections: " + std::to_string(traffic.clients),
           traffic.count, took);
  if (reads) read_all(served, rows);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3 && count != 4) {
    std::cerr << "usage: serve_bench COUNT FOLDER [ROUNDS]\n";
    return 2;
  }
  const auto statements = static_cast<std::size_t>(std::stoul(arguments[1]));
  const fs::path place = fs::path(arguments[2]) / "serve_bench";
  const int rounds = count == 4 ? std::stoi(arguments[3]) : 1;
  Rows rows;
  for (int round = 0; round < rounds; ++round) {
    rows.begin_round();
    in_process(place, statements, rows);
    over_http(place, {statements, 10'000, 1}, rows, true);
    over_http(place, {statements, 1'000, 1}, rows);
    over_http(place, {statements, 100, 1}, rows);
    over_http(place, {statements, 100, connections}, rows);
    over_http(place, {statements / 4, 1, connections}, rows);
    over_http(place, {statements / 20, 1, 1}, rows);
  }
  rows.tell();
  fs::remove_all(place);
}
