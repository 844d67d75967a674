#include "registry/proof/quoted_entry.hpp"

#include <algorithm>

#include "ledger/base/hex.hpp"
#include "registry/kind.hpp"
#include "registry/manifest_line.hpp"

namespace muster::registry {
namespace {

tl::unexpected<Error> bad_item(const ReadEntry& read, const std::string& why) {
  return refusal("proof.item", "entry " + std::to_string(read.entry.index.value) + ": " + why);
}

/// The item as the manifest has it, once its way to the manifest's root is checked.
Result<Item> shown_item(const ReadEntry& read, const ItemProof& shown) {
  const ManifestRef& ref = read.event->header.subjects.manifest;
  const ledger::TreeHead head{{ref.items}, ref.root};
  if (!ledger::inclusion_verifies(item_leaf(shown.salt, shown.item), {shown.index}, head,
                                  shown.proof)) {
    return bad_item(read, "an item does not lead to the root of the manifest");
  }
  ManifestLineReader reader(read.event->kind->columns);
  ItemTable table{.columns = read.event->kind->columns.size(), .items = {}, .cells = {}};
  const std::string line = "{\"item\":" + shown.item + ",\"salt\":\"" + to_hex(shown.salt) + "\"}";
  auto parsed = reader.read(line, table);
  if (!parsed) return bad_item(read, "an item: " + parsed.error().message);
  if (reader.item() != shown.item) return bad_item(read, "an item: more than one object");
  return table.items.front();
}

/// Whether the items shown leave no place for the chip in the manifest, whose ids rise.
bool shows_absence(const ReadEntry& read, const QuotedEntry& quoted, const std::vector<Item>& items,
                   const ChipId& chip) {
  const auto& shown = quoted.items;
  if (items.size() == 2) {
    return shown[0].index + 1 == shown[1].index && items[0].chip < chip && chip < items[1].chip;
  }
  const bool is_first = shown[0].index == 0;
  const bool is_last = shown[0].index + 1 == read.event->header.subjects.manifest.items;
  return (is_first && chip < items[0].chip) || (is_last && items[0].chip < chip);
}

Result<std::optional<NamedChip>> chip_in_manifest(const ReadEntry& read, const QuotedEntry& quoted,
                                                  const ChipId& chip) {
  if (quoted.items.empty()) return bad_item(read, "it has a manifest, and none of its items here");
  std::vector<Item> items;
  for (const ItemProof& shown : quoted.items) {
    MUSTER_TRY_ASSIGN(const Item item, shown_item(read, shown));
    items.push_back(item);
  }
  if (items.size() == 1 && items.front().chip == chip) {
    const Item& item = items.front();
    return std::optional(
        NamedChip{Naming::manifest, item.has_expects ? std::optional(item.expects) : std::nullopt});
  }
  if (shows_absence(read, quoted, items, chip)) return std::optional<NamedChip>();
  return bad_item(read, "the items do not show whether the chip is in the manifest");
}

std::optional<NamedChip> chip_in_list(const Header& header, const ChipId& chip) {
  const auto& chips = header.subjects.chips;
  const auto found = std::ranges::find(chips, chip);
  if (found == chips.end()) return std::nullopt;
  return NamedChip{Naming::listed, header.expects[static_cast<std::size_t>(found - chips.begin())]};
}

}  // namespace

Result<ReadEntry> read_quoted(const Bytes& bytes) {
  auto entry = ledger::parse_entry(bytes);
  if (!entry) return refusal("proof.entry", entry.error().message);
  ReadEntry read{std::move(*entry), {}, std::nullopt};
  read.statement = ledger::statement_hash(read.entry.envelope);
  if (read.entry.envelope.payload_type != ledger::event_payload_type) return read;
  auto event = parse_event(read.entry.envelope.payload, read.statement);
  if (event) read.event = std::move(*event);
  return read;
}

Result<ReadEntry> read_proven(const ProvenEntry& proven, const ledger::Checkpoint& checkpoint) {
  MUSTER_TRY_ASSIGN(ReadEntry read, read_quoted(proven.quoted.entry));
  const std::string name = "entry " + std::to_string(read.entry.index.value);
  if (!ledger::inclusion_verifies(ledger::leaf_hash(proven.quoted.entry), read.entry.index,
                                  checkpoint.head(), proven.proof)) {
    return refusal("proof.inclusion", name + " does not lead to the checkpoint's root");
  }
  if (!read.event || read.event->header.origin != checkpoint.origin) {
    return refusal("proof.entry", name + " is no statement for this log that can be read");
  }
  return read;
}

Result<std::optional<NamedChip>> chip_in(const ReadEntry& read, const QuotedEntry& quoted,
                                         const ChipId& chip) {
  using Found = std::optional<NamedChip>;
  const bool moves = read.event && moves_chips(*read.event->kind);
  const SubjectForm form = moves ? read.event->header.subjects.form : SubjectForm::none;
  Found found;
  if (form == SubjectForm::manifest) {
    MUSTER_TRY_ASSIGN(found, chip_in_manifest(read, quoted, chip));
  } else if (!quoted.items.empty()) {
    return bad_item(read, "got items of a manifest that it has not");
  } else if (form == SubjectForm::chips) {
    found = chip_in_list(read.event->header, chip);
  } else if (form == SubjectForm::container) {
    found = NamedChip{Naming::container, std::nullopt};
  }
  if (!found && read.event && read.event->kind->reaches) {
    found = NamedChip{Naming::effect, std::nullopt};
  }
  return found;
}

ChipEvent chip_event(const ReadEntry& read, Naming naming) {
  ChipEvent event{.index = read.entry.index,
                  .accepted_at = read.entry.accepted_at,
                  .statement = read.statement,
                  .kind = {},
                  .org = {},
                  .naming = naming};
  if (read.event) {
    event.kind = read.event->header.kind;
    event.org = read.event->header.org;
  }
  return event;
}

}  // namespace muster::registry
