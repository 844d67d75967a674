#include "ledger/coverage.hpp"

#include <algorithm>
#include <vector>

#include "ledger/log.hpp"
#include "ledger/store/memory_store.hpp"
#include "tests/ledger/log_operator.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::envelopes_of;
using muster::test::must;
using muster::test::operator_key;

namespace {

/// A log of 40 entries with a checkpoint kept at each of `sizes`.
struct Covered {
  explicit Covered(const std::vector<std::uint64_t>& sizes) {
    MemoryStore other;
    Log log = must(Log::open(other));
    std::vector<std::string> notes(41);
    for (std::uint64_t size = 1; size <= 40; ++size) {
      must(log.append({size - 1}, {1000}, envelopes_of(1, size - 1)));
      notes[size] = must(publish_checkpoint(other, {"log.example/one", &operator_key}));
    }
    for (const std::uint64_t size : sizes) must(store.put_checkpoint(notes[size]));
  }
  MemoryStore store;
};

}  // namespace

TEST_CASE("nothing covers an entry behind the last checkpoint, or of a log without any") {
  Covered none({});
  CHECK(must(Coverage(none.store).first({0})) == 0);
  CHECK_FALSE(must(Coverage(none.store).least_size({0})));
  Covered one({3});
  CHECK(must(Coverage(one.store).least_size({2})) == 3);
  CHECK_FALSE(must(Coverage(one.store).least_size({3})));
}

TEST_CASE("the first that covers is found among any number of checkpoints, for every entry") {
  std::vector<std::uint64_t> sizes;
  for (std::uint64_t size = 1; size <= 40; size += 1 + size % 3) {
    sizes.push_back(size);
    if (size % 4 == 0) sizes.push_back(size);  // signed again, for a witness
    Covered log(sizes);
    Coverage coverage(log.store);
    for (std::uint64_t index = 0; index < 40; ++index) {
      CAPTURE(index);
      const auto want = std::ranges::upper_bound(sizes, index);
      CHECK(must(coverage.first({index})) == static_cast<std::uint64_t>(want - sizes.begin()));
      const auto least = must(coverage.least_size({index}));
      CHECK(least.has_value() == (want != sizes.end()));
      if (least) CHECK(*least == *want);
    }
  }
}

TEST_CASE("of two that were kept in the wrong order the lesser is told") {
  Covered log({2, 5, 9, 12, 11, 17, 20});
  Coverage coverage(log.store);

  for (std::uint64_t index = 9; index < 11; ++index) {
    CHECK(must(coverage.least_size({index})) == 11);
  }
  CHECK(must(coverage.least_size({11})) == 12);
}

TEST_CASE("checkpoints that are kept between two questions count") {
  Covered log({2, 4});
  Coverage coverage(log.store);
  CHECK_FALSE(must(coverage.least_size({6})));
  Covered more({7});

  must(log.store.put_checkpoint(must(more.store.checkpoints()).front()));

  CHECK(must(coverage.least_size({6})) == 7);
}
