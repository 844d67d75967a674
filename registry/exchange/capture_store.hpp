#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/base/timestamp.hpp"
#include "ledger/sql/database.hpp"
#include "registry/exchange/document.hpp"
#include "registry/exchange/import.hpp"

namespace muster::exchange {

/// What the store made of one event of a document.
struct CapturedEvent {
  enum class Status {
    added,     ///< It is new.
    known,     ///< The same event was captured before; nothing was done.
    conflict,  ///< Another event has its id; it was not added.
  };
  Status status = Status::added;
  Hash content;                 ///< Of this event.
  std::optional<Hash> other{};  ///< In a conflict: of the event that has the id.
};

/// A document to keep, with its events.
struct Capture {
  std::string_view bytes;
  Syntax syntax = Syntax::json;
  Timestamp captured_at{};
};

/// A captured event that names a chip.
struct Mention {
  std::int64_t number = 0;  ///< Of the event in the store.
  std::string event_id{};
  bool declares_error = false;
  std::string hash{};       ///< The event hash URI.
  std::string kind{};       ///< Of the statement that it may become; empty if none.
  Hash document{};          ///< SHA-256 of the document that it first came in.
  std::string pointer{};    ///< JSON Pointer in it.
  std::string json{};       ///< The event, its `@context` in it.
  Timestamp captured_at{};  ///< When that document came.
};

/// Documents of other systems as evidence, in one SQLite file: whole, and event by event. Nothing
/// is ever changed or deleted.
///
/// An event id names one event. The same event again is no change; another event under the id is a
/// conflict. An error declaration has the id of the event that it declares wrong, and stands beside
/// it. Not thread-safe.
class CaptureStore final {
 public:
  /// Opens the file, and makes it if there is none.
  static Result<CaptureStore> open(const std::filesystem::path& path);
  /// An empty store that is gone with the object.
  static Result<CaptureStore> in_memory();
  CaptureStore(CaptureStore&&) noexcept;
  CaptureStore& operator=(CaptureStore&&) noexcept;
  ~CaptureStore();

  /// Keeps `capture` and its events in one transaction. One result per event of `document`;
  /// `imported` says which kinds they may become.
  /// Errors: `unavailable`, `corrupt`; nothing is kept then.
  Result<std::vector<CapturedEvent>> add(const Capture& capture, const Document& document,
                                         const Imported& imported);

  /// What `add` would say; keeps nothing.
  Result<std::vector<CapturedEvent>> check(const Document& document);

  /// Notes which statement an event is to become, before it is recorded: so the note counts only
  /// if the ledger has the statement, and a later one replaces it. Errors: `not_found`.
  Result<void> note_statement(const std::string& event_id, const Hash& statement);

  /// The statement that was noted last.
  Result<std::optional<Hash>> statement_of(const std::string& event_id);

  /// Whether an error declaration of the event was captured.
  Result<bool> is_declared_wrong(const std::string& event_id);

  /// Calls `visit` with every event, oldest first, as it was captured, its `@context` in it.
  Result<void> each_event(const std::function<Result<void>(const std::string& json)>& visit);

  /// Events that call a chip by one of `names`, each once, oldest first.
  /// Cost: a look-up for each name, and what is found.
  Result<std::vector<Mention>> events_naming(std::span<const ChipName> names);

  /// The bytes of a document. Errors: `not_found`.
  Result<std::string> document(const Hash& sha256);

 private:
  struct Statements;
  explicit CaptureStore(std::unique_ptr<sql::Database> database);
  static Result<CaptureStore> over(Result<sql::Database> database);
  Result<void> prepare();
  Result<CapturedEvent> judge(const Json& event, const HashContext& context);
  Result<void> insert(const Capture& capture, const Document& document, std::size_t index,
                      const ImportedEvent& imported, const CapturedEvent& judged);
  Result<void> insert_names(const Json& event, const HashContext& context,
                            const ImportedEvent& imported, const Hash& content);

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<Statements> statements_;
};

/// SHA-256 over what an event says: all but its id, `recordTime`, `errorDeclaration` and the names
/// of prefixes, whatever the order of members. Events are held to others of their id.
[[nodiscard]] Hash content_hash(const Json& event, const HashContext& context);

}  // namespace muster::exchange
