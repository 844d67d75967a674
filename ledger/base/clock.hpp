#pragma once

#include "ledger/base/timestamp.hpp"

namespace muster {

/// Where the present comes from. Always an argument, so that tests and replays choose it.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  [[nodiscard]] virtual Timestamp now() = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() override;
};

/// A clock that stands still until it is set: for tests and for simulated worlds.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(Timestamp start) : now_(start) {}
  [[nodiscard]] Timestamp now() override { return now_; }
  void set(Timestamp now) { now_ = now; }
  void advance_ms(std::int64_t ms) { now_.ms += ms; }

 private:
  Timestamp now_;
};

}  // namespace muster
