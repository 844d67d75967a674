#include "registry/event.hpp"

#include <algorithm>
#include <array>

#include "ledger/envelope.hpp"
#include "registry/kind.hpp"
#include "registry/manifest.hpp"

namespace muster::registry {
namespace {

constexpr std::array<Field, 4> evidence_fields{{{"sha256", FieldType::hash},
                                                {"type", FieldType::text},
                                                {"bytes", FieldType::integer, false},
                                                {"where", FieldType::text, false}}};

tl::unexpected<Error> invalid(const std::string& rule, const std::string& message) {
  return tl::unexpected<Error>(Error{Errc::invalid_input, rule + ": " + message, rule});
}

Result<Subjects> parse_subjects(const Json& value) {
  Subjects subjects;
  if (value.empty()) return subjects;
  if (value.size() != 1) return invalid("event.field", "event.subjects: want one form");
  const Json& inner = value.begin().value();
  if (value.contains("chips")) {
    MUSTER_TRY(check_field({"chips", FieldType::chips}, inner, "event.subjects.chips"));
    subjects.form = SubjectForm::chips;
    subjects.chips = Body(value).chips("chips");
    return subjects;
  }
  if (value.contains("manifest")) {
    MUSTER_TRY(check_field({"manifest", FieldType::manifest}, inner, "event.subjects.manifest"));
    subjects.form = SubjectForm::manifest;
    subjects.manifest = manifest_of(inner);
    return subjects;
  }
  if (value.contains("container")) {
    MUSTER_TRY(check_field({"container", FieldType::name}, inner, "event.subjects.container"));
    subjects.form = SubjectForm::container;
    subjects.container = inner.get<std::string>();
    return subjects;
  }
  return invalid("event.unknown_field", "event.subjects." + value.begin().key());
}

Result<std::vector<std::optional<Hash>>> parse_expects(const Json& value,
                                                       const Subjects& subjects) {
  const std::size_t want = subjects.form == SubjectForm::chips       ? subjects.chips.size()
                           : subjects.form == SubjectForm::container ? 1
                                                                     : 0;
  if (!value.is_array() || value.size() != want) {
    return invalid("event.field",
                   "event.expects: want a list of " + std::to_string(want) + " hashes or null");
  }
  std::vector<std::optional<Hash>> expects;
  for (const Json& item : value) {
    if (item.is_null()) {
      expects.emplace_back();
      continue;
    }
    MUSTER_TRY(check_field({"expects", FieldType::hash}, item, "event.expects"));
    expects.emplace_back(Hash::from_hex(item.get_ref<const std::string&>()).value());
  }
  return expects;
}

Result<Header> parse_header(const Json& value) {
  const Body fields(value);
  Header header;
  header.origin = fields.text("origin");
  header.kind = fields.text("kind");
  header.org = fields.text("org");
  header.stream = fields.text("stream");
  header.number = fields.integer("number");
  if (fields.has("on_behalf_of")) header.on_behalf_of = fields.text("on_behalf_of");
  header.event_time = fields.time("event_time");
  header.zone = fields.text("zone");
  if (fields.has("site")) header.site = fields.text("site");
  MUSTER_TRY_ASSIGN(header.subjects, parse_subjects(fields.at("subjects")));
  MUSTER_TRY_ASSIGN(header.expects, parse_expects(fields.at("expects"), header.subjects));
  header.refs = fields.hashes("refs");
  header.evidence = fields.at("evidence");
  return header;
}

Cell cell_of(const Json& value) {
  if (value.is_string()) return {Cell::Type::text, value.get_ref<const std::string&>(), 0};
  if (value.is_boolean()) return {Cell::Type::boolean, {}, value.get<bool>() ? 1 : 0};
  return {Cell::Type::integer, {}, value.get<std::int64_t>()};
}

/// Items named in the header; their columns stand in the body's `items`, parallel to the ids.
Result<void> attach_inline(Event& event) {
  const auto& chips = event.header.subjects.chips;
  const auto columns = event.kind->columns;
  const bool has_rows = event.body.contains("items");
  const bool wants_rows = std::ranges::any_of(columns, &Field::required);
  if (!has_rows && wants_rows) return invalid("event.field", "event.body.items: missing");
  if (has_rows && event.body["items"].size() != chips.size()) {
    return invalid("event.field", "event.body.items: want one record per chip");
  }
  event.items.columns = columns.size();
  for (std::size_t i = 0; i < chips.size(); ++i) {
    const auto& expects = event.header.expects[i];
    event.items.items.push_back({chips[i], expects.value_or(Hash{}), expects.has_value()});
    for (const Field& column : columns) {
      const bool there = has_rows && event.body["items"][i].contains(column.name);
      event.items.cells.push_back(there ? cell_of(event.body["items"][i][column.name]) : Cell{});
    }
  }
  return {};
}

Result<const Bytes*> blob_of(const ManifestRef& ref, const BlobSource& blobs) {
  const Bytes* bytes = blobs(ref.sha256);
  if (bytes == nullptr) {
    return invalid("manifest.missing", "no blob has the hash " + ref.sha256.to_hex());
  }
  return bytes;
}

Result<void> check_body(const Kind& kind, const Json& body) {
  if (kind.columns.empty() || !body.contains("items")) {
    return check_fields(kind.body, body, "event.body");
  }
  std::vector<Field> fields(kind.body.begin(), kind.body.end());
  fields.push_back({"items", FieldType::records, false, {}, kind.columns});
  return check_fields(fields, body, "event.body");
}

}  // namespace

std::span<const Field> header_fields() {
  static constexpr std::array<Field, 15> fields{
      {{"v", FieldType::positive},
       {"origin", FieldType::text},
       {"kind", FieldType::text},
       {"org", FieldType::name},
       {"stream", FieldType::name},
       {"number", FieldType::positive},
       {"on_behalf_of", FieldType::name, false},
       {"event_time", FieldType::time},
       {"zone", FieldType::text},
       {"site", FieldType::name, false},
       {"subjects", FieldType::object},
       {"refs", FieldType::hashes},
       {"body", FieldType::object},
       {"evidence", FieldType::records, true, {}, evidence_fields},
       {"expects", FieldType::expects}}};
  return fields;
}

Json manifest_json(const ManifestRef& ref) {
  return {{"sha256", ref.sha256.to_hex()},
          {"bytes", static_cast<std::int64_t>(ref.bytes)},
          {"items", static_cast<std::int64_t>(ref.items)},
          {"root", ref.root.to_hex()},
          {"schema", ref.schema}};
}

ManifestRef manifest_of(const Json& value) {
  const Body fields(value);
  return {.sha256 = fields.hash("sha256"),
          .bytes = fields.integer("bytes"),
          .items = fields.integer("items"),
          .root = fields.hash("root"),
          .schema = fields.text("schema")};
}

namespace {

Result<Event> event_of(Json value, const Hash& statement, bool nested);

/// A text that stands in the body of another: what was said, or what is to take its place.
Result<std::unique_ptr<Event>> inner_event(const Json& value, const Hash& statement,
                                           const char* where) {
  auto event = event_of(value, statement, true);
  if (!event) return failure(std::move(event.error()).during(where));
  return std::make_unique<Event>(std::move(event.value()));
}

/// The hash by which a payload is named in a log.
Hash hash_of_payload(const Json& value) {
  ledger::Envelope envelope;
  envelope.payload = canonical_json(value);
  envelope.payload_type = ledger::event_payload_type;
  return ledger::statement_hash(envelope);
}

Result<Event> event_of(Json value, const Hash& statement, bool nested) {
  MUSTER_TRY(check_fields(header_fields(), value, "event"));
  if (value["v"].get<std::int64_t>() != event_version) {
    return invalid("event.version", "got " + value["v"].dump() + ", want 1");
  }
  Event event;
  event.statement = statement;
  MUSTER_TRY_ASSIGN(event.header, parse_header(value));
  event.kind = find_kind(event.header.kind);
  if (event.kind == nullptr) {
    return invalid("event.kind", "\"" + event.header.kind.substr(0, 80) + "\" is not a kind");
  }
  MUSTER_TRY(check_body(*event.kind, value["body"]));
  event.body = std::move(value["body"]);
  if (!event.kind->replaces) return event;
  // Of a replaced replacement, only what it put in place matters.
  MUSTER_TRY_ASSIGN(event.instead, inner_event(event.body["event"], statement, "event.body.event"));
  if (event.instead->kind->replaces) {
    return invalid("event.kind", "event.body.event: a replacement does not replace another");
  }
  if (nested) return event;
  MUSTER_TRY_ASSIGN(event.was, inner_event(event.body["was"], hash_of_payload(event.body["was"]),
                                           "event.body.was"));
  return event;
}

}  // namespace

Result<Event> parse_event(std::string_view payload, const Hash& statement) {
  auto parsed = parse_canonical_json(payload);
  if (!parsed) {
    return invalid("event.json", std::move(parsed.error()).during("payload").message);
  }
  return event_of(std::move(parsed.value()), statement, false);
}

Result<void> attach_items(Event& event, const BlobSource& blobs) {
  if (event.was) MUSTER_TRY(attach_items(*event.was, blobs));
  if (event.instead) MUSTER_TRY(attach_items(*event.instead, blobs));
  if (event.header.subjects.form == SubjectForm::chips) MUSTER_TRY(attach_inline(event));
  if (event.header.subjects.form == SubjectForm::manifest) {
    const ManifestRef& ref = event.header.subjects.manifest;
    if (ref.schema != event.kind->name) {
      return invalid("manifest.schema",
                     "got \"" + ref.schema + "\", want \"" + std::string(event.kind->name) + "\"");
    }
    if (event.kind->subjects != TakesSubjects::optional_manifest && ref.items > max_lot) {
      return invalid("manifest.items", "got " + std::to_string(ref.items) + ", a lot has at most " +
                                           std::to_string(max_lot));
    }
    MUSTER_TRY_ASSIGN(const Bytes* bytes, blob_of(ref, blobs));
    MUSTER_TRY_ASSIGN(event.items, parse_manifest(as_text(*bytes), ref, event.kind->columns));
  }
  for (const Field& field : event.kind->body) {
    if (field.type != FieldType::manifest || !event.body.contains(field.name)) continue;
    const ManifestRef ref = manifest_of(event.body[field.name]);
    MUSTER_TRY_ASSIGN(const Bytes* bytes, blob_of(ref, blobs));
    MUSTER_TRY(check_plain_manifest(as_text(*bytes), ref));
  }
  return {};
}

Json event_json(const Header& header, const Json& body) {
  Json subjects = Json::object();
  if (header.subjects.form == SubjectForm::chips) {
    subjects["chips"] = Json::array();
    for (const ChipId& chip : header.subjects.chips) subjects["chips"].push_back(chip.to_string());
  }
  if (header.subjects.form == SubjectForm::manifest) {
    subjects["manifest"] = manifest_json(header.subjects.manifest);
  }
  if (header.subjects.form == SubjectForm::container) {
    subjects["container"] = header.subjects.container;
  }
  Json expects = Json::array();
  for (const auto& hash : header.expects) {
    expects.push_back(hash ? Json(hash->to_hex()) : Json(nullptr));
  }
  Json refs = Json::array();
  for (const Hash& hash : header.refs) refs.push_back(hash.to_hex());
  Json value{{"v", event_version},
             {"origin", header.origin},
             {"kind", header.kind},
             {"org", header.org},
             {"stream", header.stream},
             {"number", static_cast<std::int64_t>(header.number)},
             {"zone", header.zone},
             {"event_time", header.event_time.to_string()},
             {"subjects", subjects},
             {"expects", expects},
             {"refs", refs},
             {"body", body},
             {"evidence", header.evidence}};
  if (header.on_behalf_of) value["on_behalf_of"] = *header.on_behalf_of;
  if (header.site) value["site"] = *header.site;
  return value;
}

std::vector<ManifestRef> manifests_of(const Event& event) {
  std::vector<ManifestRef> list;
  if (event.header.subjects.form == SubjectForm::manifest) {
    list.push_back(event.header.subjects.manifest);
  }
  for (const Field& field : event.kind->body) {
    if (field.type == FieldType::manifest && event.body.contains(field.name)) {
      list.push_back(manifest_of(event.body[field.name]));
    }
  }
  for (const Event* inner : {event.was.get(), event.instead.get()}) {
    if (inner == nullptr) continue;
    for (ManifestRef& ref : manifests_of(*inner)) list.push_back(std::move(ref));
  }
  return list;
}

}  // namespace muster::registry
