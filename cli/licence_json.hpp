#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "ledger/base/json.hpp"
#include "registry/state/state.hpp"

namespace muster::cli {

/// What is used of a limit; a limit of 0 is none.
struct Meter {
  std::uint64_t used = 0;
  std::uint64_t most = 0;
  bool limited = false;

  [[nodiscard]] std::uint64_t left() const { return most - std::min(used, most); }
  [[nodiscard]] std::string text() const;
  [[nodiscard]] Json most_json() const { return limited ? Json(most) : Json(nullptr); }
  [[nodiscard]] Json left_json() const { return limited ? Json(left()) : Json(nullptr); }
};

[[nodiscard]] Meter meter(std::uint64_t used, std::uint64_t most);
/// What a ratio cap lets through of what it compares.
[[nodiscard]] Meter ratio_meter(const registry::Cap& cap, const registry::CapUse& use);

/// How the licence stands at `now`: "in force", "suspended", …
[[nodiscard]] std::string licence_status(const registry::Licence& licence, Timestamp now);

/// A cap with what is drawn on it in the period of an instant.
struct ShownCap {
  const registry::Cap* cap;
  std::string name;
  std::string period;
  registry::CapUse use;
};

[[nodiscard]] std::vector<ShownCap> caps_of(const registry::State& state,
                                            const registry::Licence& licence, Timestamp now);

/// A licence with what is drawn on it and on every cap.
[[nodiscard]] Json licence_json(const registry::State& state, const registry::Licence& licence,
                                Timestamp now);

}  // namespace muster::cli
