#include "cli/audit/replay_files.hpp"

#include <algorithm>

#include "sampler/draw/leaf.hpp"
#include "sampler/plan/design_draw.hpp"

namespace muster::cli {
namespace {

/// 16 hex digits, as tickets begin.
std::string hex_digits(std::uint64_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, number >>= 4U) {
    *digit = digits[number & 15U];
  }
  return text;
}

/// One draw on its way into files.
class Replay final {
 public:
  Replay(const sampler::Plan& plan, const sampler::DrawEvidence& evidence,
         const SiteSeedsByName& seeds)
      : plan_(&plan), evidence_(&evidence), seeds_(&seeds), rule_(sampler::draw_rule(plan)) {}

  [[nodiscard]] std::vector<std::string> missing() const;
  [[nodiscard]] ReplayFiles files() const;

 private:
  [[nodiscard]] bool by_class() const { return rule_ == sampler::class_draw_version; }
  [[nodiscard]] bool of_rest() const { return rule_ == sampler::rest_draw_version; }
  [[nodiscard]] bool is_wanted(const std::string& site) const;
  [[nodiscard]] std::string limit_of(const draw::FrameLine& line) const;
  [[nodiscard]] std::string leaf_line(const draw::FrameLine& line, const Bytes& key) const;
  [[nodiscard]] std::string leaves(const sampler::Frame& frame) const;
  [[nodiscard]] std::string chips() const;
  [[nodiscard]] std::string numbers() const;
  [[nodiscard]] std::string drawn(const std::string& prover) const;
  void add_provers(ReplayFiles& made) const;

  const sampler::Plan* plan_;
  const sampler::DrawEvidence* evidence_;
  const SiteSeedsByName* seeds_;
  std::string_view rule_;
};

/// A site of which the plan draws nothing needs no seed.
bool Replay::is_wanted(const std::string& site) const {
  if (!plan_->layout || plan_->layout->sites.empty()) return true;
  const auto& sites = plan_->layout->sites;
  const auto found = std::ranges::find_if(
      sites, [&](const sampler::SiteDraw& one) { return one.site.text() == site; });
  return found != sites.end() && std::max(found->low, found->high) > 0;
}

std::vector<std::string> Replay::missing() const {
  std::vector<std::string> sites;
  for (const sampler::SiteCount& site : plan_->request.sites) {
    const std::string& name = site.site.text();
    if (is_wanted(name) && !seeds_->contains(name)) sites.push_back(name);
  }
  return sites;
}

std::string Replay::limit_of(const draw::FrameLine& line) const {
  for (const sampler::ClassDraw& one : plan_->layout->classes) {
    if (one.frame_class == line.klass && one.frame_weight == line.weight) {
      return hex_digits(one.ticket_limit);
    }
  }
  return hex_digits(0);
}

std::string Replay::leaf_line(const draw::FrameLine& line, const Bytes& key) const {
  const Hash leaf = draw::frame_leaf(line, draw::frame_salt(key, line.chip));
  std::string text = line.site + " " + leaf.to_hex();
  if (by_class()) text += " " + limit_of(line);
  if (of_rest()) text += " " + line.chip;
  return text + "\n";
}

/// Those of sites whose seeds are known.
std::string Replay::leaves(const sampler::Frame& frame) const {
  std::string text;
  for (const draw::FrameLine& line : frame.lines) {
    if (seeds_->contains(line.site)) text += leaf_line(line, frame.key);
  }
  return text;
}

/// Which chip each leaf is.
std::string Replay::chips() const {
  std::string text;
  for (const sampler::Frame& frame : evidence_->frames) {
    for (const draw::FrameLine& line : frame.lines) {
      const Hash leaf = draw::frame_leaf(line, draw::frame_salt(frame.key, line.chip));
      text += leaf.to_hex() + " " + line.chip + "\n";
    }
  }
  return text;
}

std::string Replay::numbers() const {
  std::string text;
  for (const sampler::SiteDraw& site : plan_->layout->sites) {
    if (!seeds_->contains(site.site.text())) continue;
    text += site.site.text() + " " + std::to_string(site.high) + " " + std::to_string(site.low) +
            " " + hex_digits(site.visit_limit) + "\n";
  }
  return text;
}

/// The lines that the ledger has opened, as the commands print them: by ticket, and where sites are
/// decided by themselves site by site. Of one Prover where one is named.
std::string Replay::drawn(const std::string& prover) const {
  std::vector<std::pair<std::string, std::string>> lines;  // what sorts, what is printed
  const bool site_by_site = plan_->layout && !plan_->layout->sites.empty();
  for (const sampler::SiteOpening& opening : evidence_->openings) {
    for (const sampler::OpenedLine& line : opening.lines) {
      if (!prover.empty() && line.prover.text() != prover) continue;
      const std::string text = line.ticket.to_hex() + " " + opening.site + " " +
                               draw::frame_leaf(line.line, line.salt).to_hex() + "\n";
      lines.emplace_back((site_by_site ? opening.site + " " : std::string()) + text, text);
    }
  }
  std::ranges::sort(lines);
  std::string all;
  for (const auto& [key, text] : lines) all += text;
  return all;
}

void Replay::add_provers(ReplayFiles& made) const {
  for (std::size_t i = 0; i < plan_->layout->provers.size(); ++i) {
    const std::string prover = plan_->layout->provers[i].prover.text();
    made.files["LEAVES." + prover] = leaves(evidence_->frames[i]);
    made.files["DRAWN." + prover] = drawn(prover);
    made.commands.push_back("replay.sh SEEDS LEAVES." + prover + " " +
                            std::to_string(plan_->layout->provers[i].inspected));
  }
}

ReplayFiles Replay::files() const {
  ReplayFiles made;
  std::string& text = made.files["SEEDS"];
  for (const auto& [site, seed] : *seeds_) text += site + " " + seed.value.to_hex() + "\n";
  made.files["CHIPS"] = chips();
  if (sampler::drawn_by_prover(*plan_)) {
    add_provers(made);
    return made;
  }
  std::string& all = made.files["LEAVES"];
  for (const sampler::Frame& frame : evidence_->frames) all += leaves(frame);
  made.files["DRAWN"] = drawn({});
  const std::string count = std::to_string(plan_->sample_size);
  if (by_class()) {
    made.commands.emplace_back("replay-by-class.sh SEEDS LEAVES");
  } else if (sampler::drawn_site_by_site(*plan_)) {
    made.files["NUMBERS"] = numbers();
    made.commands.emplace_back("replay-by-site.sh SEEDS LEAVES NUMBERS");
  } else if (of_rest()) {
    std::string& seen = made.files["SEEN"];
    for (const std::string& chip : evidence_->seen) seen += chip + "\n";
    made.commands.push_back("replay-rest.sh SEEDS LEAVES " + count + " SEEN");
  } else {
    made.commands.push_back("replay.sh SEEDS LEAVES " + count);
  }
  return made;
}

}  // namespace

ReplayFiles replay_files(const sampler::Plan& plan, const sampler::DrawEvidence& evidence,
                         const SiteSeedsByName& seeds) {
  const Replay replay(plan, evidence, seeds);
  const auto missing = replay.missing();
  const bool alone = sampler::drawn_site_by_site(plan) && !seeds.empty();
  ReplayFiles made = missing.empty() || alone ? replay.files() : ReplayFiles{};
  made.missing = missing;
  return made;
}

}  // namespace muster::cli
