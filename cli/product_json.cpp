#include "cli/product_json.hpp"

#include "cli/row_json.hpp"
#include "registry/catalogue/chip_models.hpp"
#include "registry/catalogue/control_rules.hpp"
#include "registry/catalogue/peak_rate.hpp"

namespace muster::cli {
namespace {

using catalogue::ChipModel;
using catalogue::Fixed;

std::string words_of(const std::optional<Fixed>& figure) {
  return figure ? figure->text() : std::string("unknown");
}

Json figure_json(const std::optional<Fixed>& figure) {
  return figure ? Json(figure->text()) : Json(nullptr);
}

/// One limit of a class, and whether the model's figure is within it.
std::string limit_text(const char* what, const catalogue::Range& range,
                       const std::optional<Fixed>& figure) {
  if (range.empty()) return {};
  std::string text = std::string(what) + " " + words_of(figure) + " against";
  if (range.at_least) text += " at least " + range.at_least->text();
  if (range.at_least && range.below) text += " and";
  if (range.below) text += " below " + range.below->text();
  return text + (!figure ? ": unknown" : range.holds(*figure) ? ": yes" : ": no");
}

Json class_checks(const catalogue::ControlFigures& figures, const ControlBasis& basis) {
  Json checks = Json::array();
  for (const catalogue::ControlClass& one : basis.rules.classes) {
    std::string text = limit_text("TPP", one.tpp, figures.tpp);
    const std::string second = limit_text("density", one.density, figures.density);
    if (!text.empty() && !second.empty()) text += "; ";
    text += second;
    checks.push_back(
        {{"class", one.name},
         {"check", text},
         {"in_force", one.in_force.at(basis.on)},
         {"from", day_of(one.in_force.from)},
         {"until", one.in_force.until ? Json(day_of(*one.in_force.until)) : Json(nullptr)},
         {"source", one.source}});
  }
  return checks;
}

Json control_json(const catalogue::ControlFigures& figures, const ControlBasis& basis) {
  const auto found = catalogue::classification(figures, basis.rules, basis.on);
  return {{"list", basis.rules.id},
          {"on", day_of(basis.on)},
          {"begins", day_of(basis.rules.effective_from)},
          {"law_known", basis.rules.knows(basis.on)},
          {"amended", day_of(basis.rules.amended)},
          {"class", found.name},
          {"from", found.in_force ? Json(day_of(found.in_force->from)) : Json(nullptr)},
          {"tpp", figure_json(figures.tpp)},
          {"performance_density", figure_json(figures.density)},
          {"checks", class_checks(figures, basis)},
          {"bands", found.bands},
          {"notices", found.notices},
          {"sources", basis.rules.sources}};
}

/// "1979 x 8 bits (FP8)": what the TPP is made of.
std::string tpp_text(const ChipModel& model) {
  const catalogue::FormatRate* rate = catalogue::tpp_rate(model);
  if (rate == nullptr) return "unknown";
  return catalogue::tpp(model)->text() + " = " + rate->tera_per_s.text() + " x " +
         std::to_string(rate->bits) + " bits, " + rate->format;
}

std::string density_text(const std::optional<Fixed>& tpp, const std::optional<Fixed>& area) {
  const auto density = catalogue::performance_density(tpp, area);
  if (!density) return area ? "unknown" : "unknown: no die area";
  return density->rounded(2) + " = " + tpp->text() + " / " + area->text() + " mm2";
}

/// What its designer says of a registered product, held to the catalogue.
std::optional<ProductJudgement> judgement_of(const registry::Tables& tables, const std::string& id,
                                             const ControlBasis& basis) {
  const registry::RowN row = tables.products.find(id);
  if (row == registry::no_row) return std::nullopt;
  const registry::Product& product = tables.products[row];
  const bool amends = product.base != registry::no_row;
  return judge_product(product, amends ? &tables.products[product.base] : nullptr,
                       model_of(product, basis), basis);
}

}  // namespace

Json product_json(const registry::Tables& tables, const registry::Product& product) {
  return {{"product", product.id},
          {"name", product.name},
          {"model", text_or_null(product.model)},
          {"designer", id_or_null(tables.parties, product.designer)},
          {"tpp", product.tpp},
          {"dies", product.dies},
          {"die_area_mm2", text_or_null(product.die_area_mm2)},
          {"eccn", text_or_null(product.eccn)}};
}

Json chip_model_json(const ChipModel& model, const ControlBasis& basis) {
  Json rates = Json::array();
  for (const catalogue::FormatRate& rate : model.rates) {
    rates.push_back({{"format", rate.format},
                     {"bits", rate.bits},
                     {"flop_per_s", std::to_string(catalogue::flop_per_s(rate))}});
  }
  const auto peak = catalogue::peak_rate(model);
  return {{"model", model.name},
          {"slug", catalogue::slug(model.name)},
          {"vendor", model.vendor},
          {"release", model.release},
          {"rates", std::move(rates)},
          {"peak_flop_per_s", peak ? Json(std::to_string(peak->flop_per_s)) : Json(nullptr)},
          {"peak_format", peak ? Json(peak->format) : Json(nullptr)},
          {"tpp", figure_json(catalogue::tpp(model))},
          {"performance_density", figure_json(catalogue::performance_density(model))},
          {"memory_gb", figure_json(model.memory_gb)},
          {"memory_tb_per_s", figure_json(model.memory_tb_per_s)},
          {"power_w", figure_json(model.power_w)},
          {"die_area_mm2", figure_json(model.die_area_mm2)},
          {"sparse_ratio", figure_json(model.sparse_ratio)},
          {"log_profile", text_or_null(model.log_profile)},
          {"datacentre", model.datacentre},
          {"tpp_made_of", tpp_text(model)},
          {"density_made_of", density_text(catalogue::tpp(model), model.die_area_mm2)},
          {"control", control_json(catalogue::control_figures(model), basis)},
          {"source", model.source},
          {"confidence", model.confidence}};
}

Result<Json> whole_product_json(const registry::Tables* tables, const std::string& id,
                                const ControlBasis& basis) {
  const auto judged = tables == nullptr ? std::nullopt : judgement_of(*tables, id, basis);
  Json product;
  const ChipModel* model = nullptr;
  if (judged) {
    const registry::Product& row = tables->products[tables->products.find(id)];
    product = product_json(*tables, row);
    model = model_of(row, basis);
  } else {
    MUSTER_TRY_ASSIGN(model, basis.models.find(id));
  }
  const Json shown = model != nullptr ? chip_model_json(*model, basis) : Json(nullptr);
  return Json{{"product", std::move(product)},
              {"model", shown},
              {"control", judged ? control_json(judged->figures, basis) : shown["control"]},
              {"standing", judged ? Json(judged->standing) : Json(nullptr)},
              {"remarks", judged ? Json(judged->remarks) : Json::array()}};
}

}  // namespace muster::cli
