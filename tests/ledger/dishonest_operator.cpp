#include "tests/ledger/dishonest_operator.hpp"

#include "ledger/log.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/must.hpp"

namespace muster::test {

using namespace ledger;

namespace {

const std::string origin = "log.example/one";

}  // namespace

const VerifierKey& OperatedLog::key() {
  static const VerifierKey key(origin, signer_of(9).public_key());
  return key;
}

std::span<const VerifierKey> OperatedLog::keys() { return std::span(&key(), 1); }

OperatedLog::OperatedLog() : store_(std::make_unique<MemoryStore>()) {}

OperatedLog::OperatedLog(std::uint64_t entries) : OperatedLog() { append(entries, 0); }

void OperatedLog::append(std::uint64_t entries, std::uint64_t first_number) {
  Log log = must(Log::open(*store_));
  for (std::uint64_t i = 0; i < entries; ++i) {
    const Timestamp when{log.last_accepted_at().ms + 1'000};
    must(log.append(log.size(), when, envelopes_of(1, first_number + i)));
  }
}

void OperatedLog::put(const std::vector<Entry>& entries) {
  Hash previous{};
  std::vector<Bytes> bodies;
  for (Entry entry : entries) {
    entry.index = {bodies.size()};
    entry.previous = previous;
    bodies.push_back(to_bytes(encode_entry(entry)));
    previous = leaf_hash(bodies.back());
  }
  must(store_->append({0}, bodies, {}));
}

OperatedLog OperatedLog::rewritten(const std::function<void(std::vector<Entry>&)>& change) const {
  Log log = must(Log::open(*store_));
  auto entries = must(log.read({0}, log.size().value));
  change(entries);
  OperatedLog other;
  other.put(entries);
  return other;
}

std::string OperatedLog::sign_head(std::uint64_t signer) {
  const TreeHead head = must(store_->head());
  std::string text = sign_checkpoint({origin, head.size, head.root, {}}, origin, signer_of(signer));
  must(store_->put_checkpoint(text));
  return text;
}

}  // namespace muster::test
