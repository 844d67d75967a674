#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/base/error.hpp"

namespace muster::http {

/// An address such as `http://witness.example:7380/prefix`, taken apart.
struct Url {
  std::string host{};  ///< A name, or an address in numbers, without brackets.
  std::uint16_t port = 80;
  std::string path{};  ///< Empty, or a slash and more; never ends in a slash.
  bool tls = false;    ///< https, whose port is 443 where none is named.

  /// Of http or https. Errors: `invalid_input`.
  static Result<Url> parse(std::string_view text);

  /// "host:port", as the Host field of a request has it.
  [[nodiscard]] std::string authority() const;
  /// "https://host:port", for messages and as the root of what is there.
  [[nodiscard]] std::string origin() const;
};

}  // namespace muster::http
