#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>

#include "ledger/base/error.hpp"

namespace muster {

/// Errors: `invalid_input` unless `text` is 1 to 64 characters of A-Z a-z 0-9 . _ - that begin
/// with a letter or digit. `what` names the thing in the message.
Result<void> check_name(std::string_view what, std::string_view text);

/// A short identifier of one kind of thing. Kinds do not mix; only `parse` makes one.
template <class Kind>
class Name final {
 public:
  static Result<Name> parse(std::string_view text) {
    MUSTER_TRY(check_name(Kind::what, text));
    return Name(std::string(text));
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  friend auto operator<=>(const Name&, const Name&) = default;

 private:
  explicit Name(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

namespace name_kind {
struct Party {
  static constexpr std::string_view what = "party id";
};
struct Site {
  static constexpr std::string_view what = "site id";
};
struct Product {
  static constexpr std::string_view what = "product id";
};
struct Licence {
  static constexpr std::string_view what = "licence id";
};
struct Shipment {
  static constexpr std::string_view what = "shipment id";
};
struct Container {
  static constexpr std::string_view what = "container id";
};
struct Plan {
  static constexpr std::string_view what = "plan id";
};
struct Run {
  static constexpr std::string_view what = "run id";
};
struct Case {
  static constexpr std::string_view what = "case id";
};
}  // namespace name_kind

using PartyId = Name<name_kind::Party>;
using SiteId = Name<name_kind::Site>;
using ProductId = Name<name_kind::Product>;
using LicenceId = Name<name_kind::Licence>;
using ShipmentId = Name<name_kind::Shipment>;
using ContainerId = Name<name_kind::Container>;
using PlanId = Name<name_kind::Plan>;
using RunId = Name<name_kind::Run>;
using CaseId = Name<name_kind::Case>;

}  // namespace muster

template <class Kind>
struct std::hash<muster::Name<Kind>> {
  std::size_t operator()(const muster::Name<Kind>& name) const noexcept {
    return std::hash<std::string>{}(name.text());
  }
};
