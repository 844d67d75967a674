#include "ledger/store/postgres_structure.hpp"

#include <algorithm>
#include <iterator>

#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/store/postgres_schema.hpp"

namespace muster::ledger {
namespace {

// One line for each thing that a schema defines. The search path is that schema alone, so that no
// line names it.
constexpr const char* definitions_query = R"sql(
select 'column ' || c.relname || '.' || a.attname || ' ' ||
       pg_catalog.format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' || a.attstorage::text
  from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
 where c.relnamespace = pg_catalog.current_schema()::pg_catalog.regnamespace and c.relkind = 'r'
   and a.attnum > 0 and not a.attisdropped
union all
select 'constraint ' || c.relname || '.' || o.conname || ' ' || pg_catalog.pg_get_constraintdef(o.oid)
  from pg_catalog.pg_constraint o join pg_catalog.pg_class c on c.oid = o.conrelid
 where c.relnamespace = pg_catalog.current_schema()::pg_catalog.regnamespace
union all
select 'trigger ' || c.relname || '.' || t.tgname || ' ' || t.tgenabled::text || ' ' ||
       pg_catalog.replace(pg_catalog.pg_get_triggerdef(t.oid),
                          pg_catalog.quote_ident(pg_catalog.current_schema()) || '.', '')
  from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid
 where c.relnamespace = pg_catalog.current_schema()::pg_catalog.regnamespace and not t.tgisinternal
union all
select 'function ' || p.proname || ' ' || p.prosrc
  from pg_catalog.pg_proc p
 where p.pronamespace = pg_catalog.current_schema()::pg_catalog.regnamespace
 order by 1
)sql";

Result<std::vector<std::string>> defined(sql::PgConnection& connection) {
  MUSTER_TRY_ASSIGN(const auto rows, connection.query(definitions_query));
  std::vector<std::string> lines;
  lines.reserve(static_cast<std::size_t>(rows.size()));
  for (int row = 0; row < rows.size(); ++row) lines.emplace_back(rows.text(row, 0));
  std::ranges::sort(lines);
  return lines;
}

/// The first two words: what, and whose.
std::string name_of(const std::string& line) {
  return line.substr(0, line.find(' ', line.find(' ') + 1));
}

Result<void> compare_definitions(sql::PgConnection& connection,
                                 std::vector<std::string>& problems) {
  MUSTER_TRY_ASSIGN(const auto transaction, sql::PgTransaction::begin(connection));
  MUSTER_TRY(connection.run("set local search_path = muster_ledger"));
  MUSTER_TRY_ASSIGN(const auto got, defined(connection));
  MUSTER_TRY(
      connection.run_script("create schema muster_ledger_model; "
                            "set local search_path = muster_ledger_model"));
  MUSTER_TRY(connection.run_script(std::string(postgres_schema_0001)));
  MUSTER_TRY_ASSIGN(const auto want, defined(connection));
  std::vector<std::string> missing;
  std::ranges::set_difference(want, got, std::back_inserter(missing));
  for (const std::string& line : missing) {
    problems.push_back("schema: missing or changed: " + name_of(line));
  }
  std::vector<std::string> foreign;
  std::ranges::set_difference(got, want, std::back_inserter(foreign));
  for (const std::string& line : foreign) {
    problems.push_back("schema: not of this version: " + name_of(line));
  }
  return {};
}

Result<void> compare_checkpoint_texts(sql::PgConnection& connection,
                                      std::vector<std::string>& problems) {
  constexpr std::int64_t slice = 256;
  for (std::int64_t want = 0;;) {
    MUSTER_TRY_ASSIGN(const auto rows,
                      connection.query("select number, sha256, body from muster_ledger.checkpoint "
                                       "where number >= $1 order by number limit $2",
                                       sql::PgValues(want, slice)));
    for (int row = 0; row < rows.size(); ++row) {
      const std::string where = "checkpoint " + std::to_string(rows.integer(row, 0));
      if (rows.integer(row, 0) != want) {
        problems.push_back(where + ": want number " + std::to_string(want));
      }
      want = rows.integer(row, 0) + 1;
      const std::string actual = crypto::sha256(rows.bytes(row, 2)).to_hex();
      const std::string stored = to_hex(rows.bytes(row, 1));
      if (actual == stored) continue;
      problems.push_back(where + ": text hashes to " + actual + ", stored hash " + stored);
    }
    if (rows.size() < slice) return {};
  }
}

Result<void> compare_edge_rows(sql::PgConnection& connection, std::vector<std::string>& problems) {
  MUSTER_TRY_ASSIGN(const auto rows,
                    connection.query("select count(*) from muster_ledger.tree_edge"));
  const std::int64_t count = rows.integer(0, 0);
  if (count != 1) problems.push_back("tree_edge: got " + std::to_string(count) + " rows, want 1");
  return {};
}

}  // namespace

Result<std::vector<std::string>> postgres_structural_problems(sql::PgConnection& connection) {
  std::vector<std::string> problems;
  // Each examination may itself meet damage; the next one still runs.
  const auto note = [&problems](const Result<void>& done) {
    if (!done) problems.push_back(done.error().message);
  };
  // A standby, on which no tables can be laid, has the primary's: it copies them page by page.
  const auto standby = connection.is_standby();
  if (!standby || !*standby) note(compare_definitions(connection, problems));
  note(compare_edge_rows(connection, problems));
  note(compare_checkpoint_texts(connection, problems));
  return problems;
}

}  // namespace muster::ledger
