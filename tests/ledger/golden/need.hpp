#pragma once

#include <stdexcept>
#include <utility>

#include "ledger/base/error.hpp"

namespace muster::test {

/// The value; ends the tool with the error's text if there is none. As `must`, outside doctest.
template <class T>
T need(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

}  // namespace muster::test
