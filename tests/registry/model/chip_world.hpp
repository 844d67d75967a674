#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/registry/model/chip_model.hpp"
#include "tests/registry/support/judge_world.hpp"
#include "tests/registry/support/world.hpp"

namespace muster::test::model {

/// The registry around one chip: the parties of the model, and how each move of it is said.
///
/// Judges and applies events on a state of its own, without a log; whatever was applied can be
/// taken back.
class ChipWorld final {
 public:
  ChipWorld();

  /// What the chip is like, in the words of the model.
  [[nodiscard]] ChipModel chip() const;

  /// Says `move` of the chip as it is. Returns the rule that refuses; empty once it is applied.
  std::string apply(const Move& move);

  /// Where the state is, and back to there.
  [[nodiscard]] registry::StateMark mark() { return judge_.mark(); }
  void back_to(const registry::StateMark& mark) { judge_.back_to(mark); }

 private:
  struct Said {
    std::string org;
    registry::Draft draft;
    std::vector<std::string> others{};
  };
  [[nodiscard]] Said said(const Move& move) const;
  [[nodiscard]] Said about_life(const std::string& code) const;
  [[nodiscard]] Said about_place(const std::string& code) const;
  [[nodiscard]] Said about_shipment(const Move& move) const;
  [[nodiscard]] Said about_case(const std::string& code) const;
  [[nodiscard]] Said about_border(const std::string& code) const;
  [[nodiscard]] Said about_loss(const std::string& code) const;

  /// The model knows no sites: what was let in at a chokepoint comes to one of its
  /// holder's, unless it is held there.
  std::string bring_home();

  [[nodiscard]] registry::RowN row() const;
  [[nodiscard]] std::vector<ChipId> subject() const;
  [[nodiscard]] std::string custodian() const;
  [[nodiscard]] std::string site() const;
  [[nodiscard]] std::string hand() const;
  /// The draft about the chip: through the container or assembly that it stands in, if it does.
  [[nodiscard]] registry::Draft whole(const std::string& kind, Json body,
                                      const std::string& site = {}) const;
  [[nodiscard]] const registry::Shipment* shipment() const;
  [[nodiscard]] Json shipment_body(Json more = Json::object()) const;
  [[nodiscard]] std::string hold_in_force() const;
  [[nodiscard]] std::string case_in_force() const;
  [[nodiscard]] std::string fresh(const std::string& stem) const;

  World world_;  // how it began: parties, sites, a product
  JudgeWorld judge_;
  const registry::State& state_;
};

/// What the model's organisation is called.
[[nodiscard]] std::string name_of(Org org);

}  // namespace muster::test::model
