// Reading an extract.

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>

#include "ledger/crypto/sha256.hpp"
#include "registry/chokepoint/extract.hpp"

namespace muster::choke {
namespace {

constexpr std::string_view first_line = "muster choke extract 1 ";
constexpr std::size_t kept_blocks = 256;
constexpr std::uint64_t max_directory_bytes = std::uint64_t{1} << 28U;
/// A block is full once it has 32 KiB: one more row is the most that it goes beyond.
constexpr std::uint64_t max_block_bytes = (std::uint64_t{1} << 15U) + max_row_bytes;

tl::unexpected<Error> damaged(const std::string& what) {
  return failure(Errc::corrupt, "extract: " + what + "; fetch it anew");
}

tl::unexpected<Error> not_an_extract(const std::string& why) {
  return failure(Errc::invalid_input, "extract: " + why);
}

/// A number in its one spelling.
std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  const bool canonical = !text.empty() && (text.front() != '0' || text.size() == 1);
  if (problem != std::errc() || stop != end || !canonical) return std::nullopt;
  return value;
}

/// Takes the text up to `end` from the front of `text`; nothing if it is not there.
std::optional<std::string_view> take_to(std::string_view& text, char end) {
  const auto at = text.find(end);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at + 1);
  return taken;
}

Result<std::map<std::string, Json>> rows_of(std::string_view block) {
  std::map<std::string, Json> rows;
  std::string before;
  while (!block.empty()) {
    const auto line = take_to(block, '\n');
    if (!line) return damaged("a row does not end");
    const auto tab = line->find('\t');
    if (tab == std::string_view::npos) return damaged("a row has no key");
    std::string key(line->substr(0, tab));
    if (key <= before) return damaged("rows are out of order at " + key);
    MUSTER_TRY_ASSIGN(Json json, parse_json(line->substr(tab + 1)));
    before = key;
    rows.emplace_hint(rows.end(), std::move(key), std::move(json));
  }
  return rows;
}

}  // namespace

Result<Extract> Extract::open(Source source, std::uint64_t file_bytes,
                              std::span<const ledger::VerifierKey> keys) {
  MUSTER_TRY_ASSIGN(const std::string start, source(0, first_line.size() + 8));
  std::string_view rest = start;
  if (!rest.starts_with(first_line)) return not_an_extract("begins otherwise");
  rest.remove_prefix(first_line.size());
  const auto digits = take_to(rest, '\n');
  const auto note_bytes = digits ? number_of(*digits) : std::nullopt;
  if (!note_bytes || *note_bytes > ledger::max_note_bytes) {
    return not_an_extract("the first line gives no length of a note");
  }
  const std::uint64_t note_at = first_line.size() + digits->size() + 1;
  MUSTER_TRY_ASSIGN(const std::string note, source(note_at, *note_bytes));
  Extract extract(std::move(source));
  MUSTER_TRY_ASSIGN(extract.header_, verify_extract_header(note, keys));
  MUSTER_TRY(extract.read_directory(note_at + *note_bytes, file_bytes));
  return extract;
}

Result<Extract> Extract::open_file(const std::string& path,
                                   std::span<const ledger::VerifierKey> keys) {
  std::error_code problem;
  if (!std::filesystem::exists(path, problem)) {
    return failure(Errc::not_found, path + ": no such file");
  }
  if (!std::filesystem::is_regular_file(path, problem)) {
    return failure(Errc::invalid_input, path + ": want a file that choke extract made");
  }
  const std::uint64_t bytes = std::filesystem::file_size(path, problem);
  if (problem) return failure(Errc::unavailable, path + ": cannot be opened");
  // Opened for each read: a stream cannot be copied, and an answer reads three times.
  const Source source = [path](std::uint64_t offset, std::size_t count) -> Result<std::string> {
    std::ifstream file(path, std::ios::binary);
    std::string text(count, '\0');
    if (file) file.seekg(static_cast<std::streamoff>(offset));
    if (file) file.read(text.data(), static_cast<std::streamsize>(count));
    if (file.bad() || !file.is_open()) {
      return failure(Errc::unavailable, path + ": reading failed");
    }
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    return text;
  };
  auto extract = open(source, bytes, keys);
  if (!extract) return failure(std::move(extract.error()).during(path));
  return extract;
}

Result<void> Extract::read_directory(std::uint64_t from, std::uint64_t file_bytes) {
  const std::uint64_t bytes = header_.directory_bytes;
  if (bytes > max_directory_bytes || from + bytes > file_bytes) return damaged("it ends early");
  MUSTER_TRY_ASSIGN(const std::string text, source_(from, bytes));
  if (text.size() != bytes) return damaged("it ends early");
  if (crypto::sha256(text) != header_.directory) return damaged("the directory is another");
  std::string_view rest = text;
  std::uint64_t offset = from + bytes;
  while (!rest.empty()) {
    const auto hex = take_to(rest, ' ');
    const auto length = take_to(rest, ' ');
    const auto first = take_to(rest, '\n');
    const auto size = length ? number_of(*length) : std::nullopt;
    if (!first || !size || *size == 0 || *size > max_block_bytes) {
      return damaged("a line of the directory is none");
    }
    MUSTER_TRY_ASSIGN(const Hash hash, Hash::from_hex(*hex));
    if (!blocks_.empty() && blocks_.back().first >= *first) {
      return damaged("the directory is out of order");
    }
    blocks_.push_back({hash, offset, *size, std::string(*first)});
    offset += *size;
  }
  if (offset != file_bytes) return damaged("it is not as long as its directory says");
  return {};
}

Result<const std::map<std::string, Json>*> Extract::block(std::size_t n) {
  if (const auto kept = kept_.find(n); kept != kept_.end()) return &kept->second;
  const Block& wanted = blocks_[n];
  MUSTER_TRY_ASSIGN(const std::string text, source_(wanted.offset, wanted.bytes));
  if (crypto::sha256(text) != wanted.hash) {
    return damaged("the rows from " + wanted.first + " on are others");
  }
  MUSTER_TRY_ASSIGN(auto rows, rows_of(text));
  if (kept_.size() >= kept_blocks) kept_.erase(kept_.begin());
  return &kept_.emplace(n, std::move(rows)).first->second;
}

Result<std::optional<Json>> Extract::find(const std::string& key) {
  const auto after = std::upper_bound(
      blocks_.begin(), blocks_.end(), key,
      [](const std::string& wanted, const Block& block) { return wanted < block.first; });
  if (after == blocks_.begin()) return std::optional<Json>();
  MUSTER_TRY_ASSIGN(const auto* const rows,
                    block(static_cast<std::size_t>(after - blocks_.begin()) - 1));
  const auto row = rows->find(key);
  if (row == rows->end()) return std::optional<Json>();
  return std::optional<Json>(row->second);
}

}  // namespace muster::choke
