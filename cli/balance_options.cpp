#include "cli/balance_options.hpp"

#include <cmath>

#include "cli/data_folder.hpp"
#include "cli/print/number.hpp"
#include "cli/row_json.hpp"
#include "cli/window_text.hpp"
#include "ledger/base/file.hpp"
#include "registry/event.hpp"

namespace muster::cli {
namespace {

/// How the chips of the acceptance at `index` were counted, by its body.
Result<std::string> count_method(Home& home, registry::Index32 index) {
  MUSTER_TRY_ASSIGN(const auto entries, home.registry().log().read({index}, 1));
  if (entries.empty()) return failure(Errc::corrupt, "log: an entry is missing");
  const ledger::Envelope& envelope = entries.front().envelope;
  MUSTER_TRY_ASSIGN(const auto event,
                    registry::parse_event(envelope.payload, ledger::statement_hash(envelope)));
  return event.body.value("method", std::string());
}

}  // namespace

void add_balance_options(CLI::App& verb, BalanceOptions& options) {
  verb.add_option("--period", options.period, "FROM..TO, days or instants")->required();
  verb.add_option("--errors", options.errors, "how far counts may be off; default: assumptions");
  verb.add_option("--against", options.against, "the loss in chips whose power is asked for");
}

Result<Window> period_of(const std::string& text) {
  auto window = parse_window(text);
  if (!window) return failure(std::move(window.error()).during("--period"));
  return window;
}

Result<registry::BalanceTerms> balance_terms(Home& home, const BalanceOptions& options) {
  if (options.against == 0) {
    return failure(Errc::invalid_input, "--against: got 0, want 1 chip or more");
  }
  registry::BalanceTerms terms{.against = options.against};
  std::string path = options.errors;
  if (path.empty()) {
    MUSTER_TRY_ASSIGN(const std::string folder, data_folder());
    path = folder + "/balance_errors.json";
  }
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(path));
  auto errors = registry::ErrorModel::parse(text);
  if (!errors) return failure(std::move(errors.error()).during(path));
  terms.errors = std::move(*errors);
  terms.method_of = [&home](registry::Index32 index) { return count_method(home, index); };
  return terms;
}

Result<registry::BookScope> book_scope(const registry::State& state,
                                       const BalanceOptions& options) {
  const auto& tables = state.tables();
  registry::BookScope scope;
  MUSTER_TRY_ASSIGN(scope.party, row_called(tables.parties, "party", options.party));
  if (!options.site.empty()) {
    MUSTER_TRY_ASSIGN(scope.site, row_called(tables.sites, "site", options.site));
    if (tables.sites[scope.site].party != scope.party) {
      return failure(Errc::invalid_input, "--site: " + options.site + " is run by " +
                                              state.party_name(tables.sites[scope.site].party));
    }
  }
  if (!options.product.empty()) {
    MUSTER_TRY_ASSIGN(scope.product, row_called(tables.products, "product", options.product));
  }
  return scope;
}

Json sources_json(const registry::State& state, const std::vector<registry::Source>& sources) {
  Json list = Json::array();
  for (const registry::Source& source : sources) {
    const auto& row = state.tables().statements[source.index];
    list.push_back({{"index", source.index},
                    {"statement", row.hash.to_hex()},
                    {"kind", row.kind},
                    {"party", state.party_name(row.party)},
                    {"items", source.items}});
  }
  return list;
}

std::string sources_text(const std::vector<registry::Source>& sources) {
  constexpr std::size_t most = 12;
  std::string text;
  for (std::size_t i = 0; i < sources.size() && i < most; ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(sources[i].index);
    if (sources[i].items != 1) text += " (" + print::grouped(sources[i].items) + ")";
  }
  if (sources.size() > most) text += ", and " + std::to_string(sources.size() - most) + " more";
  return text.empty() ? "-" : text;
}

Json judgement_json(const registry::DifferenceVerdict& judgement, bool judged) {
  return {{"sigma", judgement.sigma},
          {"limit", judged ? Json(judgement.limit) : Json(nullptr)},
          {"power", judged ? Json(judgement.power) : Json(nullptr)},
          {"found_95", judged ? Json(judgement.found_95) : Json(nullptr)},
          {"beyond", judged ? Json(judgement.beyond) : Json(nullptr)}};
}

void note_open_period(print::Printer& printer, const registry::State& state, const Window& period) {
  if (state.size() == 0) return;
  const Timestamp newest{state.tables().statements[state.size() - 1].accepted_ms};
  if (newest >= period.to) return;
  printer.note("the newest entry is of " + newest.to_string() +
               ", before the period ends: its figures may still change");
}

std::string figure_text(double value) {
  const double hundredths = std::round(value * 100);
  const auto whole = static_cast<std::int64_t>(hundredths) / 100;
  const auto rest = static_cast<std::int64_t>(std::fabs(hundredths)) % 100;
  if (rest == 0) return print::grouped(whole);
  return print::grouped(whole) + "." + (rest < 10 ? "0" : "") + std::to_string(rest);
}

std::string signed_text(std::int64_t value) {
  return (value > 0 ? "+" : "") + print::grouped(value);
}

}  // namespace muster::cli
