#include "cli/http/server_core.hpp"

#include <csignal>
#include <exception>
#include <thread>
#include <vector>

namespace muster::http {
namespace {

/// How long to wait when the machine has no descriptor left for a new connection.
constexpr int accept_pause_ms = 100;

/// How many connections are taken in one turn. Requests under way take their turns between two, so
/// that of a thousand that come at once the last would wait for the answers to all before it.
constexpr int accepted_at_once = 64;

Error cannot_listen(const tcp::endpoint& endpoint, const error_code& problem) {
  return {Errc::unavailable, "listening on " + endpoint.address().to_string() + " port " +
                                 std::to_string(endpoint.port()) + ": " + problem.message()};
}

}  // namespace

Result<void> ServerCore::listen() {
  error_code problem;
  const auto address = net::ip::make_address(options_.address, problem);
  if (problem) {
    return failure(Errc::invalid_input, "address: got \"" + options_.address +
                                            "\", want one in numbers, such as 127.0.0.1");
  }
  const tcp::endpoint endpoint(address, options_.port);
  if (!problem) acceptor_.open(endpoint.protocol(), problem);
  if (!problem) acceptor_.set_option(net::socket_base::reuse_address(true), problem);
  if (!problem) acceptor_.bind(endpoint, problem);
  if (!problem) acceptor_.listen(net::socket_base::max_listen_connections, problem);
  if (!problem) acceptor_.non_blocking(true, problem);
  if (problem) return failure(cannot_listen(endpoint, problem));
  if (!options_.stop_on_signals) return {};
  signals_.add(SIGTERM, problem);
  if (!problem) signals_.add(SIGINT, problem);
  if (problem) return failure(Errc::unavailable, "waiting for signals: " + problem.message());
  return {};
}

void ServerCore::stop() {
  net::post(strand_, [this] { begin_stop(); });
}

std::uint16_t ServerCore::port() const {
  error_code ignored;
  return acceptor_.local_endpoint(ignored).port();
}

ServerLoad ServerCore::load() {
  const std::scoped_lock lock(mutex_);
  return {sessions_.size(), budget_.taken()};
}

void ServerCore::begin() {
  if (begun_) return;
  begun_ = true;
  net::post(strand_, [this] {
    if (stopping_) return;
    if (options_.stop_on_signals) {
      signals_.async_wait([this](error_code problem, int) {
        if (!problem) begin_stop();
      });
    }
    accept();
  });
}

void ServerCore::run_ready() {
  begin();
  io_.restart();
  io_.poll();
}

void ServerCore::run() {
  begin();
  std::vector<std::thread> helpers;
  for (unsigned i = 1; i < options_.threads; ++i) helpers.emplace_back([this] { io_.run(); });
  io_.run();
  for (std::thread& helper : helpers) helper.join();
}

void ServerCore::accept() {
  acceptor_.async_accept(net::make_strand(io_), [this](error_code problem, tcp::socket socket) {
    if (stopping_) return;
    if (!problem) {
      take(std::move(socket));
      take_waiting();
      return accept();
    }
    timer_.expires_after(milliseconds(accept_pause_ms));
    timer_.async_wait([this](error_code) {
      if (!stopping_) accept();
    });
  });
}

void ServerCore::take_waiting() {
  for (int i = 1; i < accepted_at_once; ++i) {
    error_code problem;
    tcp::socket socket(acceptor_.accept(net::make_strand(io_), problem));
    if (problem) return;  // nobody waits; or what it is, the next turn is told
    take(std::move(socket));
  }
}

void ServerCore::take(tcp::socket socket) {
  const std::scoped_lock lock(mutex_);
  if (sessions_.size() >= options_.max_connections) return;  // and the socket closes
  const std::uint64_t id = next_id_++;
  const auto executor = socket.get_executor();
  sessions_.emplace(id, std::make_unique<Session>(*this, id, std::move(socket)));
  net::post(executor, [this, id] {
    if (Session* session = find(id)) session->start();
  });
}

Session* ServerCore::find(std::uint64_t id) {
  const std::scoped_lock lock(mutex_);
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second.get();
}

void ServerCore::remove(std::uint64_t id) {
  std::unique_ptr<Session> gone;
  bool last = false;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return;
    gone = std::move(found->second);
    sessions_.erase(found);
    last = sessions_.empty();
  }
  if (last && stopping_) net::post(strand_, [this] { timer_.cancel(); });
}

void ServerCore::each_session(void (Session::*act)()) {
  const std::scoped_lock lock(mutex_);
  for (const auto& [id, session] : sessions_) {
    net::post(session->executor(), [this, number = id, act] {
      if (Session* found = find(number)) (found->*act)();
    });
  }
}

void ServerCore::begin_stop() {
  if (stopping_.exchange(true)) return;
  error_code ignored;
  acceptor_.close(ignored);
  signals_.cancel(ignored);
  timer_.cancel();
  each_session(&Session::leave_if_idle);
  if (options_.on_stop) options_.on_stop();
  {
    const std::scoped_lock lock(mutex_);
    if (sessions_.empty()) return;
  }
  timer_.expires_after(milliseconds(options_.drain_timeout_ms));
  timer_.async_wait([this](error_code problem) {
    if (!problem) each_session(&Session::break_off);
  });
}

void ServerCore::answer(const Request& request, const Turn& turn) {
  const Reply reply = [this, turn](Response response) { deliver(turn, std::move(response)); };
  // A handler must not take the server down, not even when memory runs out.
  try {
    handler_(request, reply);
  } catch (const std::exception& problem) {
    reply(refusal({500, std::string("internal error: ") + problem.what(), request.remote}));
  }
}

void ServerCore::deliver(const Turn& turn, Response response) {
  const std::scoped_lock lock(mutex_);
  const auto found = sessions_.find(turn.session);
  if (found == sessions_.end()) return;
  net::post(found->second->executor(), [this, turn, answer = std::move(response)] {
    if (Session* session = find(turn.session)) session->take_answer(turn.request, answer);
  });
}

Response ServerCore::refusal(const Refusal& refusal) const {
  if (options_.on_refusal) return options_.on_refusal(refusal);
  Response response = plain(refusal.status, refusal.detail);
  if (refusal.status == 503) response.headers.push_back({"Retry-After", "1"});
  return response;
}

}  // namespace muster::http
