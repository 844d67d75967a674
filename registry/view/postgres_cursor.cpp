#include "registry/view/postgres_cursor.hpp"

#include "ledger/base/canonical_json.hpp"
#include "registry/view/postgres_columns.hpp"

namespace muster::registry {
namespace {

constexpr std::size_t generation_bytes = 16;  // of a UUID
constexpr int cursor_columns = 6;

tl::unexpected<Error> no_cursor(const std::string& what) {
  return failure(Errc::corrupt, "view: its cursor " + what);
}

std::optional<std::map<std::string, std::uint64_t>> counts_in(std::string_view text) {
  const auto json = parse_json(text);
  if (!json || !json->is_object()) return std::nullopt;
  std::map<std::string, std::uint64_t> counts;
  for (const auto& [name, count] : json->items()) {
    if (!count.is_number_integer() || count.get<std::int64_t>() < 0) return std::nullopt;
    counts.emplace(name, count.get<std::uint64_t>());
  }
  return counts;
}

Result<PgCursor> cursor_in(const sql::PgRows& rows) {
  if (rows.size() != 1) return no_cursor("is not one row");
  std::vector<sql::PgField> fields;
  for (int column = 0; column < cursor_columns; ++column) {
    fields.push_back(rows.field(0, column));
  }
  PgRowCheck check("cursor");
  if (!check.holds(fields)) return no_cursor("was changed");
  PgCursor cursor;
  std::string counts;
  PgColumnReader reader(fields);
  std::string generation;
  reader("generation", generation);
  reader("size", cursor.size);
  reader("last_statement", cursor.last);
  reader("changes", cursor.changes);
  reader("sizes", counts);
  cursor.generation = to_bytes(as_bytes(generation));
  const auto found = counts_in(counts);
  const bool fits = cursor.generation.size() == generation_bytes && cursor.size != no_index;
  if (!reader.sound || !found || !fits) return no_cursor("is no value");
  cursor.rows = *found;
  return cursor;
}

}  // namespace

Result<PgCursor> read_cursor(sql::PgConnection& connection) {
  MUSTER_TRY_ASSIGN(const auto rows,
                    connection.query("select generation, size, last_statement, changes, sizes, "
                                     "row_check from muster_view.cursor"));
  return cursor_in(rows);
}

Result<PgCursor> lock_cursor(sql::PgConnection& connection) {
  MUSTER_TRY_ASSIGN(const auto rows,
                    connection.query("select generation, size, last_statement, changes, sizes, "
                                     "row_check from muster_view.cursor for update"));
  return cursor_in(rows);
}

Result<void> write_cursor(sql::PgConnection& connection, const PgCursor& cursor) {
  Json counts = Json::object();
  for (const auto& [name, count] : cursor.rows) counts[name] = count;
  sql::PgRow row;
  PgColumnWriter writer(row);
  writer("generation", as_text(ByteView(cursor.generation)));
  writer("size", cursor.size);
  writer("last_statement", cursor.last);
  writer("changes", cursor.changes);
  writer("sizes", std::string_view(canonical_json(counts)));
  PgRowCheck("cursor").seal(row);
  MUSTER_TRY(connection.run("delete from muster_view.cursor"));
  MUSTER_TRY_ASSIGN(auto copy,
                    sql::PgCopy::begin(connection,
                                       "copy muster_view.cursor (generation, size, "
                                       "last_statement, changes, sizes, row_check) from stdin "
                                       "(format binary)"));
  MUSTER_TRY(copy.row(row));
  return copy.end();
}

}  // namespace muster::registry
