#include "cli/waiting_room.hpp"

#include <algorithm>
#include <charconv>

#include "cli/statement_file.hpp"
#include "ledger/base/file.hpp"
#include "ledger/note.hpp"
#include "ledger/operator_note.hpp"
#include "ledger/store/writer_lock.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* statement_name = "statement.json";
constexpr const char* promise_name = "promise";
constexpr const char* aside_name = ".new";
constexpr const char* old_prefix = ".old-";
constexpr std::size_t number_digits = 9;

/// What a folder's name says; nothing for a folder of another kind.
std::optional<Waiting> waiting_in(const fs::path& folder) {
  const std::string name = folder.filename().string();
  if (name.size() != number_digits + 1 + 2 * Hash::size_bytes || name[number_digits] != '-') {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  const auto [stop, problem] = std::from_chars(name.data(), name.data() + number_digits, number);
  const auto envelope = Hash::from_hex(std::string_view(name).substr(number_digits + 1));
  if (problem != std::errc() || stop != name.data() + number_digits || !envelope) {
    return std::nullopt;
  }
  return Waiting{folder, number, *envelope};
}

/// What a process left that was killed while it removed something.
void remove_leftovers(const fs::path& folder) {
  std::vector<fs::path> leftovers;
  std::error_code problem;
  for (fs::directory_iterator at(folder, problem), end; !problem && at != end;
       at.increment(problem)) {
    if (at->path().filename().string().starts_with(old_prefix)) leftovers.push_back(at->path());
  }
  for (const fs::path& one : leftovers) fs::remove_all(one, problem);
}

std::string waiting_name(std::uint64_t number, const Hash& envelope) {
  const std::string digits = std::to_string(number);
  return std::string(number_digits - digits.size(), '0') + digits + "-" + envelope.to_hex();
}

}  // namespace

Result<std::vector<Waiting>> WaitingRoom::list() const {
  std::vector<Waiting> all;
  std::error_code problem;
  if (!fs::exists(folder_, problem)) return all;
  for (fs::directory_iterator at(folder_, problem), end; !problem && at != end;
       at.increment(problem)) {
    if (auto one = waiting_in(at->path())) all.push_back(std::move(*one));
  }
  if (problem) return failure(Errc::unavailable, folder_.string() + ": " + problem.message());
  std::ranges::sort(all, {},
                    [](const Waiting& one) { return std::pair(one.number, one.envelope); });
  return all;
}

/// Everything but the folder's name, on the disk.
Result<void> WaitingRoom::build_aside(const fs::path& aside,
                                      const registry::Submission& submission) const {
  std::error_code problem;
  fs::remove_all(aside, problem);  // what a killed process left
  if (!fs::create_directory(aside, problem)) {
    return failure(Errc::unavailable, aside.string() + ": " + problem.message());
  }
  MUSTER_TRY(write_statement_files(aside / statement_name, submission));
  return sync_folder(aside);
}

Result<Waiting> WaitingRoom::put(const registry::Submission& submission) {
  std::error_code problem;
  // The room's own name must survive a power cut, too, or all that is in it goes with it.
  if (fs::create_directories(folder_, problem)) MUSTER_TRY(sync_folder(folder_.parent_path()));
  MUSTER_TRY_ASSIGN(const auto lock, ledger::WriterLock::acquire(folder_ / "room"));
  remove_leftovers(folder_);
  const Hash envelope = ledger::envelope_hash(submission.envelope);
  MUSTER_TRY_ASSIGN(const auto all, list());
  const auto found = std::ranges::find(all, envelope, &Waiting::envelope);
  if (found != all.end()) return *found;
  if (all.size() >= most_waiting) {
    return failure(Errc::unavailable, folder_.string() + ": " + std::to_string(all.size()) +
                                          " statements wait; record them with `statement submit "
                                          "--promised`");
  }
  const std::uint64_t number = all.empty() ? 1 : all.back().number + 1;
  MUSTER_TRY(build_aside(folder_ / aside_name, submission));
  Waiting one{folder_ / waiting_name(number, envelope), number, envelope};
  MUSTER_TRY(replace_file(folder_ / aside_name, one.folder));
  return one;
}

Result<registry::Submission> WaitingRoom::statement_of(const Waiting& one) {
  MUSTER_TRY_ASSIGN(Incoming incoming, read_statement_file(one.folder / statement_name, {}));
  if (ledger::envelope_hash(incoming.submission.envelope) == one.envelope) {
    return std::move(incoming.submission);
  }
  return failure(Errc::corrupt, one.folder.string() + ": is not what was handed in");
}

Result<std::optional<std::string>> WaitingRoom::promise_of(const Waiting& one) {
  auto text = read_text_file(one.folder / promise_name, ledger::max_note_bytes);
  if (text) return std::optional(std::move(*text));
  if (text.error().code == Errc::not_found) return std::optional<std::string>();
  return failure(std::move(text.error()));
}

Result<std::string> WaitingRoom::keep_promise(const Waiting& one, const std::string& note) {
  const auto written = create_file(one.folder / promise_name, as_bytes(note));
  if (written) return note;
  if (written.error().code != Errc::conflict) return failure(written.error());
  return read_text_file(one.folder / promise_name, ledger::max_note_bytes);
}

Result<void> WaitingRoom::remove(const Waiting& one) {
  // Out of the list at once and whole; its files go then, or with a later one.
  const fs::path old = folder_ / (old_prefix + one.folder.filename().string());
  MUSTER_TRY(replace_file(one.folder, old));
  std::error_code problem;
  fs::remove_all(old, problem);
  return {};
}

}  // namespace muster::cli
