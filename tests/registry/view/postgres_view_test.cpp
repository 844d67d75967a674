// What a view in PostgreSQL does beyond what every view does: programs on many machines, ends in
// the middle, and rows that somebody else changed.

#include "registry/view/postgres_view.hpp"

#include <algorithm>
#include <thread>

#include "registry/view/postgres_schema.hpp"
#include "tests/ledger/postgres/any_postgres.hpp"
#include "tests/registry/view/business.hpp"
#include "tests/registry/view/view_places.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

bool no_server() { return !views_are_on_server(); }

/// A world whose view is in a database of its own, and the database's owner beside it.
struct OnServer {
  std::string url = new_database();
  RegistryOptions options{.view = ViewPlace::on_server(url)};
  World world{options};
  sql::PgConnection owner = must(sql::PgConnection::connect(url));

  void run(const std::string& script) { must(owner.run_script(script)); }
  std::int64_t count(const std::string& from) {
    return must(owner.query(("select count(*) from " + from).c_str())).integer(0, 0);
  }
  /// Ends every other connection to the database.
  void cut() {
    run("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and "
        "datname = current_database()");
  }
};

/// A second program on the same log and view.
struct Other {
  explicit Other(OnServer& on)
      : log(must(ledger::Log::open(on.world.store))),
        registry(must(Registry::open(log, on.world.clock, on.options))) {}
  ledger::Log log;
  Registry registry;
};

}  // namespace

TEST_CASE("what one program saved, another reads, and does not write again" *
          doctest::skip(no_server())) {
  OnServer on;
  do_business(on.world);
  must(on.world.registry().flush());
  const std::int64_t writes = on.count("muster_view.chip_state");
  Other other(on);
  CHECK(other.registry.view_was_loaded());
  CHECK(whole_dump(other.registry) == whole_dump(on.world.registry()));
  CHECK(on.count("muster_view.chip_state") == writes);
}

TEST_CASE("a program that is behind writes nothing, and goes on by the other's rows" *
          doctest::skip(no_server())) {
  OnServer on;
  do_business(on.world);
  Other other(on);
  do_business(on.world);
  do_rarer_business(on.world);
  must(on.world.registry().flush());
  must(other.registry.flush());
  must(other.registry.catch_up());
  must(other.registry.flush());
  CHECK(whole_dump(other.registry) == whole_dump(on.world.registry()));
  CHECK(Other(on).registry.view_was_loaded());
}

TEST_CASE("one that only reads has whole histories, whatever the database has yet" *
          doctest::skip(no_server())) {
  OnServer on;
  do_business(on.world);
  must(on.world.registry().flush());
  RegistryOptions reading{.view = ViewPlace::on_server(on.url, true)};
  auto log = must(ledger::Log::open(on.world.store));
  auto replica = must(Registry::open(log, on.world.clock, reading));
  CHECK(replica.view_was_loaded());

  for (int day = 0; day < 3; ++day) {
    // The log is ahead of the view, then the view follows while the replica has caught up.
    do_rarer_business(on.world);
    do_business(on.world);
    must(replica.catch_up());
    const std::string before = whole_dump(replica);
    const auto states = must(replica.view()->states_of(0, replica.state().size()));
    must(on.world.registry().flush());
    CHECK(must(replica.view()->states_of(0, replica.state().size())) == states);
    CHECK(whole_dump(replica) == before);
    CHECK(whole_dump(on.world.registry()) == before);
  }
  CHECK_FALSE(replica.rebuild());
}

TEST_CASE("one that only reads writes nothing, and makes no view" * doctest::skip(no_server())) {
  OnServer on;
  do_business(on.world);
  on.world.reopen({});
  on.run("drop schema muster_view cascade");
  RegistryOptions reading{.view = ViewPlace::on_server(on.url, true)};
  auto log = must(ledger::Log::open(on.world.store));
  const auto opened = Registry::open(log, on.world.clock, reading);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Errc::not_found);
}

TEST_CASE("a view that another program made anew is no longer written or read by the first" *
          doctest::skip(no_server())) {
  OnServer on;
  do_business(on.world);
  must(on.world.registry().flush());
  Other other(on);
  must(on.world.registry().rebuild());

  const auto states = other.registry.view()->states_of(0, other.registry.state().size());
  REQUIRE_FALSE(states);
  CHECK(states.error().code == Errc::conflict);
  do_business(on.world);
  must(other.registry.catch_up());
  const auto flushed = other.registry.flush();
  REQUIRE_FALSE(flushed);
  CHECK(flushed.error().code == Errc::conflict);

  Other third(on);
  CHECK(whole_dump(on.world.registry()) == whole_dump(third.registry));
}

TEST_CASE("a save that the server cuts off anywhere leaves rows and cursor of one moment" *
          doctest::skip(no_server())) {
  OnServer on;
  do_business(on.world);
  must(on.world.registry().flush());
  int cut_off = 0;
  for (int after_us = 0; after_us < 20'000; after_us += 500) {
    do_business(on.world);
    std::thread cutter([&] {
      std::this_thread::sleep_for(std::chrono::microseconds(after_us));
      on.cut();
    });
    cut_off += on.world.registry().flush() ? 0 : 1;
    cutter.join();
    on.world.reopen(on.options);
    REQUIRE(on.world.registry().view_was_loaded());
  }
  CHECK(cut_off > 0);
  const std::string loaded = whole_dump(on.world.registry());
  must(on.world.registry().rebuild());
  CHECK(whole_dump(on.world.registry()) == loaded);
}

TEST_CASE("damage to rows or cursor is found when the view is opened, which is then made anew" *
          doctest::skip(no_server())) {
  OnServer on;
  do_business(on.world);
  do_rarer_business(on.world);
  const std::string before = whole_dump(on.world.registry());
  for (const char* damage :
       {"delete from muster_view.chip_now where chip_n = 3",
        "delete from muster_view.chip_now where chip_n = (select max(chip_n) from "
        "muster_view.chip_now)",
        "delete from muster_view.custody where n = (select max(n) from muster_view.custody)",
        "update muster_view.chip_now set life = 200 where chip_n = 1",
        "update muster_view.chip_now set custodian = custodian + 1 where chip_n = 1",
        "update muster_view.party set name = 'x' where n = 1",
        "update muster_view.statement set accepted_ms = accepted_ms + 1 where n = 2",
        "insert into muster_view.party select n + 1, id, name, country, parent, roles, log_index, "
        "threshold, suspended, suspended_by, successor, row_check from muster_view.party where n = "
        "(select max(n) from muster_view.party)",
        "update muster_view.party set n = n + 1000 where n = 1",
        "update muster_view.cursor set size = size + 1", "update muster_view.cursor set size = 1",
        "delete from muster_view.cursor", "update muster_view.version set number = 0",
        "delete from muster_view.version", "drop table muster_view.site",
        "alter table muster_view.site drop column name",
        "alter table muster_view.site alter column log_index type text",
        "drop schema muster_view cascade"}) {
    CAPTURE(damage);
    on.world.reopen({});
    on.run(damage);
    on.world.reopen(on.options);
    CHECK_FALSE(on.world.registry().view_was_loaded());
    CHECK(whole_dump(on.world.registry()) == before);
  }
}

TEST_CASE("damage to a history that is open is an error, and never another history" *
          doctest::skip(no_server())) {
  OnServer on;
  do_business(on.world);
  must(on.world.registry().flush());
  const RowN chip = 0;
  const Index32 size = on.world.state().size();
  const auto view = [&] { return on.world.registry().view(); };
  REQUIRE(must(view()->states_of(chip, size)).size() > 2);
  for (const char* damage :
       {"update muster_view.chip_state set site = site + 1 where chip_n = 0",
        "delete from muster_view.chip_state where chip_n = 0 and previous_index is null",
        "delete from muster_view.chip_state where chip_n = 0 and from_index = (select "
        "max(from_index) from muster_view.chip_state where chip_n = 0)",
        "delete from muster_view.chip_state where chip_n = 0",
        "update muster_view.chip_state set from_index = from_index + 1000 where chip_n = 0",
        "update muster_view.chip_state set chip_n = 999 where chip_n = 0 and previous_index is "
        "null"}) {
    CAPTURE(damage);
    on.run(damage);
    const auto states = view()->states_of(chip, size);
    REQUIRE_FALSE(states);
    CHECK(states.error().code == Errc::corrupt);
    const auto all = view()->each_state([](RowN, Index32, Index32, const ChipState&) {});
    REQUIRE_FALSE(all);
    CHECK(all.error().code == Errc::corrupt);
    must(on.world.registry().rebuild());
    REQUIRE(must(view()->states_of(chip, size)).size() > 2);
  }
}

TEST_CASE("a view of a newer program is left alone" * doctest::skip(no_server())) {
  OnServer on;
  do_business(on.world);
  on.world.reopen({});
  on.run("update muster_view.version set number = 1000");
  auto log = must(ledger::Log::open(on.world.store));
  const auto opened = Registry::open(log, on.world.clock, on.options);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Errc::unavailable);
  CHECK(on.count("muster_view.chip_state") > 0);
}

namespace {

/// A column of a table, and an SQL expression for another value than the one it has.
struct Mutated {
  std::string table;
  std::string column;
  std::string value;
};

std::vector<Mutated> every_column(OnServer& on) {
  const auto rows = must(on.owner.query(
      "select c.relname::text, a.attname::text, pg_catalog.format_type(a.atttypid, -1)::text from "
      "pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid where "
      "c.relnamespace = 'muster_view'::regnamespace and c.relkind in ('r', 'p') and not "
      "c.relispartition and a.attnum > 0 and c.relname <> 'version' and a.attname <> 'one' order "
      "by 1, 2"));
  std::vector<Mutated> columns;
  for (int row = 0; row < rows.size(); ++row) {
    const std::string name = '"' + std::string(rows.text(row, 1)) + '"';
    const bool is_bytes = rows.text(row, 2) == "bytea";
    const bool is_key = name == "\"n\"" || name == "\"chip_n\"" || name == "\"from_index\"";
    columns.push_back({std::string("muster_view.\"").append(rows.text(row, 0)) + '"', name,
                       "coalesce(" + name +
                           (is_bytes ? ", '') || 'x'"
                            : is_key ? ", 0) + 1000000"
                                     : ", 0) # 1")});
  }
  return columns;
}

/// Whether a program that opens the view, and asks for all that it keeps, is told of damage.
bool damage_is_found(OnServer& on) {
  auto log = must(ledger::Log::open(on.world.store));
  StateMemory memory(true);
  auto view = PostgresView::load(on.url, false, memory.state(), log);
  if (!view) return view.error().code == Errc::corrupt;
  const auto all = view->each_state([](RowN, Index32, Index32, const ChipState&) {});
  return !all && all.error().code == Errc::corrupt;
}

}  // namespace

TEST_CASE("whichever value of whichever table is changed, it is found" *
          doctest::skip(no_server())) {
  OnServer on;
  do_business(on.world);
  do_rarer_business(on.world);
  on.world.reopen({});
  REQUIRE_FALSE(damage_is_found(on));
  int changed = 0;
  for (const Mutated& one : every_column(on)) {
    const std::string& table = one.table;
    if (on.count(table) == 0) continue;
    CAPTURE(table);
    CAPTURE(one.column);
    on.run("create table public.kept as table " + table + "; update " + table + " set " +
           one.column + " = " + one.value +
           " where (tableoid, ctid) = (select tableoid, ctid from " + table + " limit 1)");
    CHECK(damage_is_found(on));
    on.run("truncate " + table + "; insert into " + table +
           " select * from public.kept; drop table public.kept");
    ++changed;
  }
  CHECK(changed > 100);
  CHECK_FALSE(damage_is_found(on));
}
