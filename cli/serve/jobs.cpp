#include "cli/serve/jobs.hpp"

#include <algorithm>
#include <fstream>

#include "cli/outcome.hpp"
#include "cli/serve/problem.hpp"
#include "cli/statement_file.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t statements_per_step = 4'000;
constexpr std::size_t bytes_per_step = std::size_t{32} << 20U;
constexpr const char* input_file = "input.ndjson";
constexpr const char* errors_file = "errors.ndjson";
constexpr const char* job_file = "job.json";

bool is_finished(const Job& job) { return job.state == "done" || job.state == "failed"; }

Json kept_json(const Job& job) {
  Json json = job_json(job);
  json["party"] = job.party;
  return json;
}

Result<Job> read_job(const fs::path& folder) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(folder / job_file, 65'536));
  MUSTER_TRY_ASSIGN(const Json json, parse_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "job"));
  Job job;
  MUSTER_TRY_ASSIGN(job.id, fields.text("job"));
  MUSTER_TRY_ASSIGN(job.party, fields.text("party"));
  MUSTER_TRY_ASSIGN(job.state, fields.text("state"));
  MUSTER_TRY_ASSIGN(const auto error, fields.optional_text("error"));
  job.error = error.value_or(std::string());
  for (const auto& [name, count] : {std::pair{"lines", &job.progress.lines},
                                    {"recorded", &job.progress.recorded},
                                    {"duplicates", &job.progress.duplicates},
                                    {"refused", &job.progress.refused},
                                    {"invalid", &job.progress.invalid}}) {
    MUSTER_TRY_ASSIGN(const std::int64_t value, fields.integer(name));
    *count = static_cast<std::uint64_t>(value);
  }
  return job;
}

/// What was read of one step: statements, and lines that are none.
struct Step {
  std::vector<registry::Submission> statements{};
  std::vector<std::uint64_t> lines{};
  std::vector<Json> invalid{};
  std::uint64_t last_line = 0;
  bool ended = false;
};

std::size_t bytes_of(const registry::Submission& submission) {
  std::size_t bytes = submission.envelope.payload.size();
  for (const ledger::Blob& blob : submission.blobs) bytes += blob.bytes.size();
  return bytes;
}

Step read_step(cli::StatementLines& lines, std::uint64_t last_line) {
  Step step{.last_line = last_line};
  std::size_t bytes = 0;
  while (step.statements.size() + step.invalid.size() < statements_per_step &&
         bytes < bytes_per_step) {
    auto incoming = lines.next();
    if (!incoming) {
      step.invalid.push_back(invalid_json(incoming.error(), lines.line()));
      step.last_line = lines.line();
      continue;
    }
    if (!*incoming) {
      step.ended = true;
      break;
    }
    step.last_line = (*incoming)->line;
    step.lines.push_back((*incoming)->line);
    bytes += bytes_of((*incoming)->submission);
    step.statements.push_back(std::move((*incoming)->submission));
  }
  return step;
}

}  // namespace

std::string random_id(Random& random) {
  std::array<std::uint8_t, 16> bytes{};
  random.fill(bytes);
  return to_hex(bytes);
}

Json job_json(const Job& job) {
  return {{"job", job.id},
          {"state", job.state},
          {"lines", job.progress.lines},
          {"recorded", job.progress.recorded},
          {"duplicates", job.progress.duplicates},
          {"refused", job.progress.refused},
          {"invalid", job.progress.invalid},
          {"error", job.error.empty() ? Json(nullptr) : Json(job.error)}};
}

Json verdict_json(const Verdict& verdict, std::uint64_t line) {
  Json json = cli::outcome_json(verdict.outcome);
  json["evidence"] = nullptr;  // a path of this machine is nobody's business
  json["line"] = line;
  if (verdict.refusal) json["refusal"] = *verdict.refusal;
  return json;
}

std::string verdict_text(const Verdict& verdict, std::uint64_t line) {
  const registry::Outcome& outcome = verdict.outcome;
  const bool stands = outcome.status != registry::Outcome::Status::refused;
  if (!stands || outcome.error || verdict.refusal) return json_text(verdict_json(verdict, line));
  // Of thousands that stand, nearly all: written down without a value of each.
  return R"({"error":null,"evidence":null,"index":)" + std::to_string(outcome.index.value) +
         R"(,"leaf":")" + outcome.leaf.to_hex() + R"(","line":)" + std::to_string(line) +
         R"(,"refusal":null,"rule":null,"statement":")" + outcome.statement.to_hex() +
         R"(","status":")" + cli::status_name(outcome.status) + R"(","wants":null})";
}

Json invalid_json(const Error& error, std::uint64_t line) {
  return {{"status", "invalid"},  {"error", error.message},
          {"evidence", nullptr},  {"index", nullptr},
          {"refusal", nullptr},   {"leaf", nullptr},
          {"statement", nullptr}, {"wants", nullptr},
          {"line", line},         {"rule", error.rule.empty() ? Json(nullptr) : Json(error.rule)}};
}

Jobs::Jobs(Options options, Sequencer& sequencer, Random& random)
    : options_(std::move(options)), sequencer_(sequencer), random_(random) {}

Jobs::~Jobs() { stop(); }

Result<std::unique_ptr<Jobs>> Jobs::open(Options options, Sequencer& sequencer, Random& random) {
  std::unique_ptr<Jobs> jobs(new Jobs(std::move(options), sequencer, random));
  MUSTER_TRY(jobs->take_up());
  jobs->thread_ = std::thread([raw = jobs.get()] { raw->run(); });
  return jobs;
}

Result<void> Jobs::take_up() {
  std::error_code problem;
  // The name of the folder is to outlive a power cut, like what is acknowledged in it.
  if (fs::create_directories(options_.folder, problem)) {
    MUSTER_TRY(sync_folder(options_.folder.parent_path()));
  }
  std::vector<fs::path> folders;
  for (const auto& one : fs::directory_iterator(options_.folder, problem)) {
    folders.push_back(one.path());
  }
  if (problem) {
    return failure(Errc::unavailable, options_.folder.string() + ": " + problem.message());
  }
  std::ranges::sort(folders);
  for (const fs::path& folder : folders) {
    auto job = read_job(folder);
    if (!job) continue;  // cut short before it was promised to anybody
    if (!is_finished(*job)) {
      job->state = "waiting";
      job->progress = {};
      queue_.push_back(job->id);
    }
    jobs_.emplace(job->id, std::move(*job));
  }
  return {};
}

void Jobs::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Jobs::stopping() {
  const std::scoped_lock lock(mutex_);
  return stopping_;
}

Result<std::string> Jobs::new_job(const Principal& owner) {
  const std::scoped_lock lock(mutex_);
  const auto open = std::ranges::count_if(jobs_, [&](const auto& one) {
    return one.second.party == owner.party && !is_finished(one.second);
  });
  if (static_cast<std::uint64_t>(open) >= options_.most_per_party) {
    return failure(
        Error{Errc::refused, "jobs: " + std::to_string(open) + " are not finished yet", rule_rate});
  }
  std::string id = random_id(random_);
  std::error_code problem;
  if (fs::create_directory(options_.folder / id, problem)) return id;
  return failure(Errc::unavailable, "jobs: " + problem.message());
}

/// The input is there: from here on the job is one.
Result<Job> Jobs::begin(const std::string& id, const Principal& owner) {
  Job job{.id = id, .party = owner.party};
  MUSTER_TRY(
      create_file(options_.folder / id / job_file, as_bytes(canonical_json(kept_json(job)))));
  MUSTER_TRY(sync_folder(options_.folder));
  {
    const std::scoped_lock lock(mutex_);
    jobs_.emplace(id, job);
    queue_.push_back(id);
  }
  changed_.notify_all();
  return job;
}

Result<Job> Jobs::add(const Principal& owner, std::string_view text) {
  MUSTER_TRY_ASSIGN(const std::string id, new_job(owner));
  MUSTER_TRY(create_file(options_.folder / id / input_file, as_bytes(text)));
  return begin(id, owner);
}

Result<Job> Jobs::add_file(const Principal& owner, const fs::path& file) {
  MUSTER_TRY_ASSIGN(const std::string id, new_job(owner));
  MUSTER_TRY(move_file(file, options_.folder / id / input_file));
  return begin(id, owner);
}

Result<Job> Jobs::find(const std::string& id, const Principal& asker) {
  const std::scoped_lock lock(mutex_);
  const auto found = jobs_.find(id);
  const bool sees =
      found != jobs_.end() && (asker.role == Role::operator_ || found->second.party == asker.party);
  if (sees) return found->second;
  return failure(Error{Errc::not_found, "job " + id + ": not one of yours", rule_not_found});
}

Result<std::string> Jobs::errors_of(const Job& job, std::uint64_t offset,
                                    std::uint64_t count) const {
  std::ifstream in(options_.folder / job.id / errors_file, std::ios::binary);
  std::string text;
  if (!in) return text;
  in.seekg(static_cast<std::streamoff>(offset));
  text.resize(count);
  in.read(text.data(), static_cast<std::streamsize>(count));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, in.gcount())));
  const auto end = text.rfind('\n');
  text.resize(end == std::string::npos ? 0 : end + 1);
  return text;
}

void Jobs::set(const std::string& id, const std::function<void(Job&)>& change) {
  const std::scoped_lock lock(mutex_);
  change(jobs_.at(id));
}

void Jobs::finish(const std::string& id, const Result<void>& done) {
  set(id, [&](Job& job) {
    job.state = done ? "done" : "failed";
    if (!done) job.error = done.error().message;
  });
  Job copy;
  set(id, [&](Job& job) { copy = job; });
  const auto kept = write_file_atomically(options_.folder / id / job_file,
                                          as_bytes(canonical_json(kept_json(copy))));
  if (!kept && options_.tell) options_.tell(kept.error());
  // Of one that failed, what it did not come to is nowhere else.
  if (!kept || !done) return;
  std::error_code ignored;  // what was handed in is in the log, or told of among the errors
  fs::remove(options_.folder / id / input_file, ignored);
}

Result<void> Jobs::work(const std::string& id) {
  const fs::path folder = options_.folder / id;
  std::ifstream in(folder / input_file, std::ios::binary);
  if (!in) return failure(Errc::unavailable, "job " + id + ": its input cannot be read");
  std::ofstream errors(folder / errors_file, std::ios::binary | std::ios::trunc);
  cli::StatementLines lines(in, "job");
  std::uint64_t last_line = 0;
  for (bool ended = false; !ended && !stopping();) {
    Step step = read_step(lines, last_line);
    last_line = step.last_line;
    ended = step.ended;
    const std::size_t handed = step.statements.size();
    auto verdicts = sequencer_.record({.statements = std::move(step.statements), .patient = true});
    if (!verdicts) return failure(std::move(verdicts.error()));
    JobProgress more{.lines = handed + step.invalid.size(), .invalid = step.invalid.size()};
    for (const Json& one : step.invalid) errors << json_text(one) << '\n';
    for (std::size_t i = 0; i < verdicts->size(); ++i) {
      const Verdict& one = (*verdicts)[i];
      switch (one.outcome.status) {
        case registry::Outcome::Status::recorded:
          ++more.recorded;
          break;
        case registry::Outcome::Status::duplicate:
          ++more.duplicates;
          break;
        case registry::Outcome::Status::refused:
          ++more.refused;
          errors << verdict_text(one, step.lines[i]) << '\n';
          break;
      }
    }
    errors.flush();
    if (!errors) return failure(Errc::unavailable, "job " + id + ": its errors cannot be written");
    set(id, [&](Job& job) {
      job.progress.lines += more.lines;
      job.progress.recorded += more.recorded;
      job.progress.duplicates += more.duplicates;
      job.progress.refused += more.refused;
      job.progress.invalid += more.invalid;
    });
  }
  return {};
}

void Jobs::run() {
  while (true) {
    std::string id;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (stopping_) return;
      id = queue_.front();
      queue_.pop_front();
      jobs_.at(id).state = "running";
    }
    const Result<void> done = work(id);
    if (stopping()) return;  // whatever it came to: the next start does it again
    finish(id, done);
  }
}

}  // namespace muster::serve
