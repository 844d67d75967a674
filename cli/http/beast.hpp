#pragma once

// The headers of Boost that server and client share. Boost 1.74 wants <utility> before it.
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <utility>

namespace muster::http {

namespace beast = boost::beast;
namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;

[[nodiscard]] inline std::string_view text_of(beast::string_view text) {
  return {text.data(), text.size()};
}

[[nodiscard]] inline std::chrono::milliseconds milliseconds(int count) {
  return std::chrono::milliseconds(count);
}

}  // namespace muster::http
