// Elapsed time and allowances in the appraisal of a whole log.

#include <algorithm>

#include "tests/attestation/time_mutations.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;

namespace {

bool was_not_run(const Appraisal& result, std::string_view check) {
  return std::ranges::any_of(result.not_run, [&](const CheckNotRun& item) {
    return item.check.find(check) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("a delay proof in a log is a lower bound of the time between two entries") {
  Bench bench;
  const Appraisal result = bench.with([](Bench& b) { log_delay(b, 510); }, {});

  CHECK(codes(result) == "");
  REQUIRE(result.delays.size() == 1);
  CHECK(result.delays[0].between.from == 500);
  CHECK(result.delays[0].between.to == 511);
  CHECK(result.delays[0].squarings == 1024);
  CHECK(result.delays[0].at_least_ms == 1'024'000);
  CHECK(result.delays[0].claimed_ms > 8 * ms_per_powered_hour);
  CHECK(result.elapsed_at_least_ms == 1'024'000);
}

TEST_CASE("delays in a row add up; delays that overlap may have been made beside each other") {
  Bench bench;
  const Appraisal result = bench.with(
      [](Bench& b) {
        log_delay(b, 510);                                        // 500 to 511
        insert_behind(b, 520, delay_since(named_entry(b, 500)));  // 500 to 521
        insert_behind(b, 530, delay_since(named_entry(b, 511)));  // 511 to 531
        insert_behind(b, 540, delay_since(named_entry(b, 530)));  // 530 to 541
      },
      {});

  CHECK(codes(result) == "");
  CHECK(result.delays.size() == 4);
  CHECK(result.elapsed_at_least_ms == 2 * 1'024'000);
}

TEST_CASE("a delay whose beginning was overwritten is not judged, and that is told") {
  Bench bench;
  const Appraisal result = bench.with(
      [](Bench& b) {
        log_delay(b, 510);
        b.link();
        b.entries.erase(b.entries.begin(), b.entries.begin() + 505);
      },
      [](Bench& b) { b.head.wrapped_to = 505; });

  CHECK(codes(result) == "log.wrapped");
  CHECK(result.delays.empty());
  CHECK(was_not_run(result, "delay.bad"));
}

TEST_CASE("without a delay policy, or allowances, that these are not judged is told") {
  Bench bench;
  const Appraisal result = bench.with(
      [](Bench& b) {
        log_allowances(b);
        log_delay(b, 510);
        b.subject.delay = nullptr;
        b.subject.allowances = nullptr;
        std::get<DelayBody>(b.entries[511].body).squarings = 5000;  // wrong
      },
      {});

  CHECK(codes(result) == "");
  CHECK(was_not_run(result, "delay.bad"));
  CHECK(was_not_run(result, "lic.*"));
}

TEST_CASE("a metered life gives no finding, and its figures stand in the result") {
  Bench bench;
  const Appraisal result = bench.with(log_allowances, {});

  CHECK(codes(result) == "");
  CHECK(result.allowance == AllowanceUse{2, 2, 900, 500});
}

TEST_CASE("a chip without a meter is not asked for one unless an allowance was issued to it") {
  Bench bench;
  const Appraisal result = bench.with({}, [](Bench& b) {
    b.book.allowances = {{bench_statement(1), {bench_allowance(1), true}}};
    b.book.allowances.begin()->second.terms.chip = chip_number(2);
    b.subject.allowances = &b.book;
  });

  CHECK(codes(result) == "");
  CHECK(was_not_run(result, "lic.*"));
  CHECK_FALSE(result.allowance);
}

TEST_CASE("what happened outside the time that is judged is nobody's finding") {
  Bench bench;
  const Appraisal result = bench.with(
      [](Bench& b) {
        log_delay(b, 510);
        log_allowances(b);
        ++std::get<DelayBody>(b.entries[513].body).squarings;
        b.book.allowances.clear();
        b.subject.held = {{day(0), day(2)}};
      },
      {});

  CHECK(codes(result) == "");
}

TEST_CASE("a log that lost its beginning is held to what its first allowance entry says") {
  Bench bench;
  const Appraisal result = bench.with(
      [](Bench& b) {
        log_allowances(b);
        b.link();
        b.entries.erase(b.entries.begin(), b.entries.begin() + 200);
      },
      [](Bench& b) { b.head.wrapped_to = 200; });

  CHECK(codes(result) == "log.wrapped");
  CHECK(result.allowance == AllowanceUse{1, 2, 900, 500});
}

TEST_CASE("a run that is declared for more than the spent cycles can do is a finding") {
  for (const auto& [flop, expected] :
       {std::pair{"500000000", ""}, {"500001000", "lic.overdrawn"}}) {
    Bench bench;
    const Appraisal result = bench.with(log_allowances, [&, flop = flop](Bench& b) {
      const SyntheticRunSpec spec = run_spec("declared");
      const Declaration declared{
          {spec.run, RunUse::training, {day(0), day(42)}, "1", flop, "2", spec.chunk_bytes, 0, {}},
          {{chip_number(1), 0, {day(0), day(20)}, 0}, {chip_number(1), 0, {day(21), day(40)}, 0}},
          {}};
      b.index = DeclarationIndex({{declared, true}});
      b.subject.declarations = &b.index;
      b.book.flop_per_megacycle = 1'000'000;  // of the 500 megacycles that were spent
    });
    CHECK(codes(result) == expected);
  }
}
