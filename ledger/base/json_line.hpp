#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace muster {

/// Takes the fields of one JSON object after the other from lines of NDJSON, in the order that the
/// format has and each exactly once: for formats of which millions of lines are read. White space
/// is free. The first fault sticks: every later call gives zero or empty, so that callers may check
/// once at the end.
///
/// Borrows the line until the next one is opened.
class JsonLineReader final {
 public:
  /// Bytes that may be read behind a line, whatever they are.
  static constexpr std::size_t padding = 64;

  JsonLineReader();
  JsonLineReader(const JsonLineReader&) = delete;
  JsonLineReader& operator=(const JsonLineReader&) = delete;
  ~JsonLineReader();

  /// Begins a line. Requires: `padding` readable bytes behind it.
  void open(std::string_view line);
  /// Whether the next field is called `key`.
  [[nodiscard]] bool has_next(std::string_view key);
  /// An integer of 64 bits without sign, fraction or exponent.
  std::uint64_t number(std::string_view key);
  /// A string; the view holds until the next line.
  std::string_view text(std::string_view key);
  /// A string of exactly twice as many hex digits, of either case, as `out` has bytes.
  /// Requires: at most 32 bytes. `out` is of no meaning after a fault.
  void hex(std::string_view key, std::span<std::uint8_t> out);
  bool boolean(std::string_view key);
  /// Begins the fields of an object within the object: one level.
  void enter(std::string_view key);
  /// Ends them. Fault: a field that nobody took.
  void leave();
  /// Ends the line. Fault: a field that nobody took, or something behind the object.
  void close();

  /// Notes that the value of `key` is none of the format.
  void refuse(std::string_view key, std::string_view wanted);

  [[nodiscard]] bool ok() const { return fault_.empty(); }
  /// `body.chunks: want a number`, or empty.
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  struct State;
  template <class Take>
  void take(std::string_view key, Take take);
  [[nodiscard]] std::string path(std::string_view key) const;
  void fail(std::string fault);

  std::unique_ptr<State> state_;
  std::string fault_;
  std::string outer_;  // the object within which fields are taken
};

}  // namespace muster
