#include "cli/audit/order_check.hpp"

#include "cli/audit/vrf_key_file.hpp"
#include "registry/rules.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t most_named_faults = 20;

/// Collects what is out of order.
class OrderFaults final {
 public:
  explicit OrderFaults(sampler::NamedCheck& check) : check_(&check) {}

  void note(sampler::CheckStatus status, const std::string& text) {
    if (check_->status != sampler::CheckStatus::failed) check_->status = status;
    if (++count_ > most_named_faults) return;
    check_->detail += (check_->detail.empty() ? "" : "; ") +
                      (count_ == most_named_faults ? std::string("and more") : text);
  }
  void want_before(registry::Index32 earlier, registry::Index32 later, const std::string& what) {
    if (earlier < later) return;
    note(sampler::CheckStatus::failed, what + ": entry " + std::to_string(earlier) +
                                           " is not before entry " + std::to_string(later));
  }

 private:
  sampler::NamedCheck* check_;
  std::size_t count_ = 0;
};

void check_key(const registry::State& state, const CommittedPlan& plan, OrderFaults& faults) {
  const std::string text = plan.plan.request.vrf_key.text();
  for (const registry::VrfKey& key : state.tables().vrf_keys.rows()) {
    if (text != vrf_key_text(key)) continue;
    if (state.party_name(key.party) != plan.verifier) continue;
    return faults.want_before(key.index, plan.index, "VRF key after the plan");
  }
  faults.note(sampler::CheckStatus::failed,
              "the plan's VRF key is not registered to " + plan.verifier);
}

/// In a draw at the gates the arrival stands between the seal and the opening.
void check_arrival(const CommittedPlan& plan, const registry::SealedSite& site,
                   registry::Index32 sealed, OrderFaults& faults) {
  if (!sampler::drawn_at_gates(plan.plan)) return;
  if (site.arrived == registry::no_index) {
    return faults.note(sampler::CheckStatus::failed, site.id + " opened without an arrival");
  }
  faults.want_before(sealed, site.arrived, site.id + " arrived at before the seal");
  faults.want_before(site.arrived, site.opened, site.id + " opened before the arrival");
}

}  // namespace

sampler::NamedCheck order_check(const registry::State& state, const CommittedPlan& plan) {
  sampler::NamedCheck check{"freeze, key, plan, seal, openings and answers stand in this order",
                            sampler::CheckStatus::ok,
                            {}};
  OrderFaults faults(check);
  check_key(state, plan, faults);
  for (const Frozen& frozen : plan.freezes) {
    faults.want_before(frozen.index, plan.index, "freeze " + frozen.freeze + " after the plan");
  }
  const registry::Tables& tables = state.tables();
  const registry::RowN row = tables.plans.find(plan.id);
  const registry::Index32 sealed = tables.plans[row].sealed;
  if (sealed == registry::no_index) {
    faults.note(sampler::CheckStatus::unverified, "the draw is not sealed yet");
    return check;
  }
  faults.want_before(plan.index, sealed, "sealed before the plan");
  for (const registry::SealedSite& site : tables.sealed_sites.rows()) {
    if (site.plan != row || site.opened == registry::no_index) continue;
    faults.want_before(sealed, site.opened, site.id + " opened before the seal");
    check_arrival(plan, site, sealed, faults);
    for (std::uint64_t n = 0; n < site.lines; ++n) {
      const registry::Line& line = tables.lines[static_cast<registry::RowN>(site.first_line + n)];
      if (line.answered == registry::no_index) continue;
      faults.want_before(site.opened, line.answered,
                         "line " + std::to_string(n) + " of " + site.id + " answered too early");
    }
  }
  return check;
}

sampler::NamedCheck value_ahead_check(const registry::State& state, const CommittedPlan& plan,
                                      const sampler::DrawEvidence& evidence) {
  sampler::NamedCheck check{"beacon value existed when it was used", sampler::CheckStatus::ok, {}};
  OrderFaults faults(check);
  const registry::Tables& tables = state.tables();
  const registry::RowN row = tables.plans.find(plan.id);
  const auto want = [&](const std::optional<Timestamp>& value, registry::Index32 used,
                        const std::string& what) {
    if (!value || used == registry::no_index) return;
    const std::int64_t at = tables.statements[used].accepted_ms;
    if (value->ms <= at + registry::max_event_ahead_ms) return;
    faults.note(sampler::CheckStatus::failed,
                what + " at " + Timestamp{at}.to_string() + " by a value of " + value->to_string());
  };
  want(evidence.beacon_time, tables.plans[row].sealed, "sealed");
  for (const sampler::GateValue& gate : evidence.gates) {
    for (const registry::SealedSite& site : tables.sealed_sites.rows()) {
      if (site.plan == row && site.id == plan.id + "/" + gate.site) {
        want(gate.time, site.opened, site.id + " opened");
      }
    }
  }
  return check;
}

sampler::NamedCheck lines_answered_check(const registry::State& state, const CommittedPlan& plan,
                                         Timestamp now) {
  sampler::NamedCheck check{
      "every line is answered and no clock ran out unseen", sampler::CheckStatus::ok, {}};
  OrderFaults faults(check);
  const registry::Tables& tables = state.tables();
  const registry::RowN row = tables.plans.find(plan.id);
  for (const registry::SealedSite& site : tables.sealed_sites.rows()) {
    if (site.plan != row) continue;
    if (site.opened == registry::no_index) {
      if (site.lines > 0) faults.note(sampler::CheckStatus::unverified, site.id + ": not opened");
      continue;
    }
    std::uint64_t missing = 0;
    for (std::uint64_t n = 0; n < site.lines; ++n) {
      const registry::Line& line = tables.lines[static_cast<registry::RowN>(site.first_line + n)];
      if (line.answered == registry::no_index) ++missing;
    }
    if (missing > 0) {
      faults.note(sampler::CheckStatus::unverified,
                  site.id + ": " + std::to_string(missing) + " lines without an answer");
    }
  }
  for (const registry::Query& query : tables.queries.rows()) {
    if (query.plan != row || query.closed != registry::no_index) continue;
    const bool late = query.answered == registry::no_index && query.due <= now;
    faults.note(late ? sampler::CheckStatus::failed : sampler::CheckStatus::unverified,
                late ? "query " + query.id + " was due " + query.due.to_string() +
                           " and is not closed: `muster query settle`"
                     : "query " + query.id + " is open until " + query.due.to_string());
  }
  return check;
}

}  // namespace muster::cli
