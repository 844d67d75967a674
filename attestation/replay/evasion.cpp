#include "attestation/replay/evasion.hpp"

#include <algorithm>
#include <array>

namespace muster::attestation {
namespace {

using enum Evasion;

constexpr std::array<EvasionFacts, evasion_count> rows{{
    {none, "none", "an honest chip"},
    {hidden_run, "hidden-run", "works for a run that nobody declared"},
    {other_shard, "other-shard", "holds the shard of the next chip"},
    {stale_weights, "stale-weights", "holds the weights of the run's beginning all the time"},
    {flipped_byte, "flipped-byte", "holds its shard with one bit of the first byte flipped"},
    {suppress, "suppress", "takes no snapshots for a third of the time, and works elsewhere"},
    {rare, "rare", "takes a snapshot in a thousand days"},
    {reflash, "reflash", "runs other firmware for a third of the time"},
    {flash_back, "flash-back", "has its flash put back, so that a third of the time looks off"},
    {flash_filed, "flash-filed", "the same, with heads of the hidden time filed"},
    {flash_for_heads, "flash-for-heads", "has its flash put back for each head that is due"},
    {region, "region", "hashes half of its memory"},
    {decoy, "decoy", "hashes a compliant copy in place of what it works on"},
    {rollback, "rollback", "is presented as it was a third into the run"},
    {fork, "fork", "a twin reported at the freeze"},
    {wrap, "wrap", "has a store too small for its log"},
    {edit, "edit", "one bit of a snapshot is changed in the file"},
    {drop, "drop", "a snapshot is cut out of the file"},
    {truncate, "truncate", "the last entries are cut off the file"},
    {swap, "swap", "two entries of the file are exchanged"},
    {copy, "copy", "an entry of the file stands there twice"},
    {stale_head, "stale-head", "what was read at the freeze is presented once more"},
    {other_log, "other-log", "the next chip's log is presented under its head"},
    {other_chip, "other-chip", "the next chip answers in its place"},
    {dummy, "dummy", "a server without its key plays its log"},
    {no_openings, "no-openings", "chunk digests are withheld"},
    {nothing, "nothing", "nothing is presented"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (static_cast<std::size_t>(rows[i].evasion) != i) return false;
  }
  return true;
}
static_assert(in_order());

constexpr std::array<std::string_view, mishap_count> mishaps{"none", "power-cut", "drift",
                                                             "firmware-update", "read-out"};

std::string joined(std::string list, std::string_view name) {
  return list.empty() ? std::string(name) : std::move(list) + ", " + std::string(name);
}

}  // namespace

std::string_view mishap_name(Mishap mishap) { return mishaps[static_cast<std::size_t>(mishap)]; }

std::optional<Mishap> mishap_named(std::string_view name) {
  const auto found = std::ranges::find(mishaps, name);
  if (found == mishaps.end()) return std::nullopt;
  return static_cast<Mishap>(found - mishaps.begin());
}

std::string mishap_names() {
  std::string list;
  for (const std::string_view name : mishaps) list = joined(std::move(list), name);
  return list;
}

std::string evasion_names() {
  std::string list;
  for (const EvasionFacts& row : rows) list = joined(std::move(list), row.name);
  return list;
}

std::span<const EvasionFacts> evasions() { return rows; }

std::string_view evasion_name(Evasion evasion) {
  return rows[static_cast<std::size_t>(evasion)].name;
}

std::optional<Evasion> evasion_named(std::string_view name) {
  const auto found = std::ranges::find(rows, name, &EvasionFacts::name);
  if (found == rows.end()) return std::nullopt;
  return found->evasion;
}

}  // namespace muster::attestation
