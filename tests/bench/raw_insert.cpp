#include "tests/bench/raw_insert.hpp"

#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/check.hpp"
#include "ledger/sql/transaction.hpp"
#include "registry/view/sqlite_view.hpp"
#include "tests/bench/usage.hpp"

namespace muster::bench {
namespace {

constexpr std::size_t transaction_rows = 200'000;
constexpr std::size_t transaction_bytes = std::size_t{64} << 20U;

struct Cell {
  sql::Statement::Kind kind = sql::Statement::Kind::null;
  std::int64_t number = 0;
  Bytes bytes{};
};

using Row = std::vector<Cell>;

Row row_of(const sql::Statement& read) {
  Row row(static_cast<std::size_t>(read.column_count()));
  for (int c = 0; c < read.column_count(); ++c) {
    Cell& cell = row[static_cast<std::size_t>(c)];
    cell.kind = read.kind(c);
    if (cell.kind == sql::Statement::Kind::integer) cell.number = read.integer(c);
    if (cell.kind == sql::Statement::Kind::text) cell.bytes = to_bytes(read.text(c));
    if (cell.kind == sql::Statement::Kind::blob) cell.bytes = to_bytes(read.blob(c));
  }
  return row;
}

void bind(sql::Statement& insert, const Row& row) {
  insert.reset();
  for (std::size_t c = 0; c < row.size(); ++c) {
    const int at = static_cast<int>(c);
    switch (row[c].kind) {
      case sql::Statement::Kind::integer:
        insert.bind(at, row[c].number);
        break;
      case sql::Statement::Kind::text:
        insert.bind(at, as_text(row[c].bytes));
        break;
      case sql::Statement::Kind::blob:
        insert.bind(at, ByteView(row[c].bytes));
        break;
      case sql::Statement::Kind::real:  // no table has any
      case sql::Statement::Kind::null:
        insert.bind(at, nullptr);
        break;
    }
  }
}

/// Up to a transaction's worth of rows; false after the last.
bool read_some(sql::Statement& read, std::vector<Row>& rows) {
  rows.clear();
  std::size_t bytes = 0;
  while (rows.size() < transaction_rows && bytes < transaction_bytes) {
    if (!read.step().value()) return false;
    rows.push_back(row_of(read));
    for (const Cell& cell : rows.back()) bytes += cell.bytes.size();
  }
  return true;
}

void write(sql::Database& target, sql::Statement& insert, const std::vector<Row>& rows,
           SpentTime& spent) {
  spent.begin();
  auto transaction = sql::Transaction::begin(target).value();
  for (const Row& row : rows) {
    bind(insert, row);
    insert.step().value();
  }
  MUSTER_CHECK(transaction.commit().has_value());
  spent.end();
}

std::uint64_t copy_rows(sql::Database& source, const std::string& place, const RowSource& what,
                        sql::Database& target, SpentTime& spent) {
  auto read =
      source.prepare("select * from " + place + what.table + " where " + what.condition).value();
  std::string sql = "insert into " + what.table + " values (?";
  for (int c = 1; c < read.column_count(); ++c) sql += ", ?";
  auto insert = target.prepare(sql + ")").value();
  std::vector<Row> rows;
  std::uint64_t count = 0;
  for (bool more = true; more;) {
    more = read_some(read, rows);
    write(target, insert, rows, spent);
    count += rows.size();
  }
  return count;
}

std::string definition(sql::Database& source, const std::string& place, const std::string& table) {
  auto read =
      source.prepare("select sql from " + place + "sqlite_master where type = 'table' and name = ?")
          .value();
  read.bind_all(table);
  MUSTER_CHECK(read.step().value());
  return std::string(read.text(0)) + ";\n";
}

}  // namespace

RawInsert raw_insert(const std::filesystem::path& view, const std::filesystem::path& log,
                     std::span<const RowSource> view_rows, std::span<const RowSource> log_rows,
                     const std::filesystem::path& copy) {
  auto source = sql::Database::open(view, registry::view_schema()).value();
  MUSTER_CHECK(source.run("attach '" + log.string() + "' as log").has_value());
  std::string script;
  for (const RowSource& one : view_rows) script += definition(source, "main.", one.table);
  for (const RowSource& one : log_rows) script += definition(source, "log.", one.table);
  const sql::Schema schema{
      .what = "copy", .application_id = 0x434F5059, .version = 1, .script = script};
  auto target =
      sql::Database::create(copy, schema, {.synchronous = sql::Synchronous::normal}).value();
  SpentTime spent;
  RawInsert result;
  for (const RowSource& one : view_rows) {
    result.rows += copy_rows(source, "main.", one, target, spent);
  }
  for (const RowSource& one : log_rows) {
    result.rows += copy_rows(source, "log.", one, target, spent);
  }
  result.core_s = spent.core_s();
  result.wall_s = spent.wall_s();
  return result;
}

}  // namespace muster::bench
