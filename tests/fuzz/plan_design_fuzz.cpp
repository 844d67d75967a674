// Whatever is asked as a plan's design: it is refused, or the plan promises no less than the
// target, draws no more chips than there are, and reads back as itself. The input is the JSON of
// `request.design`; the rest of the request is a small fixed one of three sites and two classes.

#include "ledger/base/check.hpp"
#include "sampler/plan/design_bound.hpp"
#include "sampler/plan/design_json.hpp"
#include "sampler/plan/plan.hpp"

namespace {

using namespace muster;
using namespace muster::sampler;

Decimal whole(std::uint64_t value) { return Decimal::from_integer(value); }

ChipClass small_class(const std::string& name, std::uint64_t rate, std::uint64_t count) {
  ChipClass item = chip_class_at(name, rate, count);
  item.frame_class = name;
  item.frame_weight = std::to_string(rate);
  item.log_profile = "emulated-v1";
  return item;
}

PlanRequest fixed_request() {
  Hash root;
  root.bytes.fill(1);
  const VrfSecretKey key(crypto::VrfEd25519Key(std::array<std::uint8_t, 32>{1}));
  PlanRequest request{.id = PlanId::parse("P1").value(),
                      .purpose = Purpose::use,
                      .title = "fuzzed",
                      .window = {Timestamp{0}, Timestamp{2'592'000'000}},
                      .frames = {{PartyId::parse("northwind").value(), root, root, 81, root, root}},
                      .sites = {{SiteId::parse("a").value(), 45},
                                {SiteId::parse("b").value(), 30},
                                {SiteId::parse("c").value(), 6}},
                      .classes = {small_class("slow", 1, 61), small_class("fast", 3, 20)},
                      .run = {whole(86'400ULL * 90 * 12), whole(86'400ULL * 90 * 12), whole(90)},
                      .reporting_limit_flop = whole(0),
                      .unseen = {},
                      .target = Probability::parse("0.9").value(),
                      .queries = QueryExpectation{Probability::parse("0.01").value(), 30, whole(7)},
                      .beacon = {"ceremony", 0, Timestamp{2'592'000'001}},
                      .vrf_key = key.public_key()};
  return request;
}

}  // namespace

int fuzz_plan_design(const std::uint8_t* data, std::size_t size) {
  const auto json =
      parse_json(std::string_view(reinterpret_cast<const char*>(data), size));  // NOLINT
  if (!json) return 0;
  const auto design = design_from(*json);
  if (!design) return 0;
  static const PlanRequest fixed = fixed_request();
  PlanRequest request = fixed;
  request.design = *design;
  if (design->strata == Strata::provers) {  // only a pool has them
    request.frames.push_back(request.frames.front());
    request.frames.back().prover = PartyId::parse("other").value();
    request.frames.front().frame_count = 61;
    request.frames.back().frame_count = 20;
  }
  const auto plan = make_plan(std::move(request));
  if (!plan) return 0;
  MUSTER_CHECK(plan->sample_size <= 81);
  MUSTER_CHECK(plan->layout->expected_chips <= 81 && plan->layout->expected_visits <= 3);
  // A co-located target is met exactly, up to the last of a hundred digits.
  MUSTER_CHECK(plan->detection_probability >= stats::Real("0.9") - stats::Real("1e-30"));
  MUSTER_CHECK(audit_power(*plan).drawn <= 1);
  const std::string text = canonical_json(plan_json(*plan));
  const auto again = parse_plan(text);
  MUSTER_CHECK(again && canonical_json(plan_json(*again)) == text);
  return 0;
}
