#include "registry/chokepoint/shipment_check.hpp"

#include <algorithm>

#include "ledger/crypto/sha256.hpp"
#include "registry/chokepoint/shipment_units.hpp"
#include "sampler/stats/thinned.hpp"

namespace muster::choke {
namespace {

using stats::Rational;

std::string joined_codes(const std::vector<std::string>& codes) {
  std::string text;
  for (const std::string& code : codes) text += (text.empty() ? "" : " or ") + code;
  return text;
}

bool has_code(const Goods& goods, const std::string& filed) {
  return std::any_of(goods.codes.begin(), goods.codes.end(),
                     [&](const std::string& code) { return filed.starts_with(code); });
}

class Check final {
 public:
  Check(Extract& extract, const CheckRequest& request) : extract_(extract), request_(request) {}

  Result<ShipmentCheck> run() {
    MUSTER_TRY(check_rule(request_.rule));
    if (const auto reason = reason_against(extract_, request_.now)) {
      hold(reason->code, reason->text);
    }
    for (const Scan& scan : request_.scans) MUSTER_TRY(take(scan));
    MUSTER_TRY(find_shipment());
    units_ = units_of(cartons_, chips_);
    count();
    compare_filing();
    compare_goods();
    choose_openings();
    say_what_is_not_checked();
    if (!result_.reasons.empty()) {
      result_.decision = Decision::hold;
    } else if (!result_.openings.empty()) {
      result_.decision = Decision::open;
    }
    return std::move(result_);
  }

 private:
  void hold(std::string code, std::string text) {
    result_.reasons.push_back({std::move(code), std::move(text)});
  }

  void remark(std::string code, std::string text) {
    result_.remarks.push_back({std::move(code), std::move(text)});
  }

  Result<void> take(const Scan& scan) {
    MUSTER_TRY_ASSIGN(const Answer answer, look_up(extract_, scan.scan, request_.now));
    const std::string name = scan.where + ": " + scan.scan + " ";
    if (answer.verdict == Verdict::unknown) {
      hold("scan.unknown", name + "is unknown: " + answer.reasons.front().text);
      return {};
    }
    for (const Reason& reason : answer.reasons) {
      const bool of_the_whole = reason.code.starts_with("licence.") ||
                                reason.code == "shipment.hot" || reason.code == "release.overdue" ||
                                reason.code.starts_with("extract.");
      if (!of_the_whole) hold(reason.code, name + reason.text);
    }
    if (answer.id.empty()) return {};  // a name of several
    if (!answer.shipment_id.empty()) shipments_[answer.shipment_id].push_back(name);
    if (!seen_.insert(answer.space + ":" + answer.id).second) {
      hold("scan.twice", name + "was scanned before: one mark on two things, or a scan twice");
      return {};
    }
    hold_for_other_columns(scan, answer);
    if (answer.space == "chip") return take_chip(scan, answer);
    if (answer.space == "container") return take_container(scan, answer);
    return {};
  }

  /// What was observed of something that cannot have it is never passed over.
  void hold_for_other_columns(const Scan& scan, const Answer& answer) {
    const std::string name = scan.where + ": " + answer.space + " " + answer.id;
    if (answer.space != "container" && !(scan.seal.empty() && scan.seal_state.empty())) {
      const std::string seal = scan.seal.empty() ? "a seal" : "seal " + scan.seal;
      hold("scan.seal", name + " has no seal in the register, and " + seal + " is noted of it" +
                            (scan.seal_state.empty() ? "" : ": " + scan.seal_state));
    }
    if (answer.space != "chip" && !scan.identity.empty()) {
      hold("scan.identity", name +
                                " has no key in the register, and one was proven: it belongs "
                                "to the line of a chip");
    }
  }

  Result<void> take_chip(const Scan& scan, const Answer& answer) {
    Level level = Level::mark;
    if (!scan.identity.empty()) {
      MUSTER_TRY_ASSIGN(const auto owner, extract_.find_row<AliasRow>("key:" + scan.identity));
      if (owner && owner->space == "chip" && owner->id == answer.id) {
        level = Level::identity;
      } else if (!answer.chip->enrolled) {
        hold("identity.unregistered", scan.where +
                                          ": a key was proven, and the register has none "
                                          "of chip " +
                                          answer.id);
      } else {
        hold("identity.other",
             scan.where + ": the key that was proven is not that of chip " + answer.id);
      }
    }
    MUSTER_TRY_ASSIGN(auto above, chain(answer.chip->holder));
    chips_[answer.id] = {level, std::move(above)};
    return {};
  }

  /// What stands around, from the innermost on.
  Result<std::vector<std::string>> chain(std::string holder) {
    std::vector<std::string> list;
    std::set<std::string> known;
    while (!holder.empty() && known.insert(holder).second) {
      list.push_back(holder);
      MUSTER_TRY_ASSIGN(const auto row, extract_.find_row<ContainerRow>("container:" + holder));
      holder = row ? row->parent : std::string();
    }
    return list;
  }

  Result<void> take_container(const Scan& scan, const Answer& answer) {
    ScannedContainer carton{.row = *answer.container};
    MUSTER_TRY_ASSIGN(carton.above, chain(carton.row.parent));
    const std::string& registered = carton.row.seal;
    if (scan.seal_state == "broken" || scan.seal_state == "missing") {
      carton.must_open = "its seal is " + scan.seal_state;
    } else if (!scan.seal.empty() && scan.seal != registered) {
      carton.must_open = "its seal reads " + scan.seal + ", registered is " +
                         (registered.empty() ? "none" : registered);
    } else if (!registered.empty() && scan.seal == registered && scan.seal_state == "intact") {
      carton.outside = Level::seal;
    }
    cartons_[answer.id] = std::move(carton);
    return {};
  }

  Result<void> find_shipment() {
    if (request_.filing.shipment) {
      result_.shipment = *request_.filing.shipment;
    } else if (!shipments_.empty()) {
      result_.shipment = shipments_.begin()->first;
    }
    for (const auto& [id, scans] : shipments_) {
      if (id == result_.shipment) continue;
      hold("scan.other_shipment",
           scans.front() + "is part of shipment " + id + ", not of " + result_.shipment);
    }
    if (result_.shipment.empty()) {
      hold("release.none", "nothing that was scanned is under an open release");
      return {};
    }
    MUSTER_TRY_ASSIGN(result_.row, extract_.find_row<ShipmentRow>("shipment:" + result_.shipment));
    if (!result_.row) {
      hold("release.none", "shipment " + result_.shipment + " has no open release");
      return {};
    }
    const std::string& by = result_.row->exception;
    if (!by.empty()) {
      remark("release.exception", "goes by exception " + by + ", under no licence and no cap");
    }
    std::optional<LicenceRow> licence;
    if (!result_.row->licence.empty()) {
      MUSTER_TRY_ASSIGN(licence, extract_.find_row<LicenceRow>("licence:" + result_.row->licence));
    }
    for (Reason& reason : reasons_against(*result_.row, licence, request_.now)) {
      hold(reason.code, reason.text);
    }
    return {};
  }

  void count() {
    for (const auto& [id, chip] : chips_) ++result_.proven[chip.level];
    result_.presented = chips_.size();
    for (const auto& [id, unit] : units_) {
      result_.presented += unit.unseen();
      if (unit.unseen() > 0) result_.proven[unit.level] += unit.unseen();
    }
    if (!result_.proven.empty()) result_.weakest = result_.proven.begin()->first;
  }

  void compare_filing() {
    const Filing& filing = request_.filing;
    if (filing.count != result_.presented) {
      hold("filing.count", "filing " + filing.filing + " declares " + std::to_string(filing.count) +
                               " chips, presented are " + std::to_string(result_.presented));
    }
    if (!result_.row) return;
    const ShipmentRow& row = *result_.row;
    if (filing.count > row.chips()) {
      hold("filing.more_than_released", "filing " + filing.filing + " declares " +
                                            std::to_string(filing.count) + " chips, released are " +
                                            std::to_string(row.chips()));
    } else if (filing.count < row.chips()) {
      remark("shipment.part", std::to_string(row.chips() - filing.count) +
                                  " more chips of the shipment are on their way and not declared");
    }
    if (filing.country != row.country) {
      hold("filing.country", "declared for " + filing.country + ", released to " + row.country);
    }
    if (filing.consignee && *filing.consignee != row.receiver) {
      hold("filing.consignee",
           "declared for " + *filing.consignee + ", released to " + row.receiver);
    }
  }

  void compare_goods() {
    if (!result_.row) return;
    const Filing& filing = request_.filing;
    const auto& open = result_.row->open;
    const bool whole = filing.count == result_.row->chips();
    const bool known = !request_.goods.empty() && (whole || open.size() == 1) &&
                       std::all_of(open.begin(), open.end(), [&](const auto& one) {
                         return request_.goods.contains(one.first);
                       });
    if (!known) {
      result_.not_checked.emplace_back(
          "weight, value and goods code: no figures for every product, or a part of a mixed "
          "shipment");
      return;
    }
    Rational kg_least = 0;
    Rational kg_most = 0;
    Rational value_least = 0;
    Rational value_most = 0;
    bool one_currency = true;
    for (const auto& [product, released] : open) {
      const Goods& goods = request_.goods.at(product);
      const Rational chips(whole ? released : filing.count);
      kg_least += chips * goods.kg_least.value();
      kg_most += chips * goods.kg_most.value();
      value_least += chips * goods.value_least.value();
      value_most += chips * goods.value_most.value();
      one_currency = one_currency && goods.currency == filing.currency;
      if (has_code(goods, filing.goods_code)) continue;
      hold("filing.goods_code", "declared as " + filing.goods_code + ", " + product + " is " +
                                    joined_codes(goods.codes));
    }
    compare("filing.weight", "kg", filing.weight_kg, kg_least, kg_most);
    if (one_currency) {
      compare("filing.value", filing.currency, filing.value, value_least, value_most);
    } else {
      result_.not_checked.emplace_back("value: no figures in " + filing.currency);
    }
  }

  void compare(const std::string& code, const std::string& unit, const stats::Decimal& filed,
               const Rational& least, const Rational& most) {
    if (least <= filed.value() && filed.value() <= most) return;
    hold(code, "declared are " + filed.text() + " " + unit + ", plausible are " +
                   stats::Decimal(least).text() + " to " + stats::Decimal(most).text());
  }

  [[nodiscard]] std::uint64_t within(std::uint64_t chips) const {
    const stats::Lot lot{chips, std::min(request_.rule.bad_within, chips)};
    return stats::min_sample(lot, request_.rule.within).value_or(chips);
  }

  /// Whether the draw within an opened container is done: as many of its chips as it asks for were
  /// shown themselves.
  [[nodiscard]] bool is_shown(const Unit& unit) const {
    const auto shown = std::count_if(unit.shown.begin(), unit.shown.end(),
                                     [&](Level level) { return level >= request_.wanted; });
    return static_cast<std::uint64_t>(shown) >= within(unit.chips);
  }

  /// What is drawn from, and whether it was shown since.
  using Lots = std::map<Hash, std::pair<Opening, bool>>;

  /// Units that are below the level wanted as they stand, and loose chips, in the order of the
  /// draw. What was opened or powered since stays among them: else another draw would follow on
  /// every answer.
  Lots drawn_from() const {
    Lots list;
    const auto add = [&](const std::string& id, Opening opening, bool shown) {
      list.emplace(crypto::sha256(request_.seed + "\n" + id), std::pair(std::move(opening), shown));
    };
    for (const auto& [id, unit] : units_) {
      if (!unit.opened_with.empty() || unit.chips == 0 || unit.level >= request_.wanted) continue;
      add(id, {id, "", unit.chips, within(unit.chips), "drawn"}, is_shown(unit));
    }
    for (const auto& [id, chip] : chips_) {
      if (request_.wanted <= Level::mark) continue;
      if (innermost(cartons_, chip.above) != cartons_.end()) continue;
      add(id, {"", id, 1, 1, "drawn"}, chip.level >= request_.wanted);
    }
    return list;
  }

  /// Containers that are opened whatever is drawn, with all in them that no inner one of the kind
  /// has.
  void open_what_must_be() {
    std::map<std::string, Unit> opened;
    for (const auto& [id, unit] : units_) {
      if (unit.opened_with.empty()) continue;
      Unit& whole = opened[unit.opened_with];
      whole.chips += unit.chips;
      whole.shown.insert(whole.shown.end(), unit.shown.begin(), unit.shown.end());
    }
    for (const auto& [id, whole] : opened) {
      if (is_shown(whole)) continue;
      result_.openings.push_back(
          {id, "", whole.chips, within(whole.chips), cartons_.at(id).must_open});
    }
  }

  void choose_openings() {
    open_what_must_be();
    const Lots list = drawn_from();
    result_.sampled_from = list.size();
    if (list.empty()) return;
    const stats::Lot lot{list.size(), std::min<std::uint64_t>(request_.rule.bad, list.size())};
    // What no sample reaches takes all of them.
    result_.drawn =
        stats::min_sample(lot, request_.rule.within, request_.rule.target).value_or(list.size());
    std::uint64_t left = result_.drawn;
    for (auto one = list.begin(); left > 0; ++one, --left) {
      const auto& [opening, shown] = one->second;
      if (!shown) result_.openings.push_back(opening);
      if (shown) ++result_.shown;
    }
  }

  void say_what_is_not_checked() {
    std::vector<std::string>& list = result_.not_checked;
    if (result_.row && !request_.filing.consignee) {
      list.emplace_back("the consignee: the filing names none, released is to " +
                        result_.row->receiver);
    }
    if (result_.proven.contains(Level::paper)) {
      list.emplace_back("whether containers without a seal that was read hold what was packed");
    }
    if (result_.proven.contains(Level::seal)) {
      list.emplace_back(
          "what is inside sealed containers: a seal shows that none was opened since");
    }
    if (result_.proven.contains(Level::mark)) {
      list.emplace_back("whether the chips are those that their marks name: none was powered");
    }
    list.emplace_back("what was recorded after " + extract_.header().made_at.to_string());
  }

  Extract& extract_;
  const CheckRequest& request_;
  ShipmentCheck result_;
  std::set<std::string> seen_;
  std::map<std::string, std::vector<std::string>> shipments_;
  ScannedChips chips_;
  ScannedContainers cartons_;
  std::map<std::string, Unit> units_;
};

}  // namespace

Result<ShipmentCheck> check_shipment(Extract& extract, const CheckRequest& request) {
  return Check(extract, request).run();
}

}  // namespace muster::choke
