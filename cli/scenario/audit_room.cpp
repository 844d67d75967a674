#include "cli/scenario/audit_room.hpp"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <optional>
#include <thread>

#include "ledger/base/check.hpp"

namespace muster::cli::scenario {
namespace {

/// Places of all chips, shuffled; those of the chosen sites first.
std::vector<std::size_t> places_in_order(const Announced& announced, Spread spread,
                                         crypto::SeededRandom& random) {
  std::vector<std::size_t> places(announced.chips());
  std::iota(places.begin(), places.end(), std::size_t{0});
  for (std::size_t i = places.size(); i > 1; --i) {
    std::swap(places[i - 1], places[random.below(i)]);
  }
  if (spread == Spread::anywhere) return places;
  std::vector<std::uint64_t> size_at;  // of the site of each place
  for (const ScenarioSite& site : announced.sites) {
    size_at.insert(size_at.end(), site.chips, site.chips);
  }
  std::ranges::stable_sort(places, [&](std::size_t a, std::size_t b) {
    return spread == Spread::smallest_sites ? size_at[a] < size_at[b] : size_at[a] > size_at[b];
  });
  return places;
}

Parts parts_of(const Prover& prover, const Hiding& hiding, crypto::SeededRandom& random) {
  const ScenarioFile& scenario = prover.scenario();
  Parts parts = noisy_parts(scenario, random);
  for (std::size_t place = 0; place < parts.size(); ++place) {
    parts[place].mishap = prover.settled_mishap(place).value_or(parts[place].mishap);
  }
  if (hiding.tactics.empty()) return parts;
  MUSTER_CHECK(hiding.chips <= parts.size());
  const auto places = places_in_order(scenario.announced, hiding.spread, random);
  for (std::size_t i = 0; i < hiding.chips; ++i) {
    parts[places[i]] = ChipPart{.tactic = hiding.tactics[i % hiding.tactics.size()]};
  }
  return parts;
}

}  // namespace

void AuditCount::add(const AuditEnd& end) {
  ++plays;
  caught += end.finding && end.evading_hits > 0 ? 1U : 0U;
  drawn += end.evading_drawn > 0 ? 1U : 0U;
  evading_lines += end.evading_drawn;
  evading_hits += end.evading_hits;
  wrongly_cleared += end.evading_drawn > 0 && (end.cleared || end.cleared_at_reading) ? 1U : 0U;
  lines += end.lines;
  honest_lines += end.lines - end.evading_drawn;
  honest_queries += end.honest_queries;
  honest_hits += end.honest_hits;
  honest_accused += end.honest_hits > 0 ? 1U : 0U;
  days += end.days;
  for (const std::string& code : end.codes) ++codes[code];
}

Result<AuditRoom> AuditRoom::open(const Prover& prover, const Options& options) {
  AuditRoom room(prover);
  const Json opening = prover.opening();
  for (unsigned i = 0; i < std::max(options.threads, 1U); ++i) {
    MUSTER_TRY_ASSIGN(auto auditor, OtherSide::start(options.auditor));
    MUSTER_TRY(auditor.channel().send(opening));
    room.auditors_.push_back(std::move(auditor));
  }
  return room;
}

Result<std::string> AuditRoom::finding(const Hiding& hiding, const std::string& label,
                                       std::uint64_t plays) {
  for (std::uint64_t i = 0; i < plays; ++i) {
    crypto::SeededRandom random(
        scenario_secret(prover_->scenario(), label + "/" + std::to_string(i)));
    const Parts parts = parts_of(*prover_, hiding, random);
    MUSTER_TRY_ASSIGN(const auto end,
                      play_audit(*prover_, auditors_.front().channel(), parts, random, true));
    if (!end.bundle.empty()) return end.bundle;
  }
  return std::string();
}

Result<AuditCount> AuditRoom::play(const Hiding& hiding, const std::string& label,
                                   std::uint64_t plays) {
  std::vector<std::optional<Result<AuditEnd>>> ends(plays);
  std::atomic<std::uint64_t> next{0};
  const auto work = [&](OtherSide& auditor) {
    for (std::uint64_t i = next++; i < plays; i = next++) {
      crypto::SeededRandom random(
          scenario_secret(prover_->scenario(), label + "/" + std::to_string(i)));
      const Parts parts = parts_of(*prover_, hiding, random);
      ends[i] = play_audit(*prover_, auditor.channel(), parts, random);
      if (!*ends[i]) return;  // what follows on this channel would be out of step
    }
  };
  std::vector<std::thread> crew;
  crew.reserve(auditors_.size());
  for (OtherSide& auditor : auditors_) crew.emplace_back(work, std::ref(auditor));
  for (std::thread& member : crew) member.join();
  AuditCount count;
  for (const auto& end : ends) {
    if (!end) continue;
    if (!*end) return failure(Error(end->error()));
    count.add(**end);
  }
  if (count.plays == plays) return count;
  return failure(Errc::unavailable, "playing audits: an inspector's process ended");
}

}  // namespace muster::cli::scenario
