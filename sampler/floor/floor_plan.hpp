#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/hash.hpp"
#include "ledger/base/json.hpp"
#include "ledger/base/names.hpp"
#include "sampler/plan/plan_request.hpp"
#include "sampler/stats/real.hpp"

namespace muster::sampler {

inline constexpr std::string_view floor_plan_version = "muster/floor-plan/v1";
/// The n positions with the smallest tickets, by a seed without a VRF output: nothing is secret.
inline constexpr std::string_view floor_draw_version = "muster/floor-draw/v1";

/// What a plan from the floor to the book is made from.
struct FloorRequest {
  PlanId id;
  PartyId host;           ///< who runs the site, and listed its positions
  Hash freeze_statement;  ///< of the host's freeze: what the register said then is the book
  SiteId site;
  std::uint64_t positions;     ///< M
  Hash positions_root;         ///< RFC 6962, over `position_leaves` of the sorted positions
  std::uint64_t unregistered;  ///< u: positions with unregistered chips, one of which must be drawn
  Probability target;
  BeaconSpec beacon;
  std::vector<std::string> not_covered{};  ///< in the inspector's words, beside what is always so
};

/// With what chance a position with an unregistered chip is drawn where there are so many.
struct FloorPower {
  std::uint64_t unregistered;
  stats::Real probability;
};

/// A plan that asks whether what stands at a site is in the register. A value; never changed.
struct FloorPlan {
  FloorRequest request;
  std::uint64_t sample_size;      ///< n: the fewest that reach the target
  stats::Real drawn_probability;  ///< 1 - C(M-u, n)/C(M, n)
  std::vector<FloorPower> power;  ///< for a quarter, a half, once, twice and four times u
  std::vector<std::string> not_covered;
};

/// The plan for `request`.
/// Errors: `invalid_input` for no positions, u of 0 or above M, a target of 0 or 1 or without an
/// exact value, a zero root, odd text; those of the beacon (`plan.beacon_too_early`,
/// `plan.beacon_unverifiable`).
Result<FloorPlan> make_floor_plan(FloorRequest request);

/// The plan as a document; canonical JSON of it is what is committed.
[[nodiscard]] Json floor_plan_json(const FloorPlan& plan);
/// SHA-256 of the canonical document.
[[nodiscard]] Hash floor_plan_hash(const FloorPlan& plan);

/// Whether a document says that it is such a plan.
[[nodiscard]] bool is_floor_plan(const Json& document);

/// Reads a canonical document and makes the plan anew. Errors: `invalid_input` by field, also for
/// what does not follow from the request; those of `make_floor_plan`.
Result<FloorPlan> parse_floor_plan(std::string_view canonical);

}  // namespace muster::sampler
