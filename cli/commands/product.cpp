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
};

struct Catalogue {
  catalogue::ChipModels models;
  catalogue::ControlRules rules;
};

Result<Catalogue> read_catalogue(const std::string& rules_name) {
  MUSTER_TRY_ASSIGN(const std::string folder, data_folder());
  MUSTER_TRY_ASSIGN(const std::string csv, read_text_file(folder + "/chip_models.csv"));
  MUSTER_TRY_ASSIGN(auto models, catalogue::ChipModels::parse(csv, "chip_models.csv"));
  const bool is_path = rules_name.find('/') != std::string::npos;
  const std::string path = is_path ? rules_name : folder + "/rules/" + rules_name + ".json";
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(path));
  auto rules = catalogue::ControlRules::parse(text);
  if (!rules) return failure(std::move(rules.error()).during(path));
  return Catalogue{std::move(models), std::move(*rules)};
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

Json class_checks(const ChipModel& model, const catalogue::ControlRules& rules) {
  const auto density = catalogue::performance_density(model);
  const auto tpp = catalogue::tpp(model);
  Json checks = Json::array();
  for (const catalogue::ControlClass& one : rules.classes) {
    std::string text = limit_text("TPP", one.tpp, tpp);
    const std::string second = limit_text("density", one.density, density);
    if (!text.empty() && !second.empty()) text += "; ";
    text += second;
    checks.push_back({{"class", one.name}, {"check", text}, {"source", one.source}});
  }
  return checks;
}

Json model_json(const ChipModel& model, const catalogue::ControlRules& rules) {
  Json rates = Json::array();
  for (const catalogue::FormatRate& rate : model.rates) {
    rates.push_back({{"format", rate.format},
                     {"bits", rate.bits},
                     {"flop_per_s", std::to_string(catalogue::flop_per_s(rate))}});
  }
  const auto peak = catalogue::peak_rate(model);
  const auto found = catalogue::classification(model, rules);
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
          {"control",
           {{"list", rules.id},
            {"class", found.name},
            {"checks", class_checks(model, rules)},
            {"bands", found.bands},
            {"notices", found.notices}}},
          {"source", model.source},
          {"confidence", model.confidence}};
}

Result<ExitCode> list_models(Context& context, const ProductOptions& options) {
  MUSTER_TRY_ASSIGN(const Catalogue catalogue, read_catalogue(options.rules));
  print::Table table{.columns = {{"model"},
                                 {"vendor"},
                                 {"released"},
                                 print::number_column("TPP"),
                                 print::number_column("density"),
                                 {"class"}}};
  Json list = Json::array();
  for (const ChipModel& model : catalogue.models.all()) {
    const auto density = catalogue::performance_density(model);
    table.rows.push_back({model.name, model.vendor, model.release, text_of(catalogue::tpp(model)),
                          density ? density->rounded(2) : "unknown",
                          catalogue::classification(model, catalogue.rules).name});
    list.push_back(model_json(model, catalogue.rules));
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
          {"dies", product.dies}};
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
                      {"TPP", text("tpp")},
                      {"performance density", text("performance_density")},
                      {"memory", text("memory_gb") + " GB, " + text("memory_tb_per_s") + " TB/s"},
                      {"source", text("source") + " (" + text("confidence") + ")"}}};
  printer.facts(facts);
  const Json& control = model["control"];
  printer.heading("Under " + control["list"].get<std::string>() + ": " +
                  control["class"].get<std::string>());
  print::Table table{.columns = {{"class"}, {"check"}}};
  for (const Json& check : control["checks"]) {
    table.rows.push_back({check["class"].get<std::string>(), check["check"].get<std::string>()});
  }
  printer.table(table);
  for (const char* list : {"bands", "notices"}) {
    for (const Json& line : control[list]) printer.paragraph(line.get<std::string>());
  }
  printer.note("the first class whose limits all hold decides; no legal advice");
}

/// The registered product called `id`, if a registry is named and has it.
Result<Json> registered(Context& context, const std::string& id) {
  if (context.options().registry.empty()) return Json(nullptr);
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto& tables = home->state().tables();
  const registry::RowN row = tables.products.find(id);
  return row == registry::no_row ? Json(nullptr) : product_json(tables, tables.products[row]);
}

Result<ExitCode> show_product(Context& context, const ProductOptions& options) {
  MUSTER_TRY_ASSIGN(const Json product, registered(context, options.id));
  MUSTER_TRY_ASSIGN(const Catalogue catalogue, read_catalogue(options.rules));
  const bool linked = !product.is_null() && !product["model"].is_null();
  const std::string name = linked ? product["model"].get<std::string>() : options.id;
  const auto model = catalogue.models.find(name);
  if (!model && product.is_null()) return failure(model.error());
  auto printer = context.printer();
  if (!product.is_null()) {
    printer.facts({"",
                   {{"product", product["product"].get<std::string>()},
                    {"name", product["name"].get<std::string>()},
                    {"registered TPP", product["tpp"].dump()}}});
  }
  const Json shown = model ? model_json(**model, catalogue.rules) : Json(nullptr);
  if (model) print_model(printer, shown);
  printer.json({{"product", product}, {"model", shown}});
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
  auto& shown = context.keep<ProductOptions>();
  CLI::App& show = add_verb(product, "show", "one product or model, with its control class",
                            context, [&] { return show_product(context, shown); });
  show.add_option("id", shown.id, "product id, or model of the catalogue")->required();
  show.add_option("--rules", shown.rules, "control list: a name in data/rules, or a path");
}

}  // namespace muster::cli
