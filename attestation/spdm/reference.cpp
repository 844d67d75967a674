#include "attestation/spdm/reference.hpp"

#include <charconv>

#include "ledger/base/hex.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::attestation::spdm {
namespace {

constexpr std::size_t max_allowed_values = 256;

Result<std::uint8_t> index_from(const std::string& text) {
  unsigned value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  const bool plain = error == std::errc{} && stopped == end && std::to_string(value) == text;
  if (!plain || value > 255) {
    return failure(Errc::invalid_input, "reference.measurements: got the index \"" +
                                            text.substr(0, 20) + "\", want 0 to 255");
  }
  return static_cast<std::uint8_t>(value);
}

Result<std::vector<Bytes>> values_from(const Json& list, const std::string& where) {
  if (!list.is_array() || list.empty() || list.size() > max_allowed_values) {
    return failure(Errc::invalid_input, where + ": want a list of 1 to 256 hex values");
  }
  std::vector<Bytes> values;
  for (const Json& item : list) {
    if (!item.is_string()) return failure(Errc::invalid_input, where + ": want hex values");
    auto bytes = bytes_from_hex(item.get_ref<const std::string&>());
    if (!bytes) return failure(std::move(bytes.error()).during(where));
    values.push_back(std::move(bytes).value());
  }
  return values;
}

}  // namespace

Result<ReferenceValues> parse_reference(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "reference"));
  ReferenceValues reference;
  MUSTER_TRY_ASSIGN(reference.source, fields.text("source"));
  MUSTER_TRY_ASSIGN(const Json* measurements, fields.object("measurements"));
  for (const auto& [key, list] : measurements->items()) {
    MUSTER_TRY_ASSIGN(const std::uint8_t index, index_from(key));
    MUSTER_TRY_ASSIGN(reference.allowed[index], values_from(list, "reference.measurements." + key));
  }
  MUSTER_TRY_ASSIGN(const Json* ignored, fields.array("ignored"));
  for (const Json& item : *ignored) {
    const bool good = item.is_number_integer() && item >= 0 && item <= 255;
    if (!good) return failure(Errc::invalid_input, "reference.ignored: want indices 0 to 255");
    reference.ignored.insert(item.get<std::uint8_t>());
  }
  MUSTER_TRY(fields.finish());
  return reference;
}

}  // namespace muster::attestation::spdm
