#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/base/json.hpp"
#include "ledger/base/timestamp.hpp"
#include "registry/catalogue/chip_model.hpp"

namespace muster::catalogue {

/// Limits on one figure: at_least <= figure < below; a limit that is not given does not bind.
struct Range {
  std::optional<Fixed> at_least;
  std::optional<Fixed> below;

  [[nodiscard]] bool empty() const { return !at_least && !below; }
  [[nodiscard]] bool holds(const Fixed& figure) const {
    return (!at_least || figure >= *at_least) && (!below || figure < *below);
  }
};

/// One class of a control list, with where it is written.
struct ControlClass {
  std::string name;  ///< "3A090.a.1"
  Range tpp;
  Range density;
  std::string source;
};

/// A control list as data: a change of law is a change of file. Format: data/rules/us_3a090.json.
struct ControlRules {
  std::string id;
  Timestamp effective_from;
  std::vector<ControlClass> classes;               ///< the first that fits decides
  std::optional<Fixed> consumer_exempt_tpp_below;  ///< parts not for datacentres below this TPP
  struct Band {
    std::string name;
    std::string class_name;
    Range tpp;
    Range memory_tb_per_s;
    std::string source;
  };
  std::vector<Band> bands;
  struct Notice {
    std::string model;
    std::string text;
    std::string source;
  };
  std::vector<Notice> notices;
  std::vector<std::string> sources;

  /// Errors: `invalid_input`, naming the field.
  static Result<ControlRules> parse(std::string_view json);
};

/// How a model stands under a control list, by formula. No legal advice: notices by name, licences
/// and exceptions are listed beside it and never decided here.
struct Classification {
  /// A class name, "none", "none (consumer)", "unknown (no rate)" or "unknown (no die area)". A
  /// figure that is missing never makes a chip free.
  std::string name;
  std::vector<std::string> bands;
  std::vector<std::string> notices;

  [[nodiscard]] bool known() const { return name.rfind("unknown", 0) != 0; }
};

[[nodiscard]] Classification classification(const ChipModel& model, const ControlRules& rules);

}  // namespace muster::catalogue
