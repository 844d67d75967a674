#include <unistd.h>

#include <filesystem>

#include "ledger/base/file.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/sql/bulk_insert.hpp"
#include "ledger/sql/database.hpp"
#include "ledger/sql/transaction.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using muster::test::must;
using muster::test::must_fail;

namespace {

constexpr sql::Schema schema{.what = "test file",
                             .application_id = 0x4D757374,
                             .version = 3,
                             .script =
                                 "create table lot (name text primary key, size integer, "
                                 "body blob) strict;"};

}  // namespace

TEST_CASE("a value of every kind comes back as it went in") {
  auto database = must(sql::Database::in_memory(schema));
  auto insert = must(database.prepare("insert into lot (name, size, body) values (?, ?, ?)"));
  const Bytes body{0, 1, 255};

  must(insert.run("a", std::int64_t{-7}, ByteView(body)));
  must(insert.run(std::string_view(), nullptr, ByteView()));
  must(insert.run(std::string("c"), std::optional<int>(), nullptr));

  auto find = must(database.prepare("select name, size, body from lot order by name"));
  REQUIRE(must(find.step()));
  CHECK(find.text(0).empty());
  CHECK(find.kind(0) == sql::Statement::Kind::text);
  CHECK(find.is_null(1));
  CHECK(find.integer_or_null(1) == std::nullopt);
  CHECK(find.kind(2) == sql::Statement::Kind::blob);
  REQUIRE(find.blob_or_null(2).has_value());  // empty is not null
  CHECK(find.blob_or_null(2)->empty());
  REQUIRE(must(find.step()));
  CHECK(find.text(0) == "a");
  CHECK(find.integer(1) == -7);
  CHECK(find.integer_or_null(1) == -7);
  CHECK(to_bytes(find.blob(2)) == body);
  REQUIRE(must(find.step()));
  CHECK(find.is_null(2));
  CHECK_FALSE(find.blob_or_null(2).has_value());
  CHECK_FALSE(must(find.step()));
  CHECK(find.column_name(1) == "size");
}

TEST_CASE("a zero is not a null") {
  auto database = must(sql::Database::in_memory(schema));
  auto query = must(database.prepare("select 0, null"));
  REQUIRE(must(query.step()));
  CHECK(query.integer_or_null(0) == 0);
  CHECK(query.integer_or_null(1) == std::nullopt);
}

TEST_CASE("a refused constraint is a conflict, and the statement can go on") {
  auto database = must(sql::Database::in_memory(schema));
  auto insert = must(database.prepare("insert into lot (name) values (?)"));
  must(insert.run("a"));

  const auto again = insert.run("a");

  REQUIRE_FALSE(again);
  CHECK(again.error().code == Errc::conflict);
  must(insert.run("b"));
  CHECK(must(database.integer("select count(*) from lot")) == 2);
}

TEST_CASE("a transaction that is not committed leaves nothing") {
  auto database = must(sql::Database::in_memory(schema));
  {
    auto transaction = must(sql::Transaction::begin(database));
    must(database.run("insert into lot (name) values ('a')"));
  }
  CHECK(must(database.integer("select count(*) from lot")) == 0);

  auto transaction = must(sql::Transaction::begin(database));
  must(database.run("insert into lot (name) values ('a')"));
  must(transaction.commit());
  CHECK(must(database.integer("select count(*) from lot")) == 1);
}

TEST_CASE("a file is made once, opened by its kind, and never made by opening") {
  const test::Folder folder("sql");
  const auto path = folder.path() / "a.db";

  const auto missing = sql::Database::open(path, schema);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Errc::not_found);
  CHECK_FALSE(std::filesystem::exists(path));

  { const auto made = must(sql::Database::create(path, schema)); }
  const auto again = sql::Database::create(path, schema);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == Errc::conflict);
  { const auto opened = must(sql::Database::open(path, schema)); }

  sql::Schema other = schema;
  other.version = 4;
  CHECK(must_fail(sql::Database::open(path, other)).ends_with("got test file version 3, want 4"));
  other.application_id = 1;
  CHECK(must_fail(sql::Database::open(path, other)).ends_with("not a Muster test file"));
}

TEST_CASE("a file that is no database is corrupt, by name") {
  const test::Folder folder("sql");
  const auto path = folder.path() / "a.db";
  must(create_file(path, as_bytes(std::string(5000, 'x'))));

  const auto opened = sql::Database::open(path, schema);

  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Errc::corrupt);
  CHECK(opened.error().message.starts_with("opening " + path.string() + ": "));
}

TEST_CASE("a second writer waits a bounded time and is told unavailable") {
  const test::Folder folder("sql");
  auto first = must(sql::Database::create(folder.path() / "a.db", schema));
  auto second = must(sql::Database::open(folder.path() / "a.db", schema, {.busy_timeout_ms = 1}));
  auto held = must(sql::Transaction::begin(first));

  const auto refused = sql::Transaction::begin(second);

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::unavailable);
}

TEST_CASE("a reader cannot write, and sees one snapshot in one transaction") {
  const test::Folder folder("sql");
  auto writer = must(sql::Database::create(folder.path() / "a.db", schema));
  auto reader =
      must(sql::Database::open(folder.path() / "a.db", schema, {.access = sql::Access::read_only}));
  auto snapshot = must(sql::Transaction::begin(reader, sql::TransactionKind::read));
  CHECK(must(reader.integer("select count(*) from lot")) == 0);

  must(writer.run("insert into lot (name) values ('a')"));

  CHECK(must(reader.integer("select count(*) from lot")) == 0);
  must(snapshot.commit());
  CHECK(must(reader.integer("select count(*) from lot")) == 1);
  CHECK_FALSE(reader.run("delete from lot"));
}

TEST_CASE("bulk insert of any count equals row by row") {
  for (const std::int64_t count : {0, 1, 31, 32, 33, 100}) {
    CAPTURE(count);
    auto database = must(sql::Database::in_memory(schema));
    auto bulk = must(sql::BulkInsert::into(database, {"lot", {"name", "size", "body"}}));

    for (std::int64_t i = 0; i < count; ++i) {
      must(bulk.add(std::to_string(i), i, nullptr));
    }
    must(bulk.finish());

    CHECK(must(database.integer("select count(*) from lot")) == count);
    CHECK(must(database.integer("select coalesce(sum(size), 0) from lot "
                                "where name = cast(size as text)")) == count * (count - 1) / 2);
  }
}
