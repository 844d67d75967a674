#include "ledger/growth_proof.hpp"

#include <charconv>

#include "ledger/base/base64.hpp"

namespace muster::ledger {
namespace {

constexpr std::string_view old_start = "old ";
constexpr std::size_t max_growth_hashes = 63;

tl::unexpected<Error> not_a_growth_proof(const std::string& why) {
  return failure(Errc::invalid_input, "growth proof: " + why);
}

/// Takes the next line, without its newline.
Result<std::string_view> take_growth_line(std::string_view& text) {
  const auto newline = text.find('\n');
  if (newline == std::string_view::npos) return not_a_growth_proof("ends too early");
  const auto line = text.substr(0, newline);
  text.remove_prefix(newline + 1);
  return line;
}

Result<TreeSize> parse_old_line(std::string_view line) {
  TreeSize size;
  if (!line.starts_with(old_start)) return not_a_growth_proof("does not begin with old and a size");
  line.remove_prefix(old_start.size());
  const char* const end = line.data() + line.size();
  const auto [stop, problem] = std::from_chars(line.data(), end, size.value);
  const bool leading_zero = line.size() > 1 && line.front() == '0';
  if (problem != std::errc() || stop != end || leading_zero) {
    return not_a_growth_proof("the first line is not old and a size");
  }
  return size;
}

}  // namespace

std::string encode_growth_proof(const GrowthProof& proof) {
  std::string text = std::string(old_start) + std::to_string(proof.old_size.value) + "\n";
  for (const Hash& hash : proof.hashes) text += to_base64(hash.view()) + "\n";
  return text + "\n" + proof.checkpoint;
}

Result<GrowthProof> parse_growth_proof(std::string_view text) {
  GrowthProof proof;
  MUSTER_TRY_ASSIGN(std::string_view line, take_growth_line(text));
  MUSTER_TRY_ASSIGN(proof.old_size, parse_old_line(line));
  while (true) {
    MUSTER_TRY_ASSIGN(line, take_growth_line(text));
    if (line.empty()) break;
    MUSTER_TRY_ASSIGN(const Bytes bytes, bytes_from_base64(line));
    MUSTER_TRY_ASSIGN(const Hash hash, Hash::from_bytes(bytes));
    proof.hashes.push_back(hash);
    if (proof.hashes.size() > max_growth_hashes) return not_a_growth_proof("over 63 hashes");
  }
  proof.checkpoint = text;
  return proof;
}

Result<Growth> verify_growth(const GrowthProof& proof, std::string_view older,
                             const VerifierKey& key) {
  MUSTER_TRY_ASSIGN(Checkpoint before, verify_checkpoint(older, key));
  MUSTER_TRY_ASSIGN(Checkpoint after, verify_checkpoint(proof.checkpoint, key));
  if (before.origin != after.origin) {
    return refusal("growth.origin", "the older checkpoint is of " + before.origin +
                                        ", the newer of " + after.origin);
  }
  if (before.size != proof.old_size) {
    return refusal("growth.size", "the older checkpoint has " + std::to_string(before.size.value) +
                                      " entries, the proof begins at " +
                                      std::to_string(proof.old_size.value));
  }
  // Every log goes on from the empty one, so nothing needs proof then.
  const bool is_from_nothing =
      before.size.value == 0 && before.root == empty_root() && proof.hashes.empty();
  if (!is_from_nothing && !consistency_verifies(before.head(), after.head(), proof.hashes)) {
    return refusal("growth.proof", "does not lead from the root at " +
                                       std::to_string(before.size.value) + " to that at " +
                                       std::to_string(after.size.value));
  }
  return Growth{std::move(before), std::move(after)};
}

}  // namespace muster::ledger
