// One mutation of a clean log of a thousand entries for each finding, and exactly that finding.

#include <algorithm>

#include "tests/attestation/appraise/mode_mutations.hpp"
#include "tests/attestation/time_mutations.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;

namespace {

std::vector<Mutation> encoding_and_identity() {
  using enum FindingCode;
  return {
      {not_presented, ChipVerdict::not_presented, {}, {}},  // see below
      {evidence_unreadable, open, {}, [](Bench& b) { b.cut_at_end = 1; }},
      {enc_noncanonical, query, [](Bench& b) { b.noncanonical = 500; }, {}},
      {sig_bad,
       query,
       {},
       [](Bench& b) {
         b.subject.device_key = crypto::Ed25519Signer(crypto::sha256("other").bytes).public_key();
         b.subject.ledgered_heads.clear();
         b.subject.policy.require_ledgered_epochs = false;
       }},
      {id_mismatch, query, {}, [](Bench& b) { b.head.ueid = ueid_of(chip_number(2)); }},
      {head_stale, query, {}, [](Bench& b) { b.head.nonce = nonce_of("earlier"); }},
      {presence_weak, query, {}, [](Bench& b) { b.subject.presence = Presence::label; }},
      {fw_svn_low, query, {}, [](Bench& b) { b.subject.policy.minimum_svn = 2; }},
      {fw_unknown, query, {}, [](Bench& b) { b.reference.firmware = {crypto::sha256("other")}; }},
      {fw_revoked,
       query,
       {},
       [](Bench& b) {
         b.reference.revoked[b.entries.back().firmware] = {day(30), "leaked key"};
       }},
      {code_unknown,
       query,
       {},
       [](Bench& b) { b.reference.device_code = {crypto::sha256("other")}; }},
      {code_revoked,
       query,
       {},
       [](Bench& b) {
         b.reference.revoked[b.snapshot_body(0).device_code] = {day(30), "a hidden kernel"};
       }},
      {head_gap,
       query,
       {},
       [](Bench& b) { b.subject.policy.longest_head_gap_ms = 40 * ms_per_day; }},
      {head_unreported,
       query,
       {},
       [](Bench& b) {
         // The head of manufacture, filed once more when everything was frozen.
         b.subject.policy.require_window_head = true;
         b.subject.ledgered_heads.push_back(
             {b.subject.ledgered_heads.front().bytes, b.subject.window.to});
       }},
      {clock_unsafe, query, {}, [](Bench& b) { b.head.clock_safe = false; }},
      {clock_offset, query, {}, [](Bench& b) { b.subject.policy.now.ms += 3'600'000; }},
  };
}

std::vector<Mutation> chain() {
  using enum FindingCode;
  return {
      {chain_break,
       query,
       {},
       [](Bench& b) {
         Entry edited = b.entries[500];
         edited.svn = 2;
         b.encoded[500].clear();
         append_entry(b.encoded[500], edited);
       }},
      {chain_gap, query, {}, [](Bench& b) { b.encoded.erase(b.encoded.begin() + 500); }},
      {chain_gap, query, {}, [](Bench& b) { b.encoded.pop_back(); }},
      {chain_gap,
       contradicted,
       [](Bench& b) {
         for (std::size_t i = 500; i < b.entries.size(); ++i) ++b.entries[i].counter;
       },
       {}},
      {chain_reorder, query, {}, [](Bench& b) { std::swap(b.encoded[500], b.encoded[501]); }},
      {chain_duplicate,
       consistent,
       {},
       [](Bench& b) { b.encoded.insert(b.encoded.begin() + 500, b.encoded[500]); }},
  };
}

std::vector<Mutation> heads_and_ends() {
  using enum FindingCode;
  return {
      {chain_rollback,
       contradicted,
       {},
       [](Bench& b) {
         Head later = b.head;
         later.counter += 5;
         b.more_head = signed_head(later, b.signer);
         b.subject.ledgered_heads.push_back({b.more_head, day(41)});
       }},
      {chain_fork,
       contradicted,
       {},
       [](Bench& b) {
         Head other = b.head_over(500);
         other.entry.bytes[0] ^= 1U;
         b.more_head = signed_head(other, b.signer);
         b.subject.ledgered_heads.push_back({b.more_head, day(30)});
       }},
      {log_wrapped, query,
       [](Bench& b) {
         b.link();
         b.entries.erase(b.entries.begin(), b.entries.begin() + 100);
       },
       [](Bench& b) { b.head.wrapped_to = 100; }},
      {log_unsealed,
       consistent,
       {},
       [](Bench& b) {
         Entry extra = b.entries.back();
         extra.previous = b.head.entry;
         ++extra.counter;
         extra.body = b.entries[b.snapshot(0)].body;
         b.encoded.emplace_back();
         append_entry(b.encoded.back(), extra);
       }},
  };
}

std::vector<Mutation> epochs_and_counts() {
  using enum FindingCode;
  return {
      {epoch_order,
       contradicted,
       [](Bench& b) {
         for (std::size_t i = 500; i < b.entries.size(); ++i) ++b.entries[i].epoch;
       },
       {}},
      {epoch_secret,
       open,
       [](Bench& b) { std::get<EpochBody>(b.entries.back().body).opened.reset(); },
       {}},
      {epoch_secret,
       contradicted,
       [](Bench& b) { std::get<EpochBody>(b.entries.back().body).opened = Hash{}; },
       {}},
      {epoch_unledgered,
       query,
       {},
       [](Bench& b) { b.subject.ledgered_heads[0].accepted_at = day(40); }},
      {epoch_rate, query, {}, [](Bench& b) { b.subject.policy.rate = rate("12"); }},
      {clock_backwards, contradicted,
       [](Bench& b) {
         const std::size_t boot = b.boot(0);
         b.entries[boot].clock_ms = b.entries[boot - 1].clock_ms - 1;
         for (std::size_t i = boot + 1; i < b.entries.size(); ++i) {
           b.entries[i].clock_ms -= 10 * 60'000;  // so that the clock runs on from there
         }
       },
       [](Bench& b) { b.head.clock_ms += 10 * 60'000; }},
      {power_unlogged,
       query,
       [](Bench& b) {
         const auto boot = b.entries.begin() + static_cast<std::ptrdiff_t>(b.boot(1));
         b.entries.erase(boot - 1, boot + 1);
         b.renumber();
       },
       {}},
      {count_missing,
       contradicted,
       [](Bench& b) {
         b.entries.erase(b.entries.begin() + static_cast<std::ptrdiff_t>(b.snapshot(600)));
         b.renumber();
       },
       {}},
      {count_unscheduled,
       query,
       [](Bench& b) {
         std::size_t at = b.snapshot(600);
         while (b.entries[at + 1].clock_ms - b.entries[at].clock_ms < 300'000) ++at;
         Entry extra = b.entries[at];
         extra.clock_ms += 180'000;
         extra.powered_ms += 180'000;
         b.entries.insert(b.entries.begin() + static_cast<std::ptrdiff_t>(at) + 1, extra);
         b.renumber();
       },
       {}},
  };
}

std::vector<Mutation> snapshots() {
  using enum FindingCode;
  const auto declared_chunk = [](Bench& b) { put_memory(b, 500, declared_memory()); };
  return {
      {snap_unexplained, query, declared_chunk, {}},
      {snap_unopened, query, declared_chunk, [](Bench& b) { b.openings.clear(); }},
      {snap_absent, query, {}, [](Bench& b) { declare(b, {}); }},
      {power_off_in_run, query, [](Bench& b) { put_memory(b, 510, declared_memory()); },
       [](Bench& b) {
         declare(b, {});  // the chip was off for six hours of day 21
         b.subject.window = {day(21), day(22)};
         b.subject.policy.off_allowance_ms = 0;
       }},
      {snap_wrong_chip, query, declared_chunk, [](Bench& b) { declare(b, {.chip = 2}); }},
      {snap_wrong_time, query, declared_chunk,
       [](Bench& b) {
         declare(b, {.valid = {day(0), day(1)}});
       }},
      {decl_after_draw, query, declared_chunk,
       [](Bench& b) { declare(b, {.before_freeze = false}); }},
      {memory_partial,
       query,
       {},
       [](Bench& b) { b.subject.policy.memory_bytes = 32 * 2'684'354'560ULL + 1; }},
      {memory_over_budget, query,
       [](Bench& b) {
         auto chunks = declared_memory();
         chunks[7] = crypto::sha256("something else");
         put_memory(b, 500, chunks);
       },
       [](Bench& b) { declare(b, {}); }},
      {snap_order, query,
       [](Bench& b) {
         std::vector<Hash> chunks(32);
         chunks[0] = crypto::sha256("of a later step");
         put_memory(b, 400, chunks);
         put_memory(b, 500, declared_memory());
       },
       [](Bench& b) {
         declare(b, {});
         Declaration declared = b.index.declaration(0);
         declared.steps.push_back({20, 0, {day(0), day(42)}, {crypto::sha256("of a later step")}});
         b.index = DeclarationIndex({{declared, true}});
       }},
  };
}

std::vector<Mutation> all_mutations() {
  std::vector<Mutation> all = encoding_and_identity();
  for (const auto& more :
       {chain(), heads_and_ends(), epochs_and_counts(), snapshots(), precommitments(),
        acknowledgements(), delay_mutations(), allowance_mutations()}) {
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

}  // namespace

TEST_CASE("the log that is mutated has a thousand entries and no finding") {
  Bench bench;
  const Appraisal result = bench.with({}, {});

  CHECK(codes(result) == "");
  CHECK(result.verdict == ChipVerdict::consistent);
  CHECK(result.coverage.entries > 1000);
}

TEST_CASE("each mutation gives exactly its finding and its verdict") {
  for (const Mutation& mutation : all_mutations()) {
    if (mutation.code == FindingCode::not_presented) continue;
    Bench bench;
    const Appraisal result = bench.with(mutation.on_entries, mutation.on_evidence);
    CAPTURE(codes(result));
    CHECK(codes(result) == code_name(mutation.code));
    CHECK(verdict_name(result.verdict) == verdict_name(mutation.verdict));
    CHECK(result.findings.count(mutation.code) == 1);
  }
}

TEST_CASE("every code of the catalogue is in the matrix, and has a name of its own") {
  std::set<FindingCode> seen;
  for (const Mutation& mutation : all_mutations()) seen.insert(mutation.code);
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < finding_codes; ++i) names.insert(code_name(FindingCode(i)));

  CHECK(seen.size() == finding_codes);
  CHECK(names.size() == finding_codes);
}

TEST_CASE("an unbroken memory of a declared run is explained") {
  Bench bench;
  const Appraisal result = bench.with([](Bench& b) { put_memory(b, 500, declared_memory()); },
                                      [](Bench& b) { declare(b, {}); });

  CHECK(codes(result) == "");
}

TEST_CASE("what is revoked after its last use in the window is accepted") {
  Bench bench;
  const Appraisal result = bench.with(
      [](Bench& b) {
        // Another firmware from the middle on; the one before it is revoked afterwards.
        for (std::size_t i = 500; i < b.entries.size(); ++i) {
          b.entries[i].firmware = crypto::sha256("the next firmware");
        }
        b.reference.firmware.insert(crypto::sha256("the next firmware"));
      },
      [](Bench& b) {
        b.reference.revoked[b.entries.front().firmware] = {
            Timestamp{static_cast<std::int64_t>(b.entries[500].clock_ms)}, "replaced"};
      });

  CHECK(codes(result) == "");
}

TEST_CASE("without reference values nothing is said of firmware, and that it is not said is told") {
  Bench bench;
  const Appraisal result = bench.with({}, [](Bench& b) { b.subject.reference = nullptr; });

  CHECK(codes(result) == "");
  REQUIRE(result.not_run.size() == 1);
  CHECK(result.not_run[0].check == "fw.unknown, code.unknown");
}

TEST_CASE("what is at the edge of memory, head and power rules is no finding") {
  Bench bench;
  const auto put = [](Bench& b) { put_memory(b, 510, declared_memory()); };
  const Appraisal result = bench.with(put, [](Bench& b) {
    declare(b, {});
    b.subject.window = {day(21), day(22)};
    // Six hours, less the twentieth of the day that is always allowed.
    b.subject.policy.off_allowance_ms = 6 * 3'600'000 - ms_per_day / 20;
    b.subject.policy.memory_bytes = 32 * 2'684'354'560ULL;
    b.subject.policy.longest_head_gap_ms = ms_per_day;
  });

  CHECK(codes(result) == "");
}

TEST_CASE("a log that goes on from an entry already appraised is judged from there") {
  Bench bench;
  const Appraisal result = bench.with({}, [](Bench& b) {
    b.subject.known = KnownEntry{499, entry_hash(b.encoded[499])};
    b.encoded.erase(b.encoded.begin(), b.encoded.begin() + 500);
  });

  CHECK(codes(result) == "");
  REQUIRE(result.not_run.size() == 1);
  CHECK(result.not_run[0].check == "count.missing");
}

TEST_CASE(
    "a log that claims a thousand centuries of powered time costs no more than a chip's life") {
  Bench bench;
  const Appraisal result = bench.with(
      [](Bench& b) {
        b.entries.back().powered_ms = max_log_number - 1;
        b.entries.back().clock_ms = max_log_number - 1;
      },
      [](Bench& b) { b.head.clock_ms = static_cast<std::uint64_t>(inspected.ms); });

  CHECK(codes(result) == "evidence.unreadable");
  CHECK(result.coverage.due == 0);
}
