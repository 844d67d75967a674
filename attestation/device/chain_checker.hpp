#pragma once

#include "attestation/device/log_reader.hpp"

namespace muster::attestation {

/// How far chip clock and powered time may part between two entries without a power-off: twice the
/// minute in which powered time is stored, and 2,000 ppm.
inline constexpr std::uint64_t power_slack_ms = 2 * ms_per_powered_minute;
inline constexpr std::uint64_t power_slack_divisor = 500;

/// The bytes of an item and of the one before, for evidence.
struct ItemBytes {
  ByteView before;
  ByteView here;
};

/// Takes the items of a log in order of counters and notes what contradicts the one before: links,
/// counters, epochs, clocks, power. Remembers one entry, whatever the length of the log.
class ChainChecker final {
 public:
  /// Adds to `findings`, and to `offs` where that is wanted.
  explicit ChainChecker(FindingList& findings, std::vector<LoggedOff>* offs = nullptr)
      : findings_(&findings), offs_(offs) {}

  /// Takes an entry, and says in `point` whether it is linked.
  void readable(LogPoint& point, const Entry& entry, const ItemBytes& bytes);
  void unreadable(const LogPoint& point);

 private:
  /// What an entry is judged by when the next one comes.
  struct Standing {
    Ueid ueid{};
    std::uint64_t epoch = 0;
    std::uint64_t counter = 0;
    std::uint64_t clock_ms = 0;
    std::uint64_t powered_ms = 0;
    bool powers_off = false;
  };
  struct Step;  // one entry beside the one before
  [[nodiscard]] bool follows(const LogPoint& point, const Entry& entry) const;
  void judge(LogPoint& point, const Entry& entry, const ItemBytes& bytes);
  void check_link(const Step& step);
  void check_epoch(const Step& step);
  void check_clocks(const Step& step);
  void check_power(const Step& step);
  void note(const Step& step, FindingCode code, std::string expected, std::string found);

  FindingList* findings_;
  std::vector<LoggedOff>* offs_;
  bool has_before_ = false;
  Standing before_{};  // the last readable one
  LogPoint last_{};    // the last item, readable or not
  std::uint64_t unreadable_since_ = 0;
};

}  // namespace muster::attestation
