#include "cli/projection_audit.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>

#include "cli/home.hpp"
#include "cli/log_place.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

/// A folder that goes with this object.
class Scratch final {
 public:
  /// The name is the system's choice, whatever random numbers the command was given: two runs
  /// that play the same world must not meet here.
  static Result<Scratch> make() {
    std::error_code problem;
    std::string path = (fs::temp_directory_path(problem) / "muster-XXXXXX").string();
    if (problem || ::mkdtemp(path.data()) == nullptr) {
      return failure(Errc::unavailable, "making scratch folder " + path + ": " +
                                            std::generic_category().message(errno));
    }
    return Scratch(path);
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

/// Writes a dump as `Registry::dump` does, and hashes it.
Result<Hash> dump_to(const registry::State& state, registry::View& view, const fs::path& file) {
  std::ofstream out(file, std::ios::binary);
  crypto::Sha256 hash;
  const auto take = [&](const std::string& line) {
    out << line << '\n';
    hash.update(line).update("\n");
  };
  registry::dump_tables(state.tables(), take);
  MUSTER_TRY(view.dump_history(take));
  out.flush();
  if (!out) return failure(Errc::unavailable, "writing " + file.string() + ": failed");
  return hash.finish();
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

/// Dumps the kept view as it is; opening a registry would quietly repair it. False if it cannot be
/// read.
Result<bool> dump_kept(const registry::ViewPlace& view, ledger::Log& log, const fs::path& file,
                       ProjectionAudit& audit) {
  registry::State state(true);
  const auto unreadable = [&](const Error& why) {
    audit.faults.push_back({std::nullopt, "projection.unreadable", "a view of this log",
                            why.message + "; `registry rebuild` makes it anew"});
    return false;
  };
  auto loaded = registry::load_view(view, state, log);
  const bool no_answer = !loaded && loaded.error().code == Errc::unavailable;
  if (no_answer && !view.is_file()) return failure(loaded.error());
  if (!loaded) return unreadable(loaded.error());
  audit.entries = state.size();
  const auto dumped = dump_to(state, **loaded, file);
  if (!dumped && dumped.error().code == Errc::corrupt) return unreadable(dumped.error());
  MUSTER_TRY(dumped);
  audit.kept = *dumped;
  return true;
}

Result<Hash> dump_rebuilt(ledger::Log& log, Clock& clock, const fs::path& view,
                          std::uint64_t entries, const fs::path& file) {
  MUSTER_TRY_ASSIGN(auto registry,
                    registry::Registry::open(log, clock, {.view = view, .up_to = {{entries}}}));
  MUSTER_TRY(registry.flush());
  return dump_to(registry.state(), *registry.view(), file);
}

}  // namespace

Result<ProjectionAudit> audit_projection(Context& context, std::size_t max_faults) {
  MUSTER_TRY_ASSIGN(const fs::path folder, registry_folder(context));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  MUSTER_TRY_ASSIGN(const LogPlace place, log_place(folder));
  MUSTER_TRY_ASSIGN(ledger::Log log, ledger::Log::open(*store));
  MUSTER_TRY_ASSIGN(const Scratch scratch, Scratch::make());
  const fs::path kept = scratch.path() / "kept.ndjson";
  const fs::path rebuilt = scratch.path() / "rebuilt.ndjson";
  ProjectionAudit audit;
  MUSTER_TRY_ASSIGN(const bool readable,
                    dump_kept(view_place(place, store->only_reads()), log, kept, audit));
  if (!readable) return audit;
  MUSTER_TRY_ASSIGN(audit.rebuilt,
                    dump_rebuilt(log, *clock, scratch.path() / "view.db", audit.entries, rebuilt));
  if (audit.kept != audit.rebuilt) compare(kept, rebuilt, max_faults, audit);
  return audit;
}

}  // namespace muster::cli
