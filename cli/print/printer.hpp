#pragma once

#include <iosfwd>
#include <string_view>

#include "cli/print/progress.hpp"
#include "cli/print/table.hpp"
#include "cli/print/terminal.hpp"
#include "ledger/base/json.hpp"

namespace muster::print {

/// Which rendering a command gives.
enum class Mode {
  text,   ///< For people.
  quiet,  ///< The exit code and errors only.
  json,   ///< One JSON object.
};

/// Where a command's words go: results to one stream, notes, progress and errors to the other.
/// In JSON and quiet mode everything made for people on the result stream is dropped, so a command
/// prints its tables and its object without asking for the mode.
class Printer final {
 public:
  /// How the two streams are shown.
  struct Styles {
    Style result;
    Style note;
  };

  /// Borrows both streams.
  Printer(std::ostream& result, std::ostream& note, Mode mode, const Styles& styles);

  [[nodiscard]] Mode mode() const { return mode_; }
  [[nodiscard]] const Style& style() const { return styles_.result; }

  /// A heading with an empty line before it, unless it is the first thing printed.
  void heading(std::string_view text);
  /// A paragraph wrapped to the width.
  void paragraph(std::string_view text, Tone tone = Tone::plain);
  void table(const Table& table);
  void facts(const Facts& facts);
  /// Text as it is, for what is already laid out (a sentence to quote, a file's content).
  void raw(std::string_view text);
  /// Lines that quote what others wrote: control characters in them are made visible.
  void lines(std::string_view text);

  /// The one object of JSON mode; dropped in the others.
  void json(const Json& object);
  /// One object a line, for streams; dropped unless in JSON mode.
  void json_line(const Json& object);

  /// A remark beside the result; dropped in quiet mode.
  void note(std::string_view text);
  /// What went wrong; printed in every mode, on the note stream: `muster: …`.
  void error(std::string_view text);

  /// A progress line on the note stream; silent in quiet mode.
  [[nodiscard]] Progress progress(ProgressState start);

 private:
  std::ostream& result_;
  std::ostream& note_;
  Mode mode_;
  Styles styles_;
  bool begun_ = false;
};

}  // namespace muster::print
