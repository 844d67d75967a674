#include "cli/serve/live_registry.hpp"

#include <algorithm>

#include "cli/log_place.hpp"
#include "cli/serve/problem.hpp"

namespace muster::serve {
namespace {

constexpr std::size_t most_pooled_stores = 64;
constexpr int reopen_wait_ms = 5'000;

}  // namespace

StoreLease::~StoreLease() {
  if (store_) pool_->give_back(std::move(store_));
}

Error LiveRegistry::not_open() {
  return {Errc::unavailable, "the registry is being opened anew; try again", {}};
}

Error LiveRegistry::past_is_busy() {
  return {Errc::refused, "at: the log is being judged again for somebody else", rule_rate};
}

Result<std::unique_ptr<LiveRegistry>> LiveRegistry::open(std::filesystem::path folder,
                                                         Random& random, std::string now) {
  std::unique_ptr<LiveRegistry> live(new LiveRegistry(std::move(folder), random, std::move(now)));
  MUSTER_TRY(live->reopen());
  return live;
}

Result<void> LiveRegistry::reopen() {
  const std::unique_lock lock(state_mutex_);
  home_.reset();
  context_ = std::make_unique<QuietContext>(folder_, random_, now_);
  MUSTER_TRY_ASSIGN(home_, cli::Home::open(context_->context()));
  {
    const std::scoped_lock stale(stale_mutex_);
    ++openings_;
  }
  reopened_.notify_all();
  return {};
}

bool LiveRegistry::is_stale() {
  const std::scoped_lock lock(stale_mutex_);
  return openings_ > 0 && stale_ == openings_;
}

std::uint64_t LiveRegistry::openings() {
  const std::scoped_lock lock(stale_mutex_);
  return openings_;
}

Result<void> LiveRegistry::wait_until_reopened(std::uint64_t opening) {
  std::unique_lock lock(stale_mutex_);
  stale_ = opening;
  const bool is_anew = reopened_.wait_for(lock, std::chrono::milliseconds(reopen_wait_ms),
                                          [&] { return openings_ > opening; });
  return is_anew ? Result<void>() : failure(not_open());
}

bool LiveRegistry::is_open() {
  const std::shared_lock lock(state_mutex_);
  return home_ != nullptr;
}

bool LiveRegistry::is_flushed() const {
  const registry::State& state = home_->state();
  return state.tables().statements.first_unsaved() == state.size();
}

Result<void> LiveRegistry::flush() {
  const std::uint64_t opening = openings();
  {
    const std::shared_lock lock(state_mutex_);
    if (!home_) return failure(not_open());
    if (is_flushed()) return {};
  }
  auto flushed = alone([](cli::Home& home) { return home.registry().flush(); });
  if (flushed || flushed.error().rule != registry::view_made_anew) return flushed;
  return wait_until_reopened(opening);
}

Result<cli::Home*> LiveRegistry::past(std::uint64_t index) {
  const auto kept = std::ranges::find(past_, index, &Past::index);
  if (kept != past_.end()) {
    std::rotate(kept, kept + 1, past_.end());
    return past_.back().home.get();
  }
  auto context = std::make_unique<QuietContext>(folder_, random_, now_);
  context->context().options().as_of = std::to_string(index);
  MUSTER_TRY_ASSIGN(auto home, cli::Home::open(context->context()));
  if (past_.size() == most_past) past_.erase(past_.begin());
  past_.push_back({index, std::move(context), std::move(home)});
  return past_.back().home.get();
}

Result<StoreLease> LiveRegistry::store() {
  {
    const std::scoped_lock lock(pool_mutex_);
    if (!pool_.empty()) {
      auto store = std::move(pool_.back());
      pool_.pop_back();
      return StoreLease(*this, std::move(store));
    }
  }
  MUSTER_TRY_ASSIGN(const cli::LogPlace place, cli::log_place(folder_));
  MUSTER_TRY_ASSIGN(auto store, cli::open_log(place));
  return StoreLease(*this, std::move(store));
}

void LiveRegistry::give_back(std::unique_ptr<ledger::Store> store) {
  if (!store->is_usable()) return;
  const std::scoped_lock lock(pool_mutex_);
  if (pool_.size() < most_pooled_stores) pool_.push_back(std::move(store));
}

}  // namespace muster::serve
