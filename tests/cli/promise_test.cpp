// Promises by the command line: statements taken in, recorded later, and what became of them.

#include <filesystem>

#include "tests/cli/handed_in.hpp"

using namespace muster;
using namespace muster::test;

namespace {

namespace fs = std::filesystem;

}  // namespace

TEST_CASE("a note of another history than the log's is contradicted by its checkpoint") {
  CliWorld world("cli-note-fork");
  const Promised given = promise(world, envelope(world, "n2", 2));
  fs::copy(world.path("registry"), world.path("twin"), fs::copy_options::recursive);
  record_something(world, "g1");
  const Promised forked = promise(world, envelope(world, "n3", 3));
  const auto in_twin = [&](const Words& arguments) {
    return world.run_alone(arguments + Words{"--registry", world.path("twin"), "--json"});
  };
  for (const char* site : {"x1", "x2"}) {
    REQUIRE(in_twin(Words{"site", "register", "--site", site, "--name", "S", "--country", "US",
                          "--kind", "warehouse"} +
                    as(world, "gov"))
                .code == 0);
  }
  const Words check{"statement", "check-promise", "--key", world.verifier_key()};

  CHECK(in_twin(check + Words{given.file}).code == 4);
  const Ran other = in_twin(check + Words{forked.file});
  CHECK(other.code == 1);
  CHECK(must(parse_json(other.out))["verdict"] == "contradicted");
}

TEST_CASE("a promise is given before the statement is recorded, and kept by recording it") {
  CliWorld world("cli-promise");
  const std::string file = envelope(world, "n2", 2);
  const std::string before = world.head();

  const Promised given = promise(world, file);

  CHECK(world.head() == before);
  CHECK(waiting(world) == 1);
  fs::remove(file);  // the stick goes home
  CHECK(check_promise(world, given.file, 4)["verdict"] == "open");
  const Json recorded = one_line(world, {"statement", "submit", "--promised"});
  CHECK(recorded["status"] == "recorded");
  CHECK(recorded["statement"] == given.statement);
  CHECK(waiting(world) == 0);
  const Json kept = check_promise(world, given.file, 0);
  CHECK(kept["verdict"] == "kept");
  CHECK(kept["entry"] == recorded["index"]);
}

TEST_CASE("the same statement again has its first promise, and after it is recorded none") {
  CliWorld world("cli-promise-again");
  const std::string file = envelope(world, "n2", 2);
  const Promised first = promise(world, file);
  const Json again =
      one_line(world, {"statement", "promise", file, "--out", world.path("p2"), "--within", "7d"});
  CHECK(again["status"] == "promised-before");
  CHECK(again["deadline"] == first.deadline);
  CHECK(must(read_text_file(again["promise"].get<std::string>())) ==
        must(read_text_file(first.file)));
  CHECK(waiting(world) == 1);
  CHECK(world.run({"statement", "submit", "--promised"}).code == 0);

  const Json after = one_line(world, {"statement", "promise", file, "--out", world.path("p3")});

  CHECK(after["status"] == "recorded");
  CHECK(after["promise"].is_null());
}

TEST_CASE("statements that wait are recorded in the order of handing in, manifests and all") {
  CliWorld world("cli-promise-order");
  const auto chips = world.chips(70);
  std::string csv = "chip\n";
  for (const std::string& chip : chips) csv += chip + "\n";
  const std::string lot = world.write("lot.csv", csv);
  const std::string pack = world.path("pack.json");
  world.json(Words{"statement", "make", "--kind", "pack", "--body", R"({"container":"box"})",
                   "--chips", "@" + lot, "--at", "maker-site", "--out", pack} +
             as(world, "maker"));
  promise(world, pack);
  promise(world, envelope(world, "n2", 2));
  promise(world, envelope(world, "n3", 3));
  for (const auto& entry : fs::directory_iterator(world.path("")))
    if (entry.path().extension() == ".ndjson") fs::remove(entry.path());

  const Ran ran = world.run({"statement", "submit", "--promised", "--receipts", world.path("r")});

  CHECK(ran.code == 0);
  CHECK(waiting(world) == 0);
  std::size_t receipts = 0;
  for ([[maybe_unused]] const auto& file : fs::directory_iterator(world.path("r"))) ++receipts;
  CHECK(receipts == 3);
}

TEST_CASE("a promised statement that a rule refuses is owed until its refusal is in the log") {
  CliWorld world("cli-promise-refused");
  const std::string file = bad_envelope(world, 2);
  const Promised given = promise(world, file);
  const Ran owed = world.run({"statement", "submit", "--promised"});
  CHECK(owed.code == 1);
  CHECK(owed.err.find("still owed until " + given.deadline) != std::string::npos);
  CHECK(waiting(world) == 1);

  const Json line =
      one_line(world,
               Words{"statement", "submit", "--promised", "--refusals", world.path("r")} +
                   as(world, "registrar"),
               1);

  CHECK(waiting(world) == 0);
  CHECK(line["status"] == "refused");
  const Json kept = check_promise(world, given.file, 0);
  CHECK(kept["verdict"] == "kept");
  CHECK(kept["why"].get<std::string>().find("is its refusal") != std::string::npos);
  const Json listed = world.json({"statement", "refusals"});
  CHECK(listed["by_rule"]["role.missing"] == 1);
  CHECK(listed["refusals"][0]["statement"] == given.statement);
  CHECK(listed["refusals"][0]["recorded_by"] == "registrar");
}

TEST_CASE("a broken promise convicts the operator, by his signature and the log") {
  CliWorld world("cli-promise-broken");
  const std::string file = envelope(world, "n2", 2);
  const Promised given = promise(world, file, {"--within", "1h"});
  CHECK(world.json({"statement", "promises"})["waiting"][0]["overdue"] == false);
  world.set_now("2026-01-06T08:00:00Z");
  CHECK(world.json({"statement", "promises"}, 1)["waiting"][0]["overdue"] == true);
  CHECK(check_promise(world, given.file, 4)["verdict"] == "open");  // the log's own time stands
  record_something(world, "g1");

  const std::string evidence = world.path("broken.json");
  const Json broken = check_promise(world, given.file, 1, {"--out", evidence});

  CHECK(broken["verdict"] == "broken");
  CHECK(broken["evidence"] == evidence);
  const Words verify{"ledger", "evidence", "verify", evidence, "--key", world.verifier_key()};
  CHECK(world.run_alone(verify).code == 4);
  CHECK(world.json(verify)["convicts"] == true);
  // Too late changes nothing, and says so.
  const Ran late = world.run({"statement", "submit", "--promised"});
  CHECK(late.code == 0);
  CHECK(late.err.find("came too late") != std::string::npos);
  CHECK(check_promise(world, given.file, 1)["verdict"] == "broken");
  world.json({"ledger", "export", world.path("web")});
  const Ran stranger =
      world.run_alone({"statement", "check-promise", given.file, "--key", world.verifier_key(),
                       "--tiles", world.path("web"), "--json"});
  CHECK(stranger.code == 1);
}

TEST_CASE("nothing is promised to nobody, for another log, or without the operator's key") {
  CliWorld world("cli-promise-refuses");
  const std::string stranger = world.path("stranger.key");
  world.json({"key", "new", stranger});
  const std::string file = world.path("s.json");
  world.json({"statement", "make", "--kind", "site.register", "--body",
              R"({"site":"s","name":"S","country":"SG","kind":"warehouse"})", "--as", "northwind",
              "--sign", stranger, "--out", file});
  const Words take{"statement", "promise", "--out", world.path("p")};
  CHECK(one_line(world, take + Words{file}, 1)["rule"] == "promise.unknown_author");
  const std::string other = world.path("o.json");
  world.json(Words{"statement", "make", "--kind", "site.register", "--body",
                   R"({"site":"s","name":"S","country":"SG","kind":"warehouse"})", "--origin",
                   "other.example/log", "--number", "1", "--out", other} +
             as(world, "northwind"));
  CHECK(one_line(world, take + Words{other}, 1)["rule"] == "origin.other_log");
  CHECK(waiting(world) == 0);
  const std::string good = envelope(world, "n2", 2);
  for (const char* within : {"0h", "31d", "1", "h", "-1d", "1.5h", "999999999999999999999d"}) {
    CHECK(world.run(take + Words{good, "--within", within}).code == 2);
  }
  CHECK(world.run(take + Words{good, world.write("garbled.json", "{}")}).code == 2);
  CHECK(waiting(world) == 0);
  fs::rename(world.path("registry/operator.key"), world.path("operator.key"));
  CHECK(world.run(take + Words{good}).code == 3);
  CHECK(waiting(world) == 0);
}

TEST_CASE("what waits is what was handed in, or recording it stops") {
  CliWorld world("cli-promise-changed");
  promise(world, envelope(world, "n2", 2));
  const auto folder = fs::directory_iterator(world.path("registry/waiting"));
  fs::path waits;
  for (const auto& one : folder) {
    if (one.is_directory()) waits = one.path();
  }
  const std::string other = must(read_text_file(envelope(world, "n3", 3)));
  must(write_file_atomically(waits / "statement.json", as_bytes(other)));
  const std::string before = world.head();

  const Ran ran = world.run({"statement", "submit", "--promised"});

  CHECK(ran.code == 3);
  CHECK(ran.err.find("is not what was handed in") != std::string::npos);
  CHECK(world.head() == before);
}

TEST_CASE("what a killed process left in the waiting room is swept or taken up again") {
  CliWorld world("cli-promise-leftovers");
  const std::string file = envelope(world, "n2", 2);
  const Promised given = promise(world, file);
  fs::create_directories(world.path("registry/waiting/.new"));
  fs::create_directories(world.path("registry/waiting/.old-1"));
  const std::string note = must(read_text_file(given.file));
  for (const auto& one : fs::directory_iterator(world.path("registry/waiting"))) {
    if (one.is_directory()) fs::remove(one.path() / "promise");  // killed before it was signed
  }
  CHECK(world.json({"statement", "promises"})["waiting"][0]["deadline"].is_null());

  promise(world, envelope(world, "n3", 3));
  const Json again = one_line(world, {"statement", "promise", file, "--out", world.path("p2")});

  CHECK(again["status"] == "promised");
  CHECK_FALSE(fs::exists(world.path("registry/waiting/.new")));
  CHECK_FALSE(fs::exists(world.path("registry/waiting/.old-1")));
  CHECK(world.run({"statement", "submit", "--promised"}).code == 0);
  CHECK(waiting(world) == 0);
  CHECK_FALSE(note.empty());
}

TEST_CASE("promise and submit in one go: the promise is there first, and kept at once") {
  CliWorld world("cli-promise-submit");
  const std::string file = envelope(world, "n2", 2);
  const Ran ran = world.run({"statement", "promise", file, "--out", world.path("p"), "--submit",
                             "--receipts", world.path("r"), "--json"});
  CHECK(ran.code == 0);
  const auto end = ran.out.find('\n');
  const Json promised = must(parse_json(ran.out.substr(0, end)));
  const Json recorded = must(parse_json(ran.out.substr(end + 1)));
  CHECK(promised["status"] == "promised");
  CHECK(recorded["status"] == "recorded");
  CHECK(check_promise(world, promised["promise"], 0)["verdict"] == "kept");
}

TEST_CASE("submit takes files or what waits, not both and not neither") {
  CliWorld world("cli-promise-usage");
  const std::string file = envelope(world, "n2", 2);
  CHECK(world.run({"statement", "submit"}).code == 2);
  CHECK(world.run({"statement", "submit", "--promised", file}).code == 2);
  CHECK(world.run({"statement", "submit", "--promised", "--all-or-nothing"}).code == 2);
  CHECK(world.run({"statement", "submit", "--promised", "--as", "registrar"}).code == 2);
  CHECK(world.run({"statement", "check"}).code == 2);
}
