#include "cli/projection_audit.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include "cli/home.hpp"
#include "registry/view/sqlite_view.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

/// A folder that goes with this object.
class Scratch final {
 public:
  /// The system finds a free name: two audits at one time never meet, whatever their random source.
  static Result<Scratch> make() {
    std::error_code problem;
    std::string name = (fs::temp_directory_path(problem) / "muster-XXXXXX").string();
    if (!problem && ::mkdtemp(name.data()) != nullptr) return Scratch(name);
    if (!problem) problem.assign(errno, std::generic_category());
    return failure(Errc::unavailable, "making scratch folder " + name + ": " + problem.message());
  }
  Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch() {
    std::error_code problem;
    if (!path_.empty()) fs::remove_all(path_, problem);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  explicit Scratch(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

Result<Hash> dump_to(registry::Registry& registry, const fs::path& file) {
  std::ofstream out(file, std::ios::binary);
  MUSTER_TRY(registry.dump(out));
  out.flush();
  if (!out) return failure(Errc::unavailable, "writing " + file.string() + ": failed");
  return registry.dump_hash();
}

/// What names a row in a dump: its table and key.
std::string row_name(const std::string& line) {
  const auto row = parse_json(line);
  if (!row || !row->is_object()) return "row";
  const auto key = row->contains("n") ? "n" : "chip_n";
  std::string name = row->value("table", "?") + " row " + row->value(key, Json()).dump();
  if (row->contains("from_index")) name += " from entry " + row->value("from_index", Json()).dump();
  return name;
}

void compare(const fs::path& kept, const fs::path& rebuilt, std::size_t max_faults,
             ProjectionAudit& audit) {
  std::ifstream left(kept, std::ios::binary);
  std::ifstream right(rebuilt, std::ios::binary);
  std::string found;
  std::string expected;
  while (true) {
    const bool has_found = static_cast<bool>(std::getline(left, found));
    const bool has_expected = static_cast<bool>(std::getline(right, expected));
    if (!has_found && !has_expected) return;
    if (has_found && has_expected && found == expected) continue;
    if (audit.faults.size() == max_faults) {
      audit.complete = false;
      return;
    }
    const std::string name = row_name(has_expected ? expected : found);
    audit.faults.push_back({std::nullopt, "projection.row",
                            has_expected ? expected : name + ": no such row",
                            has_found ? found : name + ": missing"});
  }
}

/// Whether the kept view can be read as it is; opening a registry would quietly repair it.
Result<void> view_loads(const fs::path& view, ledger::Log& log) {
  registry::State state(true);
  MUSTER_TRY(registry::SqliteView::load(view, state, log));
  return {};
}

}  // namespace

Result<ProjectionAudit> audit_projection(Context& context, std::size_t max_faults) {
  MUSTER_TRY_ASSIGN(const fs::path folder, registry_folder(context));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  MUSTER_TRY_ASSIGN(ledger::Log log, ledger::Log::open(*store));
  MUSTER_TRY_ASSIGN(const Scratch scratch, Scratch::make());
  ProjectionAudit audit;
  {
    MUSTER_TRY_ASSIGN(auto fresh,
                      registry::Registry::open(log, *clock, {.view = scratch.path() / "view.db"}));
    MUSTER_TRY_ASSIGN(audit.rebuilt, dump_to(fresh, scratch.path() / "rebuilt.ndjson"));
  }
  const auto loads = view_loads(folder / "view.db", log);
  if (!loads) {
    audit.faults.push_back({std::nullopt, "projection.unreadable", "a view of this log",
                            loads.error().message + "; `registry rebuild` makes it anew"});
    return audit;
  }
  MUSTER_TRY_ASSIGN(auto registry,
                    registry::Registry::open(log, *clock, {.view = folder / "view.db"}));
  MUSTER_TRY_ASSIGN(audit.kept, dump_to(registry, scratch.path() / "kept.ndjson"));
  if (audit.kept != audit.rebuilt) {
    compare(scratch.path() / "kept.ndjson", scratch.path() / "rebuilt.ndjson", max_faults, audit);
  }
  return audit;
}

}  // namespace muster::cli
