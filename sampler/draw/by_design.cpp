#include "sampler/draw/by_design.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"

namespace muster::draw {

std::uint64_t visit_number(const Seed& seed) {
  static const Hash domain = crypto::sha256(as_bytes("muster/visit/v1"));
  return read_u64be(crypto::sha256({seed.value.view(), domain.view()}).view());
}

std::uint64_t lines_wanted(const Seed& seed, const SiteNumber& number) {
  if (number.low == number.high) return number.high;
  return visit_number(seed) <= number.visit_limit ? number.high : number.low;
}

Result<std::vector<DrawnLine>> draw_at_site(const SiteLeaves& leaves, std::size_t site,
                                            std::uint64_t wanted) {
  SmallestTickets smallest(static_cast<std::size_t>(wanted));
  smallest.add(TicketMaker(leaves.seed), site, 0, leaves.leaves);
  MUSTER_TRY_ASSIGN(Selection sample, std::move(smallest).finish());
  return std::move(sample.lines);
}

Result<std::vector<DrawnLine>> draw_by_limit(const SiteLeaves& leaves, std::size_t site,
                                             std::span<const std::uint64_t> limits) {
  MUSTER_CHECK(limits.size() == leaves.leaves.size());
  const TicketMaker maker(leaves.seed);
  std::vector<DrawnLine> lines;
  for (std::size_t line = 0; line < limits.size(); ++line) {
    const Ticket ticket = maker.ticket(leaves.leaves[line]);
    if (read_u64be(ticket.view()) <= limits[line]) lines.push_back({site, line, ticket});
  }
  std::sort(lines.begin(), lines.end(),
            [](const DrawnLine& a, const DrawnLine& b) { return a.ticket < b.ticket; });
  const auto twin = std::adjacent_find(
      lines.begin(), lines.end(),
      [](const DrawnLine& a, const DrawnLine& b) { return a.ticket == b.ticket; });
  if (twin == lines.end()) return lines;
  return failure(Errc::invalid_input, "draw: lines " + std::to_string(twin->line) + " and " +
                                          std::to_string((twin + 1)->line) + " of site " +
                                          std::to_string(site) + " have the same leaf");
}

}  // namespace muster::draw
