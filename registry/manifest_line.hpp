#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "registry/field.hpp"
#include "registry/item.hpp"

namespace muster::registry {

/// Where in `text` the first character stands that an item of a manifest cannot have; its size if
/// there is none.
[[nodiscard]] std::size_t first_unplain(std::string_view text);

/// Reads lines of a manifest of chips in one pass, without a general JSON parser: the item is a
/// flat object with keys in order; text is 0x20 to 0x7E without `"` and `\`, so that no escape can
/// occur and the bytes are canonical by construction.
class ManifestLineReader final {
 public:
  explicit ManifestLineReader(std::span<const Field> columns);

  /// Reads one line into `table`.
  /// Errors: `invalid_input`, saying what was wanted and at which byte of the line.
  Result<void> read(std::string_view line, ItemTable& table);

  /// The canonical item and the salt of the line that was read last.
  [[nodiscard]] std::string_view item() const { return item_; }
  [[nodiscard]] ByteView salt() const { return salt_; }

 private:
  Result<void> read_item(ItemTable& table);
  Result<void> read_field(std::string_view key, Item& item, bool& has_chip, bool& has_expects);
  Result<std::string_view> read_text();
  Result<Cell> read_value();
  Result<Cell> read_number();
  bool take(std::string_view text);
  [[nodiscard]] tl::unexpected<Error> wanted(std::string_view what) const;

  std::span<const Field> columns_;
  std::vector<Cell> cells_;  // of the line under way
  std::string_view line_;
  std::size_t at_ = 0;
  std::string_view item_;
  std::array<std::uint8_t, 16> salt_{};
};

}  // namespace muster::registry
