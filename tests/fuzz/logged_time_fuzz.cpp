// What any bytes, read as a device log, say of delays and allowances: no more than their entries.

#include "attestation/allowance/allowance_use.hpp"
#include "attestation/delay/logged_delays.hpp"
#include "ledger/base/check.hpp"
#include "tests/fuzz/shipped_policy.hpp"

namespace {

using namespace muster;
using namespace muster::attestation;
using test::shipped_policy;

void check_delays(const DeviceLog& log, ByteView bytes) {
  std::vector<std::size_t> places(log.delays.size());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
  const LoggedDelays judged = judged_delays(log, bytes, places, shipped_policy(), 0);
  std::uint64_t all_ms = 0;
  for (const ProvenDelay& item : judged.proven) {
    MUSTER_CHECK(item.between.from < item.between.to);
    all_ms += item.at_least_ms;
  }
  MUSTER_CHECK(judged.at_least_ms <= all_ms);
  MUSTER_CHECK(judged.proven.size() + judged.findings.count(FindingCode::delay_bad) +
                   judged.findings.count(FindingCode::delay_modulus) + judged.without_beginning +
                   judged.not_judged ==
               log.delays.size());
}

void check_allowances(const DeviceLog& log, ByteView bytes) {
  AllowanceBook book;
  for (const LoggedAllowance& entry : log.allowances) {
    const Allowance terms{ChipId::from_bytes({}),
                          entry.body.number,
                          0,
                          PartyId::parse("issuer").value(),
                          entry.body.remaining,
                          Timestamp{0},
                          Timestamp{INT64_MAX}};
    book.allowances.emplace(entry.body.statement, KnownAllowance{terms, true});
  }
  const auto always = [](const LoggedAllowance&) { return true; };
  const AllowanceQuestion question{ChipId::from_bytes({}), &book, 0, true, always, always};
  const JudgedAllowances judged = judged_allowances(log, bytes, question);
  MUSTER_CHECK(judged.use.loaded <= log.allowances.size());
  const Window ever{Timestamp{0}, Timestamp{INT64_MAX}};
  std::uint64_t most = 0;
  for (const LoggedAllowance& entry : log.allowances) most = std::max(most, entry.body.spent);
  MUSTER_CHECK(most_spent_in(log, ever, question) <= most);
  // What goes with the entries and their documents was never more than these allow.
  if (judged.findings.items().empty() && log.first && log.first->counter == 0) {
    __uint128_t allowed = 0;
    for (const auto& [statement, known] : book.allowances) allowed += known.terms.megacycles;
    MUSTER_CHECK(judged.use.spent_megacycles <= allowed);
  }
}

}  // namespace

int fuzz_logged_time(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const DeviceLog log = read_log(bytes);
  check_delays(log, bytes);
  check_allowances(log, bytes);
  return 0;
}
