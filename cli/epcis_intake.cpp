#include "cli/epcis_intake.hpp"

#include "ledger/base/file.hpp"
#include "registry/exchange/document_lines.hpp"
#include "registry/exchange/own_events.hpp"

namespace muster::cli {
namespace {

using exchange::CapturedEvent;
using exchange::TakenEvent;

/// What is to be told of an event, beginning with the pointer of the field; or nothing.
std::string message_of(const TakenEvent& event) {
  const bool conflict = event.captured.status == CapturedEvent::Status::conflict;
  if (!conflict && event.statement) return {};  // what it lacked was said when it was signed
  if (!conflict) return event.mapped.message;
  return event.mapped.source.pointer + "/eventID: names another event; SHA-256 of this one " +
         event.captured.content.to_hex() + ", of that one " + event.captured.other->to_hex();
}

/// The line of the document that each message is about; 0 where there is none.
std::vector<std::uint64_t> lines_of(const EpcisDocument& read, const exchange::Intake& intake) {
  std::vector<std::uint64_t> lines(intake.events.size());
  std::vector<std::string> pointers;
  std::vector<std::size_t> which;
  for (std::size_t i = 0; i < intake.events.size(); ++i) {
    const std::string message = message_of(intake.events[i]);
    if (message.empty()) continue;
    pointers.push_back(message.starts_with('/') ? message.substr(0, message.find(": ")) : "");
    which.push_back(i);
  }
  const auto found = exchange::document_lines(read.bytes, pointers);
  for (std::size_t i = 0; i < which.size(); ++i) lines[which[i]] = found[i];
  return lines;
}

Json event_json(const TakenEvent& event, std::uint64_t line) {
  const std::string message = message_of(event);
  return {
      {"pointer", event.mapped.source.pointer},
      {"event_id", event.mapped.source.event_id},
      {"hash", event.mapped.source.hash},
      {"status", epcis_status(event)},
      {"known", event.captured.status == CapturedEvent::Status::known},
      {"kind", event.mapped.kind.empty() ? Json(nullptr) : Json(event.mapped.kind)},
      {"statement", event.statement ? Json(event.statement->to_hex()) : Json(nullptr)},
      {"content_sha256", event.captured.content.to_hex()},
      {"other_sha256", event.captured.other ? Json(event.captured.other->to_hex()) : Json(nullptr)},
      {"line", line == 0 ? Json(nullptr) : Json(line)},
      {"message", message.empty() ? Json(nullptr) : Json(message)}};
}

/// Borrows the state.
Result<exchange::Resolver> resolver_of(const registry::State& state, const std::string& list) {
  exchange::Resolver resolver(state.origin());
  resolver.learn(state);
  if (list.empty()) return resolver;
  MUSTER_TRY_ASSIGN(const std::string csv, read_text_file(list));
  MUSTER_TRY(resolver.read_list(csv, list));
  return resolver;
}

}  // namespace

std::string_view epcis_status(const exchange::TakenEvent& event) {
  if (event.captured.status == exchange::CapturedEvent::Status::conflict) return "conflict";
  if (event.statement) return "signed";
  switch (event.mapped.status) {
    case exchange::ImportedEvent::Status::draft:
      return "draft";
    case exchange::ImportedEvent::Status::incomplete:
      return "incomplete";
    case exchange::ImportedEvent::Status::unmapped:
      return "unmapped";
    case exchange::ImportedEvent::Status::annulled:
      return "annulled";
  }
  return "";
}

Result<EpcisIntake> take_in_epcis(Home& home, exchange::CaptureStore& store,
                                  const EpcisDocument& read, const EpcisWish& wish) {
  MUSTER_TRY_ASSIGN(const auto resolver, resolver_of(home.state(), wish.list));
  exchange::OwnEvents own(home.registry());
  exchange::ImportOptions how = wish.how;
  how.exported = [&](const Hash& statement, const std::string& event_hash) {
    return own.has(statement, event_hash);
  };
  EpcisIntake taken;
  MUSTER_TRY_ASSIGN(taken.intake,
                    exchange::take_in(store, {read.bytes, read.syntax, wish.now}, read.document,
                                      home.state(), resolver, how, wish.keep));
  const auto lines = lines_of(read, taken.intake);
  for (std::size_t i = 0; i < taken.intake.events.size(); ++i) {
    const TakenEvent& event = taken.intake.events[i];
    taken.events.push_back(event_json(event, lines[i]));
    taken.conflict = taken.conflict || event.captured.status == CapturedEvent::Status::conflict;
  }
  return taken;
}

}  // namespace muster::cli
