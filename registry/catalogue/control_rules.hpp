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

/// When a class or a band holds: from one instant, and up to another if it has an end.
struct InForce {
  Timestamp from;
  std::optional<Timestamp> until;

  [[nodiscard]] bool at(Timestamp when) const { return from <= when && (!until || when < *until); }
};

/// One class of a control list, with where it is written.
struct ControlClass {
  std::string name;  ///< "3A090.a.1"
  Range tpp;
  Range density;
  InForce in_force;
  std::string source;
};

/// A control list as data: a change of law is a change of file. Format: data/rules/us_3a090.json.
struct ControlRules {
  std::string id;
  Timestamp effective_from;                        ///< Of its first class.
  Timestamp amended;                               ///< The last change of law that the file has.
  std::vector<ControlClass> classes;               ///< the first that fits decides
  std::optional<Fixed> consumer_exempt_tpp_below;  ///< parts not for datacentres below this TPP
  struct Band {
    std::string name;
    std::string class_name;
    Range tpp;
    Range memory_tb_per_s;
    InForce in_force;
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

  /// Whether the list says anything of the law at `when`: not of days before its first class, on
  /// which an earlier rule may have applied that no file here has.
  [[nodiscard]] bool knows(Timestamp when) const { return effective_from <= when; }

  /// Errors: `invalid_input`, naming the field.
  static Result<ControlRules> parse(std::string_view json);
};

/// How a model stands under a control list, by formula. No legal advice: notices by name, licences
/// and exceptions are listed beside it and never decided here.
struct Classification {
  /// A class name, "none", "none (consumer)", "none (not in force)" once all classes have ended,
  /// "unknown (no rate)", "unknown (no die area)" or "unknown (before the list)". Neither a figure
  /// nor a law that is missing ever makes a chip free.
  std::string name;
  std::optional<InForce> in_force;  ///< Of the class, if there is one.
  std::vector<std::string> bands;
  std::vector<std::string> notices;

  [[nodiscard]] bool known() const { return name.rfind("unknown", 0) != 0; }
};

/// The figures by which a control list judges a product.
struct ControlFigures {
  std::string name;
  std::optional<Fixed> tpp{};
  std::optional<Fixed> density{};
  std::optional<Fixed> memory_tb_per_s{};
  bool datacentre = true;  ///< designed or marketed for datacentres
};

[[nodiscard]] ControlFigures control_figures(const ChipModel& model);

/// How the figures stand under the rules that are in force at `when`.
[[nodiscard]] Classification classification(const ControlFigures& figures,
                                            const ControlRules& rules, Timestamp when);

}  // namespace muster::catalogue
