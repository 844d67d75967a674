#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "ledger/base/hash.hpp"
#include "ledger/base/json.hpp"
#include "ledger/base/timestamp.hpp"
#include "registry/state/records.hpp"

// Differences of two versions of a row, by the column lists of the records, and how they are taken
// back.

namespace muster::registry {

template <class Row>
concept Journaled = requires {
  Row::sums;
};

/// A row that many statements share and whichever came first added: it stays when that is taken
/// back, less what it had put in.
template <class Row>
concept Accumulates = Journaled<Row> && requires {
  Row::accumulates;
};

/// Never restored: it always names the newest statement.
inline constexpr std::string_view newest_column = "last_index";

[[nodiscard]] inline Json column_json(std::string_view value) { return value; }
[[nodiscard]] inline Json column_json(const std::vector<std::string>& value) { return value; }
[[nodiscard]] inline Json column_json(const Hash& value) { return value.to_hex(); }
[[nodiscard]] inline Json column_json(const Timestamp& value) { return value.ms; }
template <class T>
requires(std::is_integral_v<T> || std::is_enum_v<T>) [[nodiscard]] Json column_json(T value) {
  return static_cast<std::int64_t>(value);
}

inline void set_column(std::string& value, const Json& json) { value = json.get<std::string>(); }
inline void set_column(Text& value, const Json& json) { value = json.get<std::string>(); }
inline void set_column(std::vector<std::string>& value, const Json& json) {
  value = json.get<std::vector<std::string>>();
}
inline void set_column(Hash& value, const Json& json) {
  value = Hash::from_hex(json.get_ref<const std::string&>()).value();
}
inline void set_column(Timestamp& value, const Json& json) { value.ms = json.get<std::int64_t>(); }
template <class T>
requires(std::is_integral_v<T> || std::is_enum_v<T>) void set_column(T& value, const Json& json) {
  value = static_cast<T>(json.get<std::int64_t>());
}

template <Journaled Row>
[[nodiscard]] bool is_sum(std::string_view column) {
  return std::ranges::find(Row::sums, column) != Row::sums.end();
}

/// Where the columns of a row are, in order.
class ColumnPlaces final {
 public:
  template <class T>
  void operator()(const char* /*name*/, const T& value) {
    places_.at(count_++) = &value;
  }
  [[nodiscard]] const void* at(std::size_t column) const { return places_.at(column); }

 private:
  std::array<const void*, 32> places_{};
  std::size_t count_ = 0;
};

/// Lists the columns in which a row differs from the one at `places`, of the same type, as far as
/// they are wanted.
template <class Wanted>
class ColumnChanges final {
 public:
  ColumnChanges(const ColumnPlaces& places, Wanted wanted, Json& changes)
      : places_(places), wanted_(wanted), changes_(changes) {}

  template <class T>
  void operator()(const char* name, const T& after) {
    const T& before = *static_cast<const T*>(places_.at(next_++));
    if (before == after || name == newest_column) return;
    if (changes_.is_null()) changes_ = Json::object();
    if (wanted_(name)) changes_[name] = Json::array({column_json(before), column_json(after)});
  }

 private:
  const ColumnPlaces& places_;
  Wanted wanted_;
  Json& changes_;
  std::size_t next_ = 0;
};

template <class Row, class Wanted>
[[nodiscard]] Json wanted_changes(const Row& before, const Row& after, Wanted wanted) {
  Json changes;
  ColumnPlaces places;
  Row::fields(before, places);
  Row::fields(after, ColumnChanges(places, wanted, changes));
  return changes;
}

/// {"column":[before,after]} of every column that differs; null when none does.
template <class Row>
[[nodiscard]] Json changes_between(const Row& before, const Row& after) {
  return wanted_changes(before, after, [](const char* /*name*/) { return true; });
}

/// The sums that a new row came to within one statement.
template <Journaled Row>
[[nodiscard]] Json sums_of(const Row& row) {
  static const Row empty{};
  return wanted_changes(empty, row, [](const char* name) { return is_sum<Row>(name); });
}

/// The columns that stand in the way of taking `changes` back: changed again since, or sums that
/// would fall below zero.
template <Journaled Row>
[[nodiscard]] std::vector<std::string> columns_in_the_way(const Row& now, const Json& changes) {
  std::vector<std::string> list;
  const auto look = [&]<class T>(const char* name, const T& value) {
    const auto change = changes.find(name);
    if (change == changes.end()) return;
    if constexpr (std::is_integral_v<T>) {
      if (is_sum<Row>(name)) {
        const auto rest = static_cast<std::int64_t>(value) -
                          (*change)[1].template get<std::int64_t>() +
                          (*change)[0].template get<std::int64_t>();
        if (rest < 0) list.emplace_back(name);
        return;
      }
    }
    if (column_json(value) != (*change)[1]) list.emplace_back(name);
  };
  Row::fields(now, look);
  return list;
}

/// Takes `changes` back.
/// Requires: no column in the way.
template <Journaled Row>
void take_back(Row& now, const Json& changes) {
  const auto put = [&]<class T>(const char* name, T& value) {
    const auto change = changes.find(name);
    if (change == changes.end()) return;
    if constexpr (std::is_integral_v<T>) {
      if (is_sum<Row>(name)) {
        value = static_cast<T>(static_cast<std::int64_t>(value) -
                               (*change)[1].template get<std::int64_t>() +
                               (*change)[0].template get<std::int64_t>());
        return;
      }
    }
    set_column(value, (*change)[0]);
  };
  Row::fields(now, put);
}

}  // namespace muster::registry
