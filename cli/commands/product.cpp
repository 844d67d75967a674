// `product list` and `product show`: registered products, and the public catalogue of chip models
// with how each stands under a control list. The catalogue needs no registry.

#include <optional>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/data_folder.hpp"
#include "cli/home.hpp"
#include "cli/print/number.hpp"
#include "cli/row_json.hpp"
#include "ledger/base/file.hpp"
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
  std::string rules = "us_3a090";
  std::string on;  ///< The day whose law is asked for; today if empty.
};

struct Catalogue {
  catalogue::ChipModels models;
  catalogue::ControlRules rules;
  Timestamp on;
};

Result<Timestamp> day_asked(Context& context, const std::string& on) {
  if (!on.empty()) return Timestamp::parse_day_or_instant(on);
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  return clock->now();
}

Result<Catalogue> read_catalogue(Context& context, const ProductOptions& options) {
  const std::string& rules_name = options.rules;
  MUSTER_TRY_ASSIGN(const Timestamp on, day_asked(context, options.on));
  MUSTER_TRY_ASSIGN(const std::string folder, data_folder());
  MUSTER_TRY_ASSIGN(const std::string csv, read_text_file(folder + "/chip_models.csv"));
  MUSTER_TRY_ASSIGN(auto models, catalogue::ChipModels::parse(csv, "chip_models.csv"));
  const bool is_path = rules_name.find('/') != std::string::npos;
  const std::string path = is_path ? rules_name : folder + "/rules/" + rules_name + ".json";
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(path));
  auto rules = catalogue::ControlRules::parse(text);
  if (!rules) return failure(std::move(rules.error()).during(path));
  return Catalogue{std::move(models), std::move(*rules), on};
}

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

Json class_checks(const catalogue::ControlFigures& figures, const Catalogue& catalogue) {
  Json checks = Json::array();
  for (const catalogue::ControlClass& one : catalogue.rules.classes) {
    std::string text = limit_text("TPP", one.tpp, figures.tpp);
    const std::string second = limit_text("density", one.density, figures.density);
    if (!text.empty() && !second.empty()) text += "; ";
    text += second;
    checks.push_back(
        {{"class", one.name},
         {"check", text},
         {"in_force", one.in_force.at(catalogue.on)},
         {"from", day_of(one.in_force.from)},
         {"until", one.in_force.until ? Json(day_of(*one.in_force.until)) : Json(nullptr)},
         {"source", one.source}});
  }
  return checks;
}

Json control_json(const catalogue::ControlFigures& figures, const Catalogue& catalogue) {
  const auto found = catalogue::classification(figures, catalogue.rules, catalogue.on);
  return {{"list", catalogue.rules.id},
          {"on", day_of(catalogue.on)},
          {"amended", day_of(catalogue.rules.amended)},
          {"class", found.name},
          {"from", found.in_force ? Json(day_of(found.in_force->from)) : Json(nullptr)},
          {"tpp", json_of(figures.tpp)},
          {"performance_density", json_of(figures.density)},
          {"checks", class_checks(figures, catalogue)},
          {"bands", found.bands},
          {"notices", found.notices},
          {"sources", catalogue.rules.sources}};
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

Json model_json(const ChipModel& model, const Catalogue& catalogue) {
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
          {"control", control_json(catalogue::control_figures(model), catalogue)},
          {"source", model.source},
          {"confidence", model.confidence}};
}

Result<ExitCode> list_models(Context& context, const ProductOptions& options) {
  MUSTER_TRY_ASSIGN(const Catalogue catalogue, read_catalogue(context, options));
  print::Table table{.columns = {{"model"},
                                 {"vendor"},
                                 {"released"},
                                 print::number_column("TPP"),
                                 print::number_column("density"),
                                 {"class"}}};
  Json list = Json::array();
  for (const ChipModel& model : catalogue.models.all()) {
    const auto density = catalogue::performance_density(model);
    table.rows.push_back(
        {model.name, model.vendor, model.release, text_of(catalogue::tpp(model)),
         density ? density->rounded(2) : "unknown",
         catalogue::classification(catalogue::control_figures(model), catalogue.rules, catalogue.on)
             .name});
    list.push_back(model_json(model, catalogue));
  }
  auto printer = context.printer();
  printer.table(table);
  printer.note("classes by the formulas of " + catalogue.rules.id + "; no legal advice");
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

/// The registered product called `id`, if a registry is named and has it.
Result<Json> registered(Context& context, const std::string& id) {
  if (context.options().registry.empty()) return Json(nullptr);
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto& tables = home->state().tables();
  const registry::RowN row = tables.products.find(id);
  return row == registry::no_row ? Json(nullptr) : product_json(tables, tables.products[row]);
}

/// By what its designer registered, where no model of the catalogue says more.
catalogue::ControlFigures figures_of(const Json& product) {
  const auto whole = Fixed::parse(product["tpp"].dump());
  catalogue::ControlFigures figures{.name = product["product"].get<std::string>()};
  if (whole) figures.tpp = *whole;
  if (product["die_area_mm2"].is_null()) return figures;
  const auto area = Fixed::parse(product["die_area_mm2"].get<std::string>());
  if (area) figures.density = catalogue::performance_density(figures.tpp, *area);
  return figures;
}

/// What its designer says of the product, against what the formula and the catalogue say.
Json remarks_on(const Json& product, const ChipModel* model, const Json& control) {
  Json remarks = Json::array();
  if (product.is_null()) return remarks;
  const std::string found = control["class"].get<std::string>();
  if (!product["eccn"].is_null()) {
    const std::string declared = product["eccn"].get<std::string>();
    if (found.rfind(declared, 0) != 0) {
      remarks.push_back("declared " + declared + ", by formula " + found);
    }
  }
  const auto tpp = model == nullptr ? std::nullopt : catalogue::tpp(*model);
  if (!tpp) return remarks;
  const std::string whole = std::to_string(tpp->units() / Fixed::units_per_one);
  if (product["tpp"].dump() != whole) {
    remarks.push_back("registered TPP " + product["tpp"].dump() + ", by the catalogue " + whole);
  }
  return remarks;
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

Result<ExitCode> show_product(Context& context, const ProductOptions& options) {
  MUSTER_TRY_ASSIGN(const Json product, registered(context, options.id));
  MUSTER_TRY_ASSIGN(const Catalogue catalogue, read_catalogue(context, options));
  const bool linked = !product.is_null() && !product["model"].is_null();
  const std::string name = linked ? product["model"].get<std::string>() : options.id;
  const auto found = catalogue.models.find(name);
  if (!found && product.is_null()) return failure(found.error());
  const ChipModel* model = found ? *found : nullptr;
  const Json shown = model != nullptr ? model_json(*model, catalogue) : Json(nullptr);
  const Json control =
      model != nullptr ? shown["control"] : control_json(figures_of(product), catalogue);
  const Json remarks = remarks_on(product, model, control);
  auto printer = context.printer();
  if (!product.is_null()) print_product(printer, product);
  if (model != nullptr) print_model(printer, shown);
  print_control(printer, control);
  for (const Json& remark : remarks) {
    printer.paragraph(remark.get<std::string>(), print::Tone::bad);
  }
  printer.json(
      {{"product", product}, {"model", shown}, {"control", control}, {"remarks", remarks}});
  return ExitCode::done;
}

}  // namespace

void add_product_commands(CLI::App& app, Context& context) {
  CLI::App& product = noun(app, "product", "products, and the public catalogue of chip models");
  auto& listed = context.keep<ProductOptions>();
  CLI::App& list = add_verb(product, "list", "the registry's products, or the catalogue", context,
                            [&] { return list_products(context, listed); });
  list.add_flag("--catalogue", listed.catalogue, "the catalogue, also when a registry is named");
  list.add_option("--rules", listed.rules, "control list: a name in data/rules, or a path");
  list.add_option("--on", listed.on, "the day whose law is asked for; today if it is not given");
  auto& shown = context.keep<ProductOptions>();
  CLI::App& show = add_verb(product, "show", "one product or model, with its control class",
                            context, [&] { return show_product(context, shown); });
  show.add_option("id", shown.id, "product id, or model of the catalogue")->required();
  show.add_option("--rules", shown.rules, "control list: a name in data/rules, or a path");
  show.add_option("--on", shown.on, "the day whose law is asked for; today if it is not given");
}

}  // namespace muster::cli
