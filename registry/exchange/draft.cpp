#include "registry/exchange/draft.hpp"

#include "ledger/base/json_fields.hpp"

namespace muster::exchange {
namespace {

constexpr std::int64_t draft_version = 1;

Json source_json(const DraftSource& source) {
  return {{"document", source.document.to_hex()},
          {"pointer", source.pointer},
          {"event_id", source.event_id},
          {"hash", source.hash},
          {"declares_error", source.declares_error}};
}

Result<DraftSource> source_of(const Json& value) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(value, "draft.sources"));
  DraftSource source;
  MUSTER_TRY_ASSIGN(source.document, fields.hash("document"));
  MUSTER_TRY_ASSIGN(source.pointer, fields.text("pointer"));
  MUSTER_TRY_ASSIGN(source.event_id, fields.text("event_id"));
  MUSTER_TRY_ASSIGN(source.hash, fields.text("hash"));
  MUSTER_TRY_ASSIGN(source.declares_error, fields.boolean("declares_error"));
  MUSTER_TRY(fields.finish());
  return source;
}

Result<registry::StatementChip> chip_of(const Json& value, std::size_t index) {
  const std::string where = "draft.chips/" + std::to_string(index);
  if (!value.is_object() || !value.contains("chip") || !value["chip"].is_string()) {
    return failure(Errc::invalid_input, where + ": want an object with a chip");
  }
  auto chip = ChipId::parse(value["chip"].get_ref<const std::string&>());
  if (!chip) return failure(std::move(chip.error()).during(where));
  Json columns = value;
  columns.erase("chip");
  return registry::StatementChip{*chip, std::move(columns)};
}

Result<void> take_chips(FieldReader& fields, StatementDraft& draft) {
  if (fields.has("container")) {
    MUSTER_TRY_ASSIGN(draft.draft.container, fields.optional_text("container"));
  }
  if (!fields.has("chips")) return {};
  MUSTER_TRY_ASSIGN(const Json* chips, fields.array("chips"));
  for (std::size_t i = 0; i < chips->size(); ++i) {
    MUSTER_TRY_ASSIGN(auto chip, chip_of((*chips)[i], i));
    draft.draft.chips.push_back(std::move(chip));
  }
  return {};
}

/// All of a draft but where it comes from.
Result<StatementDraft> read_draft(FieldReader& fields) {
  MUSTER_TRY(fields.integer("v", draft_version, draft_version));
  StatementDraft draft;
  MUSTER_TRY_ASSIGN(draft.org, fields.text("org"));
  MUSTER_TRY_ASSIGN(draft.draft.kind, fields.text("kind"));
  MUSTER_TRY_ASSIGN(const Json* body, fields.object("body"));
  draft.draft.body = *body;
  MUSTER_TRY_ASSIGN(draft.draft.event_time, fields.time("event_time"));
  MUSTER_TRY_ASSIGN(draft.draft.zone, fields.text("zone"));
  MUSTER_TRY_ASSIGN(const Json* evidence, fields.array("evidence"));
  draft.draft.evidence = *evidence;
  MUSTER_TRY_ASSIGN(draft.draft.site, fields.optional_text("site"));
  MUSTER_TRY_ASSIGN(draft.draft.on_behalf_of, fields.optional_text("on_behalf_of"));
  MUSTER_TRY_ASSIGN(const Json* refs, fields.array("refs"));
  for (const Json& ref : *refs) {
    if (!ref.is_string()) return failure(Errc::invalid_input, "draft.refs: want hashes");
    MUSTER_TRY_ASSIGN(const Hash hash, Hash::from_hex(ref.get_ref<const std::string&>()));
    draft.draft.refs.push_back(hash);
  }
  MUSTER_TRY(take_chips(fields, draft));
  return draft;
}

}  // namespace

std::string encode_draft(const StatementDraft& draft) {
  Json value{{"v", draft_version},
             {"org", draft.org},
             {"kind", draft.draft.kind},
             {"body", draft.draft.body},
             {"event_time", draft.draft.event_time.to_string()},
             {"zone", draft.draft.zone},
             {"evidence", draft.draft.evidence}};
  if (draft.draft.site) value["site"] = *draft.draft.site;
  if (draft.draft.container) value["container"] = *draft.draft.container;
  if (draft.draft.on_behalf_of) value["on_behalf_of"] = *draft.draft.on_behalf_of;
  Json refs = Json::array();
  for (const Hash& ref : draft.draft.refs) refs.push_back(ref.to_hex());
  value["refs"] = std::move(refs);
  if (!draft.draft.chips.empty()) {
    Json chips = Json::array();
    for (const registry::StatementChip& chip : draft.draft.chips) {
      Json item = chip.columns;
      item["chip"] = chip.chip.to_string();
      chips.push_back(std::move(item));
    }
    value["chips"] = std::move(chips);
  }
  Json sources = Json::array();
  for (const DraftSource& source : draft.sources) sources.push_back(source_json(source));
  value["sources"] = std::move(sources);
  return canonical_json(value);
}

Result<StatementDraft> parse_draft(std::string_view line) {
  MUSTER_TRY_ASSIGN(const Json value, parse_json(line));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(value, "draft"));
  MUSTER_TRY_ASSIGN(StatementDraft draft, read_draft(fields));
  MUSTER_TRY_ASSIGN(const Json* sources, fields.array("sources"));
  for (const Json& source : *sources) {
    MUSTER_TRY_ASSIGN(DraftSource read, source_of(source));
    draft.sources.push_back(std::move(read));
  }
  MUSTER_TRY(fields.finish());
  if (draft.sources.empty()) {
    return failure(Errc::invalid_input, "draft.sources: is empty, want the events it comes from");
  }
  return draft;
}

Result<StatementDraft> parse_nested_draft(const Json& value) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(value, "draft"));
  MUSTER_TRY_ASSIGN(StatementDraft draft, read_draft(fields));
  MUSTER_TRY(fields.finish());
  return draft;
}

}  // namespace muster::exchange
