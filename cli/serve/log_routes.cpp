// /checkpoint, /v1/entries, /v1/receipts and /v1/feed: the log as its readers may have it.

#include <charconv>

#include "cli/entry_json.hpp"
#include "cli/receipts.hpp"
#include "cli/serve/form.hpp"
#include "cli/serve/log_access.hpp"
#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"
#include "cli/serve/state_proofs.hpp"

namespace muster::serve {
namespace {

constexpr std::uint64_t most_scanned = 2'000;
constexpr std::size_t entries_per_read = 256;
constexpr std::uint64_t longest_wait_s = 60;

Result<Answer> get_checkpoint(Service& service) {
  MUSTER_TRY_ASSIGN(const StoreLease store, service.live().store());
  MUSTER_TRY_ASSIGN(std::string note, newest_checkpoint(*store));
  Answer answer;
  answer.raw = http::Response{.status = 200, .body = std::move(note)};
  answer.headers.push_back({"Cache-Control", "public, no-cache"});
  return answer;
}

Result<ledger::LogIndex> index_in_path(const Asked& asked) {
  const std::string& text = asked.part("index");
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  if (problem == std::errc() && stop == end) return ledger::LogIndex{value};
  return failure(bad_parameter("index", "got \"" + text + "\", want the number of an entry"));
}

Result<Answer> get_entry(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const ledger::LogIndex index, index_in_path(asked));
  MUSTER_TRY_ASSIGN(const bool proven, wants_proof(asked, "inclusion"));
  MUSTER_TRY_ASSIGN(Bytes bytes, visible_entry(service, asked.principal, index));
  Answer answer;
  if (asks_for(asked.request.header("Accept"), "application/octet-stream")) {
    answer.raw = http::Response{.status = 200,
                                .body = std::string(bytes.begin(), bytes.end()),
                                .content_type = "application/octet-stream"};
    return answer;
  }
  answer.json = cli::entry_json(index, bytes);
  if (proven) {
    MUSTER_TRY_ASSIGN(const ledger::Receipt receipt, receipt_of(service, index));
    MUSTER_TRY_ASSIGN(answer.json["proof"],
                      parse_json(cli::receipt_text(receipt, cli::receipt_form_json)));
  }
  return answer;
}

Result<Answer> get_receipt(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const ledger::LogIndex index,
                    index_of_statement(service, asked.part("statement")));
  const auto entry = visible_entry(service, asked.principal, index);
  if (!entry && entry.error().rule != rule_not_found) return failure(entry.error());
  // In the words of a statement that is not there.
  if (!entry) return failure(nothing_here("statement", asked.part("statement")));
  MUSTER_TRY_ASSIGN(const ledger::Receipt receipt, receipt_of(service, index));
  Answer answer;
  if (asks_for(asked.request.header("Accept"), "text/plain")) {
    answer.raw = http::Response{.status = 200,
                                .body = cli::receipt_text(receipt, cli::receipt_form_tlog_proof)};
    return answer;
  }
  answer.raw = http::Response{.status = 200,
                              .body = cli::receipt_text(receipt, cli::receipt_form_json),
                              .content_type = "application/json"};
  return answer;
}

/// Entries behind `after` that the caller may read, and how far it has seen the log now.
Result<Answer> get_feed(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const auto after, asked.number("after"));
  MUSTER_TRY_ASSIGN(const auto wait, asked.number("wait", longest_wait_s));
  MUSTER_TRY_ASSIGN(const std::uint64_t limit, page_limit(asked));
  MUSTER_TRY_ASSIGN(const StoreLease store, service.live().store());
  std::uint64_t next = after ? *after + 1 : 0;
  Json list = Json::array();
  MUSTER_TRY_ASSIGN(const std::uint64_t size,
                    service.live().with_state([&](const cli::Home& home) -> Result<std::uint64_t> {
                      const Visibility visibility(home.state(), asked.principal);
                      const std::uint64_t end =
                          std::min<std::uint64_t>(home.state().size(), next + most_scanned);
                      while (next < end && list.size() < limit) {
                        const auto count = std::min<std::uint64_t>(entries_per_read, end - next);
                        MUSTER_TRY_ASSIGN(const auto read, store->read({next}, count));
                        if (read.empty()) return failure(Errc::corrupt, "log: an entry is missing");
                        for (const Bytes& bytes : read) {
                          if (list.size() == limit) break;
                          const ledger::LogIndex index{next++};
                          if (!may_read_entry(visibility, index, bytes)) continue;
                          list.push_back(cli::entry_json(index, bytes));
                        }
                      }
                      return home.state().size();
                    }));
  Answer answer;
  if (wait && *wait > 0 && list.empty() && next >= size) {
    answer.wait = Wait{*wait, asked.query};
    if (next > 0) answer.wait->query["after"] = std::to_string(next - 1);
  }
  // The end is no last page: ask again with the same place later.
  answer.json = Json{{"entries", std::move(list)},
                     {"next", next == 0 ? Json(nullptr) : Json(std::to_string(next - 1))},
                     {"size", size}};
  answer.list = "entries";
  return answer;
}

}  // namespace

void add_log_routes(Router& router, Service& service) {
  router.add({"GET", "/checkpoint", Role::everyone, {}, [&service](const Asked&) {
                return get_checkpoint(service);
              }});
  router.add(
      {"GET", "/v1/entries/{index}", Role::custodian, {"proof"}, [&service](const Asked& asked) {
         return get_entry(service, asked);
       }});
  router.add(
      {"GET", "/v1/receipts/{statement}", Role::custodian, {}, [&service](const Asked& asked) {
         return get_receipt(service, asked);
       }});
  router.add({"GET",
              "/v1/feed",
              Role::custodian,
              {"after", "limit", "wait"},
              [&service](const Asked& asked) { return get_feed(service, asked); }});
}

}  // namespace muster::serve
