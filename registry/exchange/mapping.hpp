#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace muster::exchange {

/// How an event says what it is about.
enum class What : std::uint8_t {
  objects,   ///< `epcList`: chips, a container or an assembly
  contents,  ///< `parentID` and `childEPCs`
  made,      ///< inputs and outputs of a transformation
  quantity,  ///< `quantityList`
};

/// Where an event of contents has its parent from.
enum class Parent : std::uint8_t {
  none,
  field,    ///< a field of the body
  subject,  ///< the container that the statement is about
  place,    ///< the rack or site where the chips stand
};

/// Whose hands it passes through.
enum class Parties : std::uint8_t {
  none,
  possessing,  ///< from the party that had it to the one that gets it
  owning,      ///< from seller to buyer
};

/// A business transaction of the event: its type, and where its id comes from.
struct TransactionRow {
  std::string_view type;   ///< A word of the CBV, or of our own types: licence, filing.
  std::string_view space;  ///< What the id names.
  std::string_view field;  ///< Field of the statement's body.
};

/// Which parent, of an event of contents.
struct ParentRow {
  Parent from = Parent::none;
  std::string_view field{};
};

/// A quantity of a class: what the class is, and the fields of the body with its id and the count.
struct QuantityRow {
  std::string_view space{};
  std::string_view field{};
  std::string_view count{};
};

/// What else stands in an event.
struct WithRow {
  Parties parties = Parties::none;
  std::span<const TransactionRow> transactions{};
  std::string_view persistent{};  ///< Persistent disposition that is set.
  ParentRow parent{};
  QuantityRow quantity{};
  /// Column of the items that chooses between this row and the kind's other one.
  std::string_view column{};
  bool column_value = true;
};

/// One EPCIS event that a kind of statement becomes. A kind may have several rows.
struct EventRow {
  std::string_view code;  ///< Of the catalogue: "E1".
  std::string_view kind;
  std::string_view part;  ///< Which of a kind's events; empty if there is one.
  std::string_view type;
  std::string_view action;  ///< Empty for transformations.
  std::string_view biz_step;
  std::string_view disposition;
  What what = What::objects;
  WithRow with{};
};

/// All rows, by code.
[[nodiscard]] std::span<const EventRow> event_rows();

/// Whether statements of `kind` become events.
[[nodiscard]] bool has_event(std::string_view kind);

/// The rows of `kind`, in order.
[[nodiscard]] std::span<const EventRow> rows_of(std::string_view kind);

/// Kinds that describe master data, and the vocabulary that they become.
struct MasterDataRow {
  std::string_view code;
  std::string_view kind;
  std::string_view vocabulary;  ///< `urn:epcglobal:epcis:vtype:…`
};
[[nodiscard]] std::span<const MasterDataRow> master_data_rows();

/// The rows as a table for README.md.
[[nodiscard]] std::string mapping_table();

}  // namespace muster::exchange
