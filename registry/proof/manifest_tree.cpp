#include "registry/proof/manifest_tree.hpp"

#include <algorithm>

#include "registry/manifest_line.hpp"

namespace muster::registry {

Result<ManifestTree> ManifestTree::open(Bytes blob, const ManifestRef& ref,
                                        std::span<const Field> columns) {
  ManifestTree manifest(std::move(blob));
  MUSTER_TRY(manifest.read(columns));
  if (manifest.lines_.size() == ref.items && manifest.tree_.root() == ref.root) return manifest;
  return failure(Errc::corrupt,
                 "manifest " + ref.sha256.to_hex() + ": not the one that its statement names");
}

Result<void> ManifestTree::read(std::span<const Field> columns) {
  const std::string_view text = as_text(blob_);
  ManifestLineReader reader(columns);
  ItemTable table{.columns = columns.size(), .items = {}, .cells = {}};
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) return failure(Errc::corrupt, "manifest: no line feed");
    table.items.clear();
    table.cells.clear();
    MUSTER_TRY(reader.read(text.substr(at, end - at), table));
    Line line{table.items.front().chip,
              static_cast<std::size_t>(reader.item().data() - text.data()),
              reader.item().size(),
              {}};
    std::ranges::copy(reader.salt(), line.salt.begin());
    tree_.append(item_leaf(line.salt, reader.item()));
    lines_.push_back(line);
    at = end + 1;
  }
  return {};
}

ItemProof ManifestTree::item(std::size_t index) const {
  const Line& line = lines_[index];
  const ledger::MerkleProver prover(tree_, tree_.size());
  return {.index = index,
          .item = std::string(as_text(blob_).substr(line.first, line.bytes)),
          .proof = prover.inclusion({index}),
          .salt = line.salt};
}

std::vector<ItemProof> ManifestTree::around(const ChipId& chip) const {
  const auto next = std::ranges::lower_bound(lines_, chip, {}, &Line::chip);
  const auto index = static_cast<std::size_t>(next - lines_.begin());
  if (next != lines_.end() && next->chip == chip) return {item(index)};
  std::vector<ItemProof> items;
  if (index > 0) items.push_back(item(index - 1));
  if (index < lines_.size()) items.push_back(item(index));
  return items;
}

}  // namespace muster::registry
