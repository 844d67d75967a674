// What a row's columns are written down as when a statement changes it, beside the slow way.

#include "registry/state/journal.hpp"

#include <map>
#include <random>

#include "registry/state/state.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::registry;

namespace {

/// Puts one of a few values into each column, so that rows differ in some and agree in others.
class ColumnFiller final {
 public:
  explicit ColumnFiller(std::mt19937& random) : random_(random) {}

  template <class T>
  void operator()(const char* /*name*/, T& value) {
    set(value, static_cast<std::uint8_t>(random_() % 3));
  }

 private:
  static void set(std::string& value, std::uint8_t n) { value = std::string(n, 'x'); }
  static void set(std::vector<std::string>& value, std::uint8_t n) { value.assign(n, "x"); }
  static void set(Hash& value, std::uint8_t n) { value.bytes.fill(n); }
  static void set(Timestamp& value, std::uint8_t n) { value.ms = n; }
  template <class T>
  requires(std::is_integral_v<T> || std::is_enum_v<T>) static void set(T& value, std::uint8_t n) {
    value = static_cast<T>(n);
  }

  std::mt19937& random_;
};

template <class Row>
std::map<std::string, Json> columns_of(const Row& row) {
  std::map<std::string, Json> columns;
  Row::fields(row,
              [&](const char* name, const auto& value) { columns[name] = column_json(value); });
  return columns;
}

template <class Row>
Json slow_changes(const Row& before, const Row& after) {
  Json changes;
  const auto old = columns_of(before);
  for (const auto& [name, value] : columns_of(after)) {
    if (name == newest_column || old.at(name) == value) continue;
    changes[name] = Json::array({old.at(name), value});
  }
  return changes;
}

template <class Row>
Json slow_sums(const Row& row) {
  Json sums = slow_changes(Row{}, row);
  for (const auto& [name, value] : columns_of(row)) {
    if (!sums.is_null() && !is_sum<Row>(name)) sums.erase(name);
  }
  return sums;
}

template <class Row>
void check_rows() {
  std::mt19937 random(7);
  CHECK(sums_of(Row{}) == Json());
  CHECK(changes_between(Row{}, Row{}) == Json());
  for (int turn = 0; turn < 500; ++turn) {
    Row before;
    Row::fields(before, ColumnFiller(random));
    Row after = before;
    if (turn % 10 != 0) Row::fields(after, ColumnFiller(random));
    REQUIRE(changes_between(before, after) == slow_changes(before, after));
    REQUIRE(sums_of(after) == slow_sums(after));
  }
}

}  // namespace

TEST_CASE("changes and sums of a row are those of its columns, one by one") {
  check_rows<Delegation>();
  check_rows<Lot>();
  check_rows<CaseFile>();
  check_rows<Licence>();
  check_rows<Cap>();
  check_rows<CapUse>();
  check_rows<Draw>();
  check_rows<Shipment>();
  check_rows<Rma>();
  check_rows<Holder>();
}
