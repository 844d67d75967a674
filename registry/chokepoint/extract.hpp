#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "registry/chokepoint/extract_header.hpp"
#include "registry/chokepoint/extract_rows.hpp"

// An extract is one file:
//
//   muster choke extract 1 <bytes of the note>
//   <note: the signed header>
//   <directory: a line "<SHA-256 of a block> <its bytes> <its first key>" for each block>
//   <blocks: lines "<key>\t<canonical JSON>", sorted by key>
//
// The operator signs the hash of the directory, which has that of every block: one answer needs the
// directory and one block, and so does the answer that there is no such row.

namespace muster::choke {

inline constexpr std::size_t max_row_bytes = std::size_t{1} << 20U;

/// The rows of an extract while it is made, by key.
using ExtractTable = std::map<std::string, std::string>;

/// The file of `table`, signed. Fills in what `header` says of rows and directory.
/// Requires: keys and rows without control characters.
/// Errors: `invalid_input` for a row longer than `max_row_bytes`, with its key.
Result<std::string> encode_extract(ExtractHeader header, const ExtractTable& table,
                                   const crypto::Ed25519Signer& signer);

/// An extract that is read: every answer is checked against the signature.
class Extract final {
 public:
  /// Gives `bytes` bytes from `offset` on, or fewer where the file ends.
  using Source = std::function<Result<std::string>(std::uint64_t offset, std::size_t bytes)>;

  /// Reads header and directory.
  /// Errors: `invalid_input` for what is no extract; `refused` with rule `note.unknown_key`,
  /// `note.bad_signature`, `note.origin`; `corrupt` for a file that is not what was signed.
  static Result<Extract> open(Source source, std::uint64_t file_bytes,
                              std::span<const ledger::VerifierKey> keys);
  /// The same of a file. Errors: also `not_found`, `unavailable`.
  static Result<Extract> open_file(const std::string& path,
                                   std::span<const ledger::VerifierKey> keys);

  [[nodiscard]] const ExtractHeader& header() const { return header_; }

  /// From an age of `ms` on it is too old for an answer in somebody's favour; 0: never.
  void expire_after(std::int64_t ms) { max_age_ms_ = ms; }
  [[nodiscard]] bool is_too_old(Timestamp now) const {
    return max_age_ms_ > 0 && now.ms - header_.made_at.ms >= max_age_ms_;
  }

  /// The row called `key`; nothing if the extract has none. Cost: one block is read and hashed, and
  /// kept for the next.
  /// Errors: `corrupt` for a block that is not what was signed; `unavailable`.
  Result<std::optional<Json>> find(const std::string& key);
  /// The same, taken apart.
  template <class Row>
  Result<std::optional<Row>> find_row(const std::string& key) {
    MUSTER_TRY_ASSIGN(const std::optional<Json> json, find(key));
    if (!json) return std::optional<Row>();
    auto row = Row::parse(*json);
    if (!row) return failure(std::move(row.error()).during("extract row " + key));
    return std::optional<Row>(std::move(*row));
  }

 private:
  struct Block {
    Hash hash;
    std::uint64_t offset;
    std::uint64_t bytes;
    std::string first;
  };

  explicit Extract(Source source) : source_(std::move(source)) {}
  Result<void> read_directory(std::uint64_t from, std::uint64_t file_bytes);
  Result<const std::map<std::string, Json>*> block(std::size_t n);

  Source source_;
  ExtractHeader header_{};
  std::int64_t max_age_ms_ = 0;
  std::vector<Block> blocks_;
  std::map<std::size_t, std::map<std::string, Json>> kept_;
};

}  // namespace muster::choke
