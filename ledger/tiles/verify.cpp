#include "ledger/tiles/verify.hpp"

#include <algorithm>

#include "ledger/base/file.hpp"
#include "ledger/base/parallel.hpp"
#include "ledger/tiles/bundle.hpp"
#include "ledger/tiles/tile_tree.hpp"
#include "ledger/tiles/verify_files.hpp"
#include "ledger/tiles/verify_levels.hpp"
#include "ledger/tiles/verify_piece.hpp"

namespace muster::ledger {
namespace {

/// Pieces that are looked at before their results are joined: 131,072 leaves.
constexpr std::uint64_t window_pieces = 512;
constexpr std::string_view checkpoint_path = "checkpoint";

class TileVerify final {
 public:
  TileVerify(const TileSource& source, const TileVerifyOptions& options)
      : source_(source),
        options_(options),
        threads_(options.threads == 0 ? useful_threads() : options.threads),
        faults_(options.max_faults) {}

  Result<TileVerification> run();

 private:
  Result<bool> take_checkpoint();
  void judge_signatures(const Note& note);
  EntryForm form_of_first() const;
  void walk(std::span<const Hash> blobs);
  void join(std::span<Piece> pieces, LevelCheck& levels);
  void join_chain(const Piece& piece);
  void end_of_tree(LevelCheck& levels);
  void older_checkpoint(const OlderCheckpoint& kept);

  [[nodiscard]] TreeSize size() const { return result_.checkpoint.size; }
  void checkpoint_fault(std::string code, std::string expected, std::string found) {
    faults_.add(
        {std::string(checkpoint_path), {}, std::move(code), std::move(expected), std::move(found)});
  }

  const TileSource& source_;
  const TileVerifyOptions& options_;
  unsigned threads_;
  TileFaults faults_;
  TileVerification result_;
  Piece last_;  // the piece that was joined last: what the next one must fit to
  std::optional<Timestamp> latest_;
};

/// Reads and judges the checkpoint. False if there is no tree to compare with.
Result<bool> TileVerify::take_checkpoint() {
  auto bytes = source_.read(checkpoint_path, max_checkpoint_bytes);
  if (!bytes && bytes.error().rule != file_too_long) {
    return failure(std::move(bytes).error().during("not a tiled log"));
  }
  const auto note = bytes ? parse_note(as_text(*bytes)) : Result<Note>(failure(bytes.error()));
  const auto checkpoint =
      note ? parse_checkpoint_text(note->text) : Result<Checkpoint>(failure(note.error()));
  if (!checkpoint) {
    checkpoint_fault("checkpoint.text", "a signed checkpoint", checkpoint.error().message);
    return false;
  }
  result_.checkpoint = *checkpoint;
  const std::string& origin = options_.origin.empty() ? options_.key.name() : options_.origin;
  if (checkpoint->origin != origin) {
    checkpoint_fault("checkpoint.origin", origin, checkpoint->origin);
  }
  judge_signatures(*note);
  return true;
}

void TileVerify::judge_signatures(const Note& note) {
  const auto is_ours = [this](const NoteSignature& line) {
    return line.name == options_.key.name() && line.key_id == options_.key.key_id();
  };
  result_.other_signatures =
      note.signatures.size() -
      static_cast<std::uint64_t>(std::ranges::count_if(note.signatures, is_ours));
  const std::string want = "a signature of " + options_.key.to_string();
  switch (judge_note(note, options_.key)) {
    case NoteVerdict::good:
      break;
    case NoteVerdict::unknown:
      checkpoint_fault("checkpoint.unknown_key", want, "none");
      break;
    case NoteVerdict::bad:
      checkpoint_fault("checkpoint.bad_signature", want, "one that does not verify");
      break;
  }
  if (!options_.policy) return;
  const auto verdict = options_.policy(note);
  if (!verdict) {
    checkpoint_fault("checkpoint.policy", "what the policy demands", verdict.error().message);
  }
}

/// Whether entry 0 is one of Muster's.
EntryForm TileVerify::form_of_first() const {
  if (options_.entries) return *options_.entries;
  const unsigned width = width_of_tile(0, 0, size());
  if (options_.hashes_only || width == 0) return EntryForm::opaque;
  const auto file = read_tile(source_, {TileId::Kind::entries, 0, 0, width});
  if (!file) return EntryForm::opaque;
  const auto entries = split_bundle(file->bytes, file->tile.width);
  return entries && parse_entry(entries->front()) ? EntryForm::chained : EntryForm::opaque;
}

Result<TileVerification> TileVerify::run() {
  MUSTER_TRY_ASSIGN(const bool has_tree, take_checkpoint());
  TileFaults file_faults(options_.max_faults);
  if (has_tree) {
    result_.form = form_of_first();
    FileCheck files(source_, size(), options_.hashes_only, result_, file_faults);
    MUSTER_TRY(files.run());
    walk(files.blobs());
    for (const OlderCheckpoint& kept : options_.older) older_checkpoint(kept);
  }
  faults_.add_all(file_faults.take());
  result_.complete = !faults_.full();
  result_.faults = faults_.take();
  return std::move(result_);
}

void TileVerify::walk(std::span<const Hash> blobs) {
  const PieceRules rules{options_.hashes_only, result_.form, &options_.named_blobs, blobs,
                         options_.max_faults};
  LevelCheck levels(source_, size(), faults_);
  const std::uint64_t count = tiles_of_level(0, size());
  std::vector<Piece> window;
  for (std::uint64_t first = 0; first < count && !faults_.full(); first += window.size()) {
    window.clear();
    window.resize(static_cast<std::size_t>(std::min(window_pieces, count - first)));
    parallel_for(window.size(), threads_, [&](std::size_t i) {
      const std::uint64_t number = first + i;
      const unsigned width = width_of_tile(0, number, size());
      window[i] = examined_piece(source_, {TileId::Kind::hashes, 0, number, width}, rules);
    });
    join(window, levels);
    if (options_.progress)
      options_.progress(std::min(size().value, (first + window.size()) * tile_width));
  }
  if (!faults_.full()) end_of_tree(levels);
  result_.hash_tiles += levels.tiles();
}

void TileVerify::join(std::span<Piece> pieces, LevelCheck& levels) {
  for (Piece& piece : pieces) {
    if (faults_.full()) return;
    if (result_.form == EntryForm::chained) join_chain(piece);
    faults_.add_all(std::move(piece.faults));
    result_.hash_tiles += piece.tile_read ? 1 : 0;
    result_.bundles += piece.entries > 0 ? 1 : 0;
    result_.entries += piece.entries;
    if (piece.tile.is_full()) {
      levels.add(piece.known ? std::optional(piece.root) : std::nullopt);
    }
    last_ = std::move(piece);
  }
}

/// The first entry of a piece against the last one of the piece before.
void TileVerify::join_chain(const Piece& piece) {
  const std::uint64_t first = piece.tile.number * tile_width;
  TileId bundle = piece.tile;
  bundle.kind = TileId::Kind::entries;
  const std::string item = "entry " + std::to_string(first);
  const Hash before = first == 0 ? Hash() : last_.last_leaf;
  const bool is_known = first == 0 || last_.known;
  const auto& chain = piece.chain;
  if (chain.first_previous && is_known && *chain.first_previous != before) {
    faults_.add({tile_path(bundle), item, "entry.previous", before.to_hex(),
                 chain.first_previous->to_hex()});
  }
  if (chain.earliest && latest_ && *chain.earliest < *latest_) {
    faults_.add({tile_path(bundle), item, "entry.accepted_at", latest_->to_string() + " or later",
                 chain.earliest->to_string()});
  }
  if (chain.latest) latest_ = latest_ ? std::max(*latest_, *chain.latest) : *chain.latest;
}

void TileVerify::end_of_tree(LevelCheck& levels) {
  const bool ends_ragged = size().value % tile_width != 0;
  const auto root =
      levels.finish(ends_ragged ? std::span<const Hash>(last_.leaves) : std::span<const Hash>(),
                    !ends_ragged || last_.known);
  const Hash& want = result_.checkpoint.root;
  if (root == want) return;
  checkpoint_fault("tree.root", root ? root->to_hex() : "hashes from which the root follows",
                   want.to_hex());
}

void TileVerify::older_checkpoint(const OlderCheckpoint& kept) {
  const auto fault = [&](std::string code, std::string expected, std::string found) {
    faults_.add({kept.name, {}, std::move(code), std::move(expected), std::move(found)});
  };
  auto older = verify_checkpoint(kept.text, options_.key);
  for (const VerifierKey& earlier : options_.earlier_keys) {
    if (!older) older = verify_checkpoint(kept.text, earlier);
  }
  if (!older) {
    const std::string& rule = older.error().rule;
    return fault(rule.empty() ? "checkpoint.text" : rule, "a checkpoint of this log",
                 older.error().message);
  }
  if (older->origin != result_.checkpoint.origin) {
    return fault("checkpoint.origin", result_.checkpoint.origin, older->origin);
  }
  const std::string want = "a beginning of the log of " + std::to_string(size().value) + " leaves";
  if (older->size > size()) {
    return fault("checkpoint.prefix", want, std::to_string(older->size.value) + " leaves");
  }
  auto tree = TileTree::open(result_.checkpoint.head(), hash_tiles_of(source_));
  const auto root =
      tree ? tree->subtree({0, older->size.value}) : Result<Hash>(failure(tree.error()));
  if (!root) return fault("checkpoint.prefix", want, root.error().message);
  if (*root == older->root) return;
  fault("checkpoint.prefix", "root " + root->to_hex() + " at " + std::to_string(older->size.value),
        "root " + older->root.to_hex());
}

}  // namespace

std::string describe(const TileFault& fault) {
  const std::string where = fault.item.empty() ? fault.path : fault.path + " " + fault.item;
  return where + ": " + fault.code + ": expected " + fault.expected + ", found " + fault.found;
}

Result<TileVerification> verify_tiles(const TileSource& source, const TileVerifyOptions& options) {
  return TileVerify(source, options).run();
}

}  // namespace muster::ledger
