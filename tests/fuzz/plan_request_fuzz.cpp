// The request of a plan as a stranger may write it: draws from the rest, with memory, at the gates
// and plain ones. What is read is written again to the same; of small frames the plan is made, and
// its document reads back as itself and draws no more lines than there are.

#include "ledger/base/check.hpp"
#include "sampler/plan/design_bound.hpp"
#include "sampler/plan/plan.hpp"
#include "sampler/plan/request_json.hpp"
#include "sampler/plan/seen_before.hpp"

namespace {

using namespace muster;
using namespace muster::sampler;

/// Frames of more only cost time, and a weighted design of six classes 15 s under sanitizers.
constexpr std::uint64_t most_chips = 300;
constexpr std::size_t most_parts = 6;
constexpr std::size_t most_weighted_classes = 2;

bool is_small(const PlanRequest& request) {
  const bool weighted = request.design && request.design->kind == DesignKind::weighted;
  if (weighted && request.classes.size() > most_weighted_classes) return false;
  return request.frames.size() <= most_parts && request.sites.size() <= most_parts &&
         request.classes.size() <= most_parts && chip_count(request.classes) <= most_chips;
}

}  // namespace

int fuzz_plan_request(const std::uint8_t* data, std::size_t size) {
  const auto json =
      parse_json(std::string_view(reinterpret_cast<const char*>(data), size));  // NOLINT
  if (!json) return 0;
  auto request = request_from(*json);
  if (!request) return 0;
  const std::string written = canonical_json(request_json(*request));
  const auto again = request_from(*parse_json(written));
  MUSTER_CHECK(again && canonical_json(request_json(*again)) == written);
  if (!is_small(*request)) return 0;
  const auto plan = make_plan(std::move(*request));
  if (!plan) return 0;
  MUSTER_CHECK(plan->sample_size <= chip_count(plan->request.classes));
  MUSTER_CHECK(audit_power(*plan).drawn <= 1);
  if (plan->request.seen) {
    MUSTER_CHECK(plan->sample_size + lines_left_out(plan->request) <=
                 chip_count(plan->request.classes));
  }
  const std::string text = canonical_json(plan_json(*plan));
  const auto read = parse_plan(text);
  MUSTER_CHECK(read && canonical_json(plan_json(*read)) == text);
  return 0;
}
