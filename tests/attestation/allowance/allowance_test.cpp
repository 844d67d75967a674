// Allowances as documents, the meter of an emulated chip, and lives that are audited by both.

#include "attestation/allowance/allowance.hpp"

#include "attestation/allowance/metered_chip.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "tests/attestation/world.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;

namespace {

const crypto::Ed25519Signer& issuer_key() {
  static const crypto::Ed25519Signer signer(crypto::sha256("issuer").bytes);
  return signer;
}

/// Number 7 of a chip, for a day of work at a million cycles a second, valid for the window.
Allowance some_allowance(std::uint64_t number = 7) {
  return {chip_number(1), number, number - 1, must(PartyId::parse("issuer")),
          86'400,         day(0), day(100),   crypto::sha256("terms")};
}

std::string issued(const Allowance& allowance, const crypto::Ed25519Signer& signer = issuer_key()) {
  return ledger::encode_envelope(must(signed_allowance(allowance, signer)));
}

AllowanceBook book_of(const std::vector<std::string>& envelopes) {
  AllowanceBook book;
  const crypto::PublicKey key(issuer_key().public_key());
  for (const std::string& text : envelopes) {
    const HandedAllowance handed = must(read_allowance(text, std::span(&key, 1)));
    book.allowances.emplace(handed.statement, handed.known);
  }
  return book;
}

std::string refused_as(const Result<void>& answer) { return answer ? "" : answer.error().rule; }

/// A chip that works at a million cycles a second.
struct MeteredLife : Life {
  explicit MeteredLife(std::uint64_t number)
      : Life(number), metered(chip, {crypto::PublicKey(issuer_key().public_key()), 1}) {}

  void inspect_metered() {
    chip.run(day(104), idle_memory);
    read = metered.read_out(nonce_of("inspection"));
  }

  MeteredChip metered;
};

std::string field_error(const std::string& key, const Json& value) {
  Json json = must(parse_json(encode_allowance(some_allowance())));
  json[key] = value;
  const auto allowance = parse_allowance(canonical_json(json));
  return allowance ? "" : allowance.error().message;
}

}  // namespace

TEST_CASE("an allowance is read as it was written, and a wrong field is named") {
  const Allowance allowance = some_allowance();
  CHECK(must(parse_allowance(encode_allowance(allowance))) == allowance);
  CHECK_FALSE(parse_allowance(encode_allowance(allowance) + " "));
  for (const auto& [key, value] : {std::pair<std::string, Json>{"v", "muster/allowance/v2"},
                                   {"chip", "none"},
                                   {"number", 0},
                                   {"number", 6},
                                   {"previous", -1},
                                   {"issuer", ""},
                                   {"megacycles", 0},
                                   {"not_before", "yesterday"},
                                   {"not_after", day(0).to_string()},
                                   {"policy", "00"},
                                   {"extra", 1}}) {
    const std::string changed_field = key + " = " + value.dump();
    CAPTURE(changed_field);
    CHECK(field_error(key, value).find("allowance." + key) != std::string::npos);
  }
}

TEST_CASE("a meter takes what its issuer signed for its chip, once, and in its time") {
  AllowanceMeter meter(chip_number(1), issuer_key().public_key());
  REQUIRE(meter.load(issued(some_allowance(7)), day(1)));
  const AllowanceBody before = meter.reading(AllowanceEvent::reading);

  const crypto::Ed25519Signer stranger(crypto::sha256("stranger").bytes);
  Allowance for_another = some_allowance(8);
  for_another.chip = chip_number(2);
  CHECK(refused_as(meter.load(issued(some_allowance(8), stranger), day(1))) == "lic.issuer");
  CHECK(refused_as(meter.load("{}", day(1))) == "lic.issuer");
  CHECK(refused_as(meter.load(issued(for_another), day(1))) == "lic.device");
  CHECK(refused_as(meter.load(issued(some_allowance(6)), day(1))) == "lic.replay");
  CHECK(refused_as(meter.load(issued(some_allowance(7)), day(1))) == "lic.replay");
  CHECK(refused_as(meter.load(issued(some_allowance(8)), day(100))) == "lic.expired");
  CHECK(refused_as(meter.load(issued(some_allowance(8)), Timestamp{day(0).ms - 1})) ==
        "lic.expired");

  CHECK(meter.reading(AllowanceEvent::reading) == before);
  CHECK(meter.load(issued(some_allowance(8)), day(1)));
}

TEST_CASE(
    "a chip works as long as its allowance lasts, to the millisecond, and stands still then") {
  MeteredLife life(1);
  CHECK(life.metered.work(day(1), idle_memory) == 0);
  REQUIRE(life.metered.load(issued(some_allowance())));

  CHECK(life.metered.work(Timestamp{day(2).ms - 1}, idle_memory) == ms_per_day - 1);
  CHECK(life.metered.work(day(3), idle_memory) == 0);  // a megacycle is a second here
  CHECK(life.chip.now() == day(3));
  CHECK(life.metered.meter().reading(AllowanceEvent::reading).remaining == 0);
  CHECK(life.metered.meter().reading(AllowanceEvent::reading).spent == 86'400);
}

TEST_CASE("an allowance that lasts longer than its time ends with its time") {
  Allowance short_time = some_allowance();
  short_time.not_after = Timestamp{day(1).ms + 1000};
  MeteredLife life(1);
  life.chip.run(day(1), idle_memory);
  REQUIRE(life.metered.load(issued(short_time)));

  CHECK(life.metered.work(day(2), idle_memory) == 1000);
  CHECK(life.metered.work(day(3), idle_memory) == 0);
  CHECK(life.metered.meter().reading(AllowanceEvent::reading).remaining == 86'399);
}

TEST_CASE("what a chip has left lapses when it takes the next allowance") {
  MeteredLife life(1);
  REQUIRE(life.metered.load(issued(some_allowance(7))));
  CHECK(life.metered.work(Timestamp{day(0).ms + 1000}, idle_memory) == 1000);
  REQUIRE(life.metered.load(issued(some_allowance(9))));

  CHECK(life.metered.meter().reading(AllowanceEvent::reading).remaining == 86'400);
}

TEST_CASE("metered lives with power cuts, drift and many allowances give no finding") {
  crypto::SeededRandom random("metered lives");
  for (std::uint64_t number = 1; number <= 40; ++number) {
    CAPTURE(number);
    MeteredLife life(number);
    std::vector<std::string> envelopes;
    std::uint64_t last = 0;
    while (life.chip.now() < day(95)) {
      const std::int64_t now = life.chip.now().ms;
      Allowance next = some_allowance(last + 1 + random.below(3));
      next.chip = life.chip.chip();
      next.previous = last;
      next.megacycles = 1 + random.below(500'000);
      next.not_before = Timestamp{now - static_cast<std::int64_t>(random.below(1000))};
      next.not_after = Timestamp{now + 1 + static_cast<std::int64_t>(random.below(7)) * ms_per_day};
      last = next.number;
      envelopes.push_back(issued(next));
      REQUIRE(life.metered.load(envelopes.back()));
      life.metered.work(Timestamp{now + static_cast<std::int64_t>(random.below(8 * ms_per_day))},
                        idle_memory);
      if (random.below(3) == 0) {
        life.chip.power_off(Timestamp{life.chip.now().ms + 1 +
                                      static_cast<std::int64_t>(random.below(ms_per_day))});
      }
    }
    life.chip.run(std::max(life.chip.now(), day(101)), idle_memory);
    life.frozen = life.metered.read_out(nonce_of("freeze"));
    life.inspect_metered();
    const AllowanceBook book = book_of(envelopes);
    Subject subject = life.subject(nullptr);
    subject.allowances = &book;

    const Appraisal result = appraise(subject);

    CHECK(codes(result) == "");
    REQUIRE(result.allowance);
    CHECK(result.allowance->loaded == envelopes.size());
    CHECK(result.allowance->number == last);
  }
}

TEST_CASE(
    "a chip that computes beyond its meter and says nothing of it is not found by its meter") {
  // The limit of the whole: firmware that lies about cycles. Memory snapshots may tell.
  MeteredLife life(1);
  const std::string envelope = issued(some_allowance());
  REQUIRE(life.metered.load(envelope));
  const SyntheticRun hidden(run_spec("hidden"));
  life.chip.run(day(10), idle_memory);
  life.chip.run(day(100), hidden.memory({life.chip.chip(), 0}));  // past the meter
  life.freeze();
  life.inspect_metered();
  const AllowanceBook book = book_of({envelope});
  Subject subject = life.subject(nullptr);
  subject.allowances = &book;

  CHECK(codes(appraise(subject)) == "snap.unexplained");
}
