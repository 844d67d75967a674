// /epcis: a subset of the REST bindings of EPCIS 2.0, so that partners' tools can hand events in
// and fetch what the register has.

#include "cli/epcis_intake.hpp"
#include "cli/serve/form.hpp"
#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/exchange/export.hpp"

namespace muster::serve {
namespace {

constexpr const char* epcis_version = "2.0.0";
constexpr std::size_t longest_export = std::size_t{64} << 20U;

void add_versions(Answer& answer) {
  answer.headers.push_back({"GS1-EPCIS-Version", epcis_version});
  answer.headers.push_back({"GS1-CBV-Version", epcis_version});
}

Json drafts_json(const exchange::Intake& intake) {
  Json drafts = Json::array();
  for (const exchange::StatementDraft& draft : intake.drafts) {
    drafts.push_back(parse_foreign_json(exchange::encode_draft(draft)).value_or(Json()));
  }
  return drafts;
}

/// Keeps a document as evidence. What it says is recorded when somebody signs the drafts.
Result<Answer> post_capture(Service& service, const Asked& asked) {
  MUSTER_TRY(check_takes_in(service));
  MUSTER_TRY_ASSIGN(const auto read, cli::read_epcis_document(asked.request.body));
  LiveRegistry& live = service.live();
  return live.with_view([&](cli::Home& home) -> Result<Answer> {
    QuietContext quiet(live.folder(), live.random(), live.fixed_now());
    MUSTER_TRY_ASSIGN(auto store, cli::open_captures(quiet.context(), home));
    cli::EpcisWish wish{.now = service.clock().now()};
    wish.how.org = asked.principal.party;
    MUSTER_TRY_ASSIGN(auto taken, cli::take_in_epcis(home, store, read, wish));
    const std::string id = crypto::sha256(read.bytes).to_hex();
    Answer answer{.status = 202};
    answer.json = Json{{"captureID", id},
                       {"events", std::move(taken.events)},
                       {"drafts", drafts_json(taken.intake)}};
    answer.headers.push_back({"Location", "/epcis/capture/" + id});
    add_versions(answer);
    return answer;
  });
}

/// A document was kept whole, or not at all, before it was answered.
Result<Answer> get_capture(Service& service, const Asked& asked) {
  const auto id = Hash::from_hex(asked.part("capture"));
  if (!id) return failure(nothing_here("capture", asked.part("capture")));
  LiveRegistry& live = service.live();
  return live.with_view([&](cli::Home& home) -> Result<Answer> {
    QuietContext quiet(live.folder(), live.random(), live.fixed_now());
    MUSTER_TRY_ASSIGN(auto store, cli::open_captures(quiet.context(), home));
    if (!store.document(*id)) return failure(nothing_here("capture", id->to_hex()));
    Answer answer = found_json(Json{{"captureID", id->to_hex()},
                                    {"running", false},
                                    {"success", true},
                                    {"captureErrorBehaviour", "rollback"},
                                    {"errors", Json::array()}});
    add_versions(answer);
    return answer;
  });
}

/// What the caller may ask for: statements name several chips, so a party gets those that are by
/// it, to it or from it.
Result<exchange::ExportQuery> query_of(const cli::Home& home, const Asked& asked) {
  exchange::ExportQuery query;
  query.shipment = asked.given("shipment");
  query.party = asked.given("party");
  const bool all = asked.principal.role == Role::operator_ || asked.principal.covers("*");
  if (!all) {
    if (!query.party) query.party = asked.principal.party;
    const registry::RowN row = home.state().tables().parties.find(*query.party);
    const bool own = *query.party == asked.principal.party;
    const bool may =
        own || (row != registry::no_row && Visibility(home.state(), asked.principal).books(row));
    if (row == registry::no_row || !may) return failure(nothing_here("party", *query.party));
    if (query.shipment) {
      const registry::RowN shipment = home.state().tables().shipments.find(*query.shipment);
      const bool sees = shipment != registry::no_row &&
                        Visibility(home.state(), asked.principal).shipment(shipment);
      if (!sees) return failure(nothing_here("shipment", *query.shipment));
    }
  }
  for (const auto& [name, time] :
       {std::pair{"GE_recordTime", &query.from}, {"LT_recordTime", &query.to}}) {
    const auto text = asked.given(name);
    if (!text) continue;
    auto instant = Timestamp::parse_day_or_instant(*text);
    if (!instant) return failure(bad_parameter(name, instant.error().message));
    *time = *instant;
  }
  return query;
}

/// The events of an exported document as the result of a query.
Json query_document(const Json& exported) {
  return {{"@context", exported.value("@context", Json::array())},
          {"type", "EPCISQueryDocument"},
          {"schemaVersion", "2.0"},
          {"creationDate", exported.value("creationDate", Json())},
          {"epcisBody",
           {{"queryResults",
             {{"queryName", "SimpleEventQuery"},
              {"resultsBody",
               {{"eventList", exported.at("epcisBody").value("eventList", Json::array())}}}}}}}};
}

Result<Answer> get_events(Service& service, const Asked& asked) {
  return service.live().with_view([&](cli::Home& home) -> Result<Answer> {
    MUSTER_TRY_ASSIGN(auto query, query_of(home, asked));
    if (const auto epc = asked.given("MATCH_epc")) {
      const Visibility visibility(home.state(), asked.principal);
      MUSTER_TRY_ASSIGN(const VisibleChip chip, visible_chip(home, visibility, *epc));
      query.chip = home.state().chip_id(chip.row);
    }
    std::string text;
    MUSTER_TRY(exchange::export_events(
        home.registry(), query, {.created = service.clock().now(), .master_data = false},
        [&](std::string_view piece) -> Result<void> {
          text += piece;
          if (text.size() <= longest_export) return {};
          return failure(Error{Errc::refused, "events: too many; narrow the time", rule_too_long});
        }));
    MUSTER_TRY_ASSIGN(const Json exported, parse_foreign_json(text));
    Answer answer;
    answer.raw = json_response(200, query_document(exported));
    answer.raw->content_type = "application/ld+json";
    add_versions(answer);
    return answer;
  });
}

}  // namespace

void add_epcis_routes(Router& router, Service& service) {
  router.add({"POST", "/epcis/capture", Role::custodian, {}, [&service](const Asked& asked) {
                return post_capture(service, asked);
              }});
  router.add(
      {"GET", "/epcis/capture/{capture}", Role::custodian, {}, [&service](const Asked& asked) {
         return get_capture(service, asked);
       }});
  router.add({"GET",
              "/epcis/events",
              Role::custodian,
              {"MATCH_epc", "shipment", "party", "GE_recordTime", "LT_recordTime"},
              [&service](const Asked& asked) { return get_events(service, asked); }});
}

}  // namespace muster::serve
