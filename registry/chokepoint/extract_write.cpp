// Writing an extract.

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/chokepoint/extract.hpp"

namespace muster::choke {
namespace {

/// Blocks of about this many bytes: one is read and hashed for an answer.
constexpr std::size_t block_bytes = std::size_t{1} << 15U;

bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) return false;
  }
  return !text.empty();
}

}  // namespace

Result<std::string> encode_extract(ExtractHeader header, const ExtractTable& table,
                                   const crypto::Ed25519Signer& signer) {
  std::string directory;
  std::string blocks;
  std::string block;
  std::string first;
  const auto finish_block = [&] {
    if (block.empty()) return;
    directory += crypto::sha256(block).to_hex() + " " + std::to_string(block.size()) + " " + first;
    directory += "\n";
    blocks += block;
    block.clear();
  };
  for (const auto& [key, row] : table) {
    MUSTER_CHECK(is_plain(key) && is_plain(row));
    const std::string line = key + "\t" + row + "\n";
    if (line.size() > max_row_bytes) {
      return failure(Errc::invalid_input, "extract: row " + key + " has " +
                                              std::to_string(line.size()) + " bytes, at most " +
                                              std::to_string(max_row_bytes) + " can be carried");
    }
    if (block.empty()) first = key;
    block += line;
    if (block.size() >= block_bytes) finish_block();
  }
  finish_block();
  header.rows = table.size();
  header.directory_bytes = directory.size();
  header.directory = crypto::sha256(directory);
  const std::string note =
      ledger::encode_note(ledger::sign_note(extract_header_text(header), header.origin, signer));
  return "muster choke extract 1 " + std::to_string(note.size()) + "\n" + note + directory + blocks;
}

}  // namespace muster::choke
