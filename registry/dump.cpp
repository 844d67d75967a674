#include "registry/dump.hpp"

#include "ledger/base/hex.hpp"
#include "ledger/base/json.hpp"

namespace muster::registry {
namespace {

/// Puts the columns of one row into a JSON object.
class JsonColumns final {
 public:
  explicit JsonColumns(Json& object) : object_(object) {}

  void operator()(const char* name, std::string_view value) { object_[name] = value; }
  void operator()(const char* name, const std::vector<std::string>& value) {
    object_[name] = value;
  }
  void operator()(const char* name, const Hash& value) {
    object_[name] = value == Hash{} ? Json() : Json(value.to_hex());
  }
  void operator()(const char* name, const AliasName& value) {
    object_[name] = to_hex(ByteView(value.bytes));
  }
  void operator()(const char* name, const Timestamp& value) { object_[name] = value.ms; }
  void operator()(const char* name, bool value) { object_[name] = value; }
  void operator()(const char* name, std::uint32_t value) {
    object_[name] = value == no_row ? Json() : Json(static_cast<std::int64_t>(value));
  }
  template <class T>
  void operator()(const char* name, T value) requires(std::is_integral_v<T> || std::is_enum_v<T>) {
    object_[name] = static_cast<std::int64_t>(value);
  }

 private:
  Json& object_;
};

}  // namespace

void dump_tables(const Tables& tables, const LineSink& sink) {
  Tables::each(tables, [&](const char* name, const auto& table) {
    for (RowN n = 0; n < table.size(); ++n) {
      Json object{{"table", name}, {"n", static_cast<std::int64_t>(n)}};
      const auto& row = table[n];
      std::remove_cvref_t<decltype(row)>::fields(row, JsonColumns(object));
      sink(canonical_json(object));
    }
  });
}

std::string dump_change(RowN chip, Index32 from, Index32 to, const ChipState& state) {
  Json object{{"table", "chip_state"},
              {"chip_n", static_cast<std::int64_t>(chip)},
              {"from_index", static_cast<std::int64_t>(from)}};
  JsonColumns columns(object);
  columns("to_index", to);
  ChipState::fields(state, columns);
  return canonical_json(object);
}

}  // namespace muster::registry
