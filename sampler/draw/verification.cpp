#include "sampler/draw/verification.hpp"

#include <map>
#include <utility>

namespace muster::draw {
namespace {

using Place = std::pair<std::size_t, std::size_t>;
using Tickets = std::map<Place, Ticket>;

std::string name(const Place& place) {
  return "site " + std::to_string(place.first) + " line " + std::to_string(place.second);
}

Tickets tickets_below(std::span<const SiteLeaves> sites, const Ticket& cut_off) {
  Tickets tickets;
  for (std::size_t site = 0; site < sites.size(); ++site) {
    for (const DrawnLine& line : lines_below(sites[site], site, cut_off)) {
      tickets[{site, line.line}] = line.ticket;
    }
  }
  return tickets;
}

}  // namespace

std::vector<std::string> draw_findings(std::span<const SiteLeaves> sites, std::size_t wanted,
                                       const Selection& published) {
  std::vector<std::string> findings;
  const Tickets drawn = tickets_below(sites, published.cut_off);
  if (drawn.size() != wanted) {
    findings.push_back("cut-off: " + std::to_string(drawn.size()) + " tickets are below it, want " +
                       std::to_string(wanted));
  }
  Tickets shown;
  for (const DrawnLine& line : published.lines) {
    const Place place{line.site, line.line};
    const auto match = drawn.find(place);
    if (!shown.emplace(place, line.ticket).second) {
      findings.push_back(name(place) + ": listed twice");
    } else if (match == drawn.end()) {
      findings.push_back(name(place) + ": listed, but its ticket is not below the cut-off");
    } else if (match->second != line.ticket) {
      findings.push_back(name(place) + ": ticket: got " + line.ticket.to_hex() + ", want " +
                         match->second.to_hex());
    }
  }
  for (const auto& [place, ticket] : drawn) {
    if (!shown.contains(place)) findings.push_back(name(place) + ": drawn, but not listed");
  }
  return findings;
}

}  // namespace muster::draw
