#include "cli/watch/watch_file.hpp"

#include <algorithm>

#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

constexpr int watch_lock_ms = 500;

std::string_view without_spaces(std::string_view text) {
  constexpr const char* spaces = " \t\r";
  const auto first = text.find_first_not_of(spaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

}  // namespace

Result<WatchFile> WatchFile::open(std::filesystem::path file) {
  auto lock = ledger::WriterLock::acquire(file, watch_lock_ms);
  if (!lock) return failure(std::move(lock).error().during("--state: another watch may use it"));
  WatchFile opened(std::move(file), std::move(*lock));
  const auto text = read_text_file(opened.file_, ledger::max_followed_head_bytes);
  if (!text && text.error().code == Errc::not_found) return opened;
  if (!text) return failure(text.error());
  auto read = ledger::parse_followed_head(*text);
  if (!read) return failure(std::move(read).error().during(opened.file_.string()));
  opened.read_ = std::move(*read);
  return opened;
}

Result<void> WatchFile::save(const ledger::FollowedHead& head) const {
  return write_file_atomically(file_, as_bytes(ledger::encode_followed_head(head) + "\n"));
}

Result<std::set<Hash>> known_statements(const std::filesystem::path& file) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file));
  std::set<Hash> known;
  std::string_view rest = text;
  for (std::size_t line = 1; !rest.empty(); ++line) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string_view said = rest.substr(0, end);
    const std::string_view word = without_spaces(said.substr(0, said.find('#')));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (word.empty()) continue;
    const auto hash = Hash::from_hex(word);
    if (!hash) {
      Error error = hash.error();
      return failure(std::move(error).during(file.string() + ", line " + std::to_string(line)));
    }
    known.insert(*hash);
  }
  return known;
}

}  // namespace muster::cli
