#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/chip_id.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/base/json.hpp"
#include "ledger/base/timestamp.hpp"

namespace muster::registry {

/// Reads a body whose fields were checked against the kind's table. Asking for a field of another
/// type than the table gives it is a bug, and ends the program.
class Body final {
 public:
  explicit Body(const Json& object) : object_(&object) {}

  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] const Json& at(std::string_view name) const;
  [[nodiscard]] const std::string& text(std::string_view name) const;
  /// The text, or empty when the field is absent.
  [[nodiscard]] std::string text_or_empty(std::string_view name) const;
  [[nodiscard]] std::uint64_t integer(std::string_view name) const;
  [[nodiscard]] std::uint64_t integer_or(std::string_view name, std::uint64_t fallback) const;
  [[nodiscard]] bool boolean(std::string_view name) const;
  [[nodiscard]] Hash hash(std::string_view name) const;
  [[nodiscard]] std::vector<Hash> hashes(std::string_view name) const;
  [[nodiscard]] Timestamp time(std::string_view name) const;
  [[nodiscard]] Window window(std::string_view name) const;
  [[nodiscard]] ChipId chip(std::string_view name) const;
  /// A list of text; empty when the field is absent.
  [[nodiscard]] std::vector<std::string> list(std::string_view name) const;
  [[nodiscard]] std::vector<ChipId> chips(std::string_view name) const;
  [[nodiscard]] Body record(std::string_view name) const;
  /// A list of records; empty when the field is absent.
  [[nodiscard]] std::vector<Body> records(std::string_view name) const;
  [[nodiscard]] const Json& json() const { return *object_; }

 private:
  const Json* object_;
};

}  // namespace muster::registry
