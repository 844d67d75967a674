#pragma once

#include <vector>

#include "ledger/base/check.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "tests/attestation/appraise/mutation.hpp"
#include "tests/support/source_root.hpp"

// Mutations of a clean log about elapsed time and allowances, for the matrix of mutation_test.cpp.
namespace muster::attestation::test {

/// A modulus of tests/vectors/ledger/delay.json: the factors of the first two are known.
inline crypto::DelayModulus known_modulus(std::size_t place) {
  const Json file = must(parse_json(must(read_text_file(std::string(muster::test::source_root) +
                                                        "/tests/vectors/ledger/delay.json"))));
  return must(crypto::DelayModulus::from_bytes(
      must(bytes_from_hex(file["moduli"][place]["modulus"].get<std::string>()))));
}

/// A squaring a second at the most: a thousand of them take a chip of a test a quarter of an hour.
inline const DelayPolicy& slow_policy() {
  static const DelayPolicy policy{"tests", known_modulus(0), 1, 1};
  return policy;
}

/// A delay of 1,024 squarings since `since`.
inline DelayBody delay_since(const NamedEntry& since,
                             const crypto::DelayModulus& modulus = slow_policy().modulus) {
  const crypto::DelayTask task{since.hash, crypto::min_delay_squarings};
  return {modulus.digest(), since.counter, task.squarings, crypto::delay_proof(modulus, task)};
}

/// Inserts an entry with `body` behind entry `place`, at the same instant.
inline void insert_behind(Bench& bench, std::size_t place, decltype(Entry::body) body) {
  Entry entry = bench.entries[place];
  entry.body = std::move(body);
  bench.entries.insert(bench.entries.begin() + static_cast<std::ptrdiff_t>(place) + 1, entry);
  bench.renumber();
}

inline NamedEntry named_entry(Bench& bench, std::size_t place) {
  bench.link();
  return {bench.entries[place].counter, entry_hash(bench.encoded[place])};
}

/// A delay that began with entry 500 and ended with entry `end`.
inline void log_delay(Bench& bench, std::size_t end,
                      const crypto::DelayModulus& modulus = slow_policy().modulus) {
  insert_behind(bench, end, delay_since(named_entry(bench, 500), modulus));
  bench.subject.delay = &slow_policy();
}

inline std::vector<Mutation> delay_mutations() {
  using enum FindingCode;
  return {
      {delay_bad,
       ChipVerdict::query,
       [](Bench& b) {
         log_delay(b, 510);
         ++std::get<DelayBody>(b.entries[511].body).squarings;
       },
       {}},
      {delay_bad,
       ChipVerdict::query,
       [](Bench& b) {
         log_delay(b, 510);
         std::get<DelayBody>(b.entries[511].body).since = 511;  // itself
       },
       {}},
      {delay_modulus, ChipVerdict::open, [](Bench& b) { log_delay(b, 510, known_modulus(1)); }, {}},
      {delay_clock, ChipVerdict::query, [](Bench& b) { log_delay(b, 500); }, {}},
  };
}

inline Allowance bench_allowance(std::uint64_t number = 1) {
  return {chip_number(1),
          number,
          number - 1,
          must(PartyId::parse("issuer")),
          1000,
          day(0),
          Timestamp{day(42).ms + ms_per_day},
          crypto::sha256("terms")};
}

inline Hash bench_statement(std::uint64_t number) {
  return crypto::sha256("allowance " + std::to_string(number));
}

/// One metered life: 400 of 1,000 megacycles spent, then another allowance, and 100 spent of that.
inline void log_allowances(Bench& bench) {
  using enum AllowanceEvent;
  insert_behind(bench, 900, AllowanceBody{reading, 2, bench_statement(2), 900, 500});
  insert_behind(bench, 600, AllowanceBody{loaded, 2, bench_statement(2), 1000, 400});
  insert_behind(bench, 300, AllowanceBody{reading, 1, bench_statement(1), 600, 400});
  insert_behind(bench, 100, AllowanceBody{loaded, 1, bench_statement(1), 1000, 0});
  bench.book.allowances = {{bench_statement(1), {bench_allowance(1), true}},
                           {bench_statement(2), {bench_allowance(2), true}}};
  bench.subject.allowances = &bench.book;
}

/// Number `place` of the four allowance entries.
inline AllowanceBody& logged_allowance(Bench& bench, std::size_t place) {
  for (Entry& entry : bench.entries) {
    auto* body = std::get_if<AllowanceBody>(&entry.body);
    if (body != nullptr && place-- == 0) return *body;
  }
  MUSTER_CHECK(false && "no such entry");
  std::abort();
}

/// A mutation of the metered life.
inline Mutation metered(FindingCode code, const Bench::Step& change) {
  return {code,
          ChipVerdict::query,
          [change](Bench& b) {
            log_allowances(b);
            change(b);
          },
          {}};
}

inline std::vector<Mutation> allowance_mutations() {
  using enum FindingCode;
  const auto terms = [](Bench& b, std::uint64_t number) -> Allowance& {
    return b.book.allowances.at(bench_statement(number)).terms;
  };
  return {
      metered(lic_issuer, [](Bench& b) { b.book.allowances.erase(bench_statement(2)); }),
      metered(lic_issuer,
              [](Bench& b) { b.book.allowances.at(bench_statement(2)).by_issuer = false; }),
      metered(lic_issuer, [=](Bench& b) { terms(b, 2).number = 3; }),
      metered(lic_issuer, [=](Bench& b) { terms(b, 2).previous = 0; }),
      metered(lic_issuer,
              [=](Bench& b) {
                b.book.policy = terms(b, 1).policy;
                terms(b, 2).policy = crypto::sha256("other terms");
              }),
      metered(lic_issuer,
              [](Bench& b) {
                b.book.allowances.emplace(Hash{}, KnownAllowance{bench_allowance(2), true});
              }),
      metered(lic_device, [=](Bench& b) { terms(b, 2).chip = chip_number(2); }),
      metered(lic_replay,
              [=](Bench& b) {
                logged_allowance(b, 2).number = 1;
                logged_allowance(b, 2).statement = bench_statement(1);
                logged_allowance(b, 3).number = 1;
                logged_allowance(b, 3).statement = bench_statement(1);
              }),
      metered(lic_expired, [=](Bench& b) { terms(b, 2).not_before = day(40); }),
      metered(lic_expired, [=](Bench& b) { terms(b, 1).not_after = day(10); }),
      metered(lic_gap,
              [](Bench& b) {
                logged_allowance(b, 0) = {AllowanceEvent::reading, 0, {}, 0, 0};
                logged_allowance(b, 1) = {AllowanceEvent::reading, 0, {}, 0, 400};
              }),
      metered(lic_gap,
              [](Bench& b) {
                logged_allowance(b, 1).event = AllowanceEvent::expired;
                logged_allowance(b, 2).spent = 401;
                logged_allowance(b, 3).spent = 501;
              }),
      metered(lic_gap, [](Bench& b) { logged_allowance(b, 3).statement = bench_statement(3); }),
      metered(lic_overdrawn, [](Bench& b) { logged_allowance(b, 3).remaining = 901; }),
      metered(lic_overdrawn,
              [](Bench& b) {
                logged_allowance(b, 2).spent = 1001;  // one more than was left at the load
                logged_allowance(b, 3).spent = 1101;
              }),
      metered(lic_overdrawn, [](Bench& b) { logged_allowance(b, 3).spent = 399; }),
      metered(lic_overdrawn, [=](Bench& b) { terms(b, 2).megacycles = 999; }),
      {lic_gap,
       ChipVerdict::query,
       {},
       [](Bench& b) {
         b.book.allowances = {{bench_statement(1), {bench_allowance(1), true}}};
         b.subject.allowances = &b.book;
       }},
  };
}

}  // namespace muster::attestation::test
