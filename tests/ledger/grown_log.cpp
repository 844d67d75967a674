#include "tests/ledger/grown_log.hpp"

#include "ledger/crypto/sha256.hpp"
#include "ledger/log.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/must.hpp"

namespace muster::test {

void grow(ledger::Store& store, std::uint64_t count, std::uint64_t step) {
  ledger::Log log = must(ledger::Log::open(store));
  const std::uint64_t size = log.size().value;
  std::vector<ledger::Blob> blobs;
  for (std::uint64_t i = size; i < size + count; ++i) {
    const std::string text = "blob " + std::to_string(i);
    if (i % step == 0) blobs.push_back({crypto::sha256(text), to_bytes(text)});
  }
  must(log.append({size}, {1'000}, envelopes_of(count, size), blobs));
}

std::vector<Hash> named(const ledger::Entry& entry, std::uint64_t step) {
  if (entry.index.value % step != 0) return {};
  return {crypto::sha256("blob " + std::to_string(entry.index.value))};
}

}  // namespace muster::test
