#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "ledger/evidence.hpp"
#include "ledger/witness/add_checkpoint.hpp"
#include "ledger/witness/witness_state.hpp"

namespace muster::ledger {

/// What a witness answers, in the words of HTTP. Source: c2sp.org/tlog-witness.
struct WitnessAnswer {
  unsigned status;
  std::string body;
  std::string content_type = "text/plain; charset=utf-8";
};

/// A witness of logs: cosigns a checkpoint only when it goes on from the newest one that it
/// cosigned before, and stores that it will before it does. So it never cosigns two roots of one
/// size, whatever its clients ask and whenever it is killed.
///
/// Checkpoints that the log signed and that contradict what was seen before, or that it could not
/// connect with that, are kept as evidence (`evidence.hpp`, kind fork) in a folder of their own.
/// Borrows the state. Not thread-safe.
class Witness final {
 public:
  struct Options {
    std::filesystem::path evidence;  ///< Folder; made when it is first needed.
    /// Of each kind, forks and pairs that nobody has connected; further ones are not kept.
    std::size_t max_evidence_files = 1'000;
    /// Called after a checkpoint is stored and before it is cosigned: where tests stop the world.
    std::function<void()> before_signing{};
  };

  Witness(WitnessState& state, Cosigner cosigner, Options options);

  /// Judges the body of `POST /add-checkpoint` at `now`: 200 with a cosignature line; 400
  /// malformed; 403 not signed by the log; 404 unknown log; 409 with the size that is wanted as the
  /// old one; 422 not shown to go on; 500 when the state cannot be stored, and then for ever.
  [[nodiscard]] WitnessAnswer add_checkpoint(std::string_view body, Timestamp now);

  /// The newest checkpoint of a log with the cosignature given for it, by the hex of the origin's
  /// SHA-256: `GET /<hash>/checkpoint`. 404 for an unknown log or one never cosigned.
  [[nodiscard]] WitnessAnswer newest_checkpoint(std::string_view origin_hash);

  [[nodiscard]] CosignerKey verifier_key() const { return cosigner_.verifier_key(); }

 private:
  struct Candidate;
  WitnessAnswer judge(const Candidate& candidate, Timestamp now);
  WitnessAnswer cosigned(const Candidate& candidate, Timestamp now);
  void keep_evidence(const Candidate& candidate);

  WitnessState* state_;
  Cosigner cosigner_;
  Options options_;
  bool failed_ = false;
};

}  // namespace muster::ledger
