#include "cli/remote/outbox.hpp"

#include <algorithm>
#include <sstream>
#include <system_error>

#include "cli/remote/hand_in.hpp"
#include "cli/statement_file.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* strict_ending = ".strict.ndjson";
constexpr const char* each_ending = ".ndjson";
constexpr std::size_t parcel_name_digits = 32;

Result<std::vector<registry::Submission>> statements_in(const fs::path& file) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file));
  std::istringstream in(text);
  StatementLines lines(in, file.string());
  std::vector<registry::Submission> submissions;
  while (true) {
    auto next = lines.next();
    if (!next) return failure(Errc::corrupt, next.error().message);
    if (!*next) return submissions;
    submissions.push_back(std::move((*next)->submission));
  }
}

}  // namespace

Result<fs::path> Outbox::put(std::span<const registry::Submission> submissions,
                             registry::BatchMode mode) const {
  std::string text;
  for (const registry::Submission& one : submissions) text += statement_line(one) + "\n";
  std::error_code problem;
  fs::create_directories(folder_, problem);
  const bool strict = mode == registry::BatchMode::all_or_nothing;
  fs::path file = folder_ / (crypto::sha256(text).to_hex().substr(0, parcel_name_digits) +
                             (strict ? strict_ending : each_ending));
  auto written = create_file(file, as_bytes(text), 0600);
  if (written || written.error().code == Errc::conflict) return file;
  return failure(std::move(written.error()));
}

Result<void> Outbox::remove(const fs::path& file) const {
  std::error_code problem;
  fs::remove(file, problem);
  if (problem) return failure(Errc::unavailable, file.string() + ": " + problem.message());
  return sync_folder(folder_);
}

Result<std::vector<Outbox::Parcel>> Outbox::list() const {
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  std::error_code problem;
  if (!fs::exists(folder_, problem)) return std::vector<Parcel>();
  for (const auto& one : fs::directory_iterator(folder_, problem)) {
    if (!one.path().string().ends_with(each_ending)) continue;  // half a file of a killed writer
    files.emplace_back(one.last_write_time(problem), one.path());
  }
  if (problem) return failure(Errc::unavailable, folder_.string() + ": " + problem.message());
  std::ranges::sort(files);
  std::vector<Parcel> parcels;
  for (auto& [time, file] : files) {
    MUSTER_TRY_ASSIGN(auto submissions, statements_in(file));
    const bool strict = file.string().ends_with(strict_ending);
    parcels.push_back(
        {.file = std::move(file),
         .mode = strict ? registry::BatchMode::all_or_nothing : registry::BatchMode::each,
         .submissions = std::move(submissions)});
  }
  return parcels;
}

}  // namespace muster::cli
