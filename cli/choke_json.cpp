#include "cli/choke_json.hpp"

#include "cli/choke_words.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

template <class Row>
Json choke_row_or_null(const std::optional<Row>& row) {
  return row ? row->json() : Json(nullptr);
}

}  // namespace

Json choke_extract_json(const choke::ExtractHeader& header) {
  return {{"log", header.origin},
          {"size", header.head.size.value},
          {"root", header.head.root.to_hex()},
          {"made_at", header.made_at.to_string()},
          {"scope", header.scope == choke::Scope::all ? "all" : "border"},
          {"rows", header.rows}};
}

std::vector<std::string> choke_not_checked(const choke::ExtractHeader& header) {
  return {
      "whether the thing at hand is what its mark names: compare seals and marks, or power it "
      "and have it prove its key",
      "what was recorded after " + header.made_at.to_string()};
}

Json choke_answer_json(const choke::Answer& answer, const choke::ExtractHeader& header) {
  const bool known = answer.verdict != choke::Verdict::unknown;
  Json missing = Json::array();
  for (const std::string& what : choke_not_checked(header)) missing.push_back(what);
  return {{"scan", answer.scan},
          {"verdict", choke::name_of(answer.verdict)},
          {"kind", text_or_null(answer.space)},
          {"id", text_or_null(answer.id)},
          {"found_as", text_or_null(answer.alias)},
          {"proven", known ? Json("mark") : Json(nullptr)},
          {"reasons", reasons_json(answer.reasons)},
          {"remarks", reasons_json(answer.remarks)},
          {"chip", choke_row_or_null(answer.chip)},
          {"container", choke_row_or_null(answer.container)},
          {"shipment_id", text_or_null(answer.shipment_id)},
          {"shipment", choke_row_or_null(answer.shipment)},
          {"licence", choke_row_or_null(answer.licence)},
          {"extract", choke_extract_json(header)},
          {"not_checked", std::move(missing)}};
}

}  // namespace muster::cli
