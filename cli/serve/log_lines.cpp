#include "cli/serve/log_lines.hpp"

#include <ostream>

#include "cli/serve/problem.hpp"

namespace muster::serve {

void LogLines::write(const char* level, const std::string& event, Json facts) {
  const std::scoped_lock lock(mutex_);
  facts["time"] = clock_->now().to_string();
  facts["level"] = level;
  facts["event"] = event;
  *out_ << json_text(facts) << '\n';
  out_->flush();
}

}  // namespace muster::serve
