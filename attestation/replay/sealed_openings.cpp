// The leaves at both ends of segments, and their way to the committed root.

#include <set>

#include "attestation/replay/confidential.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::attestation {
namespace {

std::set<std::uint64_t> ends_of(std::span<const std::uint64_t> segments, std::uint64_t every) {
  std::set<std::uint64_t> steps;
  for (const std::uint64_t segment : segments) {
    steps.insert(segment * every);
    steps.insert((segment + 1) * every);
  }
  return steps;
}

Json hashes_json(std::span<const Hash> hashes) {
  Json list = Json::array();
  for (const Hash& hash : hashes) list.push_back(hash.to_hex());
  return list;
}

/// The leaves of one checkpoint, by shard, and their way to the committed root.
struct OpenedCheckpoint {
  std::vector<Hash> leaves;
  CheckpointOpening opening;
};

Result<OpenedCheckpoint> parse_opened(std::string_view line, std::uint32_t shards) {
  MUSTER_TRY_ASSIGN(const Json json, parse_canonical_json(line));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "opening"));
  MUSTER_TRY_ASSIGN(const std::string opening, fields.text("opening"));
  MUSTER_TRY_ASSIGN(const Json* leaves, fields.array("leaves"));
  MUSTER_TRY(fields.finish());
  OpenedCheckpoint opened;
  opened.leaves.reserve(leaves->size());
  for (const Json& item : *leaves) {
    if (!item.is_string()) return failure(Errc::invalid_input, "opening.leaves: want hashes");
    MUSTER_TRY_ASSIGN(const Hash leaf, Hash::from_hex(item.get_ref<const std::string&>()));
    opened.leaves.push_back(leaf);
  }
  MUSTER_TRY_ASSIGN(opened.opening, parse_opening(opening));
  if (opened.leaves.size() == shards && opened.opening.paths.size() == shards) return opened;
  return failure(Errc::invalid_input, "opening: want a leaf and a path for each of " +
                                          std::to_string(shards) + " shards");
}

}  // namespace

std::string encode_openings(const RunOutline& outline, std::span<const Hash> leaves,
                            std::span<const std::uint64_t> segments) {
  const std::uint64_t every = outline.checkpoint_every;
  const std::uint32_t shards = outline.layout.shards;
  std::string text;
  for (const std::uint64_t step : ends_of(segments, every)) {
    const auto own = leaves.subspan(static_cast<std::size_t>(step / every) * shards, shards);
    text += canonical_json({{"leaves", hashes_json(own)},
                            {"opening", encode_opening(open_checkpoint(outline, leaves, step))}});
    text += "\n";
  }
  return text;
}

Result<void> check_openings(std::string_view text, const RunOutline& outline,
                            std::span<const std::uint64_t> segments) {
  std::size_t number = 0;
  for (const std::uint64_t step : ends_of(segments, outline.checkpoint_every)) {
    const std::string where = "openings line " + std::to_string(++number);
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      return failure(Errc::invalid_input, where + ": want the opening of step " +
                                              std::to_string(step) + ", ended by a line feed");
    }
    auto opened = parse_opened(text.substr(0, end), outline.layout.shards);
    if (!opened) return failure(std::move(opened.error()).during(where));
    if (opened->opening.step != step || !leads_to_root(outline, opened->leaves, opened->opening)) {
      return failure(Errc::invalid_input, where + ": does not lead from step " +
                                              std::to_string(step) +
                                              " to the root that was committed to");
    }
    text.remove_prefix(end + 1);
  }
  if (text.empty()) return {};
  return failure(Errc::invalid_input, "openings: more than the ends of the segments");
}

}  // namespace muster::attestation
