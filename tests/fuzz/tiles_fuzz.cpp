// The first byte chooses: a path or proof as text; a bundle (its width in the next byte); or the
// files of a tiled log (packed_files.hpp). What is read prints as it was; a log that verifies has
// the root that its bundles have, and gives proofs that hold.

#include <algorithm>

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/tiles/blob_path.hpp"
#include "ledger/tiles/bundle.hpp"
#include "ledger/tiles/tiled_log.hpp"
#include "ledger/tiles/verify.hpp"
#include "tests/fuzz/packed_files.hpp"

namespace {

using namespace muster;
using namespace muster::ledger;

/// The key whose signature the corpus has.
const VerifierKey& fuzz_key() {
  static const VerifierKey key(
      "tiles.example/log", crypto::Ed25519Signer(crypto::sha256("test key 1").bytes).public_key());
  return key;
}

void check_text(std::string_view text) {
  if (const auto tile = parse_tile_path(text)) MUSTER_CHECK(tile_path(*tile) == text);
  if (const auto blob = parse_blob_path(text)) MUSTER_CHECK(blob_path(*blob) == text);
  if (const auto proof = parse_growth_proof(text)) {
    MUSTER_CHECK(encode_growth_proof(*proof) == text);
    MUSTER_CHECK(!verify_growth(*proof, proof->checkpoint, fuzz_key()) || proof->hashes.empty());
  }
}

void check_bundle(ByteView bytes) {
  if (bytes.empty()) return;
  const auto entries = split_bundle(bytes.subspan(1), bytes[0]);
  if (!entries) return;
  MUSTER_CHECK(entries->size() == bytes[0]);
  std::vector<Bytes> copies;
  for (const ByteView entry : *entries) copies.push_back(to_bytes(entry));
  MUSTER_CHECK(std::ranges::equal(encode_bundle(copies).value(), bytes.subspan(1)));
}

/// The root over the first `size` entries of the bundles, read without the verifier.
Hash root_of_bundles(const FileMap& files, TreeSize size) {
  CompactRange range;
  for (std::uint64_t n = 0; n < tiles_of_level(0, size); ++n) {
    const unsigned width = width_of_tile(0, n, size);
    const auto file = read_tile(memory_source(files), {TileId::Kind::entries, 0, n, width}).value();
    const auto entries = split_bundle(file.bytes, file.tile.width).value();
    for (unsigned i = 0; i < width; ++i) range.append(leaf_hash(entries[i]));
  }
  return range.root();
}

/// A proof that is given holds, whoever made the tiles.
void check_last(TiledLog& log) {
  const LogIndex last{log.checkpoint().size.value - 1};
  const auto proof = log.prove(last);
  const auto entry = log.entry(last);
  if (!proof || !entry) return;
  MUSTER_CHECK(inclusion_verifies(leaf_hash(*entry), last, log.checkpoint().head(), proof->hashes));
}

void check_log(ByteView bytes) {
  const FileMap files = fuzz::unpacked(bytes);
  TileVerifyOptions options{.key = fuzz_key()};
  options.threads = 1;
  options.max_faults = 20;
  const auto result = verify_tiles(memory_source(files), options);
  auto log = TiledLog::open(memory_source(files));
  if (log && log->checkpoint().size.value > 0) check_last(*log);
  if (!result || !result->good()) return;
  MUSTER_CHECK(root_of_bundles(files, result->checkpoint.size) == result->checkpoint.root);
  MUSTER_CHECK(log.has_value());
}

}  // namespace

int fuzz_tiles(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  if (bytes.empty()) return 0;
  switch (bytes[0]) {
    case 't':
      check_text(as_text(bytes.subspan(1)));
      break;
    case 'b':
      check_bundle(bytes.subspan(1));
      break;
    default:
      check_log(bytes.subspan(1));
      break;
  }
  return 0;
}
