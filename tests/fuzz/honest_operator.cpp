#include "tests/fuzz/honest_operator.hpp"

#include "ledger/log.hpp"
#include "ledger/proofs.hpp"
#include "tests/ledger/support.hpp"

namespace muster::fuzz {

HonestOperator& HonestOperator::instance() {
  static HonestOperator one;
  return one;
}

HonestOperator::HonestOperator() : signer_(test::signer_of(9)), key_(origin, signer_.public_key()) {
  ledger::Log log = ledger::Log::open(store_).value();
  const auto envelopes = test::envelopes_of(entries);
  for (std::uint64_t i = 0; i < entries; ++i) {
    const Timestamp when{static_cast<std::int64_t>(1'000 * (i + 1))};
    static_cast<void>(log.append({i}, when, std::span(&envelopes[i], 1)).value());
  }
}

std::string HonestOperator::checkpoint(std::uint64_t size) {
  const Hash root = ledger::root_at(store_, {size}).value();
  return ledger::sign_checkpoint({origin, {size}, root, {}}, origin, signer_);
}

}  // namespace muster::fuzz
