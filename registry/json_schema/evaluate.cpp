#include "registry/json_schema/compiled.hpp"
#include "registry/json_schema/evaluation.hpp"
#include "registry/json_schema/pointer.hpp"

namespace muster::json_schema {
namespace {

constexpr std::size_t most_depth = 2'000;

}  // namespace

std::string Place::pointer() const {
  if (up == nullptr) return {};
  return up->pointer() + "/" + (is_index ? std::to_string(index) : pointer_token(key));
}

std::size_t Place::depth() const { return up == nullptr ? 0 : 1 + up->depth(); }

bool Evaluation::check(const Json& schema, const Spot& spot) {
  if (gave_up_ || ++steps_ > compiled_.options.most_steps || depth_ == most_depth) {
    gave_up_ = true;
    return false;
  }
  if (schema.is_boolean()) {
    return schema.get<bool>() || fault(schema, "", spot, "nothing may stand here");
  }
  ++depth_;
  const bool good = check_object(schema, spot);
  --depth_;
  return good;
}

bool Evaluation::check_object(const Json& schema, const Spot& spot) {
  const auto target = compiled_.targets.find(&schema);
  if (target != compiled_.targets.end()) return check(*target->second, spot);
  bool good = true;
  for (const auto& [key, argument] : schema.items()) {
    const Rule* rule = rule_of(key);
    if (rule == nullptr) continue;
    good = rule->judge(*this, {schema, key, argument}, spot) && good;
    if (!good && spot.enough()) return false;
  }
  return good;
}

bool Evaluation::fault(const Json& schema, std::string_view keyword, const Spot& spot,
                       const std::string& message) const {
  if (spot.faults == nullptr) return false;
  const auto place = compiled_.places.find(&schema);
  std::string where = place == compiled_.places.end() ? std::string() : place->second;
  if (!keyword.empty()) where += "/" + pointer_token(keyword);
  spot.faults->push_back({spot.place.pointer(), std::move(where), message});
  return false;
}

const Pattern& Evaluation::pattern(const Json& key) const { return compiled_.patterns.at(&key); }

bool Evaluation::matches(const Pattern& pattern, std::string_view text) {
  const Pattern::Match match = pattern.search(text);
  if (match == Pattern::Match::gave_up) gave_up_ = true;
  return match == Pattern::Match::yes;
}

Result<std::vector<Fault>> evaluate(const Compiled& compiled, const Json& schema,
                                    const Json& instance, std::size_t most) {
  std::vector<Fault> faults;
  Evaluation evaluation(compiled);
  const Place root;
  evaluation.check(schema, {instance, root, &faults, most});
  if (evaluation.gave_up()) {
    return failure(Errc::unavailable,
                   "JSON Schema: judging this document takes more steps than allowed");
  }
  if (faults.size() > most) faults.resize(most);
  return faults;
}

}  // namespace muster::json_schema
