#include "cli/promise_json.hpp"

#include "ledger/note.hpp"
#include "ledger/promise.hpp"

namespace muster::cli {

Result<Json> promise_json(const Waiting& one, Timestamp now) {
  MUSTER_TRY_ASSIGN(const auto text, WaitingRoom::promise_of(one));
  MUSTER_TRY_ASSIGN(const auto submission, WaitingRoom::statement_of(one));
  Json deadline;
  bool overdue = false;
  if (text) {
    MUSTER_TRY_ASSIGN(const ledger::Note note, ledger::parse_note(*text));
    MUSTER_TRY_ASSIGN(const auto promise, ledger::parse_promise_text(note.text));
    deadline = promise.deadline.to_string();
    overdue = promise.deadline < now;
  }
  return Json{{"number", one.number},
              {"statement", ledger::statement_hash(submission.envelope).to_hex()},
              {"envelope", one.envelope.to_hex()},
              {"deadline", std::move(deadline)},
              {"overdue", overdue}};
}

}  // namespace muster::cli
