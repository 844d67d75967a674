#include "cli/context.hpp"

#include "cli/remote/remote_registry.hpp"
#include "cli/remote/server_address.hpp"

namespace muster::cli {

Context::Context(std::ostream& out, std::ostream& err, Random& random)
    : out_(&out), err_(&err), random_(&random) {}

Context::~Context() = default;

Result<RemoteRegistry*> Context::remote() const {
  if (!remote_ && is_server_address(options_.registry)) {
    MUSTER_TRY_ASSIGN(remote_, RemoteRegistry::open(*this));
  }
  return remote_.get();
}

Result<Clock*> Context::clock() {
  if (!clock_ && options_.now.empty()) clock_ = std::make_unique<SystemClock>();
  if (!clock_) {
    auto now = Timestamp::parse_day_or_instant(options_.now);
    if (!now) return failure(std::move(now.error()).during("--now"));
    clock_ = std::make_unique<FixedClock>(*now);
  }
  return clock_.get();
}

void Context::stand_at(Timestamp now) {
  if (options_.now.empty() && !clock_) clock_ = std::make_unique<FixedClock>(now);
}

print::Printer Context::printer() const {
  const auto color = print::parse_color_mode(options_.color).value_or(print::ColorMode::automatic);
  const auto mode = options_.json    ? print::Mode::json
                    : options_.quiet ? print::Mode::quiet
                                     : print::Mode::text;
  return print::Printer(*out_, *err_, mode,
                        {.result = print::style_for(print::terminal_facts(1), color),
                         .note = print::style_for(print::terminal_facts(2), color)});
}

}  // namespace muster::cli
