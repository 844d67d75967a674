#pragma once

#include <doctest/doctest.h>

#include <utility>

#include "ledger/base/error.hpp"

namespace muster::test {

/// The value; the test case ends with the error's text if there is none.
template <class T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

/// The error's text; the test case ends if there is none.
template <class T>
std::string must_fail(const Result<T>& result) {
  if (result) FAIL("expected an error, got a value");
  return result.error().message;
}

}  // namespace muster::test
