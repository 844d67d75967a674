#include "sampler/plan/draw_check.hpp"

#include <algorithm>
#include <map>

#include "sampler/plan/design_draw.hpp"
#include "sampler/plan/draw_json.hpp"
#include "sampler/plan/draw_question.hpp"
#include "sampler/plan/seen_before.hpp"

namespace muster::sampler {
namespace {

NamedCheck frames_check(const Plan& plan, const DrawEvidence& evidence,
                        const std::vector<std::vector<Hash>>& leaves) {
  Question question("frames are the frozen ones");
  const auto& frozen = plan.request.frames;
  if (evidence.frames.size() != frozen.size()) {
    question.fail("got " + std::to_string(evidence.frames.size()) + " frames, want " +
                  std::to_string(frozen.size()));
  }
  for (std::size_t i = 0; i < std::min(evidence.frames.size(), frozen.size()); ++i) {
    const std::string who = frozen[i].prover.text();
    if (evidence.frames[i].prover != frozen[i].prover) question.fail(who + ": another Prover's");
    const auto well_formed = check(evidence.frames[i]);
    if (!well_formed) question.fail(well_formed.error().message);
    if (leaves[i].size() != frozen[i].frame_count) {
      question.fail(who + ": got " + std::to_string(leaves[i].size()) + " lines, want " +
                    std::to_string(frozen[i].frame_count));
    }
    const Hash root = leaves_root(leaves[i]);
    if (root != frozen[i].frame_root) {
      question.fail(who + ": root: got " + root.to_hex() + ", want " +
                    frozen[i].frame_root.to_hex());
    }
  }
  return question.answer();
}

template <class Key>
void compare_counts(const std::map<Key, std::uint64_t>& got,
                    const std::map<Key, std::uint64_t>& want, std::string (*name)(const Key&),
                    Question& question) {
  for (const auto& [key, count] : want) {
    const auto found = got.find(key);
    const std::uint64_t there = found == got.end() ? 0 : found->second;
    if (there != count) {
      question.fail(name(key) + ": got " + std::to_string(there) + " chips, want " +
                    std::to_string(count));
    }
  }
  for (const auto& [key, count] : got) {
    if (!want.contains(key)) question.fail(name(key) + ": not in the plan");
  }
}

NamedCheck counts_check(const Plan& plan, const DrawEvidence& evidence) {
  using Class = std::pair<std::string, std::string>;
  Question question("sites and classes of the frames are those of the plan");
  std::map<std::string, std::uint64_t> sites;
  std::map<Class, std::uint64_t> classes;
  for (const Frame& frame : evidence.frames) {
    for (const auto& line : frame.lines) {
      ++sites[line.site];
      ++classes[{line.klass, line.weight}];
    }
  }
  std::map<std::string, std::uint64_t> want_sites;
  for (const auto& site : plan.request.sites) want_sites[site.site.text()] = site.chips;
  std::map<Class, std::uint64_t> want_classes;
  for (const auto& item : plan.request.classes) {
    want_classes[{item.frame_class, item.frame_weight}] = item.count;
  }
  compare_counts<std::string>(
      sites, want_sites, [](const std::string& site) { return "site " + site; }, question);
  compare_counts<Class>(
      classes, want_classes,
      [](const Class& item) { return "class " + item.first + " of weight " + item.second; },
      question);
  return question.answer();
}

/// One site, as the frame has it and as it was opened.
struct SiteReplay {
  const SiteLines* lines;
  const SiteOpening* opening = nullptr;
  std::optional<draw::Seed> seed{};
  /// The lines drawn there, where they do not follow from this site alone.
  std::optional<std::vector<draw::DrawnLine>> drawn{};
};

std::vector<SiteReplay> replays(const Plan& plan, const DrawEvidence& evidence, const Hash& plan_id,
                                const std::vector<SiteLines>& sites, Question& question) {
  std::map<std::string_view, const SiteOpening*> openings;
  for (const SiteOpening& opening : evidence.openings) {
    if (!openings.emplace(opening.site, &opening).second) {
      question.fail("site " + opening.site + ": opened twice");
    }
  }
  std::vector<SiteReplay> list;
  for (const SiteLines& site : sites) {
    SiteReplay replay{&site};
    const auto found = openings.find(site.site);
    if (found == openings.end()) {
      question.miss("site " + site.site + ": not opened");
      list.push_back(replay);
      continue;
    }
    replay.opening = found->second;
    openings.erase(found);
    const BeaconValue* known = value_at(plan, evidence, site.site);
    if (known == nullptr) {
      question.miss("site " + site.site + ": the value that decided it is not given");
      list.push_back(replay);
      continue;
    }
    const BeaconValue& beacon = *known;
    const Bytes message =
        vrf_message({"draw", plan_id, site.site, beacon.round, beacon.randomness});
    const auto beta = plan.request.vrf_key.output(message, replay.opening->proof);
    if (!beta) {
      question.fail("site " + site.site + ": the proof is not of the plan's key");
    } else {
      replay.seed = draw::site_seed({plan_id, site.site, beacon.round, beacon.randomness, *beta});
    }
    list.push_back(replay);
  }
  for (const auto& [name, opening] : openings) {
    question.fail("site " + std::string(name) + ": not in the frame");
  }
  return list;
}

NamedCheck seal_check(const Plan& plan, const DrawEvidence& evidence, const Hash& plan_id,
                      const std::vector<SiteLines>& sites) {
  Question question("seal binds every site before the first visit");
  if (!evidence.seal) {
    question.miss("no seal is given");
    return question.answer();
  }
  const Seal& seal = *evidence.seal;
  if (seal.plan != plan_id) question.fail("of another plan");
  if (drawn_at_gates(plan)) {
    if (seal_json(seal) != seal_json(gate_seal(plan))) {
      question.fail("does not bind the plan's numbers, and nothing else");
    }
  } else if (seal.round != evidence.beacon.round || seal.randomness != evidence.beacon.randomness) {
    question.fail("of another beacon value");
  }
  std::uint64_t lines = 0;
  for (const auto& site : seal.sites) lines += site.lines;
  const std::uint64_t wanted = has_fixed_size(plan) ? plan.sample_size : lines;
  if (seal.lines != wanted || lines != wanted) {
    question.fail("lines: got " + std::to_string(lines) + ", want " + std::to_string(wanted));
  }
  if ((drawn_site_by_site(plan) || drawn_by_prover(plan)) && seal.cut_off != Hash{}) {
    question.fail("has a cut-off, which this plan's draw has not");
  }
  bool same_sites = seal.sites.size() == sites.size();
  for (std::size_t i = 0; same_sites && i < sites.size(); ++i) {
    same_sites = seal.sites[i].site == sites[i].site;
  }
  if (!same_sites) question.fail("its sites are not those of the frame");
  return question.answer();
}

bool same_line(const OpenedLine& shown, const Frame& frame, const draw::FrameLine& line,
               const draw::Ticket& ticket) {
  return shown.prover == frame.prover && shown.line.chip == line.chip &&
         shown.line.site == line.site && shown.line.klass == line.klass &&
         shown.line.weight == line.weight && shown.ticket == ticket &&
         shown.salt == draw::frame_salt(frame.key, line.chip);
}

/// The lines of one site as the plan and the sealed cut-off decide them, by ticket.
Result<std::vector<draw::DrawnLine>> decided_lines(const Plan& plan, const SiteReplay& replay,
                                                   const DrawEvidence& evidence) {
  const SiteLines& site = *replay.lines;
  if (replay.drawn) return *replay.drawn;
  if (drawn_site_by_site(plan)) {
    return designed_lines(plan, evidence.frames, site, 0, *replay.seed);
  }
  auto drawn = draw::lines_below({*replay.seed, site.leaves}, 0, evidence.seal->cut_off);
  std::sort(drawn.begin(), drawn.end(),
            [](const auto& a, const auto& b) { return a.ticket < b.ticket; });
  return drawn;
}

/// Compares one opened site with its replay; returns the lines drawn.
std::uint64_t check_site(const Plan& plan, const SiteReplay& replay, const DrawEvidence& evidence,
                         Question& question) {
  const SiteLines& site = *replay.lines;
  const std::string where = "site " + site.site + ": ";
  const auto decided = decided_lines(plan, replay, evidence);
  if (!decided) {
    question.fail(where + decided.error().message);
    return 0;
  }
  const auto& drawn = *decided;
  const auto& shown = replay.opening->lines;
  if (shown.size() != drawn.size()) {
    question.fail(where + "got " + std::to_string(shown.size()) + " lines, want " +
                  std::to_string(drawn.size()));
  }
  std::vector<Hash> sealed;
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const LinePlace& place = site.places[drawn[i].line];
    const Frame& frame = evidence.frames[place.frame];
    const draw::FrameLine& line = frame.lines[place.line];
    sealed.push_back(sealed_line(*replay.seed, site.leaves[drawn[i].line]));
    if (i < shown.size() && !same_line(shown[i], frame, line, drawn[i].ticket)) {
      question.fail(where + "line " + std::to_string(i + 1) + ": got chip " + shown[i].line.chip +
                    ", want " + line.chip);
    }
  }
  const auto sealed_site =
      std::find_if(evidence.seal->sites.begin(), evidence.seal->sites.end(),
                   [&](const SealedSite& candidate) { return candidate.site == site.site; });
  const bool bound = !drawn_at_gates(plan);  // at a gate there were no lines to seal
  if (sealed_site == evidence.seal->sites.end() || sealed_site->lines != drawn.size() ||
      (bound && sealed_site->root != leaves_root(sealed))) {
    question.fail(where + "the lines are not those that the seal binds");
  }
  return drawn.size();
}

/// What the opened sites show by themselves of a draw by Prover: no more lines of anybody than are
/// drawn, and at each site those with the smallest tickets there. How a Prover's lines are spread
/// over its sites follows from the seeds of all.
void replay_opened(const Plan& plan, std::vector<SiteReplay>& sites, Question& question) {
  const auto& provers = plan.layout->provers;
  std::vector<std::uint64_t> all(provers.size(), 0);
  for (SiteReplay& replay : sites) {
    if (!replay.seed) continue;
    std::vector<std::uint64_t> here(provers.size(), 0);
    for (const OpenedLine& line : replay.opening->lines) {
      for (std::size_t i = 0; i < provers.size(); ++i) {
        if (line.prover == provers[i].prover) ++here[i];
      }
    }
    for (std::size_t i = 0; i < provers.size(); ++i) all[i] += here[i];
    auto drawn = prover_lines_at(*replay.lines, *replay.seed, here);
    if (drawn) {
      replay.drawn = std::move(*drawn);
    } else {
      question.fail("site " + std::string(replay.lines->site) + ": " + drawn.error().message);
      replay.seed.reset();
    }
  }
  for (std::size_t i = 0; i < provers.size(); ++i) {
    if (all[i] <= provers[i].inspected) continue;
    question.fail(provers[i].prover.text() + ": got " + std::to_string(all[i]) +
                  " lines at the opened sites, want at most " +
                  std::to_string(provers[i].inspected));
  }
}

/// Draws by Prover where every site has its seed. False if nothing can be drawn.
bool replay_provers(const Plan& plan, const std::vector<SiteLines>& lines,
                    std::vector<SiteReplay>& sites, Question& question) {
  std::vector<draw::Seed> seeds;
  for (const SiteReplay& replay : sites) {
    if (replay.seed) seeds.push_back(*replay.seed);
  }
  if (seeds.size() < sites.size()) {
    question.miss(
        "how many lines of each Prover a site has is decided over all sites, and is checked when "
        "every one is opened; until then, that they are the first ones there");
    replay_opened(plan, sites, question);
    return true;
  }
  const auto drawn = prover_lines(plan, lines, seeds);
  if (!drawn) {
    question.fail(drawn.error().message);
    return false;
  }
  for (SiteReplay& replay : sites) replay.drawn.emplace();
  for (const draw::DrawnLine& line : *drawn) sites[line.site].drawn->push_back(line);
  return true;
}

NamedCheck lines_check(const Plan& plan, const DrawEvidence& evidence,
                       const std::vector<SiteLines>& lines, std::vector<SiteReplay> sites) {
  Question question("lines are exactly those that the tickets decide");
  if (!evidence.seal) {
    question.miss("no seal is given");
    return question.answer();
  }
  if (drawn_by_prover(plan) && !replay_provers(plan, lines, sites, question)) {
    return question.answer();
  }
  std::uint64_t drawn = 0;
  bool all_opened = true;
  for (const SiteReplay& replay : sites) {
    if (replay.seed) {
      drawn += check_site(plan, replay, evidence, question);
    } else {
      all_opened = false;
    }
  }
  if (!all_opened) {
    question.miss("not every site is opened: the count of " + std::to_string(plan.sample_size) +
                  " lines cannot be checked yet");
  } else if (has_fixed_size(plan) && drawn != plan.sample_size) {
    question.fail("got " + std::to_string(drawn) + " lines below the cut-off, want " +
                  std::to_string(plan.sample_size));
  }
  return question.answer();
}

NamedCheck seen_check(const Plan& plan, const DrawEvidence& evidence) {
  Question question("chips left out are those that the plan names");
  for (const std::string& finding : seen_findings(plan.request, evidence.frames, evidence.seen)) {
    question.fail(finding);
  }
  return question.answer();
}

std::string_view status_name(CheckStatus status) {
  if (status == CheckStatus::ok) return "ok";
  return status == CheckStatus::failed ? "failed" : "unverified";
}

}  // namespace

std::vector<NamedCheck> draw_checks(const Plan& plan, const DrawEvidence& evidence) {
  std::vector<std::vector<Hash>> leaves;
  for (const Frame& frame : evidence.frames) leaves.push_back(frame_leaves(frame));
  auto sites = lines_by_site(evidence.frames, leaves);
  leave_out(sites, evidence.frames, evidence.seen);
  const Hash plan_id = plan_hash(plan);
  Question proofs("every site is opened with a proof of the plan's key");
  const auto opened = replays(plan, evidence, draw_hash(plan), sites, proofs);
  std::vector<NamedCheck> checks = {frames_check(plan, evidence, leaves),
                                    counts_check(plan, evidence),
                                    value_check(plan, evidence),
                                    value_time_check(plan, evidence),
                                    proofs.answer(),
                                    seal_check(plan, evidence, plan_id, sites),
                                    lines_check(plan, evidence, sites, opened)};
  // Where the plan draws from the whole frame, only evidence that leaves out chips is asked.
  if (plan.request.seen || !evidence.seen.empty()) checks.push_back(seen_check(plan, evidence));
  return checks;
}

NamedCheck check_frozen_frames(const Plan& plan, const DrawEvidence& evidence) {
  std::vector<std::vector<Hash>> leaves;
  for (const Frame& frame : evidence.frames) leaves.push_back(frame_leaves(frame));
  return frames_check(plan, evidence, leaves);
}

bool all_ok(const std::vector<NamedCheck>& checks) {
  return std::all_of(checks.begin(), checks.end(),
                     [](const NamedCheck& check) { return check.status == CheckStatus::ok; });
}

bool any_failed(const std::vector<NamedCheck>& checks) {
  return std::any_of(checks.begin(), checks.end(),
                     [](const NamedCheck& check) { return check.status == CheckStatus::failed; });
}

Json checks_json(const std::vector<NamedCheck>& checks) {
  Json list = Json::array();
  for (const NamedCheck& check : checks) {
    list.push_back(Json{{"check", check.check},
                        {"ok", check.status == CheckStatus::ok},
                        {"status", status_name(check.status)},
                        {"detail", check.detail}});
  }
  return Json{{"valid", all_ok(checks)}, {"failed", any_failed(checks)}, {"checks", list}};
}

}  // namespace muster::sampler
