#include "registry/exchange/capture_store.hpp"

#include <map>

#include "ledger/crypto/sha256.hpp"
#include "ledger/sql/transaction.hpp"
#include "registry/exchange/capture_schema.hpp"

namespace muster::exchange {
namespace {

constexpr sql::Schema capture_schema{.what = "EPCIS captures",
                                     .application_id = 0x4D737445,  // "MstE"
                                     .version = 3,
                                     .script = capture_schema_0003,
                                     .page_bytes = 4096};

/// A value with every name in full.
Json in_full(const Json& value, const Namespaces& namespaces) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& one : value) list.push_back(in_full(one, namespaces));
    return list;
  }
  if (!value.is_object()) return value;
  Json object = Json::object();
  for (const auto& [key, inner] : value.items()) {
    object[namespaces.braced(key)] = in_full(inner, namespaces);
  }
  return object;
}

std::string id_of(const Json& event, const HashContext& context) {
  std::string id = event.value("eventID", std::string());
  return id.empty() ? event_hash_uri(event, context) : id;
}

/// The event with the context of its document, so that it can stand in any other.
Json with_context(const Json& event, const Json& head) {
  Json whole = event;
  const auto outer = head.is_object() ? head.find("@context") : head.end();
  if (!head.is_object() || outer == head.end()) return whole;
  Json list = outer->is_array() ? *outer : Json::array({*outer});
  if (const auto own = event.find("@context"); own != event.end()) {
    for (const Json& one : own->is_array() ? *own : Json::array({*own})) {
      if (std::find(list.begin(), list.end(), one) == list.end()) list.push_back(one);
    }
  }
  whole["@context"] = std::move(list);
  return whole;
}

}  // namespace

struct CaptureStore::Statements {
  sql::Statement add_document;
  sql::Statement add_event;
  sql::Statement by_id;
  sql::Statement set_statement;
  sql::Statement statement_of;
  sql::Statement events;
  sql::Statement document;
  sql::Statement errors;
  sql::Statement add_name;
  sql::Statement naming;
};

CaptureStore::CaptureStore(std::unique_ptr<sql::Database> database)
    : database_(std::move(database)) {}
CaptureStore::CaptureStore(CaptureStore&&) noexcept = default;
CaptureStore& CaptureStore::operator=(CaptureStore&&) noexcept = default;
CaptureStore::~CaptureStore() = default;

Result<CaptureStore> CaptureStore::open(const std::filesystem::path& path) {
  std::error_code problem;
  const bool there = std::filesystem::exists(path, problem);
  auto opened = there ? sql::Database::open(path, capture_schema)
                      : sql::Database::create(path, capture_schema);
  // Another process may have made it just now.
  if (!opened && opened.error().code == Errc::conflict) {
    opened = sql::Database::open(path, capture_schema);
  }
  return over(std::move(opened));
}

Result<CaptureStore> CaptureStore::in_memory() {
  return over(sql::Database::in_memory(capture_schema));
}

Result<CaptureStore> CaptureStore::over(Result<sql::Database> database) {
  if (!database) return failure(std::move(database.error()));
  CaptureStore store(std::make_unique<sql::Database>(std::move(*database)));
  MUSTER_TRY(store.prepare());
  return store;
}

Result<void> CaptureStore::prepare() {
  sql::Database& db = *database_;
  MUSTER_TRY_ASSIGN(auto add_document,
                    db.prepare("insert into document (sha256, syntax, bytes, captured_ms) "
                               "values (?, ?, ?, ?) on conflict (sha256) do nothing"));
  MUSTER_TRY_ASSIGN(auto add_event,
                    db.prepare("insert into event (id, is_error, content, hash, document, pointer, "
                               "json, kind) values (?, ?, ?, ?, ?, ?, ?, ?)"));
  MUSTER_TRY_ASSIGN(auto by_id,
                    db.prepare("select is_error, content, json from event where id = ?"));
  MUSTER_TRY_ASSIGN(auto set_statement,
                    db.prepare("update event set statement = ? where id = ? and is_error = 0 "
                               "returning n"));
  MUSTER_TRY_ASSIGN(auto statement_of,
                    db.prepare("select statement from event where id = ? and is_error = 0"));
  MUSTER_TRY_ASSIGN(auto events, db.prepare("select json from event order by n"));
  MUSTER_TRY_ASSIGN(auto document, db.prepare("select bytes from document where sha256 = ?"));
  MUSTER_TRY_ASSIGN(auto errors, db.prepare("select 1 from event where id = ? and is_error = 1"));
  MUSTER_TRY_ASSIGN(auto add_name,
                    db.prepare("insert into named_chip (name, event) select ?, n from event where "
                               "id = ? and is_error = ? and content = ? on conflict do nothing"));
  MUSTER_TRY_ASSIGN(auto naming,
                    db.prepare("select event.n, id, is_error, hash, kind, document, pointer, json, "
                               "captured_ms from named_chip join event on event.n = "
                               "named_chip.event join document on sha256 = document where name = ? "
                               "order by event.n"));
  statements_ = std::make_unique<Statements>(
      Statements{std::move(add_document), std::move(add_event), std::move(by_id),
                 std::move(set_statement), std::move(statement_of), std::move(events),
                 std::move(document), std::move(errors), std::move(add_name), std::move(naming)});
  return {};
}

Result<CapturedEvent> CaptureStore::judge(const Json& event, const HashContext& context) {
  CapturedEvent judged{.content = content_hash(event, context)};
  const bool is_error = event.contains("errorDeclaration");
  const std::string id = id_of(event, context);
  sql::Statement& rows = statements_->by_id;
  const sql::ResetAtEnd reset(rows);
  rows.bind_all(id);
  while (true) {
    MUSTER_TRY_ASSIGN(const bool row, rows.step());
    if (!row) return judged;
    MUSTER_TRY_ASSIGN(const Hash other, Hash::from_bytes(rows.blob(1)));
    if (other != judged.content) {
      judged.status = CapturedEvent::Status::conflict;
      judged.other = other;
      return judged;
    }
    if ((rows.integer(0) != 0) == is_error) judged.status = CapturedEvent::Status::known;
  }
}

Result<void> CaptureStore::insert(const Capture& capture, const Document& document,
                                  std::size_t index, const ImportedEvent& imported,
                                  const CapturedEvent& judged) {
  const Json& event = document.events[index];
  const std::string json = with_context(event, document.head).dump();
  const std::string id = id_of(event, document.hashing);
  const std::string pointer = document.pointer_to(index);
  const std::optional<std::string_view> kind =
      imported.kind.empty() ? std::nullopt : std::optional<std::string_view>(imported.kind);
  const Hash sha256 = crypto::sha256(as_bytes(capture.bytes));
  return statements_->add_event.run(std::string_view(id), event.contains("errorDeclaration"),
                                    judged.content, std::string_view(imported.source.hash), sha256,
                                    std::string_view(pointer), std::string_view(json), kind);
}

/// An event that came before may be called more by a list that came since.
Result<void> CaptureStore::insert_names(const Json& event, const HashContext& context,
                                        const ImportedEvent& imported, const Hash& content) {
  const std::string id = id_of(event, context);
  for (const ChipName& name : imported.chips) {
    MUSTER_TRY(statements_->add_name.run(ByteView(name.bytes), std::string_view(id),
                                         event.contains("errorDeclaration"), content));
  }
  return {};
}

Result<std::vector<CapturedEvent>> CaptureStore::add(const Capture& capture,
                                                     const Document& document,
                                                     const Imported& imported) {
  MUSTER_TRY_ASSIGN(auto transaction, sql::Transaction::begin(*database_));
  const Hash sha256 = crypto::sha256(as_bytes(capture.bytes));
  const std::string_view syntax = capture.syntax == Syntax::json ? "json" : "xml";
  MUSTER_TRY(statements_->add_document.run(sha256, syntax, as_bytes(capture.bytes),
                                           capture.captured_at.ms));
  std::vector<CapturedEvent> list;
  for (std::size_t i = 0; i < document.events.size(); ++i) {
    MUSTER_TRY_ASSIGN(CapturedEvent judged, judge(document.events[i], document.hashing));
    if (judged.status == CapturedEvent::Status::added) {
      MUSTER_TRY(insert(capture, document, i, imported.events[i], judged));
    }
    if (judged.status != CapturedEvent::Status::conflict) {
      MUSTER_TRY(
          insert_names(document.events[i], document.hashing, imported.events[i], judged.content));
    }
    list.push_back(judged);
  }
  MUSTER_TRY(transaction.commit());
  return list;
}

Result<std::vector<CapturedEvent>> CaptureStore::check(const Document& document) {
  std::vector<CapturedEvent> list;
  for (const Json& event : document.events) {
    MUSTER_TRY_ASSIGN(CapturedEvent judged, judge(event, document.hashing));
    list.push_back(judged);
  }
  return list;
}

Result<void> CaptureStore::note_statement(const std::string& event_id, const Hash& statement) {
  sql::Statement& set = statements_->set_statement;
  const sql::ResetAtEnd reset(set);
  set.bind_all(statement, std::string_view(event_id));
  MUSTER_TRY_ASSIGN(const bool changed, set.step());
  if (changed) return {};
  return failure(Errc::not_found, "event " + event_id + ": was not captured");
}

Result<std::optional<Hash>> CaptureStore::statement_of(const std::string& event_id) {
  sql::Statement& find = statements_->statement_of;
  const sql::ResetAtEnd reset(find);
  MUSTER_TRY_ASSIGN(const bool row, find.bind_all(std::string_view(event_id)).step());
  if (!row || find.is_null(0)) return std::optional<Hash>();
  MUSTER_TRY_ASSIGN(const Hash hash, Hash::from_bytes(find.blob(0)));
  return std::optional(hash);
}

Result<bool> CaptureStore::is_declared_wrong(const std::string& event_id) {
  sql::Statement& find = statements_->errors;
  const sql::ResetAtEnd reset(find);
  return find.bind_all(std::string_view(event_id)).step();
}

Result<void> CaptureStore::each_event(
    const std::function<Result<void>(const std::string& json)>& visit) {
  sql::Statement& rows = statements_->events;
  const sql::ResetAtEnd reset(rows);
  rows.bind_all();
  while (true) {
    MUSTER_TRY_ASSIGN(const bool row, rows.step());
    if (!row) return {};
    MUSTER_TRY(visit(std::string(rows.text(0))));
  }
}

Result<std::vector<Mention>> CaptureStore::events_naming(std::span<const ChipName> names) {
  std::map<std::int64_t, Mention> found;
  sql::Statement& rows = statements_->naming;
  const sql::ResetAtEnd reset(rows);
  for (const ChipName& name : names) {
    rows.bind_all(ByteView(name.bytes));
    while (true) {
      MUSTER_TRY_ASSIGN(const bool more, rows.step());
      if (!more) break;
      MUSTER_TRY_ASSIGN(const Hash document, Hash::from_bytes(rows.blob(5)));
      found.try_emplace(rows.integer(0), Mention{.number = rows.integer(0),
                                                 .event_id = std::string(rows.text(1)),
                                                 .declares_error = rows.integer(2) != 0,
                                                 .hash = std::string(rows.text(3)),
                                                 .kind = std::string(rows.text(4)),
                                                 .document = document,
                                                 .pointer = std::string(rows.text(6)),
                                                 .json = std::string(rows.text(7)),
                                                 .captured_at = Timestamp{rows.integer(8)}});
    }
  }
  std::vector<Mention> list;
  for (auto& [number, mention] : found) list.push_back(std::move(mention));
  return list;
}

Result<std::string> CaptureStore::document(const Hash& sha256) {
  sql::Statement& find = statements_->document;
  const sql::ResetAtEnd reset(find);
  MUSTER_TRY_ASSIGN(const bool row, find.bind_all(sha256).step());
  if (!row) return failure(Errc::not_found, "document " + sha256.to_hex() + ": was not captured");
  return std::string(as_text(find.blob(0)));
}

Hash content_hash(const Json& event, const HashContext& context) {
  Namespaces namespaces = context.namespaces;
  Json said = event;
  if (const auto own = event.find("@context"); own != event.end()) namespaces.add(*own);
  for (const char* field : {"@context", "eventID", "recordTime", "errorDeclaration"}) {
    said.erase(field);
  }
  return crypto::sha256(as_bytes(in_full(said, namespaces).dump()));
}

}  // namespace muster::exchange
