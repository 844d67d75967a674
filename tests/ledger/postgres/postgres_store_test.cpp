// What a store in PostgreSQL does beyond the contract of all stores.

#include <algorithm>
#include <thread>

#include "ledger/sql/postgres_copy.hpp"
#include "ledger/sql/postgres_copy_out.hpp"
#include "tests/ledger/postgres/any_postgres.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::InPostgres;
using muster::test::must;
using muster::test::must_fail;
using muster::test::new_database;

namespace {

std::vector<Bytes> entries_of(std::size_t count, std::size_t size = 40) {
  std::vector<Bytes> entries;
  for (std::size_t i = 0; i < count; ++i) {
    Bytes entry(size, static_cast<std::uint8_t>(i));
    entry[0] = static_cast<std::uint8_t>(i >> 8U);
    entries.push_back(std::move(entry));
  }
  return entries;
}

Errc code_of(const char* statement, InPostgres& in) {
  auto owner = must(sql::PgConnection::connect(in.url));
  const auto done = owner.run_script(statement);
  REQUIRE_FALSE(done);
  return done.error().code;
}

}  // namespace

TEST_CASE("a log is laid once, and a database without one is told") {
  const std::string url = new_database();
  const auto none = PostgresStore::open(url);
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Errc::not_found);

  must(PostgresStore::create(url));
  const auto again = PostgresStore::create(url);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == Errc::conflict);
  CHECK(must(must(PostgresStore::open(url))->head()).size == TreeSize{0});
}

TEST_CASE("what is no URL, and a server that is not there, are told without the password") {
  CHECK(must_fail(PostgresStore::open("log.db")).starts_with("database: want postgres://"));
  const std::string gone =
      must_fail(PostgresStore::open("postgres://me:secret@127.0.0.1:1/log?connect_timeout=2"));
  CHECK(gone.starts_with("database: "));
  CHECK(gone.find("secret") == std::string::npos);
  const auto malformed = PostgresStore::open("postgres://me:secret@[::1/log");
  REQUIRE_FALSE(malformed);
  CHECK(malformed.error().code == Errc::invalid_input);
  CHECK(malformed.error().message.find("secret") == std::string::npos);
}

TEST_CASE("a log of another version is not opened") {
  InPostgres in;
  auto owner = must(sql::PgConnection::connect(in.url));
  must(owner.run_script("update muster_ledger.version set number = 2"));

  CHECK(must_fail(PostgresStore::open(in.url)).ends_with("got ledger version 2, want 1"));
}

TEST_CASE("thousands of entries, with their subtrees, are read in any slice") {
  InPostgres in;
  const auto entries = entries_of(3'000);
  must((*in).append({0}, entries, {}));
  const auto leaves = must((*in).leaf_hashes({0}, 5'000));

  CHECK(must((*in).read({0}, 5'000)) == entries);
  CHECK(must((*in).read({2'999}, 5)) == std::vector<Bytes>{entries[2'999]});
  CHECK(must((*in).read_stored({100}, 5'000, SIZE_MAX)).size() == 2'900);
  CHECK(must((*in).subtree_hashes(1, 0, 100)).size() == 11);
  CHECK(must((*in).head()).root == root_hash(leaves));
  CHECK(must((*in).structural_problems()).empty());
}

TEST_CASE("entries, blobs and checkpoints are neither changed nor taken away") {
  InPostgres in;
  must((*in).append({0}, entries_of(3), {}));
  must((*in).put_checkpoint("text\n"));
  for (const char* statement :
       {"update muster_ledger.entry set body = 'x'",
        "delete from muster_ledger.entry where log_index = 2", "truncate muster_ledger.entry",
        "insert into muster_ledger.entry values (4, "
        "decode(repeat('00', 32), 'hex'), 'x')",
        "insert into muster_ledger.entry values (1, "
        "decode(repeat('00', 32), 'hex'), 'x')",
        "update muster_ledger.tree_edge set size = 2", "delete from muster_ledger.tree_edge",
        "truncate muster_ledger.tree_edge",
        "insert into muster_ledger.checkpoint values (3, "
        "decode(repeat('00', 32), 'hex'), 'x')",
        "delete from muster_ledger.checkpoint", "truncate muster_ledger.blob"}) {
    CAPTURE(statement);
    CHECK(code_of(statement, in) == Errc::conflict);
  }
  CHECK(must((*in).structural_problems()).empty());
}

TEST_CASE("what was changed in the tables' own structure is found") {
  InPostgres in;
  auto owner = must(sql::PgConnection::connect(in.url));
  must((*in).put_checkpoint("text\n"));
  must(
      owner.run_script("alter table muster_ledger.entry disable trigger entry_is_append_only; "
                       "alter table muster_ledger.checkpoint disable trigger user; "
                       "update muster_ledger.checkpoint set body = 'other'; "
                       "alter table muster_ledger.checkpoint enable trigger user; "
                       "alter table muster_ledger.subtree add column more bigint"));

  const auto problems = must((*in).structural_problems());

  const auto has = [&](std::string_view start) {
    return std::ranges::any_of(problems, [&](const auto& line) { return line.starts_with(start); });
  };
  CHECK(has("schema: missing or changed: trigger entry.entry_is_append_only"));
  CHECK(has("schema: not of this version: column subtree.more"));
  CHECK(has("checkpoint 0: text hashes to "));
}

TEST_CASE("writers queue on the lock for a bounded time, and go on when it is free") {
  InPostgres in;
  const auto other = must(PostgresStore::open(in.url, {.lock_timeout_ms = 100}));
  must(in.store->hold_writer_lock());

  const auto refused = other->append({0}, entries_of(1), {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::unavailable);
  CHECK(must(other->head()).size == TreeSize{0});
  CHECK(must((*in).append({0}, entries_of(1), {})).size == TreeSize{1});
  in.store->release_writer_lock();
  must(other->hold_writer_lock());
  other->release_writer_lock();
  must(in.store->hold_writer_lock());
  in.store.reset();
  const auto third = must(PostgresStore::open(in.url));
  CHECK(must(third->append({1}, entries_of(1), {})).size == TreeSize{2});
}

TEST_CASE("writers on many connections at once leave one log, each entry in it once") {
  InPostgres in;
  constexpr std::size_t writers = 4;
  constexpr std::size_t each = 25;
  std::vector<std::thread> threads;
  for (std::size_t writer = 0; writer < writers; ++writer) {
    threads.emplace_back([&, writer] {
      const auto store = PostgresStore::open(in.url, {.lock_timeout_ms = 60'000});
      for (std::size_t i = 0; store && i < each;) {
        const auto head = (*store)->head();
        const std::vector<Bytes> entry{
            {static_cast<std::uint8_t>(writer), static_cast<std::uint8_t>(i)}};
        if (head && (*store)->append(head->size, entry, {})) ++i;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  auto all = must((*in).read({0}, 1'000));
  CHECK(all.size() == writers * each);
  std::ranges::sort(all);
  CHECK(std::ranges::adjacent_find(all) == all.end());
  CHECK(must((*in).head()).root == root_hash(must((*in).leaf_hashes({0}, 1'000))));
}

TEST_CASE("a snapshot shows one log, whatever others append") {
  InPostgres in;
  must((*in).append({0}, entries_of(2), {}));
  const auto other = must(PostgresStore::open(in.url));
  {
    const auto snapshot = must((*in).snapshot());
    must(other->append({2}, entries_of(1), {}));
    CHECK(must((*in).head()).size == TreeSize{2});
    CHECK(must((*in).read({0}, 10)).size() == 2);
  }
  CHECK(must((*in).head()).size == TreeSize{3});
}

TEST_CASE("a writer whose connection was cut writes no more, and another goes on") {
  InPostgres in;
  must(in.store->hold_writer_lock());
  auto owner = must(sql::PgConnection::connect(in.url));
  must(
      owner.run_script("select pg_terminate_backend(pid) from pg_stat_activity where pid <> "
                       "pg_backend_pid() and datname = current_database()"));

  const auto cut = (*in).append({0}, entries_of(1), {});

  REQUIRE_FALSE(cut);
  CHECK(cut.error().code == Errc::unavailable);
  CHECK_FALSE((*in).is_usable());
  CHECK_FALSE((*in).append({0}, entries_of(1), {}));
  CHECK(must(must(PostgresStore::open(in.url))->append({0}, entries_of(1), {})).size ==
        TreeSize{1});
}

TEST_CASE("a server that does not sync is refused by writers") {
  const std::string url = new_database();
  auto owner = must(sql::PgConnection::connect(url));
  must(owner.run_script("alter system set full_page_writes = off"));
  must(owner.run("select pg_reload_conf()"));
  std::string refused;
  for (int i = 0; i < 200 && refused.empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    const auto store = PostgresStore::create(url);
    if (!store && store.error().code == Errc::unavailable) refused = store.error().message;
    if (store) must(owner.run_script("drop schema muster_ledger cascade"));
  }
  must(owner.run_script("alter system reset full_page_writes"));
  must(owner.run("select pg_reload_conf()"));
  CHECK(refused.find("fsync or full_page_writes off") != std::string::npos);
}

TEST_CASE("a commit that did not wait for its standby is no acknowledgement") {
  InPostgres in;
  auto owner = must(sql::PgConnection::connect(in.url));
  must(owner.run_script("alter system set synchronous_standby_names = 'nobody'"));
  must(owner.run("select pg_reload_conf()"));
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  std::thread impatient([&] {
    for (int i = 0; i < 500; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      const auto rows = owner.query(
          "select count(pg_cancel_backend(pid)) from pg_stat_activity where wait_event = "
          "'SyncRep'");
      if (rows && rows->integer(0, 0) > 0) return;
    }
  });

  const auto unwaited = (*in).append({0}, entries_of(1), {});
  impatient.join();
  must(owner.run_script("alter system reset synchronous_standby_names"));
  must(owner.run("select pg_reload_conf()"));

  REQUIRE_FALSE(unwaited);
  CHECK(unwaited.error().code == Errc::unavailable);
  CHECK(unwaited.error().message.find("commit") != std::string::npos);
  CHECK_FALSE((*in).put_checkpoint("text\n"));
}

TEST_CASE("a copy of rows that is abandoned leaves nothing") {
  const std::string url = new_database();
  auto connection = must(sql::PgConnection::connect(url));
  must(connection.run_script("create table public.t (a bigint, b text)"));
  {
    auto rows =
        must(sql::PgCopy::begin(connection, "copy public.t (a, b) from stdin (format binary)"));
    must(rows.row(1, std::string_view("one")));
  }
  CHECK(must(connection.query("select count(*) from public.t")).integer(0, 0) == 0);
  auto rows =
      must(sql::PgCopy::begin(connection, "copy public.t (a, b) from stdin (format binary)"));
  must(rows.row(-1, std::string_view()));
  must(rows.row(INT64_MAX, std::string_view("x\ty")));
  must(rows.end());
  const auto read = must(connection.query("select a, b from public.t order by a"));
  CHECK(read.integer(0, 0) == -1);
  CHECK(read.text(0, 1).empty());
  CHECK(read.integer(1, 0) == INT64_MAX);
  CHECK(read.text(1, 1) == "x\ty");
}

TEST_CASE("what a server answers instead of what was asked reads as nothing") {
  auto connection = must(sql::PgConnection::connect(new_database()));
  const auto rows = must(connection.query("select null::bigint, 'x'::text, 7::smallint"));
  CHECK(rows.integer(0, 0) == -1);
  CHECK(rows.integer(0, 1) == -1);
  CHECK(rows.integer(0, 2) == -1);
  CHECK_FALSE(rows.boolean(0, 0));
  CHECK(rows.bytes(0, 3).empty());
  CHECK(rows.text(1, 0).empty());
}

TEST_CASE("a log whose rows others made is damage, whatever they are") {
  for (const char* others :
       {"create table muster_ledger.tree_edge (size text, nodes bigint); "
        "insert into muster_ledger.tree_edge values ('many', 7)",
        "create view muster_ledger.tree_edge as select -1::bigint size, ''::bytea nodes",
        "create view muster_ledger.tree_edge as select 3::bigint size, 'short'::bytea nodes",
        "create table muster_ledger.tree_edge (size bigint, nodes bytea)"}) {
    CAPTURE(others);
    InPostgres in;
    auto owner = must(sql::PgConnection::connect(in.url));
    must(owner.run_script("drop table muster_ledger.tree_edge"));
    must(owner.run_script(others));
    const auto head = (*in).head();
    REQUIRE_FALSE(head);
    CHECK(head.error().code == Errc::corrupt);
    CHECK_FALSE((*in).append({0}, entries_of(1), {}));
    CHECK_FALSE(must((*in).structural_problems()).empty());
  }
}

TEST_CASE("a log that is opened to be read is read, and never written") {
  InPostgres in;
  must((*in).append({0}, entries_of(3), {}));
  const auto reader = must(PostgresStore::open(in.url, {.only_read = true}));
  CHECK(reader->only_reads());
  CHECK_FALSE(in.store->only_reads());
  CHECK(must(reader->read({0}, 10)) == entries_of(3));
  const auto appended = reader->append({3}, entries_of(1), {});
  REQUIRE_FALSE(appended);
  CHECK(appended.error().code == Errc::unavailable);
  CHECK(must_fail(reader->put_checkpoint("text\n")).find("replica") != std::string::npos);
  CHECK(must_fail(reader->hold_writer_lock()).find("replica") != std::string::npos);
  CHECK(must_fail(reader->retire()).find("replica") != std::string::npos);
  CHECK(must_fail(reader->settle()).find("replica") != std::string::npos);
  must((*in).append({3}, entries_of(1), {}));
  CHECK(must(reader->head()).size == TreeSize{4});
}

TEST_CASE("the rows of a long answer come one by one, and it can be given up") {
  auto connection = must(sql::PgConnection::connect(new_database()));
  constexpr const char* statement =
      "copy (select i::bigint, case when i % 2 = 0 then repeat('x', i % 1000)::bytea end from "
      "generate_series(1, 20000) i order by i) to stdout (format binary)";
  {
    auto rows = must(sql::PgCopyOut::begin(connection, statement));
    std::int64_t count = 0;
    while (must(rows.next())) {
      ++count;
      REQUIRE(rows.fields().size() == 2);
      CHECK(sql::pg_integer(*rows.fields()[0]) == count);
      CHECK(rows.fields()[1].has_value() == (count % 2 == 0));
      if (rows.fields()[1]) {
        CHECK(rows.fields()[1]->size() == static_cast<std::size_t>(count % 1000));
      }
    }
    CHECK(count == 20'000);
    CHECK_FALSE(must(rows.next()));
  }
  {
    auto rows = must(sql::PgCopyOut::begin(connection, statement));
    CHECK(must(rows.next()));
  }
  CHECK(must(connection.query("select 1::bigint")).integer(0, 0) == 1);
}

TEST_CASE("a row that is put together by column is read as it was written") {
  auto connection = must(sql::PgConnection::connect(new_database()));
  must(connection.run_script("create table public.t (a bigint, b integer, c smallint, d bytea)"));
  auto copy =
      must(sql::PgCopy::begin(connection, "copy public.t (a, b, c, d) from stdin (format binary)"));
  sql::PgRow row;
  row.add_bigint(INT64_MIN);
  row.add_integer(-2);
  row.add_smallint(-3);
  row.add_bytes(as_bytes(std::string_view("\0x", 2)));
  must(copy.row(row));
  row.clear();
  for (int i = 0; i < 4; ++i) row.add_null();
  must(copy.row(row));
  must(copy.end());
  const auto rows = must(connection.query("select a, b, c, d from public.t order by a"));
  CHECK(sql::pg_integer(*rows.field(0, 0)) == INT64_MIN);
  CHECK(sql::pg_integer(*rows.field(0, 1)) == -2);
  CHECK(sql::pg_integer(*rows.field(0, 2)) == -3);
  CHECK(rows.text(0, 3) == std::string_view("\0x", 2));
  for (int column = 0; column < 5; ++column) CHECK_FALSE(rows.field(1, column));
  CHECK_FALSE(sql::pg_integer(as_bytes("abc")));
}

TEST_CASE("an array of numbers is one parameter") {
  auto connection = must(sql::PgConnection::connect(new_database()));
  const std::vector<std::vector<std::int64_t>> cases{{}, {7}, {-1, INT64_MAX, 0}};
  for (const auto& numbers : cases) {
    const auto rows =
        must(connection.query("select unnest($1) u order by u", sql::PgValues(std::span(numbers))));
    std::vector<std::int64_t> found;
    for (int row = 0; row < rows.size(); ++row) found.push_back(rows.integer(row, 0));
    auto sorted = numbers;
    std::ranges::sort(sorted);
    CHECK(found == sorted);
  }
}

TEST_CASE("a statement that is run again is planned once, and follows what it is about") {
  auto connection = must(sql::PgConnection::connect(new_database()));
  const char* const statement = "select n from public.t where n >= $1 order by n";

  CHECK(connection.query_again(statement, sql::PgValues(std::int64_t{1})).error().code ==
        Errc::corrupt);  // no such table yet, and the next time there is
  for (int round = 0; round < 2; ++round) {
    must(
        connection.run_script("drop table if exists public.t; create table public.t (n bigint); "
                              "insert into public.t values (1), (2), (3)"));
    for (std::int64_t from = 1; from <= 4; ++from) {
      CHECK(must(connection.query_again(statement, sql::PgValues(from))).size() == 4 - from);
    }
  }
  const auto known = must(connection.query("select count(*) from pg_prepared_statements"));
  CHECK(known.integer(0, 0) == 1);
}
