// `product list` and `product show`: registered products, and the public catalogue of chip models
// with how each stands under a control list. The catalogue needs no registry.

#include <memory>
#include <optional>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/print/number.hpp"
#include "cli/product_json.hpp"
#include "cli/row_json.hpp"
#include "registry/catalogue/chip_models.hpp"
#include "registry/catalogue/control_rules.hpp"
#include "registry/catalogue/peak_rate.hpp"

namespace muster::cli {
namespace {

using catalogue::ChipModel;

struct ProductOptions {
  std::string id;
  bool catalogue = false;
  ControlQuestion control;
};

std::string figure_text(const std::optional<catalogue::Fixed>& figure) {
  return figure ? figure->text() : std::string("unknown");
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
        {model.name, model.vendor, model.release, figure_text(catalogue::tpp(model)),
         density ? density->rounded(2) : "unknown",
         catalogue::classification(catalogue::control_figures(model), basis.rules, basis.on).name});
    list.push_back(chip_model_json(model, basis));
  }
  auto printer = context.printer();
  printer.table(table);
  printer.note("classes by the formulas of " + basis.rules.id + "; no legal advice");
  printer.json({{"models", std::move(list)}});
  return ExitCode::done;
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

void print_standing(print::Printer& printer, const Json& judged) {
  const auto standing = judged["standing"].get<std::string>();
  if (standing != "not judged") {
    printer.paragraph("By the catalogue the registered figures are: " + standing +
                          ". Judged by the greater of the two.",
                      standing == "agrees" ? print::Tone::plain : print::Tone::bad);
  }
  for (const Json& remark : judged["remarks"]) {
    printer.paragraph(remark.get<std::string>(), print::Tone::bad);
  }
}

Result<ExitCode> show_product(Context& context, const ProductOptions& options) {
  MUSTER_TRY_ASSIGN(const ControlBasis basis, read_control_basis(context, options.control));
  std::unique_ptr<Home> home;
  if (!context.options().registry.empty()) {
    MUSTER_TRY_ASSIGN(home, Home::open(context));
  }
  const registry::Tables* const tables = home ? &home->state().tables() : nullptr;
  MUSTER_TRY_ASSIGN(const Json json, whole_product_json(tables, options.id, basis));
  auto printer = context.printer();
  if (!json["product"].is_null()) print_product(printer, json["product"]);
  if (!json["model"].is_null()) print_model(printer, json["model"]);
  print_control(printer, json["control"]);
  if (!json["product"].is_null()) print_standing(printer, json);
  printer.json(json);
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
