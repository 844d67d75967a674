#include "ledger/sql/bulk_insert.hpp"

#include "ledger/base/check.hpp"

namespace muster::sql {
namespace {

std::string insert_text(const Target& target, std::size_t rows) {
  std::string columns;
  std::string row;
  for (const std::string_view column : target.columns) {
    columns += (columns.empty() ? "" : ", ") + std::string(column);
    row += row.empty() ? "(?" : ", ?";
  }
  row += ")";
  std::string text(target.verb);
  text += " into " + std::string(target.table) + " (" + columns + ") values " + row;
  for (std::size_t i = 1; i < rows; ++i) text += ", " + row;
  return text;
}

}  // namespace

Result<BulkInsert> BulkInsert::into(Database& database, const Target& target) {
  MUSTER_TRY_ASSIGN(Statement many, database.prepare(insert_text(target, rows_per_statement)));
  MUSTER_TRY_ASSIGN(Statement one, database.prepare(insert_text(target, 1)));
  return BulkInsert(std::move(many), std::move(one), target.columns.size());
}

void BulkInsert::put_piece(std::string_view value, bool is_text) {
  values_.emplace_back(Piece{pieces_.size(), value.size(), is_text});
  pieces_ += value;
}

void BulkInsert::bind(Statement& statement, int index, const Value& value) const {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    statement.bind(index, *number);
  } else if (const auto* real = std::get_if<double>(&value)) {
    statement.bind(index, *real);
  } else if (const auto* piece = std::get_if<Piece>(&value)) {
    const auto text = std::string_view(pieces_).substr(piece->begin, piece->size);
    piece->is_text ? statement.bind(index, text) : statement.bind(index, as_bytes(text));
  } else {
    statement.bind(index, nullptr);
  }
}

Result<void> BulkInsert::row_added() {
  MUSTER_CHECK(values_.size() % columns_ == 0);
  if (values_.size() < rows_per_statement * columns_) return {};
  MUSTER_TRY(write(many_, 0, values_.size()));
  values_.clear();
  pieces_.clear();
  return {};
}

Result<void> BulkInsert::write(Statement& statement, std::size_t first_value,
                               std::size_t value_count) {
  statement.reset();
  for (std::size_t i = 0; i < value_count; ++i) {
    bind(statement, static_cast<int>(i), values_[first_value + i]);
  }
  MUSTER_TRY(statement.step());
  return {};
}

Result<void> BulkInsert::finish() {
  for (std::size_t first = 0; first < values_.size(); first += columns_) {
    MUSTER_TRY(write(one_, first, columns_));
  }
  values_.clear();
  pieces_.clear();
  return {};
}

}  // namespace muster::sql
