#include "attestation/run/declaration.hpp"

#include <algorithm>
#include <charconv>

#include "ledger/base/check.hpp"

namespace muster::attestation {

std::string_view run_use_name(RunUse use) {
  switch (use) {
    case RunUse::training:
      return "training";
    case RunUse::inference:
      return "inference";
    case RunUse::idle:
      return "idle";
  }
  return "idle";
}

std::uint64_t millibytes_per_parameter(const RunMetadata& metadata) {
  const std::string& text = metadata.bytes_per_parameter;
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string digits = text.substr(0, point);
  std::string rest = point < text.size() ? text.substr(point + 1) : "";
  rest.resize(3, '0');
  digits += rest;
  std::uint64_t value = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  MUSTER_CHECK(end.ec == std::errc{});
  return value;
}

}  // namespace muster::attestation
