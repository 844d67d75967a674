#pragma once

#include <filesystem>
#include <string>

#include "attestation/replay/confidential.hpp"
#include "cli/exit_code.hpp"
#include "cli/replay/run_review.hpp"
#include "ledger/crypto/signer.hpp"

namespace muster::cli {

/// What a Verifier asks for who may see no weights.
struct DrawWish {
  std::string transcript;  ///< The file that was committed to.
  std::string value;       ///< 64 hex digits.
  std::string source;
  std::uint64_t segments = 0;  ///< 0: enough for `target`.
  std::uint64_t largest = 1;
  double forged = 0.05;
  double target = 0.95;
  std::string tolerance_l2;
  std::string tolerance_linf;
  std::string program;  ///< A file, or empty for the built-in trainer.
  std::string out;
};

/// Draws, prints what the draw finds and costs, and writes the draw.
/// Errors: `invalid_input`, `not_found`, `conflict`.
Result<ExitCode> draw_for_room(const DrawWish& wish, print::Printer& printer, bool dry_run);

/// The draw of a file. Errors: `invalid_input`, naming the file; `not_found`.
Result<attestation::ReplayDraw> read_replay_draw(const std::filesystem::path& path);

/// What goes out of the room, and under whose name.
struct Sealing {
  std::string out;  ///< The signed result; `out`.openings holds the inclusion proofs.
  std::string at;
  const crypto::Signer* signer = nullptr;
  bool looked_at_all = false;
  bool is_dry = false;  ///< Nothing is written.
};

/// Seals what was found: codes, grades and powers of ten, and not a number of the run. Prints
/// just that. Errors: `conflict`, `unavailable`, those of the signer.
Result<ExitCode> seal_review(const RunReview& review, const attestation::ReplayDraw& draw,
                             std::span<const Hash> leaves, const Sealing& sealing,
                             print::Printer& printer);

/// What a Verifier holds a sealed replay to.
struct SealedCheckWish {
  std::string result;
  std::string draw;
  std::string transcript;
  std::string key;     ///< Of who ran it.
  std::string muster;  ///< SHA-256 that the comparing program must have; empty: any.
  double forged = 0.05;
};

/// Judges a sealed replay. Errors: `invalid_input` for papers that do not belong together, or a
/// signature that is not the key's (rule `signature.invalid`); `not_found`.
Result<ExitCode> check_sealed(const SealedCheckWish& wish, print::Printer& printer);

}  // namespace muster::cli
