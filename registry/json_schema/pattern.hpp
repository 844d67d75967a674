#pragma once

#include <memory>
#include <string_view>

#include "ledger/base/error.hpp"

namespace muster::json_schema {

/// A compiled regular expression of ECMA-262. Immutable. Hides PCRE2.
class Pattern final {
 public:
  /// Errors: `invalid_input` for what is no such expression, or one that PCRE2 cannot run: a
  /// look-behind of no fixed length, more than 64 KiB compiled.
  static Result<Pattern> compile(std::string_view pattern);
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  /// What a search came to.
  enum class Match {
    no,
    yes,
    gave_up,  ///< The expression needs more steps or memory on this text than it is given.
  };

  /// Whether the expression occurs anywhere in `text`. Requires: UTF-8.
  /// Cost: at most a million steps.
  [[nodiscard]] Match search(std::string_view text) const;

 private:
  struct Code;
  explicit Pattern(std::unique_ptr<Code> code);
  std::unique_ptr<Code> code_;
};

}  // namespace muster::json_schema
