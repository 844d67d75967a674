#include "sampler/plan/json_values.hpp"

namespace muster::sampler {

Json integer(std::uint64_t value) { return Json(static_cast<std::int64_t>(value)); }

Json optional_integer(const std::optional<std::uint64_t>& value) {
  return value ? integer(*value) : Json();
}

Result<std::uint64_t> count(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::int64_t value, fields.integer(key));
  return static_cast<std::uint64_t>(value);
}

}  // namespace muster::sampler
