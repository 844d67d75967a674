#include "sampler/floor/floor_plan.hpp"

#include <algorithm>

#include "ledger/base/utf8.hpp"
#include "ledger/crypto/sha256.hpp"
#include "sampler/plan/json_values.hpp"
#include "sampler/plan/request_json.hpp"
#include "sampler/stats/hypergeometric.hpp"

namespace muster::sampler {
namespace {

constexpr std::uint64_t most_positions = 10'000'000;
constexpr std::size_t most_notes = 100;
constexpr std::size_t most_note = 400;

tl::unexpected<Error> bad_floor(const std::string& message) {
  return failure(Errc::invalid_input, "floor plan: " + message);
}

bool is_note(const std::string& text) {
  const bool plain = std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  return plain && !text.empty() && text.size() <= most_note && is_utf8(text);
}

Result<void> check_floor(const FloorRequest& request) {
  if (request.positions == 0 || request.positions > most_positions) {
    return bad_floor("positions: want 1 to " + std::to_string(most_positions));
  }
  if (request.positions_root == Hash{} || request.freeze_statement == Hash{}) {
    return bad_floor("a root or the freeze is zero");
  }
  if (request.unregistered == 0 || request.unregistered > request.positions) {
    return bad_floor("unregistered: got " + std::to_string(request.unregistered) +
                     ", want 1 to the " + std::to_string(request.positions) + " positions");
  }
  if (request.target.is_zero() || request.target.is_one() || !request.target.exact()) {
    return bad_floor("target: want a number above 0 and below 1");
  }
  if (request.not_covered.size() > most_notes ||
      !std::all_of(request.not_covered.begin(), request.not_covered.end(), is_note)) {
    return bad_floor("not_covered: want at most 100 texts of 1 to 400 plain characters");
  }
  return check(request.beacon);
}

std::vector<FloorPower> powers_of(const FloorRequest& request, std::uint64_t sample) {
  const std::uint64_t u = request.unregistered;
  std::vector<FloorPower> list;
  for (const std::uint64_t many : {(u + 3) / 4, (u + 1) / 2, u, 2 * u, 4 * u}) {
    if (many > request.positions) break;
    if (!list.empty() && list.back().unregistered == many) continue;
    list.push_back({many, stats::detection({request.positions, many}, sample)});
  }
  return list;
}

/// What no draw of positions shows, whatever the inspector adds.
std::vector<std::string> gaps_of(const FloorRequest& request) {
  std::vector<std::string> gaps = {
      "chips at positions that " + request.host.text() + " did not list, and at other sites",
      "chips moved away after the value of the draw was known",
      "chips inside a server or tray that one position's name hides, unless every one was read"};
  gaps.insert(gaps.end(), request.not_covered.begin(), request.not_covered.end());
  return gaps;
}

Json request_part(const FloorRequest& request) {
  return Json{{"id", request.id.text()},
              {"host", request.host.text()},
              {"freeze", request.freeze_statement.to_hex()},
              {"site", request.site.text()},
              {"positions", integer(request.positions)},
              {"positions_root", request.positions_root.to_hex()},
              {"unregistered", integer(request.unregistered)},
              {"target", request.target.exact()->text()},
              {"beacon", beacon_spec_json(request.beacon)},
              {"not_covered", request.not_covered}};
}

Result<std::string> note_from(const Json& json, const std::string& where) {
  if (json.is_string()) return json.get<std::string>();
  return failure(Errc::invalid_input, where + ": got " + json_kind(json) + ", want a string");
}

Result<FloorRequest> request_part_from(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "request"));
  MUSTER_TRY_ASSIGN(const PlanId id, fields.parsed<PlanId>("id"));
  MUSTER_TRY_ASSIGN(const PartyId host, fields.parsed<PartyId>("host"));
  MUSTER_TRY_ASSIGN(const Hash freeze, fields.hash("freeze"));
  MUSTER_TRY_ASSIGN(const SiteId site, fields.parsed<SiteId>("site"));
  MUSTER_TRY_ASSIGN(const std::uint64_t positions, count(fields, "positions"));
  MUSTER_TRY_ASSIGN(const Hash root, fields.hash("positions_root"));
  MUSTER_TRY_ASSIGN(const std::uint64_t unregistered, count(fields, "unregistered"));
  MUSTER_TRY_ASSIGN(const Probability target, fields.parsed<Probability>("target"));
  MUSTER_TRY_ASSIGN(const Json* beacon, fields.object("beacon"));
  MUSTER_TRY_ASSIGN(BeaconSpec spec, beacon_spec_from(*beacon));
  MUSTER_TRY_ASSIGN(auto gaps, items<std::string>(fields, "not_covered", note_from));
  MUSTER_TRY(fields.finish());
  return FloorRequest{id,           host,   freeze,          site,           positions, root,
                      unregistered, target, std::move(spec), std::move(gaps)};
}

}  // namespace

Result<FloorPlan> make_floor_plan(FloorRequest request) {
  MUSTER_TRY(check_floor(request));
  const stats::Lot lot{request.positions, request.unregistered};
  // A census meets every unregistered chip, so that there is always an answer.
  const std::uint64_t sample = stats::min_sample(lot, request.target).value_or(request.positions);
  FloorPlan plan{std::move(request), sample, stats::detection(lot, sample), {}, {}};
  plan.power = powers_of(plan.request, sample);
  plan.not_covered = gaps_of(plan.request);
  return plan;
}

Json floor_plan_json(const FloorPlan& plan) {
  Json power = Json::array();
  for (const FloorPower& point : plan.power) {
    power.push_back(Json{{"unregistered", integer(point.unregistered)},
                         {"power", stats::digits(point.probability)}});
  }
  return Json{{"version", floor_plan_version},
              {"draw", floor_draw_version},
              {"request", request_part(plan.request)},
              {"sample_size", integer(plan.sample_size)},
              {"drawn_probability", stats::digits(plan.drawn_probability)},
              {"power", std::move(power)},
              {"not_covered", plan.not_covered}};
}

Hash floor_plan_hash(const FloorPlan& plan) {
  return crypto::sha256(canonical_json(floor_plan_json(plan)));
}

bool is_floor_plan(const Json& document) {
  return document.is_object() && document.contains("version") &&
         document.at("version") == floor_plan_version;
}

Result<FloorPlan> parse_floor_plan(std::string_view canonical) {
  MUSTER_TRY_ASSIGN(const Json given, parse_canonical_json(canonical));
  if (!is_floor_plan(given) || !given.contains("request")) {
    return bad_floor("want a document of version " + std::string(floor_plan_version));
  }
  MUSTER_TRY_ASSIGN(FloorRequest request, request_part_from(given.at("request")));
  MUSTER_TRY_ASSIGN(FloorPlan plan, make_floor_plan(std::move(request)));
  const Json made = floor_plan_json(plan);
  if (made == given) return plan;
  for (const auto& [key, value] : made.items()) {
    if (!given.contains(key) || given.at(key) != value) {
      return bad_floor(key + ": does not follow from the plan's request");
    }
  }
  return bad_floor("has fields that a plan has not");
}

}  // namespace muster::sampler
