#pragma once

#include <set>
#include <string>

#include "registry/exchange/event_builder.hpp"

namespace muster::exchange {

/// The parties, sites and products that statements name.
class MasterData final {
 public:
  explicit MasterData(const registry::State& state) : state_(state) {}

  /// Notes what a statement names; its items are not needed.
  void note(const registry::Event& event);

  /// The `epcisHeader` that describes them; null if there are none.
  [[nodiscard]] Json header() const;

 private:
  void note_party(const std::string& id);
  void note_site(const std::string& id);

  const registry::State& state_;
  std::set<std::string> parties_;
  std::set<std::string> sites_;
  std::set<std::string> products_;
};

}  // namespace muster::exchange
