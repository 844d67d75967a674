#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/envelope.hpp"

namespace muster::ledger {

/// Walks along the one spelling that an entry, or an envelope in its normal form, can have. Written
/// by hand because the audit of a log reads every entry, and because what admits one spelling only
/// needs no second pass to compare. Borrows the text.
class Walk final {
 public:
  /// `what` names the text in errors.
  Walk(std::string_view what, std::string_view text) : what_(what), text_(text) {}

  /// The error that says what should stand here.
  [[nodiscard]] tl::unexpected<Error> stop(const std::string& want) const;
  /// Passes `want`, which must stand here.
  Result<void> literal(std::string_view want);
  [[nodiscard]] bool sees(std::string_view next) const {
    return text_.substr(at_).starts_with(next);
  }
  /// The characters up to the next quote, which is passed. None of the fields has an escape.
  Result<std::string_view> quoted();
  /// An integer from 0 to 2^53 - 1 in its one spelling.
  Result<std::uint64_t> number();
  /// Errors: unless the end is reached.
  Result<void> finish();

 private:
  std::string_view what_;
  std::string_view text_;
  std::size_t at_ = 0;
};

/// An envelope in its normal form. Errors: `invalid_input` for any other spelling.
Result<Envelope> walk_envelope(Walk& walk);

}  // namespace muster::ledger
