// What engines that distribute tables over machines, Citus and its like, forbid of a table that is
// distributed by chip: read from the catalogue of a server on which the view was laid.

#include "registry/view/postgres_schema.hpp"

#include <algorithm>
#include <set>

#include "registry/view/postgres_view.hpp"
#include "tests/ledger/postgres/any_postgres.hpp"
#include "tests/registry/view/view_places.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

/// A database with an empty view and an empty log.
struct Laid {
  Laid() {
    must(ledger::PostgresStore::create(url));
    must(PostgresView::create_anew(url));
  }
  std::set<std::string> texts(const std::string& query) {
    const auto rows = must(owner.query(query.c_str()));
    std::set<std::string> found;
    for (int row = 0; row < rows.size(); ++row) found.emplace(rows.text(row, 0));
    return found;
  }

  std::string url = new_database();
  sql::PgConnection owner = must(sql::PgConnection::connect(url));
};

/// Tables that are to be distributed: those parted by chip.
constexpr const char* distributed =
    "(select c.oid, c.relname from pg_catalog.pg_class c where c.relnamespace = "
    "'muster_view'::regnamespace and c.relkind = 'p')";

}  // namespace

TEST_CASE("tables that grow with the chips are parted by a hash of the chip" *
          doctest::skip(!views_are_on_server())) {
  Laid laid;
  const std::set<std::string> want{"alias",    "assured",     "case_line", "chip",
                                   "chip_now", "chip_state",  "custody",   "former_key",
                                   "held",     "leased_chip", "not_found", "rma_item"};
  CHECK(laid.texts("select relname::text from " + std::string(distributed) + " d") == want);
  CHECK(laid.texts("select distinct pg_catalog.pg_get_partkeydef(oid)::text from " +
                   std::string(distributed) + " d") == std::set<std::string>{"HASH (chip_n)"});
  CHECK(must(laid.owner.query("select count(*) from pg_catalog.pg_class where relispartition and "
                              "relkind = 'r' and relnamespace = 'muster_view'::regnamespace"))
            .integer(0, 0) == static_cast<std::int64_t>(want.size()) * postgres_view_partitions);
}

TEST_CASE("each unique index of a table by chip has the chip in it" *
          doctest::skip(!views_are_on_server())) {
  Laid laid;
  CHECK(laid.texts("select i.indexrelid::regclass::text from pg_catalog.pg_index i join " +
                   std::string(distributed) +
                   " d on d.oid = i.indrelid where i.indisunique and not exists (select from "
                   "pg_catalog.pg_attribute a where a.attrelid = d.oid and a.attname = 'chip_n' "
                   "and a.attnum = any(i.indkey::int2[]))")
            .empty());
  CHECK(laid.texts("select d.relname::text from " + std::string(distributed) +
                   " d where not exists (select from pg_catalog.pg_index i where i.indrelid = "
                   "d.oid and i.indisprimary)")
            .empty());
}

TEST_CASE("the chip of a table by chip is a bigint that is never null and is given, not made" *
          doctest::skip(!views_are_on_server())) {
  Laid laid;
  const std::string found =
      "select d.relname::text from " + std::string(distributed) +
      " d join pg_catalog.pg_attribute a on a.attrelid = d.oid where a.attname = 'chip_n' and ";
  CHECK(laid.texts(found + "a.atttypid = 'bigint'::regtype and a.attnotnull and a.attgenerated = "
                           "'' and a.attidentity = '' and not a.atthasdef")
            .size() == 12);
}

TEST_CASE("no table of the view has what a distributed one may not have" *
          doctest::skip(!views_are_on_server())) {
  Laid laid;
  const std::string ours =
      " join pg_catalog.pg_class c on c.relnamespace = 'muster_view'::regnamespace and c.oid = ";
  CHECK(laid.texts("select t.tgname::text from pg_catalog.pg_trigger t" + ours + "t.tgrelid")
            .empty());
  CHECK(laid.texts("select r.rulename::text from pg_catalog.pg_rewrite r" + ours + "r.ev_class")
            .empty());
  CHECK(laid.texts("select o.conname::text from pg_catalog.pg_constraint o" + ours +
                   "o.conrelid where o.contype in ('f', 'x', 't')")
            .empty());
  CHECK(laid.texts("select c.relname::text from pg_catalog.pg_class c where c.relnamespace = "
                   "'muster_view'::regnamespace and (c.relkind not in ('r', 'p', 'i', 'I') or "
                   "c.relpersistence <> 'p' or c.relhassubclass and c.relkind not in ('p', 'I') or "
                   "c.relrowsecurity)")
            .empty());
  CHECK(laid.texts("select a.attname::text from pg_catalog.pg_attribute a" + ours +
                   "a.attrelid where a.attidentity <> '' or a.attgenerated <> ''")
            .empty());
  CHECK(laid.texts("select proname::text from pg_catalog.pg_proc where pronamespace = "
                   "'muster_view'::regnamespace")
            .empty());
  // One level of partitions.
  CHECK(laid.texts("select c.relname::text from pg_catalog.pg_class c where c.relnamespace = "
                   "'muster_view'::regnamespace and c.relkind = 'p' and c.relispartition")
            .empty());
}

TEST_CASE("the log's own tables name no chip, and stay on one node" *
          doctest::skip(!views_are_on_server())) {
  Laid laid;
  CHECK(laid.texts("select a.attname::text from pg_catalog.pg_attribute a join "
                   "pg_catalog.pg_class c on c.oid = a.attrelid where c.relnamespace = "
                   "'muster_ledger'::regnamespace and a.attname like '%chip%'")
            .empty());
  CHECK(laid.texts("select c.relname::text from pg_catalog.pg_class c where c.relnamespace = "
                   "'muster_ledger'::regnamespace and c.relkind = 'p'")
            .empty());
}
