#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "cli/serve/principal.hpp"
#include "cli/serve/sequencer.hpp"
#include "ledger/base/json.hpp"
#include "ledger/base/random.hpp"

namespace muster::serve {

/// How far a job is.
struct JobProgress {
  std::uint64_t lines = 0;  ///< Settled so far.
  std::uint64_t recorded = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t refused = 0;
  std::uint64_t invalid = 0;
};

struct Job {
  std::string id{};
  std::string party{};            ///< Who may ask for it.
  std::string state = "waiting";  ///< "waiting", "running", "done", "failed"
  JobProgress progress{};
  std::string error{};  ///< Of a failed one.
};

/// Many statements in one file, recorded in the background: a folder for each job, with what was
/// handed in, what is known of it, and a line for each statement that was not recorded. A job that
/// a stop cut short begins anew at the next start: what it recorded then is a duplicate.
/// Thread-safe. Borrows sequencer and random.
class Jobs final {
 public:
  struct Options {
    std::filesystem::path folder;
    std::uint64_t most_per_party = 4;
    std::function<void(const Error&)> tell{};
  };

  /// Takes up what is there. Errors: `unavailable` for a folder that cannot be made or read.
  static Result<std::unique_ptr<Jobs>> open(Options options, Sequencer& sequencer, Random& random);
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;
  ~Jobs();

  /// Keeps `text` durably and queues it. Errors: `refused` with `request.rate` when the party has
  /// too many that are not finished; those of files.
  Result<Job> add(const Principal& owner, std::string_view text);
  /// The same with a file, which becomes the job's own.
  Result<Job> add_file(const Principal& owner, const std::filesystem::path& file);

  /// Errors: `not_found`, also for another party's, unless `sees_all`.
  Result<Job> find(const std::string& id, const Principal& asker);
  /// Lines of what was not recorded, from byte `offset`: at most `count` bytes, whole lines.
  /// Errors: `not_found`.
  Result<std::string> errors_of(const Job& job, std::uint64_t offset, std::uint64_t count) const;

  /// Ends after the batch under way. Jobs that are not finished go on after the next start.
  void stop();

 private:
  Jobs(Options options, Sequencer& sequencer, Random& random);
  Result<void> take_up();
  Result<std::string> new_job(const Principal& owner);
  Result<Job> begin(const std::string& id, const Principal& owner);
  void run();
  Result<void> work(const std::string& id);
  void set(const std::string& id, const std::function<void(Job&)>& change);
  void finish(const std::string& id, const Result<void>& done);
  [[nodiscard]] bool stopping();

  Options options_;
  Sequencer& sequencer_;
  Random& random_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Job> jobs_;
  std::deque<std::string> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

/// A job as `/v1/jobs/{id}` has it.
[[nodiscard]] Json job_json(const Job& job);

/// One statement of many: `outcome_json` with its line, or why it could not be read.
[[nodiscard]] Json verdict_json(const Verdict& verdict, std::uint64_t line);
/// The same as its text.
[[nodiscard]] std::string verdict_text(const Verdict& verdict, std::uint64_t line);
[[nodiscard]] Json invalid_json(const Error& error, std::uint64_t line);

/// 32 hex digits that nobody can guess.
[[nodiscard]] std::string random_id(Random& random);

}  // namespace muster::serve
