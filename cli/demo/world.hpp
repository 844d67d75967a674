#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/demo/cast.hpp"
#include "cli/demo/filing.hpp"
#include "cli/demo/fleets.hpp"
#include "cli/demo/prover_side.hpp"
#include "cli/demo/stock.hpp"
#include "sampler/stats/decimal.hpp"

namespace muster::cli::demo {

inline constexpr const char* world_origin = "registry-office.example/demo";
inline constexpr std::uint64_t full_rule_flop_exponent = 26;  ///< the unscaled rule: 1e26 FLOP
inline constexpr std::uint64_t window_days = 30;

struct WorldOptions {
  std::uint64_t scale = 500;  ///< Fleets and rule are divided by it.
  std::string seed = "muster-demo-1";
  unsigned threads = 2;
  std::filesystem::path folder;  ///< Made; must not exist, or be empty.
  std::string data_folder;
  std::string snapshots_per_day = "0.2";
  std::optional<std::uint64_t> hidden_chips{};  ///< Nothing: as many as the scaled rule needs.
  bool register_only = false;  ///< The story ends when every chip is installed: no device logs.
};

/// The simulated world: everything but the inspector. SYNTHETIC throughout: fictional parties, and
/// chips, keys, logs and dates that follow from the seed. Same options, same bytes.
class World final {
 public:
  /// Makes the world up to and including the freeze of every Prover, in `options.folder`:
  ///   registry/                a registry's folder, as cli/home.hpp opens it
  ///   inspector/verifier.key   signs the inspectorate's statements
  ///   inspector/vrf.key        the seed of its VRF key, in the same form
  ///   inspector/frame-P.key    64 hex digits: what hides the frame of Prover P, in escrow
  ///   provers/P.key            signs the statements of Prover P
  /// Errors: `conflict` if the folder is not empty; `invalid_input` for options out of range;
  /// those of the files.
  static Result<std::unique_ptr<World>> build(const WorldOptions& options,
                                              const Progress& progress);

  [[nodiscard]] const WorldOptions& options() const { return options_; }
  [[nodiscard]] const std::vector<StageCount>& stages() const { return stages_; }
  [[nodiscard]] const FleetBook& fleets() const { return *book_; }
  [[nodiscard]] const Cast& cast() const { return *cast_; }
  [[nodiscard]] const std::vector<std::unique_ptr<ProverSide>>& provers() const { return sides_; }
  /// Null for a party that is no Prover of this world.
  [[nodiscard]] const ProverSide* prover(const PartyId& id) const;
  /// Null for a party that does not play.
  [[nodiscard]] const crypto::Ed25519Signer* signer_of(const std::string& party) const;

  /// The key of a witness of this world's ledger: follows from the seed and its name.
  [[nodiscard]] crypto::Ed25519Signer witness_signer(const std::string& name) const;

  [[nodiscard]] const Window& window() const;
  /// 1e26 over the scale, exactly.
  [[nodiscard]] stats::Decimal rule_flop() const;
  /// The Prover that hides a run, and on how many chips.
  [[nodiscard]] const PartyId& hider() const;
  [[nodiscard]] std::uint64_t hidden_chips() const;

  /// What the Provers answer to the opened lines of `challenge_file`, which has one JSON object a
  /// line: {"chip","line","nonce","opening","plan","site"}, the nonce in hex. Writes
  /// `evidence_folder`/<chip>.evidence (cli/audit/evidence_file.hpp).
  /// Errors: `invalid_input` naming the line; `not_found` for a chip that no Prover has.
  Result<void> answer_lines(const std::filesystem::path& challenge_file,
                            const std::filesystem::path& evidence_folder, Timestamp read_at) const;

  /// The same where a plan reads no logs: each device signs that it is there (`muster/presence/v1`,
  /// cli/audit/presence_answer.hpp). Errors: as `answer_lines`.
  Result<void> show_chips(const std::filesystem::path& challenge_file,
                          const std::filesystem::path& evidence_folder) const;

  /// Every Prover of `plans` looks into the ledger, and commits there to a nonce of its own.
  /// Errors: `not_found` for a plan that is not committed; a refusal; those of the registry.
  Result<void> commit_nonces(const std::vector<std::string>& plans, Timestamp at) const;
  /// It reveals that nonce. The ledger refuses who reveals before all have committed.
  Result<void> reveal_nonces(const std::vector<std::string>& plans, Timestamp at) const;

  /// The registrar commits to the state, if a commitment is due (registry/commit_due.hpp).
  Result<void> commit_state(Timestamp at) const;

 private:
  explicit World(WorldOptions options);
  Result<void> plan_provers(const Hash& world_seed);
  Result<void> tell_story();
  Result<void> tell(Filing& filing, const std::string& operator_key_hex);
  Result<void> write_keys() const;
  Result<void> take_turns(const std::vector<std::string>& plans, Timestamp at, bool reveals) const;

  WorldOptions options_;
  Progress progress_;
  Hash world_seed_;
  std::unique_ptr<FleetBook> book_;
  std::unique_ptr<Cast> cast_;
  std::vector<FleetStock> stock_;
  std::vector<std::unique_ptr<ProverSide>> sides_;
  std::vector<StageCount> stages_;
  std::vector<Bytes> frame_keys_;
  std::size_t hider_ = 0;
};

}  // namespace muster::cli::demo
