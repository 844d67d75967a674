#include "cli/demo/witnessing.hpp"

#include "cli/demo/calendar.hpp"
#include "cli/demo/witness_process.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/key_file.hpp"

namespace muster::cli::demo {
namespace {

namespace fs = std::filesystem;

/// An hour after the last freeze.
constexpr Timestamp witnessed_at{calendar::frozen.ms + 3'600'000};

/// Makes a witness with a key that follows from the world's seed, so that the same world gives the
/// same plans.
Result<void> make_witness(const World& world, const Auditor& someone, const std::string& name,
                          const std::string& log_key) {
  const fs::path folder = world.options().folder / "witnesses";
  std::error_code problem;
  fs::create_directories(folder, problem);
  const fs::path key = folder / (name + ".key");
  MUSTER_TRY(crypto::create_key_file(key, world.witness_signer(name)));
  MUSTER_TRY(someone.demand({"ledger", "witness", "init", (folder / name).string(), "--name",
                             "witness.example/" + name, "--key", key.string()},
                            witnessed_at, {0}));
  fs::remove(key, problem);  // the witness has its copy
  MUSTER_TRY(
      someone.demand({"ledger", "witness", "add-log", (folder / name).string(), "--log", log_key},
                     witnessed_at, {0}));
  return {};
}

std::string policy_text(const std::string& log_key, const std::vector<WitnessProcess>& witnesses,
                        bool with_addresses) {
  std::string text =
      "# SIMULATED: both witnesses of the demo must have cosigned.\nlog " + log_key + "\n";
  std::string names;
  for (std::size_t i = 0; i < witnesses.size(); ++i) {
    const std::string name = "w" + std::to_string(i + 1);
    text += "witness " + name + " " + witnesses[i].key() +
            (with_addresses ? " " + witnesses[i].url() : "") + "\n";
    names += " " + name;
  }
  return text + "group both all" + names + "\nquorum both\n";
}

}  // namespace

Result<Witnessing> witness_freeze(const World& world, const Auditor& ledger_operator,
                                  const std::string& program) {
  const fs::path folder = world.options().folder;
  MUSTER_TRY_ASSIGN(const auto head,
                    ledger_operator.demand({"ledger", "head", "--dry-run"}, witnessed_at, {0}));
  const auto log_key = head.json.at("verifier_key").get<std::string>();
  std::vector<WitnessProcess> witnesses;
  for (const char* name : {"w1", "w2"}) {
    MUSTER_TRY(make_witness(world, ledger_operator, name, log_key));
    MUSTER_TRY_ASSIGN(auto process,
                      WitnessProcess::start(program, folder / "witnesses" / name, witnessed_at));
    witnesses.push_back(std::move(process));
  }
  const fs::path own = folder / "inspector" / "witnesses.policy";
  MUSTER_TRY(create_file(folder / "registry" / "witnesses.policy",
                         as_bytes(policy_text(log_key, witnesses, true))));
  MUSTER_TRY(create_file(own, as_bytes(policy_text(log_key, witnesses, false))));
  MUSTER_TRY_ASSIGN(auto answer,
                    ledger_operator.demand({"ledger", "checkpoint"}, witnessed_at, {0}));
  return Witnessing{own.string(), std::move(answer.json)};
}

}  // namespace muster::cli::demo
