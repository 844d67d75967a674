#include "cli/log_place.hpp"

#include <algorithm>

#include "cli/registry_settings.hpp"
#include "ledger/store/postgres_store.hpp"
#include "ledger/store/sqlite_store.hpp"

namespace muster::cli {
namespace {

using AnyStore = Result<std::unique_ptr<ledger::Store>>;

/// Leaves out what stands between `from` and the first of `ends` behind it, where there is a
/// `from`.
void leave_out(std::string& text, std::size_t from, std::string_view ends) {
  if (from >= text.size()) return;
  const auto end = std::min(text.find_first_of(ends, from), text.size());
  text.replace(from, end - from, "***");
}

template <class Made>
AnyStore as_any(Result<std::unique_ptr<Made>> made) {
  if (!made) return failure(std::move(made.error()));
  return std::unique_ptr<ledger::Store>(std::move(*made));
}

AnyStore opened(const LogPlace& place) {
  if (place.is_file()) return as_any(ledger::SqliteStore::open(place.file()));
  return as_any(ledger::PostgresStore::open(place.url, {.only_read = place.only_read}));
}

AnyStore created(const LogPlace& place) {
  if (place.is_file()) return as_any(ledger::SqliteStore::create(place.file()));
  return as_any(ledger::PostgresStore::create(place.url));
}

}  // namespace

std::string LogPlace::text() const {
  if (is_file()) return file().string();
  // postgres://user:password@host/name?password=password
  std::string text = url;
  constexpr std::string_view named = "password=";
  for (auto at = text.find(named); at != std::string::npos; at = text.find(named, at + 1)) {
    leave_out(text, at + named.size(), "&");
  }
  const auto user = text.find("//") + 2;
  const auto authority = std::min(text.find_first_of("/?", user), text.size());
  const auto at = text.rfind('@', authority);
  const auto colon = text.find(':', user);
  if (at != std::string::npos && user < at && colon < at) {
    text.replace(colon + 1, at - colon - 1, "***");
  }
  return text;
}

Result<LogPlace> log_place(const std::filesystem::path& folder) {
  const auto settings = read_settings(folder);
  if (!settings) {
    if (settings.error().code == Errc::not_found) return LogPlace{folder};
    return failure(settings.error());
  }
  const auto found = settings->find("log");
  if (found == settings->end()) return LogPlace{folder};
  const Json replica = settings->value("replica", Json(false));
  if (!replica.is_boolean()) {
    return failure(Errc::invalid_input, (folder / "muster.json").string() + ": replica: got " +
                                            replica.dump() + ", want true or false");
  }
  if (found->is_string()) {
    return LogPlace{folder, found->get<std::string>(), replica.get<bool>()};
  }
  return failure(Errc::invalid_input, (folder / "muster.json").string() + ": log: got " +
                                          found->dump() + ", want a URL, postgres://…");
}

registry::ViewPlace view_place(const LogPlace& place, bool only_read) {
  if (place.is_file()) return place.folder / "view.db";
  return registry::ViewPlace::on_server(place.url, only_read);
}

Result<void> check_log_is_file(const std::filesystem::path& folder, const char* verb) {
  MUSTER_TRY_ASSIGN(const LogPlace place, log_place(folder));
  if (place.is_file()) return {};
  return failure(Errc::invalid_input,
                 std::string(verb) + ": works on log.db; the log of this registry is " +
                     place.text() +
                     ": work in a folder of its own and use `muster ledger migrate`");
}

AnyStore open_log(const LogPlace& place) {
  auto store = opened(place);
  if (!store) return failure(std::move(store.error()).during("opening registry"));
  return store;
}

AnyStore create_log(const LogPlace& place) {
  auto made = created(place);
  if (made || made.error().code != Errc::conflict) return made;
  // Of a founding that was broken off.
  MUSTER_TRY_ASSIGN(auto there, opened(place));
  MUSTER_TRY_ASSIGN(const ledger::TreeHead head, there->head());
  if (head.size.value > 0) return made;
  return there;
}

AnyStore open_or_create_log(const LogPlace& place) {
  auto there = opened(place);
  if (there || there.error().code != Errc::not_found) return there;
  return created(place);
}

}  // namespace muster::cli
