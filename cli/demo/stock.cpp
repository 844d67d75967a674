#include "cli/demo/stock.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"
#include "registry/catalogue/peak_rate.hpp"

namespace muster::cli::demo {
namespace {

constexpr std::uint64_t blocks_per_fleet = 1'000;
constexpr std::uint64_t failing_one_in = 1'000;
constexpr std::uint64_t spares = 2;

/// Shares of a fleet's boards in its datacentres, in percent.
const std::vector<std::vector<std::size_t>> hall_shares = {
    {65, 35}, {50, 30, 20}, {40, 30, 20, 10}};

Batch made_batch(const Holding& holding, std::uint64_t block, std::uint64_t spare,
                 crypto::SeededRandom& random) {
  Batch batch{&holding, catalogue::slug(holding.model->name), block, {}, {}, {}};
  std::uint64_t ordinal = 0;
  const auto make = [&](std::vector<ChipId>& into, std::uint64_t count) {
    into.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
      into.push_back(ChipId::from_parts(
          {.block = block, .ordinal = ordinal++, .random = random.below(ChipId::part_limit)}));
    }
  };
  make(batch.good, holding.units);
  make(batch.failing, holding.units / failing_one_in);
  make(batch.spare, spare);
  return batch;
}

/// Boards of one model each.
std::vector<Board> boards_of(const FleetStock& stock) {
  std::vector<Board> boards;
  for (const Batch& batch : stock.batches) {
    const std::span good(batch.good);
    for (std::size_t i = 0; i < good.size(); i += chips_per_board) {
      boards.push_back({stock.fleet->prover.text() + "-b" + std::to_string(boards.size() + 1),
                        good.subspan(i, std::min(chips_per_board, good.size() - i))});
    }
  }
  return boards;
}

void fill_halls(FleetStock& stock, std::size_t position) {
  std::vector<Board> boards = boards_of(stock);
  const auto& shares = hall_shares[position % hall_shares.size()];
  std::size_t next = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const bool rest = i + 1 == shares.size();
    const std::size_t wanted = rest ? boards.size() : (boards.size() * shares[i] + 99) / 100;
    const std::size_t end = std::min(boards.size(), rest ? boards.size() : next + wanted);
    if (next == end) break;
    const std::string number = std::to_string(i + 1);
    Hall hall{stock.fleet->prover.text() + ".dc" + number,
              stock.fleet->name + ", datacentre " + number,
              {}};
    for (; next < end; ++next) hall.boards.push_back(std::move(boards[next]));
    stock.halls.push_back(std::move(hall));
  }
}

}  // namespace

std::uint64_t rate_of(const Holding& holding) {
  const auto rate = catalogue::peak_rate(*holding.model);
  MUSTER_CHECK(rate.has_value());  // `read_fleets` left the others out
  return rate->flop_per_s;
}

std::uint64_t mean_16_bit_rate(const FleetStock& stock) {
  __uint128_t sum = 0;
  for (const Batch& batch : stock.batches) {
    const auto rate = catalogue::peak_rate(*batch.holding->model, {.format = "BF16"});
    const std::uint64_t each = rate ? rate->flop_per_s : rate_of(*batch.holding);
    sum += static_cast<__uint128_t>(each) * batch.good.size();
  }
  return stock.chips.empty() ? 0 : static_cast<std::uint64_t>(sum / stock.chips.size());
}

std::vector<FleetStock> made_stock(const FleetBook& book, crypto::SeededRandom& random) {
  std::vector<FleetStock> all;
  for (std::size_t i = 0; i < book.fleets.size(); ++i) {
    const Fleet& fleet = book.fleets[i];
    FleetStock stock{&fleet, {}, {}, {}};
    std::vector<const Holding*> holdings;
    for (const Holding& holding : fleet.holdings) holdings.push_back(&holding);
    std::ranges::stable_sort(
        holdings, [](const Holding* a, const Holding* b) { return rate_of(*a) > rate_of(*b); });
    for (const Holding* holding : holdings) {
      const std::uint64_t block = (i + 1) * blocks_per_fleet + stock.batches.size();
      const bool first = i == 0 && stock.batches.empty();
      stock.batches.push_back(made_batch(*holding, block, first ? spares : 0, random));
      const auto& good = stock.batches.back().good;
      stock.chips.insert(stock.chips.end(), good.begin(), good.end());
    }
    fill_halls(stock, i);
    all.push_back(std::move(stock));
  }
  return all;
}

}  // namespace muster::cli::demo
