#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::registry {

/// What kind of name a statement gives a chip beside its id.
enum class AliasScheme : std::uint8_t {
  serial,  ///< The maker's serial number, as it is printed: each maker counts by itself.
  ecid,    ///< What is fused into the die, in lower-case hex: each maker counts by itself.
  gs1,     ///< A GS1 key of one thing (SGTIN, CPI with serial, GIAI): one in the world.
  mark,    ///< Whatever an officer read on a chip of unknown making: several may bear it.
};

[[nodiscard]] std::string_view name_of(AliasScheme scheme);

/// A name as the alias table has it: the first 16 bytes of SHA-256("muster/alias/v1\n", the scheme,
/// a line feed, the name). What the names were stands in the statements: a table of ten million of
/// them has 40 bytes for each, however long they are.
struct AliasName {
  std::array<std::uint8_t, 16> bytes{};
  friend auto operator<=>(const AliasName&, const AliasName&) = default;
};

/// The name of `text` in the one spelling of its scheme, as `alias_spelling` makes it.
[[nodiscard]] AliasName alias_name(AliasScheme scheme, std::string_view text);

/// The one spelling of `text`: of GS1 keys the canonical Digital Link URI, of an ECID lower-case
/// hex, else the text itself. Nothing if `text` is no name of that scheme: for `gs1` anything but
/// an SGTIN, a CPI with serial or a GIAI, as an EPC URI, as a Digital Link URI of any domain, or as
/// it is printed and scanned (`gs1::key_spelling`).
[[nodiscard]] std::optional<std::string> alias_spelling(AliasScheme scheme, std::string_view text);

/// One reading of something that somebody scanned or typed.
struct AliasReading {
  AliasScheme scheme = AliasScheme::serial;
  std::string text{};  ///< In the scheme's one spelling.
  AliasName name{};
};

/// What `text` may be the name of, in the order of the schemes. `serial:`, `ecid:` or `mark:`
/// before it says which. None for texts of more than 500 bytes: no alias is that long.
[[nodiscard]] std::vector<AliasReading> alias_readings(std::string_view text);

}  // namespace muster::registry

/// A part of a digest is uniform already.
template <>
struct std::hash<muster::registry::AliasName> {
  std::size_t operator()(const muster::registry::AliasName& value) const noexcept {
    std::size_t word = 0;
    std::memcpy(&word, value.bytes.data(), sizeof word);
    return word;
  }
};
