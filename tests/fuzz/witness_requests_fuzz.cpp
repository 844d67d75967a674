// A witness is asked by a log with two histories, in any order, with any proofs, and restarted in
// between: all that it ever cosigned is one history, and in the end it still serves that one. Each
// request is four bytes: what to do, the old size, the new size, what to do to the proof.

#include <filesystem>

#include "ledger/base/check.hpp"
#include "ledger/proofs.hpp"
#include "ledger/witness/witness.hpp"
#include "tests/fuzz/honest_operator.hpp"
#include "tests/fuzz/scratch.hpp"
#include "tests/ledger/support.hpp"

namespace {

using namespace muster;
using namespace muster::ledger;
using fuzz::HonestOperator;

constexpr std::size_t most_requests = 24;
constexpr std::uint64_t sizes = 12;
constexpr std::uint64_t fork_at = 5;

/// The histories that the log has: leaf hashes are enough for a witness.
std::vector<Hash> leaves_with(bool forked) {
  std::vector<Hash> leaves;
  for (std::uint64_t i = 0; i < sizes; ++i) {
    const bool other = forked && i >= fork_at;
    leaves.push_back(leaf_hash(as_bytes((other ? "other " : "leaf ") + std::to_string(i))));
  }
  return leaves;
}

const std::vector<Hash>& leaves_of(bool forked) {
  static const std::vector<Hash> one = leaves_with(false);
  static const std::vector<Hash> other = leaves_with(true);
  return forked ? other : one;
}

std::span<const Hash> asked_beginning(bool forked, std::uint64_t size) {
  return std::span(leaves_of(forked)).first(size);
}

TreeHead head_of(bool forked, std::uint64_t size) {
  return {{size}, root_hash(asked_beginning(forked, size))};
}

std::string checkpoint_of(const TreeHead& head) {
  return sign_checkpoint({HonestOperator::origin, head.size, head.root, {}}, HonestOperator::origin,
                         HonestOperator::instance().signer());
}

/// A witness and all that it cosigned.
class Asked final {
 public:
  explicit Asked(const std::filesystem::path& folder) : folder_(folder) {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
    std::filesystem::create_directories(folder_);
    MUSTER_CHECK(WitnessState::create(folder_ / "witness.db", key()).has_value());
    open();
    MUSTER_CHECK(
        state_->add_log(HonestOperator::origin, HonestOperator::instance().key()).has_value());
  }

  void open() {
    witness_.reset();
    state_ = WitnessState::open(folder_ / "witness.db", key()).value();
    witness_.emplace(*state_, Cosigner{"witness.example/w1", &signer()},
                     Witness::Options{.evidence = folder_ / "evidence", .max_evidence_files = 2});
  }

  /// The status of the answer.
  unsigned ask(const AddCheckpoint& request, const TreeHead& head, std::int64_t second) {
    const auto answer = witness_->add_checkpoint(encode_add_checkpoint(request), {second * 1'000});
    MUSTER_CHECK(answer.status != 500);
    if (answer.status == 409)
      MUSTER_CHECK(answer.body == std::to_string(newest_.size.value) + "\n");
    if (answer.status != 200) return answer.status;
    const Note note = parse_note(request.checkpoint + answer.body).value();
    MUSTER_CHECK(judge_cosignature(note, key()).verdict == NoteVerdict::good);
    check_goes_on(head);
    newest_ = head;
    return answer.status;
  }

  [[nodiscard]] const TreeHead& newest() const { return newest_; }

 private:
  static const crypto::Ed25519Signer& signer() {
    static const crypto::Ed25519Signer one = test::signer_of(70);
    return one;
  }
  static CosignerKey key() { return {"witness.example/w1", signer().public_key()}; }

  /// By the leaves themselves, not by any proof.
  void check_goes_on(const TreeHead& head) const {
    MUSTER_CHECK(head.size >= newest_.size);
    const bool is_one = root_hash(asked_beginning(false, head.size.value)) == head.root;
    MUSTER_CHECK(root_hash(asked_beginning(!is_one, newest_.size.value)) == newest_.root ||
                 newest_.size.value == 0);
  }

  std::filesystem::path folder_;
  std::unique_ptr<WitnessState> state_;
  std::optional<Witness> witness_;
  TreeHead newest_{};
};

ledger::Proof proof_for(bool forked, std::uint64_t old_size, std::uint64_t size,
                        std::uint8_t change) {
  ledger::Proof proof;
  if (old_size > 0 && old_size < size) {
    proof = consistency_proof({old_size}, {size}, subtree_hash_of(asked_beginning(forked, size)))
                .value();
  }
  switch (change % 6) {
    case 1:
      if (!proof.empty()) proof[change % proof.size()].bytes[change % 32] ^= 1U;
      break;
    case 2:
      if (!proof.empty()) proof.pop_back();
      break;
    case 3:
      proof.push_back(leaves_of(forked)[change % sizes]);
      break;
    default:
      break;
  }
  return proof;
}

/// A log that goes on from what was cosigned, as an honest one does: whatever others asked before,
/// it must be served.
void check_serves(Asked& asked) {
  const std::uint64_t known = asked.newest().size.value;
  const bool forked = known > 0 && root_hash(asked_beginning(false, known)) != asked.newest().root;
  const TreeHead head = head_of(forked, sizes);
  const unsigned status = asked.ask(
      {{known}, proof_for(forked, known, sizes, 0), checkpoint_of(head)}, head, 2'000'000);
  MUSTER_CHECK(status == 200);
}

}  // namespace

int fuzz_witness_requests(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch scratch("witness");
  Asked asked(scratch.path() / "w");
  for (std::size_t at = 0; at + 4 <= size && at < 4 * most_requests; at += 4) {
    const std::uint8_t what = data[at];
    if (what % 8 == 7) asked.open();
    const bool forked = (what & 1U) != 0;
    const std::uint64_t new_size = data[at + 2] % (sizes + 1);
    const std::uint64_t old_size = data[at + 1] % (sizes + 1);
    const TreeHead head = head_of(forked, new_size);
    // The proof is of one history and the checkpoint may be of the other.
    const bool proof_of = (what & 2U) != 0 ? !forked : forked;
    static_cast<void>(asked.ask(
        {{old_size}, proof_for(proof_of, old_size, new_size, data[at + 3]), checkpoint_of(head)},
        head, 1'000'000 + data[at + 3]));
  }
  check_serves(asked);
  return 0;
}
