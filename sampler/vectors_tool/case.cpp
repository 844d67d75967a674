#include "sampler/vectors_tool/case.hpp"

namespace muster::vectors {
namespace {

using stats::Decimal;
using stats::Probability;

Result<Json> field(const Json& object, const char* name) {
  if (object.contains(name)) return object.at(name);
  return failure(Errc::invalid_input, std::string(name) + ": missing");
}

}  // namespace

Result<Decimal> decimal_from(const Json& json, const std::string& what) {
  if (!json.is_string() && !json.is_number()) {
    return failure(Errc::invalid_input, what + ": got " + json.type_name() + ", want a number");
  }
  auto number = Decimal::parse(json.is_string() ? json.get<std::string>() : json.dump());
  if (!number) return failure(std::move(number.error()).during(what));
  return *number;
}

Result<std::uint64_t> count_from(const Json& json, const std::string& what) {
  MUSTER_TRY_ASSIGN(const Decimal number, decimal_from(json, what));
  MUSTER_TRY_ASSIGN(const std::uint64_t count, stats::count_from(number, what));
  if (count < std::uint64_t{1} << 62) return count;
  return failure(Errc::invalid_input, what + ": got " + number.text() + ", want less than 2^62");
}

Result<Case> Case::parse(const Json& json) {
  Case made;
  if (!json.is_object()) return failure(Errc::invalid_input, "case: want an object");
  for (const auto& [name, target] : {std::pair{"id", &made.id_}, std::pair{"kind", &made.kind_}}) {
    MUSTER_TRY_ASSIGN(const Json value, field(json, name));
    if (!value.is_string()) {
      return failure(Errc::invalid_input, std::string(name) + ": want text");
    }
    *target = value.get<std::string>();
  }
  for (const auto& [name, target] :
       {std::pair{"params", &made.params_}, std::pair{"expected", &made.expected_}}) {
    MUSTER_TRY_ASSIGN(*target, field(json, name));
    if (!target->is_object()) {
      return failure(Errc::invalid_input, made.id_ + ": " + name + ": want an object");
    }
  }
  return made;
}

Result<std::uint64_t> Case::count(const char* name) const {
  MUSTER_TRY_ASSIGN(const Json value, field(params_, name));
  return count_from(value, name);
}

Result<Decimal> Case::decimal(const char* name) const {
  MUSTER_TRY_ASSIGN(const Json value, field(params_, name));
  return decimal_from(value, name);
}

Result<Probability> Case::probability(const char* name) const {
  MUSTER_TRY_ASSIGN(const Decimal value, decimal(name));
  auto made = Probability::from(value);
  if (!made) return failure(std::move(made.error()).during(name));
  return *made;
}

Result<std::string> Case::text(const char* name) const {
  MUSTER_TRY_ASSIGN(const Json value, field(params_, name));
  if (value.is_string()) return value.get<std::string>();
  return failure(Errc::invalid_input, std::string(name) + ": want text");
}

Result<std::vector<Json>> Case::list(const char* name) const {
  MUSTER_TRY_ASSIGN(const Json value, field(params_, name));
  if (value.is_array()) return std::vector<Json>(value.begin(), value.end());
  return failure(Errc::invalid_input, std::string(name) + ": want a list");
}

Result<std::vector<std::uint64_t>> Case::counts(const char* name) const {
  MUSTER_TRY_ASSIGN(const std::vector<Json> items, list(name));
  std::vector<std::uint64_t> counts;
  for (const Json& item : items) {
    MUSTER_TRY_ASSIGN(const std::uint64_t count, count_from(item, name));
    counts.push_back(count);
  }
  return counts;
}

Result<std::vector<Probability>> Case::probabilities(const char* name) const {
  MUSTER_TRY_ASSIGN(const std::vector<Json> items, list(name));
  std::vector<Probability> made;
  for (const Json& item : items) {
    MUSTER_TRY_ASSIGN(const Decimal number, decimal_from(item, name));
    MUSTER_TRY_ASSIGN(const Probability probability, Probability::from(number));
    made.push_back(probability);
  }
  return made;
}

Kinds all_kinds() {
  Kinds kinds;
  add_sample_kinds(kinds);
  add_placement_kinds(kinds);
  add_evaluation_kinds(kinds);
  add_paper_kinds(kinds);
  add_draw_kinds(kinds);
  return kinds;
}

Result<stats::Lot> Case::lot() const {
  MUSTER_TRY_ASSIGN(const std::uint64_t size, count("N"));
  MUSTER_TRY_ASSIGN(const std::uint64_t violating, count("k"));
  if (violating <= size) return stats::Lot{size, violating};
  return failure(Errc::invalid_input, "k: got " + std::to_string(violating) + ", want at most N");
}

}  // namespace muster::vectors
