#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/json.hpp"
#include "ledger/base/timestamp.hpp"

// The rows of an extract, each as its canonical JSON. `parse` errors: `invalid_input`, with the
// field.

namespace muster::choke {

/// A hold that a chip is under.
struct HoldRow {
  std::string hold{};
  std::string authority{};
  std::string basis{};
  friend bool operator==(const HoldRow&, const HoldRow&) = default;
};

/// Among the flags of a chip that an inventory of its custodian did not find.
inline constexpr std::string_view not_found_flag = "not_found";

/// Key `chip:ID`.
struct ChipRow {
  std::string product{};
  std::string display{};             ///< What a person is shown: `registry::Display`.
  std::vector<std::string> flags{};  ///< `registry::Flag`, and `not_found_flag`
  std::vector<HoldRow> holds{};
  std::string shipment{};   ///< Of its open release, or empty.
  std::string holder{};     ///< What it stands in, or empty.
  std::string container{};  ///< The outermost thing that it stands in, or empty.
  std::string assurance{};  ///< `registry::Assurance`
  bool enrolled = false;    ///< The register has a device key of it.
  bool hot = false;         ///< On the hot list: it must not pass.

  [[nodiscard]] Json json() const;
  static Result<ChipRow> parse(const Json& json);
  friend bool operator==(const ChipRow&, const ChipRow&) = default;
};

/// Key `shipment:ID`: a release with chips on their way.
struct ShipmentRow {
  std::string sender{};
  std::string receiver{};
  std::string destination{};  ///< Site.
  std::string country{};      ///< Of that site.
  std::string end_user{};
  std::string licence{};    ///< Or empty.
  std::string exception{};  ///< Or empty.
  std::string purpose{};
  std::optional<Timestamp> accept_by{};
  std::map<std::string, std::uint64_t> open{};  ///< Chips on their way, by product.
  std::uint64_t hot = 0;                        ///< Of them, on the hot list.
  std::uint64_t containers = 0;                 ///< How many outermost ones.

  [[nodiscard]] std::uint64_t chips() const;
  [[nodiscard]] Json json() const;
  static Result<ShipmentRow> parse(const Json& json);
  friend bool operator==(const ShipmentRow&, const ShipmentRow&) = default;
};

/// Key `container:ID`: a carton, tray, board, server or rack.
struct ContainerRow {
  std::string kind{};
  std::string parent{};  ///< Or empty.
  std::string seal{};    ///< Or empty.
  std::string shipment{};
  std::uint64_t chips = 0;  ///< In it and in all that it holds, as far as the extract has them.
  std::uint64_t hot = 0;    ///< Of them, on the hot list.

  [[nodiscard]] Json json() const;
  static Result<ContainerRow> parse(const Json& json);
  friend bool operator==(const ContainerRow&, const ContainerRow&) = default;
};

/// Key `licence:ID`.
struct LicenceRow {
  std::string authority{};
  std::string licensee{};
  std::vector<std::string> countries{};
  std::vector<std::string> products{};
  Timestamp from{};
  Timestamp to{};
  std::optional<Timestamp> suspended{};  ///< From then on.
  std::optional<Timestamp> revoked{};    ///< From then on.

  [[nodiscard]] Json json() const;
  static Result<LicenceRow> parse(const Json& json);
  friend bool operator==(const LicenceRow&, const LicenceRow&) = default;
};

/// Keys `key:HEX` (SHA-256 of a device key) and `uri:URI`: another name of something.
struct AliasRow {
  std::string space{};
  std::string id{};

  [[nodiscard]] Json json() const;
  static Result<AliasRow> parse(const Json& json);
  friend bool operator==(const AliasRow&, const AliasRow&) = default;
};

/// Key `name:HEX`, the hex of a `registry::AliasName`: what chips bear that name.
struct NamesRow {
  static constexpr std::size_t most_chips = 16;

  std::vector<std::string> chips{};  ///< The first of them to be registered.
  std::uint64_t count = 0;           ///< All of them.

  [[nodiscard]] Json json() const;
  static Result<NamesRow> parse(const Json& json);
  friend bool operator==(const NamesRow&, const NamesRow&) = default;
};

/// Key `block:NUMBER`: ids that somebody reserved for chips yet to be made.
struct BlockRow {
  std::string owner{};  ///< Who reserved them.
  std::string packager{};
  std::string product{};
  std::uint64_t count = 0;  ///< Ordinals below this are in it.

  [[nodiscard]] Json json() const;
  static Result<BlockRow> parse(const Json& json);
  friend bool operator==(const BlockRow&, const BlockRow&) = default;
};

/// Key `party-key:ID`, of every key that a party ever had.
struct PartyKeyRow {
  std::string party{};
  std::optional<Timestamp> until{};    ///< Rotated: it signs nothing from then on.
  std::optional<Timestamp> revoked{};  ///< Revoked then,
  std::optional<Timestamp> doubted{};  ///< and what it signed from then on is in doubt.
  bool suspended = false;              ///< Its party is.

  [[nodiscard]] Json json() const;
  static Result<PartyKeyRow> parse(const Json& json);
  friend bool operator==(const PartyKeyRow&, const PartyKeyRow&) = default;
};

/// Key `former-key:HEX`, the SHA-256 of a device key that a repair replaced.
struct FormerKeyRow {
  std::string chip{};  ///< Whose it was.
  Timestamp since{};   ///< When it was replaced.

  [[nodiscard]] Json json() const;
  static Result<FormerKeyRow> parse(const Json& json);
  friend bool operator==(const FormerKeyRow&, const FormerKeyRow&) = default;
};

}  // namespace muster::choke
