// /v1/chips: what is known of one chip, its history, and a proof of its state.

#include "cli/chip_facts.hpp"
#include "cli/chip_history_json.hpp"
#include "cli/chip_json.hpp"
#include "cli/chip_names.hpp"
#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"
#include "cli/serve/state_proofs.hpp"

namespace muster::serve {

Result<VisibleChip> visible_chip(cli::Home& home, const Visibility& visibility,
                                 const std::string& name) {
  const auto row = cli::chip_named(home.state(), name);
  if (!row) {
    // That a name is borne by several chips, or by none, is for those to know who read all.
    if (visibility.sees_all()) return failure(row.error());
    return failure(nothing_here("chip", name));
  }
  MUSTER_TRY_ASSIGN(auto states, cli::states_of(home, *row, home.state().size()));
  if (!visibility.chip(*row, states)) return failure(nothing_here("chip", name));
  return VisibleChip{*row, std::move(states)};
}

namespace {

Result<Answer> get_chip(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const bool proven, wants_proof(asked, "state"));
  return read_all(service, asked, [&](cli::Home& home) -> Result<Answer> {
    const Visibility visibility(home.state(), asked.principal);
    MUSTER_TRY_ASSIGN(const VisibleChip chip, visible_chip(home, visibility, asked.part("chip")));
    MUSTER_TRY_ASSIGN(Json json, cli::whole_chip_json(home, chip.row, chip.states));
    json["entries"] = home.state().size();
    if (proven) {
      MUSTER_TRY_ASSIGN(json["proof"],
                        chip_proof_json(service, home, chip.row, {.principal = asked.principal}));
    }
    return found_json(std::move(json));
  });
}

Result<Answer> get_history(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const bool corrected, asked.flag("as_corrected"));
  MUSTER_TRY_ASSIGN(const bool moves_only, asked.flag("moves_only"));
  MUSTER_TRY_ASSIGN(const bool raw, asked.flag("raw"));
  // The words of a statement may name other people's chips.
  if (raw && asked.principal.role < Role::verifier) {
    return failure(Error{Errc::refused, "raw: wants the role verifier", rule_forbidden});
  }
  return read_all(service, asked, [&](cli::Home& home) -> Result<Answer> {
    const Visibility visibility(home.state(), asked.principal);
    MUSTER_TRY_ASSIGN(const VisibleChip chip, visible_chip(home, visibility, asked.part("chip")));
    MUSTER_TRY_ASSIGN(
        Json json,
        cli::chip_history_json(home, chip.row, chip.states,
                               {.corrected = corrected, .raw = raw, .moves_only = moves_only}));
    return found_json(std::move(json));
  });
}

/// Where a page begins. Of others' chips it is not said whether they are there.
Result<registry::RowN> first_behind(const registry::State& state, registry::RowN owner,
                                    const Asked& asked) {
  const auto after = asked.given("after");
  if (!after) return registry::RowN{0};
  const auto row = cli::chip_row(state, *after);
  const auto was_there = [&](registry::RowN chip) {  // and may have gone since the page before
    return state.held().has(owner, chip) ||
           std::ranges::any_of(state.custody_of(owner), [&](registry::RowN n) {
             return state.tables().custody[n].chip == chip;
           });
  };
  if (row && was_there(*row)) return *row + 1;
  return failure(bad_parameter("after", "want the next of the page before"));
}

/// Chips that a party holds now, in order of registration.
Result<Answer> get_chips(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const std::uint64_t limit, page_limit(asked));
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    const registry::State& state = home.state();
    const auto& tables = state.tables();
    const std::string party = asked.given("party").value_or(asked.principal.party);
    const registry::RowN owner = tables.parties.find(party);
    const Visibility visibility(state, asked.principal);
    const bool own = party == asked.principal.party;
    if (owner == registry::no_row || !(own || visibility.books(owner))) {
      return failure(nothing_here("party", party));
    }
    MUSTER_TRY_ASSIGN(const registry::RowN first, first_behind(state, owner, asked));
    const auto rows = state.held().some(owner, first, limit + 1);  // one more shows that there are
    Json list = Json::array();
    for (const registry::RowN chip : std::span(rows).first(std::min(rows.size(), limit))) {
      list.push_back(cli::chip_row_json(state, chip));
    }
    const bool more = rows.size() > limit;
    Answer answer;
    answer.json = Json{{"next", more ? list.back()["chip"] : Json(nullptr)}};
    answer.json["chips"] = std::move(list);
    answer.list = "chips";
    return answer;
  });
}

}  // namespace

void add_chip_routes(Router& router, Service& service) {
  router.add({"GET",
              "/v1/chips",
              Role::custodian,
              {"party", "after", "limit", "at"},
              [&service](const Asked& asked) { return get_chips(service, asked); }});
  router.add(
      {"GET", "/v1/chips/{chip}", Role::custodian, {"at", "proof"}, [&service](const Asked& asked) {
         return get_chip(service, asked);
       }});
  router.add({"GET",
              "/v1/chips/{chip}/history",
              Role::custodian,
              {"at", "as_corrected", "moves_only", "raw"},
              [&service](const Asked& asked) { return get_history(service, asked); }});
}

}  // namespace muster::serve
