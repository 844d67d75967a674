#include "sampler/draw/selection.hpp"

#include <algorithm>
#include <limits>

#include "ledger/base/check.hpp"

namespace muster::draw {
namespace {

bool by_ticket(const DrawnLine& a, const DrawnLine& b) { return a.ticket < b.ticket; }

std::uint64_t first_word(const Ticket& ticket) { return read_u64be(ticket.view()); }

// The ticket plus one, as a 256-bit number.
Ticket successor(Ticket ticket) {
  for (auto byte = ticket.bytes.rbegin(); byte != ticket.bytes.rend(); ++byte) {
    if (++*byte != 0) return ticket;
  }
  MUSTER_CHECK(false && "a ticket of 256 one bits");
  return ticket;
}

// Room for as many again, so that a selection of the smallest is rare; at least a page of them.
std::size_t room(std::size_t wanted) { return 2 * wanted + 64; }

}  // namespace

SmallestTickets::SmallestTickets(std::size_t wanted)
    : wanted_(wanted), bound_(std::numeric_limits<std::uint64_t>::max()) {}

void SmallestTickets::shrink() {
  if (kept_.size() <= wanted_) return;
  const auto last = kept_.begin() + static_cast<std::ptrdiff_t>(wanted_);
  // Equal tickets are all kept: finish() must see them.
  std::nth_element(kept_.begin(), last, kept_.end(), by_ticket);
  const Ticket edge = last->ticket;
  std::erase_if(kept_, [&](const DrawnLine& line) { return edge < line.ticket; });
  bound_ = first_word(edge);
}

void SmallestTickets::add(const TicketMaker& maker, std::size_t site, std::size_t first_line,
                          std::span<const Hash> leaves) {
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    const Ticket ticket = maker.ticket(leaves[i]);
    if (first_word(ticket) > bound_) continue;
    kept_.push_back({site, first_line + i, ticket});
    if (kept_.size() >= room(wanted_)) shrink();
  }
}

Result<Selection> SmallestTickets::finish() && {
  if (kept_.size() < wanted_) {
    return failure(Errc::invalid_input, "draw: got a frame of " + std::to_string(kept_.size()) +
                                            " lines, want at least " + std::to_string(wanted_));
  }
  // The order of arrival must not matter: only twins that touch the sample or its edge are errors.
  std::sort(kept_.begin(), kept_.end(), by_ticket);
  kept_.resize(std::min(kept_.size(), wanted_ + 1));
  const auto twin = std::adjacent_find(
      kept_.begin(), kept_.end(),
      [](const DrawnLine& a, const DrawnLine& b) { return a.ticket == b.ticket; });
  if (twin != kept_.end()) {
    return failure(Errc::invalid_input, "draw: lines " + std::to_string(twin->line) + " and " +
                                            std::to_string((twin + 1)->line) + " of site " +
                                            std::to_string(twin->site) + " have the same leaf");
  }
  kept_.resize(wanted_);
  const Ticket cut_off = kept_.empty() ? Ticket{} : successor(kept_.back().ticket);
  return Selection{std::move(kept_), cut_off};
}

Result<Selection> draw_smallest(std::span<const SiteLeaves> sites, std::size_t wanted) {
  SmallestTickets smallest(wanted);
  for (std::size_t site = 0; site < sites.size(); ++site) {
    smallest.add(TicketMaker(sites[site].seed), site, 0, sites[site].leaves);
  }
  return std::move(smallest).finish();
}

std::vector<DrawnLine> lines_below(const SiteLeaves& leaves, std::size_t site,
                                   const Ticket& cut_off) {
  const TicketMaker maker(leaves.seed);
  std::vector<DrawnLine> lines;
  for (std::size_t line = 0; line < leaves.leaves.size(); ++line) {
    const Ticket ticket = maker.ticket(leaves.leaves[line]);
    if (ticket < cut_off) lines.push_back({site, line, ticket});
  }
  return lines;
}

}  // namespace muster::draw
