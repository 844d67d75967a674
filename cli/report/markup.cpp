#include "cli/report/markup.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "cli/print/utf8.hpp"
#include "ledger/base/check.hpp"

namespace muster::report {

std::string escaped(std::string_view text) {
  std::string safe;
  safe.reserve(text.size() + text.size() / 8);
  for (const char c : print::visible(text, true)) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

void Markup::start(std::string_view name, Attributes attributes) {
  written_ += '<';
  written_ += name;
  for (const auto& [attribute, value] : attributes) {
    if (value.empty()) continue;
    written_ += ' ';
    written_ += attribute;
    written_ += "=\"" + escaped(value) + "\"";
  }
}

Markup& Markup::open(std::string_view name, Attributes attributes) {
  start(name, attributes);
  written_ += '>';
  open_.emplace_back(name);
  return *this;
}

Markup& Markup::close() {
  MUSTER_CHECK(!open_.empty());
  written_ += "</" + open_.back() + ">";
  open_.pop_back();
  return *this;
}

Markup& Markup::leaf(std::string_view name, Attributes attributes) {
  start(name, attributes);
  written_ += "/>";
  return *this;
}

Markup& Markup::element(std::string_view name, Attributes attributes, std::string_view content) {
  return open(name, attributes).text(content).close();
}

Markup& Markup::text(std::string_view content) {
  written_ += escaped(content);
  return *this;
}

Markup& Markup::trusted(std::string_view markup) {
  written_ += markup;
  return *this;
}

Markup& Markup::line() {
  written_ += '\n';
  return *this;
}

std::string Markup::finish() {
  MUSTER_CHECK(open_.empty());
  return std::move(written_);
}

std::string coordinate(double value) {
  MUSTER_CHECK(std::isfinite(value) && std::fabs(value) < 1e9);
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                          std::chars_format::fixed, 2);
  MUSTER_CHECK(error == std::errc{});
  std::string text(buffer.data(), end);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

}  // namespace muster::report
