// `product check`: what designers say of every registered product, held to the public catalogue,
// with what rosters, books and caps count too little where it is less.

#include <map>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/print/number.hpp"
#include "cli/product_judgement.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

using registry::RowN;
using registry::State;

/// One product, and how many of its chips there are.
struct CheckedProduct {
  RowN product = registry::no_row;
  std::uint64_t chips = 0;
  ProductJudgement judgement;
};

/// Chips of each product that are neither destroyed nor void.
std::map<RowN, std::uint64_t> live_chips(const State& state) {
  const auto& tables = state.tables();
  std::map<RowN, std::uint64_t> counts;
  for (RowN chip = 0; chip < tables.chips.size(); ++chip) {
    const registry::Life life = tables.chips[chip].life;
    if (life == registry::Life::destroyed || life == registry::Life::voided) continue;
    ++counts[tables.identities[chip].product];
  }
  return counts;
}

std::vector<CheckedProduct> check_all(const State& state, const ControlBasis& basis) {
  const auto& products = state.tables().products;
  const auto counts = live_chips(state);
  std::vector<CheckedProduct> list;
  list.reserve(products.size());
  for (RowN n = 0; n < products.size(); ++n) {
    const registry::Product& product = products[n];
    const registry::Product* base =
        product.base == registry::no_row ? nullptr : &products[product.base];
    const auto count = counts.find(n);
    list.push_back({n, count == counts.end() ? 0 : count->second,
                    judge_product(product, base, model_of(product, basis), basis)});
  }
  return list;
}

std::string tpp_text(const std::optional<catalogue::Fixed>& figure) {
  return figure ? figure->text() : std::string("-");
}

Json tpp_json(const std::optional<catalogue::Fixed>& figure) {
  return figure ? Json(figure->text()) : Json(nullptr);
}

Json product_json(const State& state, const CheckedProduct& one) {
  const auto& tables = state.tables();
  const registry::Product& product = tables.products[one.product];
  const ProductJudgement& judged = one.judgement;
  return {{"product", product.id},
          {"designer", id_or_null(tables.parties, product.designer)},
          {"index", product.index},
          {"model", text_or_null(product.model)},
          {"standing", judged.standing},
          {"registered_tpp", tpp_json(judged.registered_tpp)},
          {"catalogue_tpp", tpp_json(judged.catalogue_tpp)},
          {"registered_class", judged.registered_class},
          {"catalogue_class", text_or_null(judged.catalogue_class)},
          {"declared_eccn", text_or_null(product.eccn)},
          {"chips", one.chips},
          {"missing_tpp", judged.missing_tpp() * one.chips},
          {"remarks", judged.remarks}};
}

print::Table table_of(const State& state, const std::vector<CheckedProduct>& list) {
  print::Table table{.columns = {print::id_column("product"),
                                 print::id_column("designer"),
                                 print::number_column("TPP"),
                                 print::number_column("catalogue"),
                                 {"standing"},
                                 {"class by it"},
                                 {"by catalogue"},
                                 print::number_column("chips")}};
  table.rows.reserve(list.size());
  for (const CheckedProduct& one : list) {
    const registry::Product& product = state.tables().products[one.product];
    const ProductJudgement& judged = one.judgement;
    const bool bad = judged.standing != "agrees";
    table.rows.push_back({product.id,
                          state.party_name(product.designer),
                          tpp_text(judged.registered_tpp),
                          tpp_text(judged.catalogue_tpp),
                          {judged.standing, bad ? print::Tone::bad : print::Tone::plain},
                          judged.registered_class,
                          judged.catalogue_class.empty() ? "-" : judged.catalogue_class,
                          print::grouped(one.chips)});
  }
  return table;
}

/// Contradicted by the catalogue, or by the formula: a negative answer. Not judged: none yet.
ExitCode code_of(const std::vector<CheckedProduct>& list) {
  ExitCode code = ExitCode::done;
  for (const CheckedProduct& one : list) {
    const ProductJudgement& judged = one.judgement;
    if (judged.standing == "not judged" && judged.remarks.empty()) {
      code = ExitCode::no_answer;
    } else if (judged.standing != "agrees" || !judged.remarks.empty()) {
      return ExitCode::negative;
    }
  }
  return code;
}

Result<ExitCode> check_products(Context& context, const ControlQuestion& question) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const ControlBasis basis, read_control_basis(context, question));
  const State& state = home->state();
  const auto list = check_all(state, basis);
  auto printer = context.printer();
  printer.table(table_of(state, list));
  std::uint64_t missing = 0;
  Json products = Json::array();
  for (const CheckedProduct& one : list) {
    const registry::Product& product = state.tables().products[one.product];
    for (const std::string& remark : one.judgement.remarks) {
      printer.paragraph(product.id + " (entry " + std::to_string(product.index) + "): " + remark,
                        print::Tone::bad);
    }
    missing += one.judgement.missing_tpp() * one.chips;
    products.push_back(product_json(state, one));
  }
  if (missing > 0) {
    printer.paragraph("Rosters, books and caps count " + print::grouped(missing) +
                          " TPP less than by the catalogue.",
                      print::Tone::bad);
  }
  printer.note("held to data/chip_models.csv and " + basis.rules.id + " as of " + day_of(basis.on) +
               "; the register counts by what designers sign: an authority answers with a finding "
               "and a version of other figures");
  printer.json({{"list", basis.rules.id},
                {"on", day_of(basis.on)},
                {"missing_tpp", missing},
                {"products", std::move(products)}});
  return code_of(list);
}

}  // namespace

void add_product_check_command(CLI::App& app, Context& context) {
  CLI::App& product = noun(app, "product", "products, and the public catalogue of chip models");
  auto& question = context.keep<ControlQuestion>();
  CLI::App& verb =
      add_verb(product, "check", "what designers say of products, against the catalogue", context,
               [&] { return check_products(context, question); });
  verb.add_option("--rules", question.rules, "control list: a name in data/rules, or a path");
  verb.add_option("--on", question.on, "the day whose law is asked for; today if it is not given");
}

}  // namespace muster::cli
