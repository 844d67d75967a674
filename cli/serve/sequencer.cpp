#include "cli/serve/sequencer.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>

#include "cli/keepsakes.hpp"
#include "cli/log_operator.hpp"
#include "cli/serve/problem.hpp"

namespace muster::serve {
namespace {

constexpr std::size_t batch_statements = 1'000;
constexpr std::size_t worth_beginning = 100;
constexpr int sign_ms = 500;

/// Pieces of a batch's size; what falls as a whole is one piece.
std::vector<std::vector<registry::Submission>> parts_of(Handed&& handed) {
  std::vector<std::vector<registry::Submission>> parts;
  auto& all = handed.statements;
  if (all.empty()) return parts;
  const bool whole =
      handed.mode == registry::BatchMode::all_or_nothing || all.size() <= batch_statements;
  if (whole) {
    parts.push_back(std::move(all));
    return parts;
  }
  for (std::size_t first = 0; first < all.size(); first += batch_statements) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first);
    const auto count = std::min(batch_statements, all.size() - first);
    parts.emplace_back(std::move_iterator(begin),
                       std::move_iterator(begin + static_cast<std::ptrdiff_t>(count)));
  }
  return parts;
}

}  // namespace

Sequencer::Sequencer(LiveRegistry& live, Options options)
    : live_(live), options_(std::move(options)) {
  sign_head();
  thread_ = std::thread([this] { run(); });
}

Sequencer::~Sequencer() { stop(); }

void Sequencer::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

SequencerCounts Sequencer::counts() const {
  const std::scoped_lock lock(mutex_);
  return counts_;
}

void Sequencer::tell(const Error& error) const {
  if (options_.tell) options_.tell(error);
}

Pending::Verdicts Pending::wait() {
  std::vector<Verdict> verdicts;
  std::optional<Error> first;
  for (auto& one : parts_) {
    Verdicts part = one.get();
    if (!part && !first) first = std::move(part.error());
    if (part) std::ranges::move(*part, std::back_inserter(verdicts));
  }
  if (first) return failure(std::move(*first));
  return verdicts;
}

Result<std::vector<Verdict>> Sequencer::record(Handed handed) {
  MUSTER_TRY_ASSIGN(Pending pending, hand_in(std::move(handed)));
  return pending.wait();
}

Result<Pending> Sequencer::hand_in(Handed handed) {
  std::vector<std::future<Verdicts>> done;
  const std::size_t all = handed.statements.size();
  {
    const std::scoped_lock lock(mutex_);
    if (stopping_) return failure(Errc::unavailable, "the server is stopping");
    if (!handed.patient && counts_.waiting + all > options_.most_waiting) {
      return failure(Error{Errc::refused,
                           "statements: " + std::to_string(counts_.waiting) + " wait already",
                           rule_rate});
    }
    counts_.waiting += all;
    const registry::BatchMode mode = handed.mode;
    const bool wants_receipts = handed.wants_receipts;
    for (std::vector<registry::Submission>& part : parts_of(std::move(handed))) {
      auto ticket = std::make_unique<Ticket>(Ticket{.handed = {.statements = std::move(part),
                                                               .mode = mode,
                                                               .wants_receipts = wants_receipts}});
      done.push_back(ticket->done.get_future());
      queue_.push_back(std::move(ticket));
    }
  }
  changed_.notify_all();
  return Pending(std::move(done));
}

/// The next batch: one that falls as a whole stands alone.
std::optional<Sequencer::Load> Sequencer::gathered() {
  const std::scoped_lock lock(mutex_);
  if (queue_.empty()) return std::nullopt;
  Load load{.mode = queue_.front()->handed.mode};
  std::size_t statements = 0;
  while (!queue_.empty()) {
    std::unique_ptr<Ticket>& next = queue_.front();
    const bool alone = load.mode == registry::BatchMode::all_or_nothing ||
                       next->handed.mode == registry::BatchMode::all_or_nothing;
    const std::size_t more = next->handed.statements.size();
    if (!load.tickets.empty() && (alone || statements + more > batch_statements)) break;
    load.wants_receipts = load.wants_receipts || next->handed.wants_receipts;
    load.tickets.push_back(std::move(next));
    queue_.pop_front();
    statements += more;
  }
  return load;
}

bool Sequencer::much_waits() const {
  const std::scoped_lock lock(mutex_);
  std::size_t statements = 0;
  for (const auto& ticket : queue_) {
    statements += ticket->handed.statements.size();
    if (statements >= worth_beginning) return true;
  }
  return false;
}

/// Has the signatures checked, on other threads.
void Sequencer::begin(Load& load) {
  std::vector<registry::Submission> all;
  for (const auto& ticket : load.tickets) {
    auto& statements = ticket->handed.statements;
    load.sizes.push_back(statements.size());
    if (load.tickets.size() == 1) {
      all = std::move(statements);
    } else {
      std::ranges::move(statements, std::back_inserter(all));
    }
    statements.clear();
  }
  const auto begun = live_.with_store([&](cli::Home& home) -> Result<void> {
    load.batch = home.registry().begin(std::move(all));
    return {};
  });
  if (!begun) tell(begun.error());
}

Result<std::vector<Verdict>> Sequencer::verdicts_of(Load& load) {
  if (!load.batch) return failure(Errc::unavailable, "the registry is being opened anew");
  load.batch->settle();
  MUSTER_TRY_ASSIGN(auto outcomes, live_.alone([&](cli::Home& home) {
    return home.registry().record(*load.batch, load.mode);
  }));
  std::vector<Verdict> verdicts;
  verdicts.reserve(outcomes.size());
  for (auto& outcome : outcomes) verdicts.push_back({std::move(outcome)});
  const bool any_recorded = std::ranges::any_of(verdicts, [](const Verdict& one) {
    return one.outcome.status == registry::Outcome::Status::recorded;
  });
  const bool any_refused = std::ranges::any_of(verdicts, [](const Verdict& one) {
    return one.outcome.status == registry::Outcome::Status::refused;
  });
  if (any_recorded && !unsigned_since_) unsigned_since_ = std::chrono::steady_clock::now();
  if (any_recorded && load.wants_receipts) sign_head();
  if (!any_refused) return verdicts;
  // A refusal stands, whether or not it can be signed for just now.
  const auto noted = live_.with_store([&](cli::Home& home) -> Result<void> {
    QuietContext quiet(live_.folder(), live_.random(), live_.fixed_now());
    MUSTER_TRY_ASSIGN(const auto desk, cli::RefusalDesk::open(quiet.context(), home.store()));
    for (std::size_t i = 0; desk.signs() && i < verdicts.size(); ++i) {
      if (verdicts[i].outcome.status != registry::Outcome::Status::refused) continue;
      MUSTER_TRY_ASSIGN(verdicts[i].refusal,
                        desk.note(load.batch->submissions()[i].envelope, verdicts[i].outcome));
    }
    return {};
  });
  if (!noted) tell(noted.error());
  return verdicts;
}

void Sequencer::count(const std::vector<Verdict>& verdicts) {
  const std::scoped_lock lock(mutex_);
  ++counts_.batches;
  for (const Verdict& one : verdicts) {
    switch (one.outcome.status) {
      case registry::Outcome::Status::recorded:
        ++counts_.recorded;
        break;
      case registry::Outcome::Status::duplicate:
        ++counts_.duplicates;
        break;
      case registry::Outcome::Status::refused:
        ++counts_.refused;
        break;
    }
  }
}

/// Writes a batch, while `next` has begun.
void Sequencer::settle(Load& load, std::optional<Load>& next) {
  Verdicts all = verdicts_of(load);
  load.batch.reset();
  if (all) {
    count(*all);
  } else if (all.error().code == Errc::conflict) {
    // Nothing was recorded and all is as it was: no fault of those who handed this in.
    tell(all.error());
    all = failure(Errc::unavailable, "other writers came first all the time; try again");
  } else {
    tell(all.error());
    // Nothing is known of the registry after such an error, and a batch lives no longer than it.
    if (next) {
      next->batch.reset();
      give_out(*next, failure(all.error()));
      next.reset();
    }
    open_anew();
  }
  give_out(load, std::move(all));
  if (options_.news) options_.news();
}

void Sequencer::give_out(Load& load, Verdicts all) {
  std::size_t next = 0;
  std::size_t statements = 0;
  for (const std::size_t size : load.sizes) statements += size;
  {
    const std::scoped_lock lock(mutex_);
    counts_.waiting -= statements;
  }
  for (std::size_t i = 0; i < load.tickets.size(); ++i) {
    std::vector<Verdict> own;
    for (std::size_t k = 0; all && k < load.sizes[i]; ++k) own.push_back(std::move((*all)[next++]));
    load.tickets[i]->done.set_value(all ? Verdicts(std::move(own))
                                        : Verdicts(failure(all.error())));
  }
}

/// A checkpoint of what there is, so that everybody may have proofs of it.
void Sequencer::sign_head() {
  const auto signed_for = live_.with_store([&](cli::Home& home) -> Result<void> {
    QuietContext quiet(live_.folder(), live_.random(), live_.fixed_now());
    MUSTER_TRY(cli::current_checkpoint(quiet.context(), home.store()));
    return {};
  });
  unsigned_since_.reset();
  if (!signed_for) tell(signed_for.error());
}

/// Signs for what nobody wanted a receipt of, now and then.
void Sequencer::sign_if_due() {
  const auto now = std::chrono::steady_clock::now();
  if (unsigned_since_ && now - *unsigned_since_ >= std::chrono::milliseconds(sign_ms)) sign_head();
}

/// Reads what other processes recorded, and opens the registry again if it had to be closed.
void Sequencer::look_around() {
  if (!live_.is_open()) {
    open_anew();
    return;
  }
  const auto behind = [&]() -> Result<bool> {
    MUSTER_TRY_ASSIGN(const StoreLease store, live_.store());
    MUSTER_TRY_ASSIGN(const ledger::TreeHead head, store->head());
    return live_.with_state([&](const cli::Home& home) -> Result<bool> {
      return home.state().size() != head.size.value;
    });
  }();
  if (behind && !*behind) return;
  auto caught = behind ? live_.alone([](cli::Home& home) { return home.registry().catch_up(); })
                       : Result<void>(failure(behind.error()));
  if (caught) {
    sign_head();
    if (options_.news) options_.news();
    return;
  }
  tell(caught.error());
  const bool is_stale = caught.error().rule == registry::view_made_anew;
  if (caught.error().code == Errc::corrupt || is_stale) open_anew();
}

void Sequencer::open_anew() {
  if (const auto again = live_.reopen(); !again) tell(again.error());
}

void Sequencer::run() {
  std::optional<Load> current;
  while (true) {
    if (!current) {
      if (live_.is_stale()) open_anew();
      current = gathered();
      if (current) begin(*current);
    }
    if (!current) {
      std::unique_lock lock(mutex_);
      if (queue_.empty() && stopping_) break;
      changed_.wait_for(lock, std::chrono::milliseconds(options_.poll_ms),
                        [&] { return stopping_ || !queue_.empty(); });
      const bool idle = queue_.empty() && !stopping_;
      lock.unlock();
      if (idle) look_around();
      sign_if_due();
      continue;
    }
    // What is little waits for company: it costs one fsync however much it is.
    std::optional<Load> next;
    if (much_waits() && !live_.is_stale()) next = gathered();
    if (next) begin(*next);
    settle(*current, next);
    sign_if_due();
    current = std::move(next);
  }
  if (unsigned_since_) sign_head();
  static_cast<void>(
      live_.alone([](cli::Home& home) { return home.registry().flush(); }).has_value());
}

}  // namespace muster::serve
