#include "cli/serve/choke_desk.hpp"

#include <algorithm>

#include "cli/choke_json.hpp"

namespace muster::serve {

/// Whether the extract has what the log has, or is young. Requires: the mutex is held.
bool ChokeDesk::is_fresh() const {
  if (!made_) return false;
  if (std::chrono::steady_clock::now() - made_at_ < keeps_for) return true;
  const auto size = live_->with_state(
      [](const cli::Home& home) -> Result<std::uint64_t> { return home.state().size(); });
  return size && *size == made_->header.head.size.value;
}

Result<void> ChokeDesk::freshen() {
  {
    const std::shared_lock lock(mutex_);
    if (is_fresh()) return {};
  }
  const std::unique_lock lock(mutex_);
  if (is_fresh()) return {};
  QuietContext quiet(live_->folder(), live_->random(), live_->fixed_now());
  auto made = live_->with_store([&](cli::Home& home) {
    return cli::made_extract(quiet.context(), home, choke::Scope::border, {});
  });
  // Where the log grew meanwhile, the older one says how old it is.
  if (!made && made_ && made.error().code == Errc::conflict) return {};
  if (!made) return failure(Errc::unavailable, made.error().message);
  made_ = std::move(*made);
  made_at_ = std::chrono::steady_clock::now();
  return {};
}

Result<Json> ChokeDesk::look_up(const std::string& scan, Timestamp now) {
  MUSTER_TRY(freshen());
  const std::shared_lock lock(mutex_);
  const auto source = [this](std::uint64_t offset, std::size_t bytes) -> Result<std::string> {
    const auto from = std::min<std::uint64_t>(offset, made_->file.size());
    return made_->file.substr(static_cast<std::size_t>(from), bytes);
  };
  MUSTER_TRY_ASSIGN(choke::Extract extract,
                    choke::Extract::open(source, made_->file.size(), std::span(&made_->key, 1)));
  MUSTER_TRY_ASSIGN(const choke::Answer answer, choke::look_up(extract, scan, now));
  return cli::choke_answer_json(answer, extract.header());
}

}  // namespace muster::serve
