#include "cli/scenario/world_terms.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "ledger/base/json_fields.hpp"

namespace muster::cli::scenario {
namespace {

constexpr std::size_t most_hops = 8;
/// Who is in every register of registry_world.hpp; other parties may not be called so.
constexpr std::array<std::string_view, 9> always_there{"registrar", "gov",       "maker",
                                                       "dealer",    "northwind", "southwind",
                                                       "witness",   "carrier",   "operator"};
constexpr std::string_view later_parties = "newcomer-";

tl::unexpected<Error> bad_term(const std::string& field, const std::string& what) {
  return failure(Errc::invalid_input, field + ": " + what);
}

Result<std::uint64_t> term(FieldReader& fields, std::string_view key, std::int64_t least,
                           std::int64_t most) {
  MUSTER_TRY_ASSIGN(const std::int64_t value, fields.integer(key, least, most));
  return static_cast<std::uint64_t>(value);
}

Result<std::string> country(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(std::string code, fields.text(key));
  const auto is_capital = [](char letter) { return letter >= 'A' && letter <= 'Z'; };
  if (code.size() == 2 && std::ranges::all_of(code, is_capital)) return code;
  return bad_term(fields.path(key), "got " + code + ", want two capital letters");
}

Result<std::vector<PartyId>> parse_hops(const Json& json, const std::string& where) {
  if (json.size() > most_hops) {
    return bad_term(where, "got " + std::to_string(json.size()) + " distributors, want at most " +
                               std::to_string(most_hops));
  }
  std::vector<PartyId> hops;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string here = where + "[" + std::to_string(i) + "]";
    if (!json[i].is_string()) return bad_term(here, "want the id of a party");
    const auto name = json[i].get<std::string>();
    auto parsed = PartyId::parse(name);
    if (!parsed) return bad_term(here, parsed.error().message);
    if (std::ranges::count(always_there, name) > 0 || name.starts_with(later_parties)) {
      return bad_term(here, "got " + name + ", a party of every register; want another name");
    }
    if (std::ranges::count(hops, *parsed) > 0) return bad_term(here, "got " + name + " twice");
    hops.push_back(*std::move(parsed));
  }
  return hops;
}

Result<LicenceTerms> parse_licence(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(json, where));
  LicenceTerms terms;
  MUSTER_TRY_ASSIGN(terms.max_units, term(fields, "max_units", 1, 100));
  MUSTER_TRY_ASSIGN(terms.days, term(fields, "days", 30, 3'650));
  MUSTER_TRY(fields.finish());
  return terms;
}

Result<void> read_countries(const Json& json, const std::string& where, RegisterTerms& terms) {
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(terms.home, country(fields, "home"));
  MUSTER_TRY_ASSIGN(terms.abroad, country(fields, "abroad"));
  MUSTER_TRY(fields.finish());
  if (terms.home != terms.abroad) return {};
  return bad_term(fields.path("abroad"),
                  "got " + terms.abroad + ", which is home; want another country");
}

}  // namespace

Json register_json(const RegisterTerms& terms) {
  Json hops = Json::array();
  for (const PartyId& hop : terms.hops) hops.push_back(hop.text());
  return {{"countries", {{"home", terms.home}, {"abroad", terms.abroad}}},
          {"hops", std::move(hops)},
          {"licence", {{"max_units", terms.licence.max_units}, {"days", terms.licence.days}}}};
}

Result<RegisterTerms> parse_register(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(json, where));
  RegisterTerms terms;
  MUSTER_TRY_ASSIGN(const Json* countries, fields.object("countries"));
  MUSTER_TRY(read_countries(*countries, fields.path("countries"), terms));
  MUSTER_TRY_ASSIGN(const Json* hops, fields.array("hops"));
  MUSTER_TRY_ASSIGN(terms.hops, parse_hops(*hops, fields.path("hops")));
  MUSTER_TRY_ASSIGN(const Json* licence, fields.object("licence"));
  MUSTER_TRY_ASSIGN(terms.licence, parse_licence(*licence, fields.path("licence")));
  MUSTER_TRY(fields.finish());
  return terms;
}

Json runs_json(const RunTerms& terms) { return {{"segments", terms.segments}}; }

Result<RunTerms> parse_runs(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(json, where));
  RunTerms terms;
  MUSTER_TRY_ASSIGN(terms.segments, term(fields, "segments", 8, 200));
  MUSTER_TRY(fields.finish());
  return terms;
}

}  // namespace muster::cli::scenario
