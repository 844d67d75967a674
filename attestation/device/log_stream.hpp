#pragma once

#include "attestation/device/chain_checker.hpp"

namespace muster::attestation {

/// What a log that came in pieces was.
struct StreamedLog {
  std::uint64_t entries = 0;
  std::uint64_t snapshots = 0;
  std::uint64_t epochs = 0;
  std::uint64_t bytes = 0;
  LogPoint last{};               ///< The last entry: what a head must name.
  bool unreadable_tail = false;  ///< The bytes from some place on are not read.
  FindingList findings;          ///< Faults of encoding, order, chain and clocks.
};

/// Checks a log that comes in pieces of any size, in memory that does not grow with it: what
/// `read_log` checks, but entries out of order are found and not put in order, and an item longer
/// than `max_entry_bytes` ends the log.
class LogStream final {
 public:
  LogStream() : chain_(log_.findings) {}
  LogStream(const LogStream&) = delete;
  LogStream& operator=(const LogStream&) = delete;

  void feed(ByteView piece);
  /// Says that no piece follows, and gives the result. To be called once.
  [[nodiscard]] StreamedLog end();

 private:
  void take_items();
  void take_entry(const LogItem& item, LogPoint& point);
  void end_at(std::uint64_t offset, ByteView rest);
  void note(FindingCode code, std::string expected, std::string found, Evidence item);

  StreamedLog log_;
  LogItems items_;
  ChainChecker chain_;
  std::uint64_t next_ = 0;      // the least counter that may follow
  std::uint64_t given_to_ = 0;  // where the item ends that the chain was given last
};

}  // namespace muster::attestation
