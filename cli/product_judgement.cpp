#include "cli/product_judgement.hpp"

#include <algorithm>

#include "cli/data_folder.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

using catalogue::Fixed;

std::optional<Fixed> fixed_of(const std::string& text) {
  const auto figure = Fixed::parse(text);
  return figure ? std::optional(*figure) : std::nullopt;
}

std::uint64_t whole(const Fixed& figure) { return figure.units() / Fixed::units_per_one; }

/// By what its designer registered alone.
catalogue::ControlFigures registered_figures(const registry::Product& product) {
  catalogue::ControlFigures figures{.name = product.id};
  figures.tpp = fixed_of(std::to_string(product.tpp));
  figures.density = catalogue::performance_density(figures.tpp, fixed_of(product.die_area_mm2));
  return figures;
}

std::optional<Fixed> greater(const std::optional<Fixed>& a, const std::optional<Fixed>& b) {
  if (!a || !b) return a ? a : b;
  return std::max(*a, *b);
}

/// The catalogue's figures, each raised to what the designer says where that is more.
catalogue::ControlFigures greater_of(const catalogue::ControlFigures& registered,
                                     const catalogue::ChipModel& model) {
  catalogue::ControlFigures figures = catalogue::control_figures(model);
  figures.tpp = greater(figures.tpp, registered.tpp);
  figures.density = greater(figures.density, registered.density);
  return figures;
}

/// Notes how a registered figure stands to the catalogue's. `more`: a greater one makes the product
/// more than it is.
void compare(const std::string& what, const std::optional<Fixed>& registered,
             const std::optional<Fixed>& known, bool more, ProductJudgement& judgement) {
  if (!registered || !known || whole(*registered) == whole(*known)) return;
  const bool under = (*registered < *known) == more;
  if (under) judgement.standing = "understated";
  if (!under && judgement.standing == "agrees") judgement.standing = "overstated";
  judgement.remarks.push_back("registered " + what + " " + registered->text() +
                              ", by the catalogue " + std::to_string(whole(*known)));
}

void add_eccn_remark(const registry::Product& product, const std::string& found,
                     ProductJudgement& judgement) {
  if (product.eccn.empty() || found.rfind(product.eccn, 0) == 0) return;
  judgement.remarks.push_back("declared " + product.eccn + ", by formula " + found);
}

/// A lower figure of a product that was registered with a higher one.
void add_version_remark(const registry::Product& product, const registry::Product* base,
                        ProductJudgement& judgement) {
  if (base == nullptr || product.tpp >= base->tpp) return;
  judgement.remarks.push_back("a version of " + base->id + ", whose TPP was " +
                              std::to_string(base->tpp) + ", by its designer's word");
}

}  // namespace

Result<ControlBasis> read_control_basis(Context& context, const ControlQuestion& question) {
  Timestamp on;
  if (question.on.empty()) {
    MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
    on = clock->now();
  } else {
    MUSTER_TRY_ASSIGN(on, Timestamp::parse_day_or_instant(question.on));
  }
  MUSTER_TRY_ASSIGN(const std::string folder, data_folder());
  MUSTER_TRY_ASSIGN(const std::string csv, read_text_file(folder + "/chip_models.csv"));
  MUSTER_TRY_ASSIGN(auto models, catalogue::ChipModels::parse(csv, "chip_models.csv"));
  const bool is_path = question.rules.find('/') != std::string::npos;
  const std::string path = is_path ? question.rules : folder + "/rules/" + question.rules + ".json";
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(path));
  auto rules = catalogue::ControlRules::parse(text);
  if (!rules) return failure(std::move(rules.error()).during(path));
  return ControlBasis{std::move(models), std::move(*rules), on};
}

std::uint64_t ProductJudgement::missing_tpp() const {
  if (!registered_tpp || !catalogue_tpp) return 0;
  const std::uint64_t less = whole(*registered_tpp);
  return whole(*catalogue_tpp) > less ? whole(*catalogue_tpp) - less : 0;
}

const catalogue::ChipModel* model_of(const registry::Product& product, const ControlBasis& basis) {
  for (const std::string* name : {&product.model, &product.id, &product.name}) {
    if (name->empty()) continue;
    if (const auto found = basis.models.find(*name)) return *found;
  }
  return nullptr;
}

ProductJudgement judge_product(const registry::Product& product, const registry::Product* base,
                               const catalogue::ChipModel* model, const ControlBasis& basis) {
  const catalogue::ControlFigures registered = registered_figures(product);
  const auto class_of = [&](const catalogue::ControlFigures& figures) {
    return catalogue::classification(figures, basis.rules, basis.on).name;
  };
  ProductJudgement judgement{.standing = "not judged",
                             .registered_tpp = registered.tpp,
                             .registered_class = class_of(registered),
                             .figures = registered};
  if (model != nullptr) {
    judgement.catalogue_tpp = catalogue::tpp(*model);
    judgement.catalogue_class = class_of(catalogue::control_figures(*model));
    judgement.figures = greater_of(registered, *model);
  }
  if (basis.rules.knows(basis.on)) {
    add_eccn_remark(product, class_of(judgement.figures), judgement);
  }
  if (judgement.catalogue_tpp) judgement.standing = "agrees";
  if (model != nullptr) {
    compare("TPP", registered.tpp, judgement.catalogue_tpp, true, judgement);
    compare("die area", fixed_of(product.die_area_mm2), model->die_area_mm2, false, judgement);
  }
  if (!product.model.empty() && !basis.models.find(product.model)) {
    judgement.remarks.push_back("names model " + product.model +
                                ", which the catalogue does not have");
  }
  add_version_remark(product, base, judgement);
  return judgement;
}

}  // namespace muster::cli
