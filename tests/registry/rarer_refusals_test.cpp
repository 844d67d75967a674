// Refusals that no other test meets: each rule of the book is provoked somewhere.

#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/follower.hpp"
#include "tests/registry/support/correction.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

const Hash nowhere = crypto::sha256("nowhere");

/// The submission with `change` made to its payload, signed again by `org`.
template <class Change>
Submission resigned(World& world, const std::string& org, Submission submission, Change change) {
  Json payload = must(parse_json(submission.envelope.payload));
  change(payload);
  const crypto::Signer* signer = &world.signer(org);
  submission.envelope = must(ledger::sign_envelope(submission.envelope.payload_type,
                                                   canonical_json(payload), std::span(&signer, 1)));
  return submission;
}

/// A further site of `org`, in `country`.
void add_site(World& world, const std::string& org, const std::string& site,
              const std::string& country) {
  world.record(
      org, {.kind = "site.register",
            .body = {{"site", site}, {"name", site}, {"country", country}, {"kind", "warehouse"}}});
}

Json accept_body(const Hash& release) {
  return {{"shipment", "S1"}, {"release", release.to_hex()}, {"method", "opened"}};
}

const Json a_window{{"from", "2026-01-01T00:00:00.000Z"}, {"to", "2027-01-01T00:00:00.000Z"}};

Json licence_body(const std::string& id) {
  return {{"licence", id},       {"licensee", "maker"}, {"consignees", {"southwind"}},
          {"countries", {"SG"}}, {"products", {"a1"}},  {"max_units", 5},
          {"window", a_window}};
}

}  // namespace

TEST_CASE("rarer refusals: what is accepted, by whom, and where") {
  World world;
  const auto chips = world.chips(2);
  const Hash release = world.release("maker", "northwind", "S1", chips);
  add_site(world, "northwind", "northwind-sg", "SG");
  CHECK(world.rule("maker", about("accept", chips, accept_body(release), "maker-site")) ==
        "accept.not_returned");
  CHECK(world.rule("northwind", about("accept", chips, accept_body(release), "northwind-sg")) ==
        "accept.other_country");
  world.record("northwind", about("refuse", {chips[0]}, {{"shipment", "S1"}, {"cause", "wet"}},
                                  "northwind-site"));
  CHECK(world.rule("northwind", about("accept", {chips[0]}, accept_body(release),
                                      "northwind-site")) == "accept.refused_before");
}

TEST_CASE("rarer refusals: what a header says") {
  World world;
  const auto chips = world.chips(1);
  const auto retire = [&] {
    return world.statement("maker", about("retire", chips, {{"cause", "c"}}));
  };
  const auto rule = [&](auto change) {
    return world.rule(resigned(world, "maker", retire(), change));
  };
  CHECK(rule([](Json& payload) { payload["expects"] = Json::array({nullptr}); }) ==
        "expects.missing");
  CHECK(rule([](Json& payload) { payload["refs"] = Json::array({nowhere.to_hex()}); }) ==
        "refs.unknown");
  CHECK(rule([](Json& payload) {
          payload["subjects"]["chips"] = Json::array(
              {ChipId::from_parts({.block = 999, .ordinal = 0, .random = 0}).to_string()});
        }) == "chip.unknown");
  // Gaps are legal, and a number below the last one is over.
  const auto number = retire().envelope.payload;
  const std::uint64_t next = must(parse_json(number))["number"];
  CHECK(rule([&](Json& payload) { payload["number"] = next + 5; }) == "recorded");
  Submission late = world.statement(
      "maker",
      {.kind = "product.register", .body = {{"product", "a7"}, {"name", "A7"}, {"tpp", 1}}});
  CHECK(world.rule(resigned(world, "maker", late, [&](Json& payload) {
    payload["number"] = next + 2;
  })) == "number.not_increasing");

  Draft lot{.kind = "lot.create",
            .body = {{"lot", "L1"}, {"product", "a1"}, {"quantity", 5}},
            .site = "maker-site"};
  Submission with_chips = world.statement("maker", lot);
  CHECK(world.rule(resigned(world, "maker", with_chips, [&](Json& payload) {
    payload["subjects"] = {{"chips", Json::array({chips[0].to_string()})}};
    payload["expects"] = Json::array({nullptr});
  })) == "subjects.form");
  Submission other_type = world.statement("maker", lot);
  other_type.envelope.payload_type = "text/plain";
  CHECK(world.rule(other_type) == "event.payload_type");
  Submission no_json = world.statement("maker", lot);
  no_json.envelope.payload = "{";
  CHECK(world.rule(no_json) == "event.json");
}

TEST_CASE("rarer refusals: ids, products and parties") {
  World world;
  const auto reserve = [&](std::uint64_t block, std::uint64_t count) {
    return world.rule(
        "maker",
        {.kind = "id.reserve",
         .body = {{"block", block}, {"count", count}, {"product", "a1"}, {"packager", "maker"}}});
  };
  CHECK(reserve(500, 100'000'001) == "id.block_range");
  CHECK(reserve(500, 4) == "recorded");
  world.record("maker", {.kind = "product.register",
                         .body = {{"product", "a2"}, {"name", "A2"}, {"tpp", 9'600}}});
  const auto id = ChipId::from_parts({.block = 500, .ordinal = 0, .random = 1});
  Draft package{.kind = "chip.package", .body = {{"product", "a2"}}, .site = "maker-site"};
  package.chips = {{id, Json::object()}};
  CHECK(world.rule("maker", package) == "id.other_product");
  package.body = {{"product", "a1"}};
  const Submission follows = world.statement("maker", package);
  CHECK(world.rule(resigned(world, "maker", follows, [](Json& payload) {
    payload["expects"] = Json::array({nowhere.to_hex()});
  })) == "expects.unwanted");
  CHECK(
      world.rule("maker", {.kind = "product.register",
                           .body = {{"product", "a3"}, {"name", "A3"}, {"tpp", 1'000'000'001}}}) ==
      "product.tpp_range");
  world.add_party("rival", "US", {"designer", "packager", "fab", "test_house"});
  CHECK(world.rule("rival", {.kind = "product.amend",
                             .body = {{"product", "a1"}, {"version", "a1-b"}, {"reason", "r"}}}) ==
        "product.not_yours");
  world.record("rival", {.kind = "product.register",
                         .body = {{"product", "b1"}, {"name", "B1"}, {"tpp", 4'800}}});
  world.record("maker", {.kind = "lot.create",
                         .body = {{"lot", "B-1"}, {"product", "b1"}, {"quantity", 5}},
                         .site = "maker-site"});
  package.body["inputs"] = Json::array({{{"lot", "B-1"}, {"quantity", 1}}});
  CHECK(world.rule("maker", package) == "lot.other_designer");
  CHECK(world.rule("registrar",
                   {.kind = "org.register",
                    .body = {{"party", "dealer"},
                             {"name", "The dealer"},
                             {"country", "US"},
                             {"roles", {"distributor"}},
                             {"key", to_hex(world.signer("new key").public_key().bytes())}}},
                   {"new key"}) == "party.exists");
  CHECK(world.rule("registrar",
                   {.kind = "org.succeed",
                    .body = {{"party", "registrar"},
                             {"successor", "dealer"},
                             {"cause", "merged"},
                             {"reason", "r"}}},
                   {"dealer"}) == "successor.registrar");
  CHECK(world.rule("maker",
                   {.kind = "delegate.revoke", .body = {{"delegation", "D9"}, {"reason", "r"}}}) ==
        "delegate.unknown");
}

TEST_CASE("rarer refusals: tests, scope, losses and quarantine") {
  World world;
  const auto chips = world.chips(3);
  const auto raw = world.packaged(1);
  Draft failed{.kind = "chip.test"};
  failed.chips = {{raw[0], {{"pass", false}}}};
  world.record("maker", failed);
  CHECK(world.rule("maker", failed) == "test.failed_before");
  world.record("maker", {.kind = "product.register",
                         .body = {{"product", "a2"}, {"name", "A2"}, {"tpp", 9'600}}});
  CHECK(world.rule("gov", about("scope.exit", {chips[0]}, {{"basis", "law"}, {"product", "a2"}})) ==
        "scope.other_product");
  CHECK(world.rule("maker",
                   about("recover", {chips[0]}, {{"place", "shelf"}, {"proof", nowhere.to_hex()}},
                         "maker-site"),
                   {"gov"}) == "recover.not_missing");
  CHECK(world.rule("gov", about("quarantine.lift", {chips[0]}, {{"reason", "r"}})) ==
        "quarantine.none");
  world.record("gov",
               about("discrepancy.open", {chips[1]},
                     {{"case", "K1"}, {"kind", "class"}, {"against", "maker"}, {"text", "t"}}));
  world.record("gov", about("choke.hold", {chips[1]}, {{"hold", "H1"}, {"basis", "law"}}));
  CHECK(world.rule("gov", about("quarantine.lift", {chips[1]}, {{"reason", "r"}})) ==
        "quarantine.not_free");
  CHECK(world.rule("maker", about("uninstall", {chips[0]}, {{"cause", "c"}})) ==
        "chip.wrong_place");
}

TEST_CASE("rarer refusals: cases and holds") {
  World world;
  const auto chips = world.chips(3);
  world.add_party("customs", "US", {"authority"});
  world.record("gov", about("choke.hold", {chips[0]}, {{"hold", "H1"}, {"basis", "law"}}));
  const auto clear = [&](const std::string& org, const ChipId& chip) {
    return world.rule(org, about("choke.clear", {chip}, {{"holds", {"H1"}}, {"depart", false}}));
  };
  CHECK(clear("customs", chips[0]) == "hold.not_yours");
  CHECK(clear("gov", chips[1]) == "hold.not_on_chip");

  Draft resolve{.kind = "discrepancy.resolve", .body = {{"case", "K1"}, {"text", "t"}}};
  resolve.chips = {{chips[1], {{"outcome", "held"}}}};
  CHECK(world.rule("gov", resolve) == "case.unknown");
  world.record("gov",
               about("discrepancy.open", {chips[2]},
                     {{"case", "K1"}, {"kind", "class"}, {"against", "maker"}, {"text", "t"}}));
  CHECK(world.rule("gov", resolve) == "case.other_chip");
}

TEST_CASE("rarer refusals: boards, containers and seals") {
  World world;
  const auto chips = world.chips(4);
  add_site(world, "maker", "maker-annex", "US");
  const auto attach = [&](const ChipId& chip, const std::string& parent, const std::string& type,
                          const std::string& site = "maker-site") {
    return about("asm.attach", {chip}, {{"parent", parent}, {"type", type}}, site);
  };
  CHECK(world.rule("maker", attach(chips[0], "board-1", "board", "maker-annex")) ==
        "site.not_here");
  world.record("maker", attach(chips[0], "board-1", "board"));
  CHECK(world.rule("maker", attach(chips[1], "board-1", "server")) == "holder.other_kind");
  world.record("maker", {.kind = "install", .container = "board-1", .site = "maker-site"});
  CHECK(world.rule("maker", attach(chips[1], "board-1", "board")) == "holder.installed");
  world.record("maker", about("pack", {chips[2]}, {{"container", "box-1"}}, "maker-site"));
  world.record("maker", {.kind = "unpack", .body = {{"seal_state", "none"}}, .container = "box-1"});
  CHECK(world.rule("maker", {.kind = "seal.apply",
                             .body = {{"container", "box-1"}, {"seal", "Z-1"}}}) == "seal.open");
}

TEST_CASE("rarer refusals: licences, leases and repair") {
  World world;
  const auto chips = world.chips(3);
  const auto grant = [&] {
    return world.rule("gov", {.kind = "licence.grant", .body = licence_body("L1")});
  };
  CHECK(grant() == "recorded");
  CHECK(grant() == "licence.exists");
  CHECK(world.rule("gov", {.kind = "licence.amend",
                           .body = {{"licence", "L1"},
                                    {"reason", "r"},
                                    {"until", "2025-01-01T00:00:00.000Z"}}}) == "licence.until");
  CHECK(
      world.rule(
          "maker",
          about("lease.start", chips,
                {{"lease", "R1"}, {"lessee", "maker"}, {"country", "US"}, {"window", a_window}})) ==
      "lease.to_self");
  CHECK(world.rule("maker", about("lease.end", chips, {{"lease", "R9"}})) == "lease.unknown");

  const auto opening = [&](const std::string& vendor) {
    return about("rma.open", {chips[0]}, {{"rma", "M1"}, {"vendor", vendor}, {"fault", "f"}});
  };
  CHECK(world.rule("maker", opening("maker")) == "rma.to_self");
  world.accept("northwind", "N1", world.release("maker", "northwind", "N1", {chips[0]}),
               {chips[0]});
  world.record("northwind", opening("maker"), {"maker"});
  const Hash back =
      world.release("northwind", "maker", "B1", {chips[0]}, {{"purpose", "rma"}, {"rma", "M1"}});
  world.accept("maker", "B1", back, {chips[0]});
  const auto swap = [&](const std::vector<ChipId>& some, const ChipId& fresh) {
    return world.rule("maker",
                      about("rma.replace", some,
                            {{"rma", "M1"},
                             {"custodian", "northwind"},
                             {"licence", "L1"},
                             {"old", chips[0].to_string()},
                             {"new", fresh.to_string()}}),
                      {"northwind"});
  };
  std::vector<ChipId> both{chips[0], chips[1]};
  std::ranges::sort(both);
  CHECK(swap({chips[0]}, chips[1]) == "rma.pair");
  CHECK(swap(both, chips[1]) == "rma.no_slot");
}

TEST_CASE("rarer refusals: corrections") {
  World world;
  const auto affirm = [&](const Json& statements) {
    return world.rule(
        "maker", {.kind = "correct.affirm", .body = {{"statements", statements}, {"reason", "r"}}});
  };
  CHECK(affirm(Json::array()) == "affirm.none");
  CHECK(affirm(Json::array({nowhere.to_hex()})) == "affirm.unknown");
}

TEST_CASE("rarer refusals: a lot whose list is not there, or is another kind's") {
  World world;
  const auto chips = world.chips(65);
  const auto lot = [&] {
    return world.statement("maker", about("retire", chips, {{"cause", "c"}}));
  };
  Submission missing = lot();
  REQUIRE(missing.blobs.size() == 1);
  missing.blobs.clear();
  CHECK(world.rule(missing) == "manifest.missing");
  CHECK(world.rule(resigned(world, "maker", lot(), [](Json& payload) {
    payload["subjects"]["manifest"]["schema"] = "destroy";
  })) == "manifest.schema");

  const auto with_text = [&](auto change) {
    Submission changed = lot();
    std::string text(as_text(changed.blobs[0].bytes));
    change(text);
    changed.blobs[0].sha256 = crypto::sha256(text);
    changed.blobs[0].bytes = to_bytes(as_bytes(text));
    return world.rule(resigned(world, "maker", changed, [&](Json& payload) {
      payload["subjects"]["manifest"]["sha256"] = changed.blobs[0].sha256.to_hex();
      payload["subjects"]["manifest"]["bytes"] = text.size();
    }));
  };
  CHECK(with_text([](std::string& text) { text.pop_back(); }) == "manifest.line");
  CHECK(with_text([](std::string& text) {
          const auto end = text.find('\n') + 1;
          text = text.substr(end) + text.substr(0, end);
        }) == "manifest.order");
}

TEST_CASE("rarer refusals: a second beginning of the log") {
  World world;
  const Submission genesis{.envelope = must(world.log->read({0}, 1)).front().envelope};
  CHECK(world.rule(resigned(world, "registrar", genesis,
                            [](Json& payload) { payload["number"] = 9'999; })) == "log.genesis");
}

TEST_CASE("rarer refusals: an entry that stands in the log twice") {
  World world;
  const auto entries = must(world.log->read({0}, 1'000));
  Follower follower;
  const auto no_blob = [](const Hash&) -> Result<Bytes> {
    return failure(Errc::not_found, "none");
  };
  std::vector<std::string> faults;
  const FollowVisitor visitor{.before = [&](const Followed& one) {
    if (one.fault != nullptr) faults.push_back(one.fault->rule);
  }};
  must(follower.take(entries, no_blob, visitor));
  CHECK(faults.empty());
  must(follower.take(std::span(entries).last(1), no_blob, visitor));
  CHECK(faults == std::vector<std::string>{"statement.twice"});
}

TEST_CASE("an id in use is refused with the entry, the party and the statement that have it") {
  World world;
  const auto chips = world.chips(2);
  const Hash released = world.release("maker", "dealer", "S1", {chips[0]});
  const auto refused = [&](const std::string& org, const Draft& draft) {
    const auto outcome = world.submit(org, draft);
    return outcome.error ? outcome.error->message : std::string("recorded");
  };
  const std::string again = refused("maker", about("release", {chips[1]},
                                                   {{"shipment", "S1"},
                                                    {"receiver", "dealer"},
                                                    {"destination", "dealer-site"},
                                                    {"purpose", "sale"}}));
  const std::string entry = std::to_string(*world.state().statement_index(released));
  CHECK(again.find("got S1, want an id that is new") != std::string::npos);
  CHECK(again.find("entry " + entry + " (release, " + released.to_hex() + ") of maker") !=
        std::string::npos);
  const std::string site = refused(
      "maker",
      {.kind = "site.register",
       .body = {{"site", "maker-site"}, {"name", "n"}, {"country", "US"}, {"kind", "fab"}}});
  CHECK(site.find("(site.register, ") != std::string::npos);
  const std::string product =
      refused("maker",
              {.kind = "product.register", .body = {{"product", "a1"}, {"name", "n"}, {"tpp", 1}}});
  CHECK(product.find("(product.register, ") != std::string::npos);
}
