#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster::report {

/// `text` for use between tags and inside quoted attributes of HTML, XHTML and SVG. Invalid UTF-8,
/// control characters and direction overrides become U+FFFD; line feeds stay.
[[nodiscard]] std::string escaped(std::string_view text);

/// Attribute names, which are ours, and values, which may be anybody's.
using Attributes = std::initializer_list<std::pair<std::string_view, std::string>>;

/// Writes well-formed markup: every text is escaped and every element is closed in its turn. The
/// result is XML and HTML at once, so elements that HTML does not know as void are closed by a tag
/// of their own.
class Markup final {
 public:
  /// Begins an element. Requires: `name` and attribute names are literals of ours.
  Markup& open(std::string_view name, Attributes attributes = {});
  /// Ends the element begun last.
  Markup& close();
  /// An element without content, in the short form: for SVG shapes and HTML's void elements.
  Markup& leaf(std::string_view name, Attributes attributes = {});
  /// An element that holds only text.
  Markup& element(std::string_view name, Attributes attributes, std::string_view content);
  Markup& text(std::string_view content);
  /// Markup that another `Markup` or a constant of ours made.
  Markup& trusted(std::string_view markup);
  /// A line feed, to keep the file readable.
  Markup& line();

  /// All that was written. Requires: every element is closed.
  [[nodiscard]] std::string finish();

 private:
  void start(std::string_view name, Attributes attributes);

  std::string written_;
  std::vector<std::string> open_;
};

/// A coordinate with at most two decimals and no trailing zeros.
[[nodiscard]] std::string coordinate(double value);

}  // namespace muster::report
