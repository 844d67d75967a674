#include "registry/exchange/declarations.hpp"

#include <algorithm>
#include <set>

#include "registry/exchange/event_view.hpp"
#include "registry/json_schema/instant.hpp"

namespace muster::exchange {
namespace {

using Status = ImportedEvent::Status;

/// One error declaration on its way.
class Declaration final {
 public:
  Declaration(const Document& document, std::size_t at, const registry::State& state,
              const ImportOptions& options, Imported& imported)
      : event_(document.events[at]),
        view_(event_, document.hashing),
        inner_(event_["errorDeclaration"], view_.context()),
        state_(state),
        options_(options),
        imported_(imported),
        result_(imported.events[at]) {}

  void apply() {
    std::optional<std::size_t> corrective;
    if (!find_corrective(corrective)) return;
    if (const auto target = statement()) {
      correct(*target, corrective);
    } else {
      annul(corrective);
    }
  }

 private:
  void stop(Status status, const std::string& message) {
    result_.status = status;
    const std::string& pointer = result_.source.pointer;
    result_.message = pointer + "/errorDeclaration" + message;
  }

  [[nodiscard]] std::optional<std::size_t> draft_of(const std::string& event_id) const {
    for (std::size_t i = 0; i < imported_.drafts.size(); ++i) {
      for (const DraftSource& source : imported_.drafts[i].sources) {
        if (source.event_id == event_id) return i;
      }
    }
    return std::nullopt;
  }

  /// The one draft that stands for all corrective events. False if there is not one.
  bool find_corrective(std::optional<std::size_t>& corrective) {
    const Json& declaration = event_["errorDeclaration"];
    const auto ids = declaration.find("correctiveEventIDs");
    if (ids == declaration.end()) return true;
    for (std::size_t i = 0; i < ids->size(); ++i) {
      const std::string id = (*ids)[i].get<std::string>();
      const auto found = draft_of(id);
      const std::string field = "/correctiveEventIDs/" + std::to_string(i) + ": ";
      if (!found) {
        stop(Status::incomplete, field + "no event of this document with that id has a draft");
        return false;
      }
      if (corrective && *corrective != *found) {
        stop(Status::incomplete, field + "is of another statement than the one before");
        return false;
      }
      corrective = found;
    }
    return true;
  }

  /// The statement that the event became, or from which it came.
  [[nodiscard]] std::optional<Hash> statement() const {
    if (options_.statement_of) {
      const auto noted = options_.statement_of(result_.source.event_id);
      if (noted) return noted;
    }
    // Anybody can quote a statement: it counts if the ledger says of it what the event says.
    const auto own = Hash::from_hex(view_.extension_text("statement"));
    if (!own || !state_.statement_index(*own) || !options_.exported) return std::nullopt;
    const auto says_so = options_.exported(*own, result_.source.hash);
    if (!says_so || !*says_so) return std::nullopt;
    return *own;
  }

  [[nodiscard]] std::string reason() const {
    if (const Json* body = inner_.extension("body")) {
      const auto said = body->find("reason");
      if (said != body->end() && said->is_string()) return said->get<std::string>();
    }
    const std::string code = inner_.text("reason");
    return "EPCIS error declaration" + (code.empty() ? code : ": " + code);
  }

  [[nodiscard]] Timestamp time() const {
    const auto instant = json_schema::parse_instant(inner_.text("declarationTime"));
    return instant && instant->seconds >= 0 ? Timestamp{instant->seconds * 1000} : Timestamp{};
  }

  /// Drafts the correction of a statement of this ledger. Events of one statement are corrected
  /// together.
  void correct(const Hash& target, const std::optional<std::size_t>& corrective) {
    result_.kind = corrective ? "correct.replace" : "correct.void";
    result_.status = Status::draft;
    result_.message.clear();
    for (StatementDraft& draft : imported_.drafts) {
      const auto known = draft.draft.body.find("target");
      if (known == draft.draft.body.end() || *known != target.to_hex()) continue;
      draft.sources.push_back(result_.source);
      return;
    }
    const auto& tables = state_.tables();
    StatementDraft draft;
    draft.org = state_.party_name(tables.statements[*state_.statement_index(target)].party);
    draft.draft.kind = result_.kind;
    draft.draft.body = {{"target", target.to_hex()}, {"reason", reason()}};
    draft.draft.event_time = time();
    draft.draft.zone = view_.text("eventTimeZoneOffset");
    draft.sources = {result_.source};
    if (!corrective) {
      imported_.drafts.push_back(std::move(draft));
      return;
    }
    StatementDraft& instead = imported_.drafts[*corrective];
    if (instead.draft.kind.starts_with("correct.")) {
      return stop(Status::incomplete, "/correctiveEventIDs: stands for another statement already");
    }
    draft.draft.evidence = instead.draft.evidence;
    draft.draft.body["event"] = parse_foreign_json(encode_draft(instead)).value();
    draft.draft.body["event"].erase("sources");
    draft.sources.insert(draft.sources.end(), instead.sources.begin(), instead.sources.end());
    instead = std::move(draft);
  }

  /// Takes out the draft of an event that nobody signed; what corrects it takes its place.
  void annul(const std::optional<std::size_t>& corrective) {
    const auto draft = draft_of(result_.source.event_id);
    stop(Status::annulled, ": takes back what is no statement here");
    if (!draft || draft == corrective) return;
    for (const DraftSource& source : imported_.drafts[*draft].sources) annul_event(source);
    if (corrective) {
      imported_.drafts[*draft] = std::move(imported_.drafts[*corrective]);
      imported_.drafts.erase(imported_.drafts.begin() + static_cast<std::ptrdiff_t>(*corrective));
    } else {
      imported_.drafts.erase(imported_.drafts.begin() + static_cast<std::ptrdiff_t>(*draft));
    }
  }

  void annul_event(const DraftSource& source) {
    for (ImportedEvent& event : imported_.events) {
      if (event.source.pointer != source.pointer) continue;
      event.status = Status::annulled;
      event.message = source.pointer + ": was declared wrong by " + result_.source.pointer;
    }
  }

  const Json& event_;
  EventView view_;
  EventView inner_;
  const registry::State& state_;
  const ImportOptions& options_;
  Imported& imported_;
  ImportedEvent& result_;
};

}  // namespace

void apply_declarations(const Document& document, const registry::State& state,
                        const ImportOptions& options, Imported& imported) {
  for (std::size_t i = 0; i < document.events.size(); ++i) {
    if (!document.events[i].contains("errorDeclaration")) continue;
    Declaration(document, i, state, options, imported).apply();
  }
}

}  // namespace muster::exchange
