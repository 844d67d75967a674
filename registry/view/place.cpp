#include "registry/view/place.hpp"

#include "ledger/store/writer_lock.hpp"
#include "registry/view/postgres_view.hpp"
#include "registry/view/sqlite_view.hpp"

namespace muster::registry {
namespace {

class FileLock final : public ViewLock {
 public:
  explicit FileLock(ledger::WriterLock lock) : lock_(std::move(lock)) {}

 private:
  ledger::WriterLock lock_;
};

class ServerLock final : public ViewLock {
 public:
  explicit ServerLock(sql::PgConnection connection) : connection_(std::move(connection)) {}

 private:
  sql::PgConnection connection_;  // the lock is gone with it
};

template <class Kind>
Result<std::unique_ptr<View>> as_view(Result<Kind> view) {
  if (!view) return failure(std::move(view.error()));
  return std::unique_ptr<View>(std::make_unique<Kind>(std::move(*view)));
}

}  // namespace

ViewPlace ViewPlace::on_server(std::string url, bool only_read) {
  ViewPlace place{std::filesystem::path()};
  place.url_ = std::move(url);
  place.only_read_ = only_read;
  return place;
}

std::filesystem::path ViewPlace::scratch_folder() const {
  if (is_file()) return file_.parent_path();
  std::error_code problem;  // without such a folder memory is ordinary
  return std::filesystem::temp_directory_path(problem);
}

Result<std::unique_ptr<View>> load_view(const ViewPlace& place, State& state, ledger::Log& log,
                                        const View::Pause& pause) {
  if (place.is_file()) return as_view(SqliteView::load(place.file(), state, log, pause));
  return as_view(PostgresView::load(place.url(), place.only_read(), state, log, pause));
}

Result<std::unique_ptr<View>> create_view(const ViewPlace& place) {
  if (place.is_file()) return as_view(SqliteView::create_anew(place.file()));
  return as_view(PostgresView::create_anew(place.url()));
}

Result<std::unique_ptr<ViewLock>> lock_view(const ViewPlace& place) {
  if (place.is_file()) {
    MUSTER_TRY_ASSIGN(auto lock, ledger::WriterLock::acquire(place.file()));
    return std::unique_ptr<ViewLock>(std::make_unique<FileLock>(std::move(lock)));
  }
  MUSTER_TRY_ASSIGN(auto lock, PostgresView::lock_making(place.url()));
  return std::unique_ptr<ViewLock>(std::make_unique<ServerLock>(std::move(lock)));
}

}  // namespace muster::registry
