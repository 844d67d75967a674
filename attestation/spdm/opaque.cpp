#include "attestation/spdm/opaque.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "attestation/spdm/byte_reader.hpp"
#include "ledger/base/hex.hpp"

namespace muster::attestation::spdm {
namespace {

constexpr std::array<std::pair<std::uint16_t, std::string_view>, 31> names = {{
    {1, "certificate issuer name"},
    {2, "certificate authority key identifier"},
    {3, "driver version"},
    {4, "gpu info"},
    {5, "sku"},
    {6, "vbios version"},
    {7, "manufacturer id"},
    {8, "tamper detection"},
    {9, "smc"},
    {10, "vpr"},
    {11, "nvdec0 status"},
    {12, "measurement counts"},
    {13, "cpr info"},
    {14, "board id"},
    {15, "chip sku"},
    {16, "chip sku modifier"},
    {17, "project"},
    {18, "project sku"},
    {19, "project sku modifier"},
    {20, "firmware id"},
    {21, "protected pcie status"},
    {22, "switch pdi"},
    {23, "floorswept ports"},
    {24, "position id"},
    {25, "lock switch status"},
    {32, "gpu link connection"},
    {33, "system enable status"},
    {34, "opaque data version"},
    {35, "chip info"},
    {36, "feature flag"},
    {255, "invalid"},
}};

}  // namespace

std::string_view opaque_name(std::uint16_t id) {
  const auto* found = std::ranges::lower_bound(names, id, {}, &decltype(names)::value_type::first);
  return found != names.end() && found->first == id ? found->second : "unknown";
}

Result<std::vector<OpaqueField>> parse_opaque(ByteView data) {
  std::vector<OpaqueField> fields;
  ByteReader reader(data);
  while (reader.left() > 0) {
    MUSTER_TRY_ASSIGN(const std::uint32_t id, reader.number("opaque data: field id", 2));
    MUSTER_TRY_ASSIGN(const std::uint32_t size, reader.number("opaque data: field size", 2));
    MUSTER_TRY_ASSIGN(const ByteView value, reader.take("opaque data: field value", size));
    if (opaque_value(fields, static_cast<std::uint16_t>(id))) {
      return failure(Errc::invalid_input,
                     "opaque data: field " + std::to_string(id) + " stands twice");
    }
    fields.push_back({static_cast<std::uint16_t>(id), to_bytes(value)});
  }
  return fields;
}

std::optional<ByteView> opaque_value(const std::vector<OpaqueField>& fields, std::uint16_t id) {
  const auto found = std::ranges::find(fields, id, &OpaqueField::id);
  if (found == fields.end()) return std::nullopt;
  return ByteView(found->value);
}

std::string driver_version(const std::vector<OpaqueField>& fields) {
  const auto value = opaque_value(fields, opaque_id::driver_version);
  if (!value) return {};
  const std::string_view text = as_text(*value).substr(0, as_text(*value).find('\0'));
  const bool plain =
      std::ranges::all_of(text, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
  return plain ? std::string(text) : std::string();
}

std::string vbios_version(const std::vector<OpaqueField>& fields) {
  const auto value = opaque_value(fields, opaque_id::vbios_version);
  if (!value || value->size() != 8) return {};
  // Two little-endian words: the first holds the four upper parts, the second ends with the last.
  const ByteView bytes = *value;
  std::string text;
  for (const std::size_t i : {std::size_t{3}, std::size_t{2}, std::size_t{1}, std::size_t{0}}) {
    text += to_hex(bytes.subspan(i, 1)) + ".";
  }
  return text + to_hex(bytes.subspan(4, 1));
}

Result<std::vector<std::uint32_t>> measurement_counts(const std::vector<OpaqueField>& fields) {
  std::vector<std::uint32_t> counts;
  const auto value = opaque_value(fields, opaque_id::measurement_counts);
  if (!value) return counts;
  ByteReader reader(*value);
  while (reader.left() > 0) {
    MUSTER_TRY_ASSIGN(const std::uint32_t count,
                      reader.number("opaque data: measurement count", 4));
    counts.push_back(count);
  }
  return counts;
}

}  // namespace muster::attestation::spdm
