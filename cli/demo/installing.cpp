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

std::vector<StatementChip> in_slots(const Hall& hall) {
  std::vector<StatementChip> chips;
  for (std::size_t board = 0; board < hall.boards.size(); ++board) {
    const auto& on_board = hall.boards[board].chips;
    for (std::size_t i = 0; i < on_board.size(); ++i) {
      chips.push_back({on_board[i], Json{{"slot", slot_of(board, i)}}});
    }
  }
  return chips;
}

Result<void> install(const Scene& scene, const FleetStock& stock, const Hall& hall) {
  return in_lots(in_slots(hall), [&](std::vector<StatementChip> lot, std::size_t) {
    return scene.filing.add(stock.fleet->prover.text(),
                            {.kind = "install", .chips = std::move(lot), .site = hall.site});
  });
}

}  // namespace

Json head_columns(const FiledHead& head) {
  return {{"counter", head.counter},
          {"entry", head.entry.to_hex()},
          {"epoch", head.epoch},
          {"head", head.head.to_hex()}};
}

Result<void> install_chips(const Scene& scene,
                           const std::vector<std::vector<Enrolment>>& enrolments) {
  MUSTER_TRY(scene.filing.begin("Installed", calendar::installed, 3 * scene.stock.size()));
  for (const FleetStock& stock : scene.stock) {
    for (const Hall& hall : stock.halls) MUSTER_TRY(install(scene, stock, hall));
  }
  MUSTER_TRY(scene.filing.begin("First heads filed", calendar::first_heads, scene.stock.size()));
  const Json window = {{"from", calendar::unpacked.to_string()},
                       {"to", calendar::first_heads.to_string()}};
  for (std::size_t i = 0; i < scene.stock.size(); ++i) {
    std::vector<StatementChip> chips;
    chips.reserve(enrolments[i].size());
    for (const Enrolment& one : enrolments[i]) {
      chips.push_back({one.first.chip, head_columns(one.first)});
    }
    MUSTER_TRY(scene.filing.add(
        scene.stock[i].fleet->prover.text(),
        {.kind = "heads.commit", .body = {{"window", window}}, .chips = std::move(chips)}));
  }
  return scene.filing.end();
}

}  // namespace muster::cli::demo
