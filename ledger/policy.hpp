#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/checkpoint.hpp"
#include "ledger/cosignature.hpp"

namespace muster::ledger {

inline constexpr std::size_t max_policy_bytes = std::size_t{1} << 18U;
/// How many logs, witnesses, and groups of witnesses a policy may have, each.
inline constexpr std::size_t max_policy_items = 256;

/// A log whose checkpoints a policy takes. The key's name is the log's origin.
struct PolicyLog {
  VerifierKey key;
  std::string url{};  ///< As written; empty when there is none.
};

/// A witness that a policy knows.
struct PolicyWitness {
  std::string name;  ///< Within the policy only; any bytes.
  CosignerKey key;
  std::string url{};  ///< As written: the submission prefix; empty when there is none.
};

/// Which logs somebody takes checkpoints of, and which witnesses must have cosigned them: k of n,
/// nested as deep as wanted. Only `parse` makes one. Source: c2sp.org/tlog-policy.
class Policy final {
 public:
  /// Reads the lines `log`, `witness`, `group` and `quorum`.
  /// Errors: `invalid_input`, naming the line and what it wants.
  static Result<Policy> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<PolicyLog>& logs() const { return logs_; }
  [[nodiscard]] const std::vector<PolicyWitness>& witnesses() const { return witnesses_; }
  /// False for `quorum none`.
  [[nodiscard]] bool wants_witnesses() const { return quorum_.has_value(); }
  /// The name on the quorum line: a witness, a group, or "none".
  [[nodiscard]] const std::string& quorum_name() const { return quorum_name_; }
  /// Whether cosignatures of exactly these witnesses are enough.
  /// Requires: as many as `witnesses()`, in that order.
  [[nodiscard]] bool has_quorum(const std::vector<bool>& cosigned) const;

 private:
  friend class PolicyParser;
  Policy() = default;

  /// A witness, or a group of nodes before it.
  struct Node {
    std::string name;
    std::optional<std::size_t> witness{};  ///< Its place in `witnesses_`.
    std::size_t threshold = 0;             ///< Of a group.
    std::vector<std::size_t> members{};    ///< Of a group: places in `nodes_`, all before it.
  };

  std::string text_;
  std::vector<PolicyLog> logs_;
  std::vector<PolicyWitness> witnesses_;
  std::vector<Node> nodes_;
  std::optional<std::size_t> quorum_;  ///< A place in `nodes_`; nothing: none is wanted.
  std::string quorum_name_;
};

/// A witness that cosigned a checkpoint, and when.
struct CosignedBy {
  std::string witness;  ///< As the policy calls it.
  std::string key;      ///< Its verifier key.
  Timestamp time;

  friend bool operator==(const CosignedBy&, const CosignedBy&) = default;
};

/// What a policy says of a signed checkpoint.
struct PolicyVerdict {
  Checkpoint checkpoint;
  std::optional<std::string> log{};       ///< Verifier key of the log that signed, if it is taken.
  std::vector<CosignedBy> cosigned_by{};  ///< In the order of the policy.
  bool quorum = false;
  /// The earliest instant by which a quorum had cosigned; nothing when none is wanted or there.
  std::optional<Timestamp> quorum_at{};

  [[nodiscard]] bool accepted() const { return log.has_value() && quorum; }
  /// Who is missing, in words; empty when accepted.
  std::string missing{};
};

/// Judges a signed checkpoint by `policy`. A policy without logs takes those of `log_key`; with
/// `log_key` the checkpoint must be signed by it, and the policy's logs, if any, must name it.
/// Errors: `invalid_input` if `note` is no signed checkpoint; `refused` with rule
/// `checkpoint.bad_signature` when a signature by a known key does not verify.
Result<PolicyVerdict> accepts(std::string_view note, const Policy& policy,
                              const VerifierKey* log_key = nullptr);

}  // namespace muster::ledger
