#include "attestation/appraise/explain.hpp"

#include <algorithm>

#include "attestation/device/memory.hpp"

namespace muster::attestation {
namespace {

bool covers(const Window& window, Timestamp at, std::int64_t tolerance_ms) {
  return at.ms >= window.from.ms - tolerance_ms && at.ms < window.to.ms + tolerance_ms;
}

// One declaration's claim on the chip at the time.
struct Claim {
  const DeclarationIndex* declared;
  const OpenedSnapshot* snapshot;
  std::int64_t tolerance_ms;
  std::uint32_t run;
  const Assignment* held;

  [[nodiscard]] std::span<const Hash> area() const {
    const std::size_t first = std::min<std::size_t>(held->first_chunk, snapshot->chunks.size());
    return snapshot->chunks.subspan(first);
  }

  [[nodiscard]] bool valid(const StepCommitment* step) const {
    return step != nullptr && covers(step->valid, snapshot->at, tolerance_ms);
  }

  // The steps of this shard at which `chunk` is declared for place `index`.
  template <class Visit>
  void each_step(std::size_t index, Visit visit) const {
    const Hash& chunk = area()[index];
    for (const auto& place : declared->places_of(chunk)) {
      if (place.run != run || place.chunk != index || declared->digest_at(place) != chunk) continue;
      const StepCommitment& step = declared->declaration(run).steps[place.step];
      if (step.shard == held->shard) visit(step);
    }
  }

  // Chunks that are explained if steps `base` and `base` + 1 may be in memory.
  [[nodiscard]] std::size_t matches(std::uint64_t base) const {
    const StepCommitment* now = declared->commitment(run, held->shard, base);
    const StepCommitment* next = declared->commitment(run, held->shard, base + 1);
    if (!valid(now) && !valid(next)) return 0;
    const auto is = [](const StepCommitment* step, std::size_t index, const Hash& chunk) {
      return step != nullptr && index < step->chunks.size() && step->chunks[index] == chunk;
    };
    std::size_t count = 0;
    for (std::size_t i = 0; i < area().size(); ++i) {
      const Hash& chunk = area()[i];
      if (chunk != zero_chunk && (is(now, i, chunk) || is(next, i, chunk))) ++count;
    }
    return count;
  }
};

struct Fit {
  std::size_t matched = 0;
  std::uint64_t base = 0;
};

// The step that explains most, the lowest of equals. Candidates come from the first and the last
// chunk that is declared at all: in the middle of a step these are of s + 1 and of s.
class BestFit final {
 public:
  explicit BestFit(const Claim& claim) : claim_(&claim) {
    const auto zeros = std::ranges::count(claim.area(), zero_chunk);
    wanted_ = claim.area().size() - static_cast<std::size_t>(zeros);
  }

  Fit search() {
    const std::size_t size = claim_->area().size();
    std::size_t first = 0;
    while (first < size && !try_chunk(first)) ++first;
    std::size_t last = size;
    while (last > first + 1 && best_.matched < wanted_ && !try_chunk(last - 1)) --last;
    return best_;
  }

 private:
  bool try_chunk(std::size_t index) {
    bool found = false;
    claim_->each_step(index, [&](const StepCommitment& step) {
      if (!claim_->valid(&step)) return;
      found = true;
      if (step.step > 0) consider(step.step - 1);
      consider(step.step);
    });
    return found;
  }

  void consider(std::uint64_t base) {
    // Frozen weights are the same at every step: the first full match ends the search.
    if (best_.matched == wanted_) return;
    const std::size_t matched = claim_->matches(base);
    if (matched > best_.matched) best_ = {matched, base};
  }

  const Claim* claim_;
  std::size_t wanted_ = 0;
  Fit best_;
};

bool knows(const Claim& claim) {
  for (std::size_t i = 0; i < claim.area().size(); ++i) {
    bool found = false;
    claim.each_step(i, [&](const StepCommitment&) { found = true; });
    if (found) return true;
  }
  return false;
}

// Whether any declaration of the kind knows any chunk, wherever and whenever.
bool known_anywhere(const DeclarationIndex& declared, std::span<const Hash> chunks,
                    bool before_freeze) {
  return std::ranges::any_of(chunks, [&](const Hash& chunk) {
    const auto places = declared.places_of(chunk);
    return std::ranges::any_of(places, [&](const DeclarationIndex::Place& place) {
      return declared.filed()[place.run].before_freeze == before_freeze &&
             declared.digest_at(place) == chunk;
    });
  });
}

}  // namespace

Explanation explanation(const DeclarationIndex& declared, const OpenedSnapshot& snapshot,
                        std::int64_t clock_tolerance_ms) {
  const auto zeros = std::ranges::count(snapshot.chunks, zero_chunk);
  const std::size_t used = snapshot.chunks.size() - static_cast<std::size_t>(zeros);
  Explanation best;
  best.unexplained_bytes = used * snapshot.chunk_bytes;
  std::vector<std::pair<DeclarationIndex::Held, bool>> assigned;
  bool other_time = false;
  bool some_matched = false;
  for (const auto& held : declared.held_by(snapshot.chip)) {
    const Declaration& run = declared.declaration(held.run);
    const Assignment& item = run.assignments[held.item];
    if (!declared.filed()[held.run].before_freeze) continue;
    if (!covers(item.held, snapshot.at, clock_tolerance_ms)) continue;
    if (used == 0) {
      assigned.emplace_back(held, false);
      continue;
    }
    const Claim claim{&declared, &snapshot, clock_tolerance_ms, held.run, &item};
    const Fit fit = BestFit(claim).search();
    assigned.emplace_back(held, fit.matched > 0);
    const std::uint64_t left = (used - fit.matched) * snapshot.chunk_bytes;
    other_time = other_time || (fit.matched == 0 && knows(claim));
    if (best.run && left >= best.unexplained_bytes) continue;
    some_matched = some_matched || fit.matched > 0;
    best = {Account::over_budget, left, run.metadata.scratch_bytes_per_chip, held.run,
            item.shard,           {}};
    if (fit.matched > 0) best.step = fit.base;
  }
  best.assigned = std::move(assigned);
  if (used == 0 || (best.run && best.unexplained_bytes <= best.budget_bytes)) {
    best.account = Account::explained;
  } else if (some_matched) {
    best.account = Account::over_budget;
  } else if (other_time) {
    best.account = Account::wrong_time;
  } else if (known_anywhere(declared, snapshot.chunks, true)) {
    best.account = Account::wrong_chip;
  } else if (known_anywhere(declared, snapshot.chunks, false)) {
    best.account = Account::after_draw;
  } else {
    best.account = Account::unexplained;
  }
  return best;
}

}  // namespace muster::attestation
