#pragma once

#include <span>
#include <vector>

#include "sampler/draw/ticket.hpp"

namespace muster::draw {

/// The frozen leaves of one site, in the order of the frame, and the site's seed.
struct SiteLeaves {
  Seed seed;
  std::span<const Hash> leaves;
};

/// A line that was drawn: which site of the draw, which line of the site, and by what ticket.
struct DrawnLine {
  std::size_t site;
  std::size_t line;
  Ticket ticket;

  friend bool operator==(const DrawnLine&, const DrawnLine&) = default;
};

/// A sample: exactly the lines whose tickets are below the cut-off.
struct Selection {
  std::vector<DrawnLine> lines;  ///< By ticket, smallest first.
  Ticket cut_off;                ///< One more than the largest ticket drawn; 0 of an empty sample.
};

/// Keeps the smallest tickets of a stream of lines, so that a frame need never be held whole.
/// Memory: two lines for each one wanted.
class SmallestTickets final {
 public:
  explicit SmallestTickets(std::size_t wanted);

  /// Takes the next lines of a site. `site` and `first_line` only name them in the result.
  void add(const TicketMaker& maker, std::size_t site, std::size_t first_line,
           std::span<const Hash> leaves);

  /// The sample of all that was added.
  /// Errors: `invalid_input` if fewer lines were added than wanted, or if two lines have one
  /// ticket: the frame names a chip twice.
  Result<Selection> finish() &&;

 private:
  void shrink();

  std::size_t wanted_;
  std::uint64_t bound_;  ///< No ticket whose first 8 bytes are above it can be drawn any more.
  std::vector<DrawnLine> kept_;
};

/// The `wanted` lines with the smallest tickets, over all sites.
/// Errors: as SmallestTickets::finish.
/// Cost: one compression of SHA-256 for each leaf.
Result<Selection> draw_smallest(std::span<const SiteLeaves> sites, std::size_t wanted);

/// The lines of one site whose tickets are below the cut-off, in the order of the frame: what an
/// opening of the site must show, no more and no less.
[[nodiscard]] std::vector<DrawnLine> lines_below(const SiteLeaves& leaves, std::size_t site,
                                                 const Ticket& cut_off);

}  // namespace muster::draw
