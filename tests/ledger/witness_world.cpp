#include "tests/ledger/witness_world.hpp"

#include "ledger/log.hpp"
#include "ledger/proofs.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/must.hpp"

namespace muster::test {
namespace {

const crypto::Ed25519Signer& witness_signer() {
  static const crypto::Ed25519Signer signer = signer_of(70);
  return signer;
}

}  // namespace

TalkativeLog::TalkativeLog(std::uint64_t size, std::uint64_t fork) {
  auto log = must(ledger::Log::open(store_));
  const std::uint64_t common = std::min(size, fork);
  must(log.append({0}, {1000}, envelopes_of(common)));
  if (common < size) must(log.append({common}, {1000}, envelopes_of(size - common, 10'000)));
}

ledger::VerifierKey TalkativeLog::key() { return {origin, signer_of(9).public_key()}; }

std::string TalkativeLog::checkpoint(std::uint64_t size) {
  const Hash root = must(ledger::root_at(store_, {size}));
  return ledger::sign_checkpoint({origin, {size}, root, {}}, origin, signer_of(9));
}

std::string TalkativeLog::request(std::uint64_t old_size, std::uint64_t size) {
  ledger::AddCheckpoint request{{old_size}, {}, checkpoint(size)};
  if (old_size > 0 && old_size < size) {
    request.proof = must(ledger::prove_consistency(store_, {old_size}, {size}));
  }
  return ledger::encode_add_checkpoint(request);
}

WitnessWorld::WitnessWorld(const std::string& name) : folder_(name) {
  must(ledger::WitnessState::create(state_file(), key()));
  restart();
  must(state_->add_log(TalkativeLog::origin, TalkativeLog::key()));
}

void WitnessWorld::stop() {
  witness_.reset();
  state_.reset();
}

void WitnessWorld::restart(std::function<void()> before_signing) {
  stop();
  state_ = must(ledger::WitnessState::open(state_file(), key()));
  witness_ = std::make_unique<ledger::Witness>(
      *state_, ledger::Cosigner{"witness.example/w1", &witness_signer()},
      ledger::Witness::Options{.evidence = evidence(),
                               .max_evidence_files = 3,
                               .before_signing = std::move(before_signing)});
}

ledger::CosignerKey WitnessWorld::key() {
  return {"witness.example/w1", witness_signer().public_key()};
}

std::vector<std::string> WitnessWorld::evidence_files() const {
  std::vector<std::string> files;
  if (!std::filesystem::exists(evidence())) return files;
  for (const auto& entry : std::filesystem::directory_iterator(evidence())) {
    files.push_back(entry.path().string());
  }
  return files;
}

unsigned WitnessWorld::status(const std::string& body, std::int64_t second) {
  return witness_->add_checkpoint(body, {second * 1'000}).status;
}

}  // namespace muster::test
