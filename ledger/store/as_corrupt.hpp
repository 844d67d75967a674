#pragma once

#include "ledger/base/error.hpp"

namespace muster::ledger {

/// The same, as damage: what a store keeps cannot be what somebody gave wrongly.
inline Error as_corrupt(Error error) {
  error.code = Errc::corrupt;
  return error;
}

}  // namespace muster::ledger
