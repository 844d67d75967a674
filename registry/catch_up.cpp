#include <algorithm>
#include <ostream>

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/dump.hpp"
#include "registry/registry.hpp"
#include "registry/replay.hpp"

namespace muster::registry {
namespace {

constexpr std::size_t entries_per_catch_up = 256;

/// Unsaved changes at which the view is written while many entries are read: a chip's states that
/// lie within are written once, and not closed later.
constexpr std::size_t rows_per_catch_up = 1'000'000;

/// Whether a view that could not be loaded is made anew. On a server, one that could not be asked
/// may be a good one, and others use it.
bool can_be_made(const ViewPlace& place, const Error& error) {
  if (place.is_file()) return true;
  return !place.only_read() && error.code != Errc::unavailable && error.code != Errc::conflict;
}

}  // namespace

Result<void> Registry::apply_entry(const ledger::Entry& entry) {
  return apply_recorded(now(), log_->store(), entry);
}

Result<void> Registry::catch_up() {
  MUSTER_TRY(log_->refresh());
  const std::uint64_t end = std::min(log_->size(), options_.up_to.value_or(log_->size())).value;
  while (now().size() < end) {
    const auto most = std::min<std::uint64_t>(entries_per_catch_up, end - now().size());
    MUSTER_TRY_ASSIGN(const auto entries, log_->read({now().size()}, most));
    if (entries.empty()) {
      return failure(Errc::corrupt, "log: entry " + std::to_string(now().size()) + " is missing");
    }
    for (const ledger::Entry& entry : entries) MUSTER_TRY(apply_entry(entry));
    if (now().changes().size() >= std::max(options_.flush_rows, rows_per_catch_up)) {
      MUSTER_TRY(flush());
    }
    memory_.keep_within();
  }
  MUSTER_TRY(flush_if_due());
  learn_keys();
  return {};
}

Result<void> Registry::rebuild() {
  if (options_.view && options_.view->only_read()) {
    return failure(Errc::unavailable,
                   "rebuilding: a replica makes no view; do so where the log is written");
  }
  memory_ = empty_state();
  known_keys_ = 0;
  if (options_.view) {
    view_.reset();
    MUSTER_TRY_ASSIGN(const auto lock, lock_view(*options_.view));
    MUSTER_TRY_ASSIGN(view_, create_view(*options_.view));
  }
  MUSTER_TRY(catch_up());
  return flush();
}

Result<void> Registry::open_view() {
  const ViewPlace& place = *options_.view;
  const auto pause = [&] { memory_.keep_within(); };
  auto loaded = load_view(place, now(), *log_, pause);
  std::unique_ptr<ViewLock> lock;
  if (!loaded && can_be_made(place, loaded.error())) {
    // Another process may be making it just now: one at a time, and then it may be there.
    MUSTER_TRY_ASSIGN(lock, lock_view(place));
    memory_ = empty_state();
    loaded = load_view(place, now(), *log_, pause);
  }
  pause();
  if (loaded) {
    view_ = std::move(loaded.value());
    view_was_loaded_ = true;
    return {};
  }
  if (place.only_read() && loaded.error().code != Errc::unavailable) {
    return failure(
        std::move(loaded.error()).during("a replica, whose view is made where the log is written"));
  }
  if (!can_be_made(place, loaded.error())) return failure(std::move(loaded.error()));
  // Missing, damaged, of another version or of another log: the log has it all.
  memory_ = empty_state();
  MUSTER_TRY_ASSIGN(view_, create_view(place));
  return {};
}

Result<void> Registry::flush() {
  if (!view_) return {};
  MUSTER_TRY(view_->save(now(), [&] { memory_.keep_within(); }));
  now().mark_saved();
  return {};
}

Result<void> Registry::dump(std::ostream& out) {
  dump_tables(now().tables(), [&](const std::string& line) { out << line << '\n'; });
  if (!view_) return {};
  MUSTER_TRY(flush());
  return view_->dump_history([&](const std::string& line) { out << line << '\n'; });
}

Result<Hash> Registry::dump_hash() {
  crypto::Sha256 hash;
  const auto feed = [&](const std::string& line) { hash.update(line).update("\n"); };
  dump_tables(now().tables(), feed);
  if (view_) {
    MUSTER_TRY(flush());
    MUSTER_TRY(view_->dump_history(feed));
  }
  return hash.finish();
}

}  // namespace muster::registry
