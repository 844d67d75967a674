#pragma once

#include <iosfwd>
#include <mutex>
#include <string>

#include "ledger/base/clock.hpp"
#include "ledger/base/json.hpp"

namespace muster::serve {

/// Structured logs: one JSON object a line, with `time`, `level` and `event`. Never a token, a
/// body or a query. Thread-safe. Borrows stream and clock.
class LogLines final {
 public:
  LogLines(std::ostream& out, Clock& clock) : out_(&out), clock_(&clock) {}

  void info(const std::string& event, Json facts) { write("info", event, std::move(facts)); }
  void warning(const std::string& event, Json facts) { write("warning", event, std::move(facts)); }
  void error(const std::string& event, Json facts) { write("error", event, std::move(facts)); }

 private:
  void write(const char* level, const std::string& event, Json facts);

  std::mutex mutex_;
  std::ostream* out_;
  Clock* clock_;
};

}  // namespace muster::serve
