#include "cli/print/printer.hpp"

#include <ostream>

namespace muster::print {

Printer::Printer(std::ostream& result, std::ostream& note, Mode mode, const Styles& styles)
    : result_(result), note_(note), mode_(mode), styles_(styles) {}

void Printer::heading(std::string_view text) {
  if (mode_ != Mode::text) return;
  if (begun_) result_ << "\n";
  paragraph(text, Tone::strong);
}

void Printer::paragraph(std::string_view text, Tone tone) {
  if (mode_ != Mode::text) return;
  begun_ = true;
  for (const std::string& line : wrapped(visible(text, true), styles_.result.width)) {
    result_ << toned(line, tone, styles_.result.color) << "\n";
  }
}

void Printer::table(const Table& table) { raw(rendered(table, styles_.result)); }

void Printer::facts(const Facts& facts) { raw(rendered(facts, styles_.result)); }

void Printer::raw(std::string_view text) {
  if (mode_ != Mode::text) return;
  begun_ = true;
  result_ << text;
}

void Printer::lines(std::string_view text) { raw(visible(text, true)); }

void Printer::json(const Json& object) {
  if (mode_ == Mode::json)
    result_ << object.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

void Printer::json_line(const Json& object) {
  if (mode_ == Mode::json)
    result_ << object.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
}

void Printer::note(std::string_view text) {
  if (mode_ != Mode::quiet) note_ << rendered_paragraph(text, styles_.note);
}

void Printer::error(std::string_view text) {
  // Not wrapped: messages are searched for and pasted whole.
  note_ << toned("muster:", Tone::bad, styles_.note.color) << " " << visible(text, true) << "\n";
}

Progress Printer::progress(ProgressState start) {
  Style style = styles_.note;
  if (mode_ == Mode::quiet) style.live = false;
  return {note_, style, std::move(start)};
}

}  // namespace muster::print
