#include "ledger/store/sqlite_structure.hpp"

#include <map>
#include <sstream>

#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::ledger {
namespace {

/// What a schema defines: by type, name and table, the text.
using Definitions = std::map<std::string, std::string>;

Result<Definitions> definitions(sql::Database& database) {
  MUSTER_TRY_ASSIGN(auto rows,
                    database.prepare("select type, name, tbl_name, sql from sqlite_schema"));
  Definitions found;
  while (true) {
    MUSTER_TRY_ASSIGN(const bool row, rows.step());
    if (!row) return found;
    std::string name(rows.text(0));
    name.append(" ").append(rows.text(1));
    if (rows.text(2) != rows.text(1)) name.append(" of ").append(rows.text(2));
    found.insert_or_assign(std::move(name), std::string(rows.text(3)));
  }
}

Result<void> compare_schema(sql::Database& database, const sql::Schema& wanted,
                            std::vector<std::string>& problems) {
  MUSTER_TRY_ASSIGN(sql::Database model, sql::Database::in_memory(wanted));
  MUSTER_TRY_ASSIGN(const auto want, definitions(model));
  MUSTER_TRY_ASSIGN(const auto got, definitions(database));
  for (const auto& definition : want) {
    const auto there = got.find(definition.first);
    if (there == got.end()) {
      problems.push_back("schema: missing: " + definition.first);
    } else if (there->second != definition.second) {
      problems.push_back("schema: changed: " + definition.first);
    }
  }
  for (const auto& definition : got) {
    if (want.contains(definition.first)) continue;
    problems.push_back("schema: not of this version: " + definition.first);
  }
  return {};
}

Result<void> compare_checkpoints(sql::Database& database, std::vector<std::string>& problems) {
  MUSTER_TRY_ASSIGN(
      auto rows, database.prepare("select number, sha256, body from checkpoint order by number"));
  for (std::int64_t want = 0;; ++want) {
    MUSTER_TRY_ASSIGN(const bool row, rows.step());
    if (!row) return {};
    const std::string where = "checkpoint " + std::to_string(rows.integer(0));
    if (rows.integer(0) != want) {
      problems.push_back(where + ": want number " + std::to_string(want));
    }
    const std::string actual = crypto::sha256(rows.text(2)).to_hex();
    const std::string stored = to_hex(rows.blob(1));
    if (actual != stored) {
      std::string problem = where;
      problem.append(": text hashes to ").append(actual).append(", stored hash ").append(stored);
      problems.push_back(std::move(problem));
    }
  }
}

Result<void> compare_edge(sql::Database& database, std::vector<std::string>& problems) {
  MUSTER_TRY_ASSIGN(const auto rows, database.integer("select count(*) from tree_edge"));
  if (rows != 1) problems.push_back("tree_edge: got " + std::to_string(rows) + " rows, want 1");
  return {};
}

Result<void> examine_pages(sql::Database& database, std::vector<std::string>& problems) {
  MUSTER_TRY_ASSIGN(const std::string lines, database.integrity_problems());
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) problems.push_back("sqlite: " + line);
  return {};
}

}  // namespace

Result<std::vector<std::string>> sqlite_structural_problems(sql::Database& database,
                                                            const sql::Schema& wanted) {
  std::vector<std::string> problems;
  // Each examination may itself meet damage; the next one still runs.
  const auto note = [&problems](const Result<void>& done) {
    if (!done) problems.push_back(done.error().message);
  };
  note(examine_pages(database, problems));
  note(compare_schema(database, wanted, problems));
  note(compare_edge(database, problems));
  note(compare_checkpoints(database, problems));
  return problems;
}

}  // namespace muster::ledger
