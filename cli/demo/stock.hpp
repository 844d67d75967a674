#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/demo/fleets.hpp"
#include "ledger/base/chip_id.hpp"
#include "ledger/crypto/seeded_random.hpp"

namespace muster::cli::demo {

/// Chips on one board; one in the position "fewer" where a model's chips run out.
inline constexpr std::size_t chips_per_board = 8;

/// The chips of one model for one fleet, by the block of ids that they come from.
struct Batch {
  const Holding* holding;
  std::string product;
  std::uint64_t block;
  std::vector<ChipId> good;     ///< delivered
  std::vector<ChipId> failing;  ///< fail the test and are destroyed
  std::vector<ChipId> spare;    ///< sent by mistake, refused and returned
};

/// Borrows the chips of its batch.
struct Board {
  std::string id;
  std::span<const ChipId> chips;
};

/// A datacentre of a Prover with the boards that go there.
struct Hall {
  std::string site;
  std::string name;
  std::vector<Board> boards;
};

/// All chips that are made for one fleet, and where they go.
struct FleetStock {
  const Fleet* fleet;
  std::vector<Batch> batches;  ///< fastest model first
  std::vector<ChipId> chips;   ///< delivered, in the order of `batches`
  std::vector<Hall> halls;     ///< only those that get a board
};

/// Chips, boards and datacentres for every fleet of `book`, which outlives them. Two to four
/// datacentres of unequal size a fleet; the first fleet's first batch has two spares.
[[nodiscard]] std::vector<FleetStock> made_stock(const FleetBook& book,
                                                 crypto::SeededRandom& random);

/// The highest dense rate of a holding's model. Requires: a model with a rate.
[[nodiscard]] std::uint64_t rate_of(const Holding& holding);

/// The mean dense rate of the delivered chips at 16 bits; models without one count by their
/// highest.
[[nodiscard]] std::uint64_t mean_16_bit_rate(const FleetStock& stock);

}  // namespace muster::cli::demo
