#include "ledger/base/crew.hpp"

#include <atomic>
#include <vector>

#include "tests/support/must.hpp"

using namespace muster;

TEST_CASE("a crew calls once for every number, whatever the count and the threads") {
  for (const unsigned threads : {1U, 2U, 5U}) {
    Crew crew(threads);
    for (const std::size_t count : {0U, 1U, 7U, 8U, 9U, 1'000U}) {
      std::vector<int> calls(count, 0);

      Crew::Job& job = crew.start(count, [&calls](std::size_t i) { ++calls[i]; });
      crew.finish(job);

      CHECK(calls == std::vector<int>(count, 1));
    }
  }
}

TEST_CASE("jobs that were started one after another may be finished in any order") {
  Crew crew(3);
  std::atomic<int> calls{0};
  std::vector<Crew::Job*> jobs;
  for (int i = 0; i < 20; ++i) {
    jobs.push_back(&crew.start(50, [&calls](std::size_t) { ++calls; }));
  }

  for (std::size_t i = jobs.size(); i-- > 0;) {
    crew.finish(*jobs[i]);
    CHECK(calls >= 50 * static_cast<int>(jobs.size() - i));
  }

  CHECK(calls == 20 * 50);
}

TEST_CASE("what a job wrote is there when it is finished") {
  Crew crew(4);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::size_t> squares(64);
    Crew::Job& job = crew.start(squares.size(), [&squares](std::size_t i) { squares[i] = i * i; });
    crew.finish(job);
    bool right = true;
    for (std::size_t i = 0; i < squares.size(); ++i) right = right && squares[i] == i * i;
    CHECK(right);
  }
}
