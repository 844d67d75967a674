#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "cli/audit/declaration_blobs.hpp"
#include "cli/audit/evidence_file.hpp"
#include "cli/audit/frames.hpp"
#include "cli/demo/hiding.hpp"
#include "cli/demo/world.hpp"
#include "ledger/audit.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/key_file.hpp"
#include "ledger/crypto/key_id.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "registry/commit_due.hpp"
#include "registry/roster.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

namespace muster::cli::demo {
namespace {

using test::must;
using test::must_fail;

constexpr std::uint64_t small_scale = 50'000;

std::unique_ptr<World> built(const std::filesystem::path& folder, std::uint64_t scale,
                             const std::string& seed = "test") {
  return must(World::build({.scale = scale,
                            .seed = seed,
                            .folder = folder,
                            .data_folder = std::string(muster::test::source_root) + "/data"},
                           {}));
}

/// A registry of a world, opened as a stranger would.
struct Opened {
  explicit Opened(const std::filesystem::path& folder)
      : store(must(ledger::SqliteStore::open(folder / "registry" / "log.db"))),
        log(must(ledger::Log::open(*store))),
        clock(Timestamp{0}),
        registry(
            must(registry::Registry::open(log, clock, {.view = folder / "registry" / "view.db"}))) {
  }

  [[nodiscard]] const registry::State& state() const { return registry.state(); }

  std::unique_ptr<ledger::SqliteStore> store;
  ledger::Log log;
  FixedClock clock;
  registry::Registry registry;
};

ledger::LogAudit audited(Opened& opened) {
  ledger::AuditOptions options;
  options.threads = 2;
  options.key_lookup = [&](const crypto::KeyId& id,
                           ledger::LogIndex) -> std::optional<crypto::PublicKey> {
    const auto row = opened.state().tables().keys.find(id.text());
    if (row == registry::no_row) return std::nullopt;
    return must(crypto::PublicKey::parse(opened.state().tables().keys[row].public_key));
  };
  return ledger::audit_log(*opened.store, options);
}

TEST_CASE("a small world builds, and everything in it holds") {
  const test::Folder folder("world");
  const auto world = built(folder.path() / "w", small_scale);
  Opened opened(folder.path() / "w");
  CHECK(opened.registry.view_was_loaded());

  SUBCASE("the ledger audits clean") {
    const auto audit = audited(opened);
    for (const auto& fault : audit.faults) MESSAGE(ledger::describe(fault));
    CHECK(audit.good());
    std::uint64_t statements = 0;
    for (const StageCount& stage : world->stages()) statements += stage.statements;
    CHECK(audit.head.size.value == statements);
    CHECK(audit.signatures >= statements);
  }
  SUBCASE("every day that chips are on record for ends with a commitment to the state") {
    const auto& tables = opened.state().tables();
    const auto& rows = tables.statements.rows();
    const auto first = tables.identities[0].made;
    for (std::size_t i = first; i < rows.size(); ++i) {
      const bool ends = i + 1 == rows.size() ||
                        rows[i].accepted_ms / ms_per_day != rows[i + 1].accepted_ms / ms_per_day;
      if (ends) CHECK(rows[i].kind == "state.commit");
    }
    const Timestamp frozen{rows.back().accepted_ms};
    CHECK(registry::commit_due(opened.state(), frozen).empty());
  }
  SUBCASE("the state rebuilt from the ledger is the state that was saved") {
    const Hash saved = must(opened.registry.dump_hash());
    must(opened.registry.rebuild());
    CHECK(must(opened.registry.dump_hash()) == saved);
  }
  SUBCASE("every frame has exactly the chips of its fleet, and its freeze quotes its root") {
    for (const Fleet& fleet : world->fleets().fleets) {
      const auto frame = must(registry::frame(opened.state(), fleet.prover, world->window()));
      CHECK(frame.lines.size() == fleet.units());
      const auto key = must(read_text_file(folder.path() / "w" / "inspector" /
                                           ("frame-" + fleet.prover.text() + ".key")));
      const auto lines =
          must(audit::sampler_frame(opened.state(), frame, world->fleets().models,
                                    must(bytes_from_hex(std::string_view(key).substr(0, 64)))));
      const auto& freezes = opened.state().tables().freezes;
      const auto row = freezes.find(fleet.prover.text() + ".2026-10");
      REQUIRE(row != registry::no_row);
      CHECK(freezes[row].frame_root == audit::frame_root(lines));
      CHECK(freezes[row].frame_count == fleet.units());
    }
  }
  SUBCASE("key files belong to the parties that signed") {
    const auto verifier =
        must(crypto::read_key_file(folder.path() / "w" / "inspector" / "verifier.key"));
    CHECK(verifier.public_key() == world->signer_of("inspectorate")->public_key());
    const auto vrf = must(crypto::read_key_file(folder.path() / "w" / "inspector" / "vrf.key"));
    const auto hex = to_hex(vrf.public_key().bytes());
    CHECK(opened.state().tables().vrf_keys.find(hex) != registry::no_row);
  }
}

TEST_CASE("the same seed gives the same ledger, another seed another") {
  const test::Folder folder("worlds");
  const auto root = [&](const char* name, const char* seed) {
    built(folder.path() / name, small_scale, seed);
    return Opened(folder.path() / name).log.head().root;
  };
  const Hash first = root("a", "one");
  CHECK(root("b", "one") == first);
  CHECK(root("c", "two") != first);
}

TEST_CASE("a world is never built over something else, nor at a scale that leaves nothing") {
  const test::Folder folder("refused");
  must(create_file(folder.path() / "file", as_bytes("x")));
  const WorldOptions options{.folder = folder.path(),
                             .data_folder = std::string(muster::test::source_root) + "/data"};
  CHECK(must_fail(World::build(options, {})).find("not empty") != std::string::npos);
  WorldOptions wrong = options;
  wrong.scale = 1'000'000'000;
  CHECK(must_fail(World::build(wrong, {})).find("leaves no chip") != std::string::npos);
  wrong.scale = 0;
  CHECK(must_fail(World::build(wrong, {})).find("want at least 1") != std::string::npos);
}

TEST_CASE("what a Prover declared comes back from the ledger's manifests") {
  const test::Folder folder("declared");
  const auto world = built(folder.path() / "w", small_scale);
  crypto::SeededRandom random("declaration");
  for (const auto& side : world->provers()) {
    const auto declaration = side->declaration();
    const auto filed = must(audit::declaration_blobs(declaration, "a model", random));
    const auto back =
        must(audit::filed_declaration(filed.body, filed.blobs[0].bytes, filed.blobs[1].bytes));
    CHECK(back.metadata.run == declaration.metadata.run);
    CHECK(back.metadata.scratch_bytes_per_chip == declaration.metadata.scratch_bytes_per_chip);
    CHECK(back.assignments == declaration.assignments);
    CHECK(back.steps == declaration.steps);
    Bytes changed = filed.blobs[1].bytes;
    changed[changed.size() / 2] ^= 1;
    CHECK_FALSE(audit::filed_declaration(filed.body, filed.blobs[0].bytes, changed).has_value());
  }
}

TEST_CASE("the hider has the chips that its run needs, and they are its fastest") {
  const test::Folder folder("hider");
  const auto world = built(folder.path() / "w", small_scale);
  const auto* side = world->prover(world->hider());
  REQUIRE(side != nullptr);
  CHECK(world->hidden_chips() >= 1);
  CHECK(side->story().hidden.chips == world->hidden_chips());
  std::size_t hiders = 0;
  for (const auto& one : world->provers()) hiders += one->story().hidden.chips > 0 ? 1U : 0U;
  CHECK(hiders == 1);
}

std::string challenge_line(const ChipId& chip) {
  return canonical_json(Json{{"chip", chip.to_string()},
                             {"line", 0},
                             {"nonce", std::string(64, 'a')},
                             {"opening", std::string(64, 'b')},
                             {"plan", "P1"},
                             {"site", "S1"}}) +
         "\n";
}

TEST_CASE("Provers answer opened lines with evidence whose heads are those in the ledger") {
  const test::Folder folder("answers");
  const auto world = built(folder.path() / "w", small_scale);
  const Opened opened(folder.path() / "w");
  std::string text;
  std::vector<ChipId> chips;
  for (const auto& side : world->provers()) {
    chips.push_back(side->chips().front());
    text += challenge_line(chips.back());
  }
  must(create_file(folder.path() / "challenge", as_bytes(text)));
  const Timestamp read_at{world->window().to.ms + 5 * ms_per_day};
  must(world->answer_lines(folder.path() / "challenge", folder.path() / "evidence", read_at));
  for (const ChipId& chip : chips) {
    const Bytes bytes =
        must(read_file(folder.path() / "evidence" / (chip.to_string() + ".evidence")));
    const auto evidence = must(audit::parsed_evidence(bytes));
    CHECK(audit::encoded_evidence(evidence) == bytes);
    const auto row = opened.state().find_chip(chip);
    CHECK(opened.state().tables().identities[row].device_key ==
          crypto::sha256(ByteView(evidence.device_key)));
    const auto head = must(attestation::parsed_head(evidence.head));
    CHECK(to_hex(head.head.nonce) == std::string(64, 'a'));
  }
}

TEST_CASE("a challenge that is none is refused by line") {
  const test::Folder folder("challenges");
  const auto world = built(folder.path() / "w", small_scale);
  const Timestamp read_at{world->window().to.ms + 5 * ms_per_day};
  const auto refused = [&](const std::string& name, const std::string& text) {
    must(create_file(folder.path() / name, as_bytes(text)));
    return must_fail(world->answer_lines(folder.path() / name, folder.path() / "out", read_at));
  };
  const std::string good = challenge_line(world->provers().front()->chips().front());
  CHECK(refused("a", good + "{}\n").find("line 2: challenge.plan") != std::string::npos);
  CHECK(refused("b", good + good.substr(0, 30)).find("line 2: ") != std::string::npos);
  const ChipId unknown = ChipId::from_parts({.block = 9, .ordinal = 9, .random = 9});
  CHECK(refused("c", challenge_line(unknown)).find("no Prover has it") != std::string::npos);
}

TEST_CASE("evidence files are read strictly") {
  const audit::EvidenceFile evidence{.log = {1, 2},
                                     .head = {3},
                                     .openings = {},
                                     .device_key = Bytes(32, 7),
                                     .first_head = {4},
                                     .freeze_head = {}};
  const Bytes bytes = audit::encoded_evidence(evidence);
  CHECK(must(audit::parsed_evidence(bytes)) == evidence);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_FALSE(audit::parsed_evidence(ByteView(bytes).first(size)).has_value());
  }
  Bytes longer = bytes;
  longer.push_back(0);
  CHECK(must_fail(audit::parsed_evidence(longer)).find("after the end") != std::string::npos);
  audit::EvidenceFile acknowledged = evidence;
  acknowledged.acknowledgements = {5};
  CHECK(must(audit::parsed_evidence(audit::encoded_evidence(acknowledged))) == acknowledged);
  Bytes with_nothing = audit::encoded_evidence(acknowledged);
  with_nothing.resize(with_nothing.size() - 2);
  with_nothing.push_back(0x40);  // acknowledgements that are empty: a second spelling
  CHECK_FALSE(audit::parsed_evidence(with_nothing).has_value());
  audit::EvidenceFile short_key = evidence;
  short_key.device_key.pop_back();
  CHECK_FALSE(audit::parsed_evidence(audit::encoded_evidence(short_key)).has_value());
  for (const std::size_t size : {33U, 34U, 48U, 49U, 50U}) {
    audit::EvidenceFile other_key = evidence;
    other_key.device_key = Bytes(size, 7);
    const bool is_of_a_curve = size == 33 || size == 49;
    CHECK(audit::parsed_evidence(audit::encoded_evidence(other_key)).has_value() == is_of_a_curve);
  }
  audit::EvidenceFile long_head = evidence;
  long_head.head = Bytes(audit::max_head_bytes + 1, 0);
  CHECK_FALSE(audit::parsed_evidence(audit::encoded_evidence(long_head)).has_value());
}

TEST_CASE("weights are whole operations, rounded down, beyond 64 bits") {
  CHECK(audit::frame_weight(3, 1'500) == "4");
  CHECK(audit::frame_weight(0, 1'500) == "0");
  CHECK(audit::frame_weight(15'000'000'000'000'000, 2'592'000'000) == "38880000000000000000000");
}

TEST_CASE("Provers have no turn in a ceremony whose plan is not committed") {
  const test::Folder folder("ceremony");
  const auto world = built(folder.path() / "w", small_scale);
  const Timestamp at{world->window().to.ms + 2 * ms_per_day};
  CHECK(must_fail(world->commit_nonces({"P9"}, at)) == "plan P9: not in this ledger");
}

}  // namespace
}  // namespace muster::cli::demo
