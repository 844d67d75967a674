#include "cli/balance_json.hpp"

#include <set>

#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

using registry::BalanceLine;
using registry::BookScope;
using registry::MaterialBalance;
using registry::RowN;
using registry::State;

Json line_json(const State& state, const BalanceLine& line) {
  return {{"direction", line.increase ? "increase" : "decrease"},
          {"kind", line.kind},
          {"method", line.method},
          {"counterpart", id_or_null(state.tables().parties, line.counterpart)},
          {"chips", line.chips},
          {"tpp", line.tpp},
          {"sigma", registry::judge_difference(0, line.variance, 1, 0.05).sigma},
          {"sources", sources_json(state, line.sources)}};
}

/// The sites or products that stand in the book.
std::vector<BookScope> parts_of(const State& state, const BookScope& scope, const BookParts& by) {
  std::set<RowN> sites{scope.site};
  std::set<RowN> products{scope.product};
  if (by.site && scope.site == registry::no_row) {
    sites.clear();
    for (const RowN n : state.custody_of(scope.party)) {
      sites.insert(state.tables().custody[n].site);
    }
  }
  if (by.product && scope.product == registry::no_row) {
    products.clear();
    for (const auto& stay : registry::book_stays(state, scope)) products.insert(stay.product);
    for (const auto& row : state.tables().regrades.rows()) products.insert(row.from);
  }
  std::vector<BookScope> list;
  for (const RowN site : sites) {
    for (const RowN product : products) list.push_back({scope.party, site, product});
  }
  return list;
}

}  // namespace

Json balance_json(const registry::State& state, const registry::MaterialBalance& balance) {
  const auto& tables = state.tables();
  Json lines = Json::array();
  for (const BalanceLine& line : balance.lines) lines.push_back(line_json(state, line));
  Json counted = nullptr;
  if (balance.counted) {
    counted = {{"chips", balance.counted->chips},
               {"method", balance.counted->method},
               {"index", balance.counted->index},
               {"statement", tables.statements[balance.counted->index].hash.to_hex()}};
  }
  return {{"party", id_or_null(tables.parties, balance.scope.party)},
          {"site", id_or_null(tables.sites, balance.scope.site)},
          {"product", id_or_null(tables.products, balance.scope.product)},
          {"from", balance.period.from.to_string()},
          {"to", balance.period.to.to_string()},
          {"opening", balance.figures.opening},
          {"opening_tpp", balance.opening_tpp},
          {"increases", balance.figures.increases},
          {"decreases", balance.figures.decreases},
          {"closing", balance.figures.closing},
          {"closing_tpp", balance.closing_tpp},
          {"absent", balance.absent},
          {"counted", std::move(counted)},
          {"difference", balance.counted ? Json(balance.difference) : Json(nullptr)},
          {"judgement", judgement_json(balance.judgement, balance.counted.has_value())},
          {"lines", std::move(lines)}};
}

bool is_empty_book(const registry::MaterialBalance& balance) {
  const auto& f = balance.figures;
  return f.opening == 0 && f.increases == 0 && f.decreases == 0 && f.closing == 0 &&
         !balance.counted;
}

bool is_beyond(const registry::MaterialBalance& balance) {
  return balance.counted && balance.difference != 0 && balance.judgement.beyond;
}

Result<BookParts> book_parts(const std::string& by) {
  const bool both = by == "site,product";
  const BookParts parts{by == "site" || both, by == "product" || both};
  if (by.empty() || parts.site || parts.product) return parts;
  return failure(Errc::invalid_input,
                 "--by: got \"" + by + "\", want site, product or site,product");
}

Result<BookReport> book_report(const registry::State& state, const registry::BookScope& scope,
                               const Window& period, const registry::BalanceTerms& terms,
                               const BookParts& by) {
  BookReport report;
  MUSTER_TRY_ASSIGN(report.whole, registry::material_balance(state, scope, period, terms));
  report.beyond = is_beyond(report.whole);
  Json parts = Json::array();
  for (const BookScope& part : parts_of(state, scope, by)) {
    if (part.site == scope.site && part.product == scope.product) continue;
    MUSTER_TRY_ASSIGN(auto one, registry::material_balance(state, part, period, terms));
    if (is_empty_book(one)) continue;
    report.beyond = report.beyond || is_beyond(one);
    parts.push_back(balance_json(state, one));
    report.parts.push_back(std::move(one));
  }
  report.json = balance_json(state, report.whole);
  report.json["errors"] = terms.errors.id;
  report.json["against"] = terms.against;
  report.json["parts"] = std::move(parts);
  return report;
}

Result<BookList> book_list(const registry::State& state, const Window& period,
                           const registry::BalanceTerms& terms, const BookPage& page,
                           const std::function<bool(registry::RowN)>& sees) {
  BookList list;
  Json rows = Json::array();
  for (registry::RowN party = page.first; party < state.tables().parties.size(); ++party) {
    if (!sees(party)) continue;
    MUSTER_TRY_ASSIGN(auto one, registry::material_balance(state, {.party = party}, period, terms));
    if (is_empty_book(one)) continue;
    if (list.books.size() == page.most) {
      list.last = list.books.back().scope.party;
      break;
    }
    list.beyond = list.beyond || is_beyond(one);
    list.sum.opening += one.figures.opening;
    list.sum.increases += one.figures.increases;
    list.sum.decreases += one.figures.decreases;
    list.sum.closing += one.figures.closing;
    rows.push_back(balance_json(state, one));
    list.books.push_back(std::move(one));
  }
  list.json = Json{{"from", period.from.to_string()},
                   {"to", period.to.to_string()},
                   {"errors", terms.errors.id},
                   {"against", terms.against},
                   {"totals",
                    {{"opening", list.sum.opening},
                     {"increases", list.sum.increases},
                     {"decreases", list.sum.decreases},
                     {"closing", list.sum.closing}}},
                   {"balances", std::move(rows)}};
  return list;
}

}  // namespace muster::cli
