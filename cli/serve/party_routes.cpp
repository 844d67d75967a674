// /v1/parties, /v1/rosters and /v1/balances: who there is, and what it has.

#include "cli/balance_json.hpp"
#include "cli/party_json.hpp"
#include "cli/roster_report.hpp"
#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"
#include "cli/serve/state_proofs.hpp"

namespace muster::serve {
namespace {

using registry::RowN;

/// How many chips a party has is not in everybody's directory.
Json listed_party(const registry::State& state, const Visibility& visibility, RowN row,
                  const cli::Successions& successions) {
  Json json = cli::party_json(state, row, successions);
  if (!visibility.books(row)) json["chips"] = nullptr;
  return json;
}

Result<Answer> get_parties(Service& service, const Asked& asked) {
  return read_all(service, asked, [&](cli::Home& home) -> Result<Answer> {
    const registry::State& state = home.state();
    const Visibility visibility(state, asked.principal);
    MUSTER_TRY_ASSIGN(const auto successions, cli::party_successions(home));
    return page_of(
        state.tables().parties, asked, "parties", [](RowN) { return true; },
        [&](RowN row) { return listed_party(state, visibility, row, successions); });
  });
}

Result<Answer> get_party(Service& service, const Asked& asked) {
  return read_all(service, asked, [&](cli::Home& home) -> Result<Answer> {
    const registry::State& state = home.state();
    const RowN row = state.tables().parties.find(asked.part("party"));
    if (row == registry::no_row) return failure(nothing_here("party", asked.part("party")));
    MUSTER_TRY_ASSIGN(const auto successions, cli::party_successions(home));
    Json json = listed_party(state, Visibility(state, asked.principal), row, successions);
    json["keys"] = cli::party_keys_json(state, row);
    json["sites"] = Json::array();
    for (const registry::Site& site : state.tables().sites.rows()) {
      if (site.party == row) json["sites"].push_back(cli::site_json(state, site));
    }
    return found_json(std::move(json));
  });
}

/// The party whose books are asked for. Errors: `not_found`, also where they may not be read.
Result<RowN> party_with_books(const cli::Home& home, const Asked& asked) {
  const std::string& id = asked.part("party");
  const RowN row = home.state().tables().parties.find(id);
  if (row == registry::no_row || !Visibility(home.state(), asked.principal).books(row)) {
    return failure(nothing_here("party", id));
  }
  return row;
}

/// Every chip, as a line each.
std::string roster_lines(const registry::State& state, const std::vector<cli::RosterLine>& chips) {
  std::string text;
  for (const cli::RosterLine& chip : chips) {
    text += json_text(cli::roster_line_json(state, chip)) + "\n";
  }
  return text;
}

Result<Answer> get_roster(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const bool chips, asked.flag("chips"));
  MUSTER_TRY_ASSIGN(const bool left, asked.flag("left"));
  MUSTER_TRY_ASSIGN(const bool proven, wants_proof(asked, "state"));
  // An entry is a parameter of rosters themselves: nothing is judged again for it.
  MUSTER_TRY(entry_asked_for(asked));
  cli::RosterQuery query;
  query.party = asked.part("party");
  query.site = asked.given("site").value_or("");
  query.country = asked.given("country").value_or("");
  query.model = asked.given("model").value_or("");
  query.product = asked.given("product").value_or("");
  query.window = asked.given("window").value_or("");
  query.index = asked.given("at").value_or("");
  return service.live().with_view([&](cli::Home& home) -> Result<Answer> {
    MUSTER_TRY_ASSIGN(const RowN party, party_with_books(home, asked));
    MUSTER_TRY_ASSIGN(auto report, cli::roster_report(home, query, {.left = left}));
    Answer answer = found_json(std::move(report.json));
    if (chips) {
      answer.list = "chips";
      answer.lines = roster_lines(home.state(), report.lines);
    }
    if (proven) {
      const RosterProofWish wish{.roster = {.list = chips}};
      MUSTER_TRY_ASSIGN(answer.json["proof"], roster_proof_json(service, home, party, wish));
    }
    return answer;
  });
}

/// The books of all parties whose books the caller may read, page by page.
Result<Answer> get_balances(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const Window period, cli::period_of(asked.given("period").value_or("")));
  MUSTER_TRY_ASSIGN(const auto against, asked.number("against"));
  MUSTER_TRY_ASSIGN(const std::uint64_t limit, page_limit(asked));
  cli::BalanceOptions options;
  options.against = against.value_or(1);
  return read_all(service, asked, [&](cli::Home& home) -> Result<Answer> {
    const auto& parties = home.state().tables().parties;
    const Visibility visibility(home.state(), asked.principal);
    cli::BookPage page{.most = limit};
    if (const auto after = asked.given("after")) {
      const RowN row = parties.find(*after);
      if (row == registry::no_row || !visibility.books(row)) {
        return failure(bad_parameter("after", "want the next of the page before"));
      }
      page.first = row + 1;
    }
    MUSTER_TRY_ASSIGN(const auto terms, cli::balance_terms(home, options));
    MUSTER_TRY_ASSIGN(auto books, cli::book_list(home.state(), period, terms, page,
                                                 [&](RowN row) { return visibility.books(row); }));
    Answer answer = found_json(std::move(books.json));
    const bool more = books.last != registry::no_row;
    answer.json["next"] = more ? Json(parties[books.last].id) : Json(nullptr);
    answer.list = "balances";
    return answer;
  });
}

Result<Answer> get_balance(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const Window period, cli::period_of(asked.given("period").value_or("")));
  MUSTER_TRY_ASSIGN(const auto by, cli::book_parts(asked.given("by").value_or("")));
  MUSTER_TRY_ASSIGN(const auto against, asked.number("against"));
  cli::BalanceOptions options;
  options.party = asked.part("party");
  options.site = asked.given("site").value_or("");
  options.product = asked.given("product").value_or("");
  options.against = against.value_or(1);
  return read_all(service, asked, [&](cli::Home& home) -> Result<Answer> {
    MUSTER_TRY(party_with_books(home, asked));
    MUSTER_TRY_ASSIGN(const auto scope, cli::book_scope(home.state(), options));
    MUSTER_TRY_ASSIGN(const auto terms, cli::balance_terms(home, options));
    MUSTER_TRY_ASSIGN(auto report, cli::book_report(home.state(), scope, period, terms, by));
    return found_json(std::move(report.json));
  });
}

}  // namespace

void add_party_routes(Router& router, Service& service) {
  router.add({"GET",
              "/v1/parties",
              Role::custodian,
              {"after", "limit", "at"},
              [&service](const Asked& asked) { return get_parties(service, asked); }});
  router.add(
      {"GET", "/v1/parties/{party}", Role::custodian, {"at"}, [&service](const Asked& asked) {
         return get_party(service, asked);
       }});
  router.add({"GET",
              "/v1/rosters/{party}",
              Role::party,
              {"site", "country", "model", "product", "window", "chips", "left", "at", "proof"},
              [&service](const Asked& asked) { return get_roster(service, asked); }});
  router.add({"GET",
              "/v1/balances",
              Role::party,
              {"period", "against", "after", "limit", "at"},
              [&service](const Asked& asked) { return get_balances(service, asked); }});
  router.add({"GET",
              "/v1/balances/{party}",
              Role::party,
              {"period", "site", "product", "by", "against", "at"},
              [&service](const Asked& asked) { return get_balance(service, asked); }});
}

}  // namespace muster::serve
