#include "cli/demo/calendar.hpp"
#include "cli/demo/head_columns.hpp"
#include "cli/demo/scene.hpp"

namespace muster::cli::demo {
namespace {

using registry::StatementChip;

constexpr std::size_t boards_per_rack = 8;

/// "r12.u3.p7": rack, unit and position.
std::string slot_of(std::size_t board, std::size_t position) {
  return "r" + std::to_string(board / boards_per_rack + 1) + ".u" +
         std::to_string(board % boards_per_rack + 1) + ".p" + std::to_string(position + 1);
}

Result<void> install_boards(const Scene& scene, const std::string& prover, const Hall& hall,
                            std::size_t first, std::size_t end) {
  std::vector<StatementChip> chips;
  for (std::size_t board = first; board < end; ++board) {
    const auto on_board = hall.boards[board].chips;
    for (std::size_t i = 0; i < on_board.size(); ++i) {
      chips.push_back({on_board[i], Json{{"slot", slot_of(board, i)}}});
    }
  }
  return scene.filing.add(prover,
                          {.kind = "install", .chips = std::move(chips), .site = hall.site});
}

/// In lots of whole boards.
Result<void> install(const Scene& scene, const FleetStock& stock, const Hall& hall) {
  constexpr std::size_t boards_per_lot = registry::max_lot / chips_per_board;
  for (std::size_t first = 0; first < hall.boards.size(); first += boards_per_lot) {
    const std::size_t end = std::min(hall.boards.size(), first + boards_per_lot);
    MUSTER_TRY(install_boards(scene, stock.fleet->prover.text(), hall, first, end));
  }
  return {};
}

}  // namespace

Json head_columns(const FiledHead& head) {
  return {{"counter", head.counter},
          {"entry", head.entry.to_hex()},
          {"epoch", head.epoch},
          {"head", head.head.to_hex()}};
}

Result<void> install_chips(const Scene& scene) {
  MUSTER_TRY(scene.filing.begin("Installed", calendar::installed, 3 * scene.stock.size()));
  for (const FleetStock& stock : scene.stock) {
    for (const Hall& hall : stock.halls) MUSTER_TRY(install(scene, stock, hall));
  }
  return scene.filing.end();
}

Result<void> file_first_heads(const Scene& scene) {
  MUSTER_TRY(scene.filing.begin("First heads filed", calendar::first_heads, scene.stock.size()));
  const Json window = {{"from", calendar::unpacked.to_string()},
                       {"to", calendar::first_heads.to_string()}};
  for (const auto& side : scene.sides) {
    const std::size_t all = side->chips().size();
    for (std::size_t first = 0; first < all; first += heads_per_statement) {
      const std::size_t count = std::min(heads_per_statement, all - first);
      std::vector<StatementChip> chips;
      chips.reserve(count);
      for (const FiledHead& head : side->first_heads(first, count, scene.threads)) {
        chips.push_back({head.chip, head_columns(head)});
      }
      MUSTER_TRY(scene.filing.add(
          side->story().prover.text(),
          {.kind = "heads.commit", .body = {{"window", window}}, .chips = std::move(chips)}));
    }
  }
  return scene.filing.end();
}

}  // namespace muster::cli::demo
