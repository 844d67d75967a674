#pragma once

#include <array>
#include <compare>
#include <string>
#include <vector>

// One chip, alone in the world: every state that it can be in, and every event that may follow.
// Source: the one-chip model of the project's design (single_chip_model.py), re-expressed.

namespace muster::test::model {

enum class Life { none, reserved, made, passed, failed, retired, destroyed, voided, out };
enum class Org { nobody, fab, a, b, vendor, government };
enum class Where { site, transit, choke };
enum class Place { loose, in, packed, installed };

/// The parties that chips are released and sold to.
inline constexpr std::array<Org, 4> traders{Org::fab, Org::a, Org::b, Org::vendor};

struct ChipModel {
  Life life = Life::none;
  Org custodian = Org::nobody;
  Org owner = Org::nobody;
  Org released_to = Org::nobody;
  Where where = Where::site;
  Place place = Place::loose;
  bool quarantine = false;
  bool hold = false;
  bool seized = false;
  bool lost = false;
  bool stolen = false;

  friend auto operator<=>(const ChipModel&, const ChipModel&) = default;
};

/// An event by the code of the model, and the party that it names, if it names one.
struct Move {
  std::string code;
  Org party = Org::nobody;

  friend auto operator<=>(const Move&, const Move&) = default;
};

/// One event, and what the chip is like after it.
struct Step {
  Move move;
  ChipModel after;
};

/// All that may follow.
[[nodiscard]] std::vector<Step> steps_from(const ChipModel& chip);

/// "passed, held by a, owned by fab, …", for messages.
[[nodiscard]] std::string text_of(const ChipModel& chip);

}  // namespace muster::test::model
