#include "registry/batch.hpp"

#include <functional>
#include <utility>

#include "ledger/base/crew.hpp"

namespace muster::registry {
/// Lives at one place, since other threads write into it.
struct Batch::Work {
  /// One signature of the batch, and the key that its id names, if it is known.
  struct Check {
    std::size_t submission;
    std::size_t signature;
    const crypto::PublicKey* key;
    bool verified;
  };

  Work(std::span<const Submission> borrowed, Help with)
      : submissions(borrowed), help(with), prepared(borrowed.size()) {}
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;
  ~Work() { wait(); }

  void begin();
  void wait();
  void list_signatures();
  void read_lots();
  void run(std::size_t count, std::function<void(std::size_t)> work, bool at_once);
  void verify(Check& check);
  void take_results();
  void try_unknown_keys();
  void prove();

  std::vector<Submission> owned{};
  std::span<const Submission> submissions;
  Help help;
  std::vector<Prepared> prepared;
  std::vector<Check> checks{};
  std::vector<std::size_t> lots{};  // submissions with manifests: long to read
  std::vector<Crew::Job*> jobs{};
  bool taken = false;
};

/// Has `work(i)` called for every i below `count`: now, or, if it need not be at once, until `wait`
/// returns.
void Batch::Work::run(std::size_t count, std::function<void(std::size_t)> work, bool at_once) {
  if (count == 0) return;
  if (help.crew == nullptr) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  jobs.push_back(&help.crew->start(count, std::move(work)));
  if (at_once) wait();
}

void Batch::Work::wait() {
  for (Crew::Job* const job : jobs) help.crew->finish(*job);
  jobs.clear();
}

void Batch::Work::list_signatures() {
  for (std::size_t i = 0; i < submissions.size(); ++i) {
    const auto& signatures = submissions[i].envelope.signatures;
    for (std::size_t s = 0; s < signatures.size(); ++s) {
      const auto found = help.keys->find(signatures[s].keyid.text());
      checks.push_back({i, s, found == help.keys->end() ? nullptr : &found->second, false});
    }
  }
}

void Batch::Work::verify(Check& check) {
  const ledger::Envelope& envelope = submissions[check.submission].envelope;
  check.verified =
      check.key != nullptr &&
      ledger::signature_verifies(envelope, envelope.signatures[check.signature], *check.key);
}

/// The crew begins while the calling thread reads. What is read of a short statement stays with the
/// thread that judges and frees it: handing its many small pieces from core to core costs more than
/// reading them.
void Batch::Work::begin() {
  list_signatures();
  for (std::size_t i = 0; i < submissions.size(); ++i) {
    if (!submissions[i].blobs.empty()) lots.push_back(i);
  }
  run(
      lots.size(), [this](std::size_t i) { prepared[lots[i]] = prepare(submissions[lots[i]]); },
      false);
  run(
      checks.size(), [this](std::size_t i) { verify(checks[i]); }, false);
  for (std::size_t i = 0; i < submissions.size(); ++i) {
    if (submissions[i].blobs.empty()) prepared[i] = prepare(submissions[i]);
  }
}

void Batch::Work::take_results() {
  for (const Check& check : checks) {
    Prepared& one = prepared[check.submission];
    if (one.error) continue;
    const auto& signature = submissions[check.submission].envelope.signatures[check.signature];
    one.signatures.push_back({.keyid = signature.keyid.text(),
                              .known = check.key != nullptr,
                              .verified = check.verified});
  }
}

/// Keys that were registered since the batch began, and those that it brings.
void Batch::Work::try_unknown_keys() {
  std::vector<Check*> unknown;
  for (Check& check : checks) {
    if (check.key == nullptr && !prepared[check.submission].error) unknown.push_back(&check);
  }
  if (unknown.empty()) return;
  KeyRing brought;
  for (const Prepared& one : prepared) {
    if (!one.error) add_brought_keys(one.event, brought);
  }
  run(
      unknown.size(),
      [&](std::size_t i) {
        Check& check = *unknown[i];
        const auto& signatures = submissions[check.submission].envelope.signatures;
        const std::string& id = signatures[check.signature].keyid.text();
        for (const KeyRing* ring : {help.keys, static_cast<const KeyRing*>(&brought)}) {
          const auto found = ring->find(id);
          if (check.key == nullptr && found != ring->end()) check.key = &found->second;
        }
        verify(check);
      },
      true);
  for (Check* const check : unknown) {
    CheckedSignature& signature = prepared[check->submission].signatures[check->signature];
    signature.known = check->key != nullptr;
    signature.verified = check->verified;
    // A brought key is known to this call alone: it is asked for again in the next.
    check->key = nullptr;
  }
}

void Batch::Work::prove() {
  std::vector<std::size_t> asked;
  for (std::size_t i = 0; i < prepared.size(); ++i) {
    if (!prepared[i].error && prepared[i].event.kind->proof != nullptr) asked.push_back(i);
  }
  run(
      asked.size(), [&](std::size_t i) { check_proof(prepared[asked[i]]); }, true);
}

Batch::Batch(std::unique_ptr<Work> work) : work_(std::move(work)) {}
Batch::Batch(Batch&&) noexcept = default;
Batch& Batch::operator=(Batch&&) noexcept = default;
Batch::~Batch() = default;

Batch Batch::begin(std::vector<Submission> submissions, Help help) {
  auto work = std::make_unique<Work>(std::span<const Submission>(submissions), help);
  work->owned = std::move(submissions);  // which leaves them where they are
  work->begin();
  return Batch(std::move(work));
}

Batch Batch::begin_borrowed(std::span<const Submission> submissions, Help help) {
  auto work = std::make_unique<Work>(submissions, help);
  work->begin();
  return Batch(std::move(work));
}

std::span<const Submission> Batch::submissions() const { return work_->submissions; }

std::span<const Prepared> Batch::prepared() const { return work_->prepared; }

void Batch::settle() {
  work_->wait();
  const bool first = !std::exchange(work_->taken, true);
  if (first) work_->take_results();
  work_->try_unknown_keys();
  if (first) work_->prove();
}

}  // namespace muster::registry
