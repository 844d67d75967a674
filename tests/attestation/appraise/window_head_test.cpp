// What heads in the ledger bind, by when they were filed and by their own clocks.

#include "attestation/appraise/appraise.hpp"
#include "tests/attestation/mutation_bench.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;

TEST_CASE("a head of the window's end binds the log, and an old one filed again does not") {
  Bench bench;
  const auto appraised = [&](const Bench::Step& file) {
    return codes(bench.with({}, [&](Bench& b) {
      b.subject.window = {day(0), day(40)};
      b.subject.held = {{day(0), inspected}};
      b.subject.policy.require_window_head = true;
      file(b);
    }));
  };
  const auto file_newest = [](Bench& b) {
    b.more_head = signed_head(b.head_over(b.entries.size() - 1), b.signer);
    b.subject.ledgered_heads.push_back({b.more_head, day(41)});
  };
  CHECK(appraised(file_newest) == "");
  CHECK(appraised([](Bench&) {}) == "head.unreported");
  CHECK(appraised([](Bench& b) {
          b.subject.ledgered_heads.push_back({b.enrolled, day(41)});
        }) == "head.unreported");
  // Who gave the chip away before the end filed an exit read, if anything.
  CHECK(appraised([](Bench& b) { b.subject.held = {{day(0), day(39)}}; }) == "");
}

TEST_CASE("a head that is filed again shortens no gap") {
  Bench bench;
  const auto gaps = [&](bool again) {
    return bench
        .with({},
              [&](Bench& b) {
                b.subject.window = {day(0), day(40)};
                b.subject.held = {b.subject.window};
                b.subject.policy.longest_head_gap_ms = 25 * ms_per_day;
                b.more_head = signed_head(b.head_over(b.entries.size() / 2), b.signer);
                b.subject.ledgered_heads.push_back({again ? b.enrolled : b.more_head, day(21)});
              })
        .findings.count(FindingCode::head_gap);
  };
  CHECK(gaps(false) == 0);
  CHECK(gaps(true) == 1);
}
