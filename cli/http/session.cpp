#include "cli/http/session.hpp"

#include "cli/http/framing.hpp"
#include "cli/http/server_core.hpp"

namespace muster::http {
namespace {

/// What is read and thrown away after a refusal, so that the client gets to read why.
constexpr std::size_t most_lingered_bytes = std::size_t{1} << 22U;
constexpr int linger_ms = 2'000;

constexpr std::size_t first_read_bytes = 4'096;
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

/// All of a request but its body. What comes behind a body in chunks is no part of it, since
/// whatever judged the header has not seen that.
Request request_of(const beast::http::request_header<>& header) {
  Request request;
  request.method = text_of(header.method_string());
  const std::string_view target = path_of_target(text_of(header.target()));
  const auto mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
  for (const auto& field : header) {
    request.headers.push_back(
        {std::string(text_of(field.name_string())), std::string(text_of(field.value()))});
  }
  return request;
}

/// The status for a request that could not be read; 0 when the client is gone, or so slow that the
/// stream gave it up.
unsigned refusal_status(error_code problem) {
  using beast::http::error;
  if (problem == error::body_limit) return 413;
  if (problem == error::header_limit) return 431;
  if (problem == error::end_of_stream || problem == error::partial_message) return 0;
  const bool malformed =
      problem.category() == beast::http::make_error_code(error::bad_method).category();
  return malformed ? 400 : 0;
}

std::string_view refusal_text(unsigned status) {
  switch (status) {
    case 408:
      return "the request did not come within its time";
    case 413:
      return "the body is longer than this server takes";
    case 431:
      return "the header is longer than this server takes";
    default:
      return "not a request of HTTP/1.1";
  }
}

}  // namespace

Session::Session(ServerCore& core, std::uint64_t id, tcp::socket socket)
    : core_(core),
      id_(id),
      stream_(beast::tcp_stream(std::move(socket)), core.options().tls),
      request_time_(stream_.get_executor()) {
  error_code gone;
  const auto endpoint = stream_.below().socket().remote_endpoint(gone);
  if (!gone) remote_ = endpoint.address().to_string();
  no_delay(stream_.below().socket());
}

Session::~Session() { let_body_go(); }

void Session::start() {
  if (!stream_.is_tls()) return await_request();
  stream_.below().expires_after(milliseconds(core_.options().request_timeout_ms));
  stream_.async_handshake(ssl::stream_base::server, [this](error_code problem) {
    if (problem) return end();
    peer_certificate_ = stream_.peer_certificate();
    await_request();
  });
}

void Session::await_request() {
  // Who comes again has its certificate judged again.
  if (core_.stopping() || stream_.peer_ran_out()) return take_leave();
  if (buffer_.size() > 0) return read_header();  // sent together with the one before
  idle_ = true;
  stream_.below().expires_after(milliseconds(core_.options().idle_timeout_ms));
  stream_.async_read_some(buffer_.prepare(first_read_bytes),
                          [this](error_code problem, std::size_t bytes) {
                            idle_ = false;
                            if (problem) return end();
                            buffer_.commit(bytes);
                            read_header();
                          });
}

void Session::read_header() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(core_.options().max_header_bytes));
  parser_->body_limit(core_.options().max_body_bytes);
  begin_request_time();
  beast::http::async_read_header(stream_, buffer_, *parser_,
                                 [this](error_code problem, std::size_t) {
                                   if (problem || is_late_) return refuse(problem);
                                   take_header();
                                 });
}

void Session::take_header() {
  const auto& header = parser_->get();
  if (const auto problem = framing_problem(header)) return refuse_with(400, *problem);
  request_ = request_of(header);
  const bool waits = beast::iequals(header[beast::http::field::expect], "100-continue");
  parser_->eager(true);
  if (!waits || parser_->is_done()) return read_body();
  net::async_write(stream_, net::buffer(go_on.data(), go_on.size()),
                   [this](error_code problem, std::size_t) {
                     if (problem || is_late_) return refuse(problem);
                     read_body();
                   });
}

void Session::read_body() {
  if (!holds_body()) return refuse_with(503, "all bodies at once are more than this server takes");
  if (parser_->is_done()) return respond();
  beast::http::async_read_some(stream_, buffer_, *parser_, [this](error_code problem, std::size_t) {
    const bool whole = !problem && parser_->is_done();
    if (problem || (is_late_ && !whole)) return refuse(problem);
    read_body();
  });
}

bool Session::holds_body() {
  const std::size_t bytes = parser_->get().body().size();
  if (bytes == held_bytes_) return true;
  if (!core_.budget().take(remote_, bytes - held_bytes_)) return false;
  held_bytes_ = bytes;
  return true;
}

void Session::let_body_go() {
  core_.budget().give_back(remote_, held_bytes_);
  held_bytes_ = 0;
}

/// From the first byte of a request on. The time is kept here and not by the stream, which would
/// close the connection before it could be said why.
void Session::begin_request_time() {
  is_late_ = false;
  stream_.below().expires_never();
  request_time_.expires_after(milliseconds(core_.options().request_timeout_ms));
  request_time_.async_wait(
      [core = &core_, id = id_, number = ++time_number_](error_code cancelled) {
        if (cancelled) return;
        if (Session* session = core->find(id)) session->out_of_time(number);
      });
}

void Session::end_request_time() {
  ++time_number_;
  request_time_.cancel();
}

void Session::out_of_time(std::uint64_t number) {
  if (number != time_number_) return;
  is_late_ = true;
  stream_.below().cancel();
}

void Session::respond() {
  end_request_time();
  if (stream_.peer_ran_out()) return take_leave();
  keep_alive_ = parser_->keep_alive();
  Request request = std::move(request_);
  request.body = std::move(parser_->get().body());
  request.remote = remote_;
  request.peer_certificate = peer_certificate_;
  wants_head_only_ = request.method == "HEAD";
  awaits_answer_ = true;
  core_.answer(request, {id_, ++requests_});
}

void Session::take_answer(std::uint64_t request, const Response& response) {
  if (!awaits_answer_ || request != requests_) return;
  awaits_answer_ = false;
  let_body_go();
  send(response, keep_alive_);
}

void Session::refuse(error_code problem) {
  const unsigned status = is_late_ ? 408 : refusal_status(problem);
  if (status == 0) return end();
  refuse_with(status, std::string(refusal_text(status)));
}

void Session::refuse_with(unsigned status, const std::string& detail) {
  end_request_time();
  let_body_go();
  wants_head_only_ = false;
  is_refusing_ = true;
  send(core_.refusal({status, detail, remote_}), false);
}

void Session::send(const Response& response, bool keep_alive) {
  reply_.emplace();
  reply_->version(11);
  reply_->result(response.status);
  reply_->set(beast::http::field::content_type, response.content_type);
  for (const Header& header : response.headers) reply_->insert(header.name, header.value);
  reply_->keep_alive(keep_alive && !core_.stopping());
  reply_->body() = response.body;
  reply_->prepare_payload();
  if (wants_head_only_) reply_->body().clear();  // and its length stays in the header
  stream_.below().expires_after(milliseconds(core_.options().request_timeout_ms));
  beast::http::async_write(stream_, *reply_, [this](error_code problem, std::size_t) {
    if (problem) return end();
    if (reply_->keep_alive()) return await_request();
    if (!is_refusing_) return take_leave();
    error_code ignored;
    stream_.below().socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.below().expires_after(milliseconds(linger_ms));
    linger();
  });
}

/// Closing at once, with bytes unread, would take the response back from the client.
void Session::linger() {
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(std::size_t{1} << 16U),
                          [this](error_code problem, std::size_t bytes) {
                            lingered_bytes_ += bytes;
                            if (problem || lingered_bytes_ > most_lingered_bytes) return end();
                            linger();
                          });
}

/// Says in TLS that nothing was cut off, and closes.
void Session::take_leave() {
  if (!stream_.is_tls()) return end();
  stream_.below().expires_after(milliseconds(linger_ms));
  stream_.async_shutdown([this](error_code) { end(); });
}

void Session::leave_if_idle() {
  if (idle_) break_off();
}

void Session::break_off() {
  if (awaits_answer_) return end();  // nothing else would
  stream_.below().close();
}

void Session::end() {
  // Nothing of this object may be touched after this.
  core_.remove(id_);
}

}  // namespace muster::http
