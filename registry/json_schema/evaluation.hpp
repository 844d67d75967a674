#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "registry/json_schema/compiled.hpp"
#include "registry/json_schema/place.hpp"

// One run of a schema over an instance. Internal to the library.

namespace muster::json_schema {

/// A value under judgement, and where faults go: null when only the answer counts.
struct Spot {
  const Json& value;
  const Place& place;
  std::vector<Fault>* faults = nullptr;
  std::size_t most = 1;

  /// Whether no further fault is wanted.
  [[nodiscard]] bool enough() const { return faults == nullptr || faults->size() >= most; }
  [[nodiscard]] Spot with(std::vector<Fault>* other, std::size_t count) const {
    return {value, place, other, count};
  }
};

/// A keyword in its schema.
struct Keyword {
  const Json& schema;
  std::string_view name;
  const Json& argument;
};

class Evaluation;

/// What a keyword means.
struct Rule {
  std::string_view keyword;
  bool (*judge)(Evaluation& evaluation, const Keyword& keyword, const Spot& spot);
};

/// The rule of a keyword, or null for one that judges nothing by itself.
[[nodiscard]] const Rule* rule_of(std::string_view keyword);
/// The same among the keywords about what arrays and objects hold.
[[nodiscard]] const Rule* rule_of_contents(std::string_view keyword);

class Evaluation final {
 public:
  explicit Evaluation(const Compiled& compiled) : compiled_(compiled) {}

  /// Whether the value is what `schema` asks for.
  bool check(const Json& schema, const Spot& spot);

  /// Keeps a fault, if they are wanted. Always false.
  bool fault(const Json& schema, std::string_view keyword, const Spot& spot,
             const std::string& message) const;
  bool fault(const Keyword& keyword, const Spot& spot, const std::string& message) const {
    return fault(keyword.schema, keyword.name, spot, message);
  }

  [[nodiscard]] const Pattern& pattern(const Json& key) const;
  bool matches(const Pattern& pattern, std::string_view text);
  [[nodiscard]] bool judges_formats() const { return compiled_.options.formats; }
  [[nodiscard]] bool gave_up() const { return gave_up_; }

 private:
  bool check_object(const Json& schema, const Spot& spot);

  const Compiled& compiled_;
  std::size_t steps_ = 0;
  std::size_t depth_ = 0;
  bool gave_up_ = false;
};

}  // namespace muster::json_schema
