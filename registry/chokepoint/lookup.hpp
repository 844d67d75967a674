#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "registry/chokepoint/extract.hpp"

namespace muster::choke {

/// What an extract says of one scan.
enum class Verdict : std::uint8_t {
  released,  ///< Under an open release, and nothing in the extract speaks against it.
  hold,      ///< Something does.
  unknown,   ///< No row of the extract has this name.
};

[[nodiscard]] std::string_view name_of(Verdict verdict);

/// One reason to hold, or a remark.
struct Reason {
  std::string code;  ///< Stable, such as "chip.stolen".
  std::string text;  ///< For people, without a full stop.
  friend bool operator==(const Reason&, const Reason&) = default;
};

/// The answer to one scan. It says what the register says of a name that was read, and nothing
/// about whether the thing at hand is what the name stands for.
struct Answer {
  std::string scan{};
  Verdict verdict = Verdict::unknown;
  std::string space{};  ///< "chip", "container", "shipment"; empty if unknown.
  std::string id{};
  std::string alias{};  ///< The key by which it was found, if it was not its own.
  std::vector<Reason> reasons{};
  std::vector<Reason> remarks{};
  std::optional<ChipRow> chip{};
  std::optional<ContainerRow> container{};
  std::optional<ShipmentRow> shipment{};
  std::string shipment_id{};
  std::optional<LicenceRow> licence{};
};

/// The keys that a scan may mean, the likeliest first: a chip's id as it is printed or typed, the
/// hash of a device key, a URI of this register or of a list, the name of a container or shipment.
/// None for a scan of more than 1,000 bytes without the blanks around it: no name is that long.
[[nodiscard]] std::vector<std::string> scan_keys(std::string_view scan, std::string_view origin);

/// Looks one scan up. `now` is when: licences and terms are judged by it.
/// Errors: those of `Extract::find`; `corrupt` for an alias of nothing that an extract names.
Result<Answer> look_up(Extract& extract, std::string_view scan, Timestamp now);

/// The reason to hold everything if the extract was made after `now`: one of the clocks is wrong,
/// and neither licences nor terms nor the extract's age can be judged; or if it is too old.
[[nodiscard]] std::optional<Reason> reason_against(const Extract& extract, Timestamp now);

/// What speaks against a release at `now`: its licence, its term.
[[nodiscard]] std::vector<Reason> reasons_against(const ShipmentRow& shipment,
                                                  const std::optional<LicenceRow>& licence,
                                                  Timestamp now);

}  // namespace muster::choke
