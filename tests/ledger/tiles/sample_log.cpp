#include "tests/ledger/tiles/sample_log.hpp"

#include <algorithm>

#include "ledger/checkpoint.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/entry.hpp"
#include "tests/ledger/support.hpp"

namespace muster::test {
namespace {

/// MTH of RFC 9162 section 2.1.1 over leaf hashes.
Hash tree_hash(std::span<const Hash> leaves) {
  if (leaves.empty()) return crypto::sha256(ByteView());
  if (leaves.size() == 1) return leaves[0];
  std::size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  return ledger::node_hash(tree_hash(leaves.first(split)), tree_hash(leaves.subspan(split)));
}

std::vector<Hash> leaves_of(std::span<const Bytes> entries) {
  std::vector<Hash> leaves;
  for (const Bytes& entry : entries) leaves.push_back(ledger::leaf_hash(entry));
  return leaves;
}

/// `number` in groups of three digits, as the specification writes it.
std::string number_path(std::uint64_t number) {
  std::string digits = std::to_string(number);
  while (digits.size() % 3 != 0) digits.insert(0, "0");
  std::string path;
  for (std::size_t at = 0; at < digits.size(); at += 3) {
    const bool is_last = at + 3 == digits.size();
    path += (is_last ? "" : "x") + digits.substr(at, 3) + (is_last ? "" : "/");
  }
  return path;
}

std::string file_path(const std::string& level, std::size_t number, std::size_t width) {
  const std::string path = "tile/" + level + "/" + number_path(number);
  return width == 256 ? path : path + ".p/" + std::to_string(width);
}

}  // namespace

Bytes opaque_entry(std::uint64_t number) {
  const Hash hash = crypto::sha256("entry " + std::to_string(number));
  Bytes bytes = to_bytes(hash.view());
  bytes.resize(number % 41, static_cast<std::uint8_t>(number));
  return bytes;
}

std::vector<Bytes> opaque_entries(std::size_t count) {
  std::vector<Bytes> entries;
  for (std::size_t i = 0; i < count; ++i) entries.push_back(opaque_entry(i));
  return entries;
}

std::vector<Bytes> chained_entries(std::size_t count) {
  std::vector<Bytes> entries;
  Hash previous;
  for (const ledger::Envelope& envelope : envelopes_of(count)) {
    const Timestamp time{1'000'000 + static_cast<std::int64_t>(entries.size() / 3)};
    entries.push_back(to_bytes(ledger::encode_entry({time, envelope, {entries.size()}, previous})));
    previous = ledger::leaf_hash(entries.back());
  }
  return entries;
}

Hash root_of(std::span<const Bytes> entries) { return tree_hash(leaves_of(entries)); }

std::string tiled_log_key() {
  return ledger::VerifierKey(tiled_origin, signer_of(1).public_key()).to_string();
}

ledger::FileMap tiled_log(std::span<const Bytes> entries) {
  ledger::FileMap files;
  std::vector<Hash> hashes = leaves_of(entries);
  const ledger::Checkpoint head{tiled_origin, {entries.size()}, tree_hash(hashes), {}};
  files["checkpoint"] = to_bytes(ledger::sign_checkpoint(head, tiled_origin, signer_of(1)));
  for (std::size_t level = 0; !hashes.empty(); ++level) {
    std::vector<Hash> above;
    for (std::size_t first = 0; first < hashes.size(); first += 256) {
      const std::size_t width = std::min<std::size_t>(256, hashes.size() - first);
      const auto part = std::span(hashes).subspan(first, width);
      Bytes& file = files[file_path(std::to_string(level), first / 256, width)];
      for (const Hash& hash : part) append(file, hash.view());
      if (width == 256) above.push_back(tree_hash(part));
    }
    hashes = std::move(above);
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::size_t width = std::min<std::size_t>(256, entries.size() - i / 256 * 256);
    Bytes& file = files[file_path("entries", i / 256, width)];
    append_u16be(file, static_cast<std::uint16_t>(entries[i].size()));
    append(file, entries[i]);
  }
  return files;
}

}  // namespace muster::test
