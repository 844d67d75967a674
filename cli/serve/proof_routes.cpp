// /v1/proofs, for everyone, since hash tiles tell no less; and /v1/state-proofs.

#include "cli/log_proofs.hpp"
#include "cli/serve/log_access.hpp"
#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"
#include "cli/serve/state_proofs.hpp"

namespace muster::serve {
namespace {

using registry::RowN;

/// Errors: `invalid_input` without the number.
Result<std::uint64_t> wanted_number(const Asked& asked, const std::string& name) {
  MUSTER_TRY_ASSIGN(const auto value, asked.number(name));
  if (value) return *value;
  return failure(bad_parameter(name, "is missing"));
}

Result<Answer> get_inclusion(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const std::uint64_t index, wanted_number(asked, "index"));
  MUSTER_TRY_ASSIGN(const StoreLease store, service.live().store());
  MUSTER_TRY_ASSIGN(const std::string note, newest_checkpoint(*store));
  MUSTER_TRY_ASSIGN(const auto checkpoint, ledger::parse_checkpoint(note));
  if (index >= checkpoint.size.value) {
    return failure(nothing_here("entry", std::to_string(index)));
  }
  // The entry itself is not everybody's: the proof goes alone.
  MUSTER_TRY_ASSIGN(auto receipt, ledger::make_receipt(*store, {index}, note));
  const cli::EntryProof made{std::move(receipt.proof), std::nullopt};
  MUSTER_TRY_ASSIGN(Json json, cli::entry_proof_json(made, {index}));
  return found_json(std::move(json));
}

Result<Answer> get_consistency(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const std::uint64_t from, wanted_number(asked, "from"));
  MUSTER_TRY_ASSIGN(const auto to, asked.number("to"));
  MUSTER_TRY_ASSIGN(const StoreLease store, service.live().store());
  std::string note;
  cli::SizePair sizes{{from}, {to.value_or(0)}};
  if (!to) {
    MUSTER_TRY_ASSIGN(note, newest_checkpoint(*store));
    MUSTER_TRY_ASSIGN(const auto checkpoint, ledger::parse_checkpoint(note));
    sizes.to = checkpoint.size;
  }
  MUSTER_TRY_ASSIGN(const auto made, cli::consistency_of(*store, sizes, std::move(note)));
  return found_json(cli::consistency_json(made));
}

Result<cli::StateProofOptions> source_of(const Asked& asked) {
  cli::StateProofOptions source;
  MUSTER_TRY_ASSIGN(source.index, asked.number("index"));
  return source;
}

Result<Answer> get_chip_proof(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const auto source, source_of(asked));
  MUSTER_TRY_ASSIGN(const bool whole, asked.flag("tail"));
  // Every entry since the commitment, whoever's it is.
  if (whole && asked.principal.role != Role::operator_ && !asked.principal.covers("*")) {
    return failure(
        Error{Errc::refused, "tail: wants a role that reads every entry", rule_forbidden});
  }
  return service.live().with_view([&](cli::Home& home) -> Result<Answer> {
    MUSTER_TRY_ASSIGN(const VisibleChip chip,
                      visible_chip(home, {home.state(), asked.principal}, asked.part("chip")));
    const auto form = whole ? registry::TailForm::whole : registry::TailForm::named;
    MUSTER_TRY_ASSIGN(
        Json json, chip_proof_json(service, home, chip.row,
                                   {.principal = asked.principal, .source = source, .tail = form}));
    return found_json(std::move(json));
  });
}

Result<Answer> get_roster_proof(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const auto source, source_of(asked));
  MUSTER_TRY_ASSIGN(const bool summary, asked.flag("summary"));
  return service.live().with_view([&](cli::Home& home) -> Result<Answer> {
    const registry::State& state = home.state();
    const Visibility visibility(state, asked.principal);
    const RowN row = state.tables().parties.find(asked.part("party"));
    if (row == registry::no_row || !visibility.books(row)) {
      return failure(nothing_here("party", asked.part("party")));
    }
    RosterProofWish wish{.roster = {.list = !summary}, .source = source};
    if (const auto chip = asked.given("chip")) {
      MUSTER_TRY_ASSIGN(const VisibleChip seen, visible_chip(home, visibility, *chip));
      wish.roster.chip = seen.row;
      wish.roster.list = false;
    }
    MUSTER_TRY_ASSIGN(Json json, roster_proof_json(service, home, row, wish));
    return found_json(std::move(json));
  });
}

}  // namespace

void add_proof_routes(Router& router, Service& service) {
  router.add(
      {"GET", "/v1/proofs/inclusion", Role::everyone, {"index"}, [&service](const Asked& asked) {
         return get_inclusion(service, asked);
       }});
  router.add({"GET",
              "/v1/proofs/consistency",
              Role::everyone,
              {"from", "to"},
              [&service](const Asked& asked) { return get_consistency(service, asked); }});
  router.add({"GET",
              "/v1/state-proofs/chips/{chip}",
              Role::custodian,
              {"index", "tail"},
              [&service](const Asked& asked) { return get_chip_proof(service, asked); }});
  router.add({"GET",
              "/v1/state-proofs/rosters/{party}",
              Role::party,
              {"index", "chip", "summary"},
              [&service](const Asked& asked) { return get_roster_proof(service, asked); }});
}

}  // namespace muster::serve
