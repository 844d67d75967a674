#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/base/chip_id.hpp"

namespace muster::exchange {

/// The namespace of our extensions, prefix `chip`. An identifier and no address: `.example` is
/// reserved (RFC 2606), so that nobody can answer there.
inline constexpr std::string_view chip_namespace = "https://chips.example/ns#";
/// Where our types of business transactions begin, which the CBV lets users define.
inline constexpr std::string_view chip_transaction_types = "https://chips.example/btt/";

/// Something of one register: `space` says what it is (chip, org, site, …), `id` which one.
struct NamedThing {
  std::string space;
  std::string id;

  friend bool operator==(const NamedThing&, const NamedThing&) = default;
};

/// The URIs of one register's things: `https://<origin>/<space>/<id>`.
class Identifiers final {
 public:
  explicit Identifiers(std::string_view origin) : base_("https://" + std::string(origin) + "/") {}

  /// `id` percent-encoded where it has to be.
  [[nodiscard]] std::string uri(std::string_view space, std::string_view id) const;
  [[nodiscard]] std::string uri(const ChipId& chip) const { return uri("chip", chip.to_string()); }

  /// What a URI of this register names; nothing for those of others.
  [[nodiscard]] std::optional<NamedThing> parse(std::string_view uri) const;

 private:
  std::string base_;
};

}  // namespace muster::exchange
