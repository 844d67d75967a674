// `product list` and `product show`: registered products, and the public catalogue of chip models
// with how each stands under a control list. The catalogue needs no registry.

#include <optional>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/print/number.hpp"
#include "cli/product_judgement.hpp"
#include "cli/row_json.hpp"
#include "registry/catalogue/chip_models.hpp"
#include "registry/catalogue/control_rules.hpp"
#include "registry/catalogue/peak_rate.hpp"

namespace muster::cli {
namespace {

using catalogue::ChipModel;
using catalogue::Fixed;

struct ProductOptions {
  std::string id;
  bool catalogue = false;
  ControlQuestion control;
};

std::string text_of(const std::optional<Fixed>& figure) {
  return figure ? figure->text() : std::string("unknown");
}

Json json_of(const std::optional<Fixed>& figure) {
  return figure ? Json(figure->text()) : Json(nullptr);
}

/// One limit of a class, and whether the model's figure is within it.
std::string limit_text(const char* what, const catalogue::Range& range,
                       const std::optional<Fixed>& figure) {
  if (range.empty()) return {};
  std::string text = std::string(what) + " " + text_of(figure) + " against";
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
          {"tpp", json_of(figures.tpp)},
          {"performance_density", json_of(figures.density)},
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

Json model_json(const ChipModel& model, const ControlBasis& basis) {
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
          {"tpp", json_of(catalogue::tpp(model))},
          {"performance_density", json_of(catalogue::performance_density(model))},
          {"memory_gb", json_of(model.memory_gb)},
          {"memory_tb_per_s", json_of(model.memory_tb_per_s)},
          {"power_w", json_of(model.power_w)},
          {"die_area_mm2", json_of(model.die_area_mm2)},
          {"sparse_ratio", json_of(model.sparse_ratio)},
          {"log_profile", text_or_null(model.log_profile)},
          {"datacentre", model.datacentre},
          {"tpp_made_of", tpp_text(model)},
          {"density_made_of", density_text(catalogue::tpp(model), model.die_area_mm2)},
          {"control", control_json(catalogue::control_figures(model), basis)},
          {"source", model.source},
          {"confidence", model.confidence}};
}

Result<ExitCode> list_models(Context& context, const ProductOptions& options) {
  MUSTER_TRY_ASSIGN(const ControlBasis basis, read_control_basis(context, options.control));
  print::Table table{.columns = {{"model"},
                                 {"vendor"},
                                 {"released"},
                                 print::number_column("TPP"),
                                 print::number_column("density"),
                                 {"class"}}};
  Json list = Json::array();
  for (const ChipModel& model : basis.models.all()) {
    const auto density = catalogue::performance_density(model);
    table.rows.push_back(
        {model.name, model.vendor, model.release, text_of(catalogue::tpp(model)),
         density ? density->rounded(2) : "unknown",
         catalogue::classification(catalogue::control_figures(model), basis.rules, basis.on).name});
    list.push_back(model_json(model, basis));
  }
  auto printer = context.printer();
  printer.table(table);
  printer.note("classes by the formulas of " + basis.rules.id + "; no legal advice");
  printer.json({{"models", std::move(list)}});
  return ExitCode::done;
}

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

Result<ExitCode> list_products(Context& context, const ProductOptions& options) {
  if (options.catalogue || context.options().registry.empty()) return list_models(context, options);
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto& tables = home->state().tables();
  print::Table table{.columns = {print::id_column("product"),
                                 {"name"},
                                 {"model"},
                                 {"designer"},
                                 print::number_column("TPP")}};
  Json list = Json::array();
  for (const registry::Product& product : tables.products.rows()) {
    table.rows.push_back({product.id, product.name, text_or_dash(product.model),
                          id_or_dash(tables.parties, product.designer),
                          print::grouped(product.tpp)});
    list.push_back(product_json(tables, product));
  }
  auto printer = context.printer();
  printer.table(table);
  printer.json({{"products", std::move(list)}});
  return ExitCode::done;
}

void print_model(print::Printer& printer, const Json& model) {
  const auto text = [&](const char* key) {
    const Json& value = model[key];
    if (value.is_null()) return std::string("unknown");
    return value.is_string() ? value.get<std::string>() : value.dump();
  };
  print::Facts facts{"",
                     {{"model", text("model")},
                      {"vendor", text("vendor")},
                      {"released", text("release")},
                      {"peak", text("peak_flop_per_s") + " FLOP/s, " + text("peak_format")},
                      {"TPP", text("tpp_made_of")},
                      {"performance density", text("density_made_of")},
                      {"memory", text("memory_gb") + " GB, " + text("memory_tb_per_s") + " TB/s"},
                      {"source", text("source") + " (" + text("confidence") + ")"}}};
  printer.facts(facts);
}

void print_control(print::Printer& printer, const Json& control) {
  const auto text = [&](const char* key) { return control[key].get<std::string>(); };
  const std::string since = control["from"].is_null() ? "" : ", in force from " + text("from");
  printer.heading("Under " + text("list") + " on " + text("on") + ": " + text("class") + since);
  if (!control["law_known"].get<bool>()) {
    printer.paragraph("The list begins on " + text("begins") + " and does not know the law of " +
                      text("on") + ": an earlier rule may have applied.");
  }
  print::Table table{.columns = {{"class"}, {"check"}, {"in force"}, {"source"}}};
  for (const Json& check : control["checks"]) {
    const std::string until =
        check["until"].is_null() ? "" : " until " + check["until"].get<std::string>();
    table.rows.push_back({check["class"].get<std::string>(), check["check"].get<std::string>(),
                          "from " + check["from"].get<std::string>() + until,
                          check["source"].get<std::string>()});
  }
  printer.table(table);
  for (const char* list : {"bands", "notices"}) {
    for (const Json& line : control[list]) printer.paragraph(line.get<std::string>());
  }
  printer.note("the first class in force whose limits all hold decides; the list as amended on " +
               text("amended") + "; no legal advice");
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

void print_product(print::Printer& printer, const Json& product) {
  const auto text = [&](const char* key) {
    return product[key].is_null() ? std::string("-") : product[key].get<std::string>();
  };
  printer.facts({"",
                 {{"product", text("product")},
                  {"name", text("name")},
                  {"designer", text("designer")},
                  {"registered TPP", product["tpp"].dump()},
                  {"registered die area", text("die_area_mm2")},
                  {"declared ECCN", text("eccn")}}});
}

void print_standing(print::Printer& printer, const ProductJudgement& judged) {
  const bool agrees = judged.standing == "agrees";
  if (judged.standing != "not judged") {
    printer.paragraph("By the catalogue the registered figures are: " + judged.standing +
                          ". Judged by the greater of the two.",
                      agrees ? print::Tone::plain : print::Tone::bad);
  }
  for (const std::string& remark : judged.remarks) {
    printer.paragraph(remark, print::Tone::bad);
  }
}

Result<ExitCode> show_product(Context& context, const ProductOptions& options) {
  MUSTER_TRY_ASSIGN(const ControlBasis basis, read_control_basis(context, options.control));
  Json product;
  std::optional<ProductJudgement> judged;
  const ChipModel* model = nullptr;
  if (!context.options().registry.empty()) {
    MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
    const auto& tables = home->state().tables();
    judged = judgement_of(tables, options.id, basis);
    if (judged) {
      const registry::Product& row = tables.products[tables.products.find(options.id)];
      product = product_json(tables, row);
      model = model_of(row, basis);
    }
  }
  if (!judged) {
    MUSTER_TRY_ASSIGN(model, basis.models.find(options.id));
  }
  const Json shown = model != nullptr ? model_json(*model, basis) : Json(nullptr);
  const Json control = judged ? control_json(judged->figures, basis) : shown["control"];
  auto printer = context.printer();
  if (judged) print_product(printer, product);
  if (model != nullptr) print_model(printer, shown);
  print_control(printer, control);
  if (judged) print_standing(printer, *judged);
  printer.json({{"product", product},
                {"model", shown},
                {"control", control},
                {"standing", judged ? Json(judged->standing) : Json(nullptr)},
                {"remarks", judged ? Json(judged->remarks) : Json::array()}});
  return ExitCode::done;
}

}  // namespace

void add_product_commands(CLI::App& app, Context& context) {
  CLI::App& product = noun(app, "product", "products, and the public catalogue of chip models");
  auto& listed = context.keep<ProductOptions>();
  CLI::App& list = add_verb(product, "list", "the registry's products, or the catalogue", context,
                            [&] { return list_products(context, listed); });
  list.add_flag("--catalogue", listed.catalogue, "the catalogue, also when a registry is named");
  list.add_option("--rules", listed.control.rules, "control list: a name in data/rules, or a path");
  list.add_option("--on", listed.control.on,
                  "the day whose law is asked for; today if it is not given");
  auto& shown = context.keep<ProductOptions>();
  CLI::App& show = add_verb(product, "show", "one product or model, with its control class",
                            context, [&] { return show_product(context, shown); });
  show.add_option("id", shown.id, "product id, or model of the catalogue")->required();
  show.add_option("--rules", shown.control.rules, "control list: a name in data/rules, or a path");
  show.add_option("--on", shown.control.on,
                  "the day whose law is asked for; today if it is not given");
}

}  // namespace muster::cli
