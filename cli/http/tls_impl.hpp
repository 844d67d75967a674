#pragma once

#include <boost/asio/ssl.hpp>
#include <boost/beast/ssl.hpp>

#include "cli/http/beast.hpp"
#include "cli/http/tls.hpp"

namespace muster::http {

namespace ssl = net::ssl;

/// Keeps Boost and OpenSSL out of the header.
struct TlsContext::Impl {
  explicit Impl(ssl::context::method method) : context(method) {}
  ssl::context context;
};

}  // namespace muster::http
