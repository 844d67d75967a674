#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/http/client.hpp"
#include "cli/http/server.hpp"
#include "ledger/base/clock.hpp"
#include "ledger/cosigning.hpp"
#include "ledger/witness/witness.hpp"

namespace muster::cli {

/// What a witness answers over HTTP: `POST /add-checkpoint` and `GET /<origin hash>/checkpoint`, as
/// c2sp.org/tlog-witness has them. `tell` gets one line for each request. Borrows witness and
/// clock. Requires: called from one thread at a time.
[[nodiscard]] http::Handler witness_handler(ledger::Witness& witness, Clock& clock,
                                            std::function<void(const std::string&)> tell);

/// Asks witnesses at their addresses, all at once, each for at most `timeout_ms`.
[[nodiscard]] ledger::WitnessTransport witness_transport(int timeout_ms);

}  // namespace muster::cli
