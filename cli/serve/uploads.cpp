#include "cli/serve/uploads.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "cli/serve/jobs.hpp"
#include "cli/serve/problem.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/base/names.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::serve {
namespace {

namespace fs = std::filesystem;

constexpr const char* upload_file = "upload.json";
constexpr const char* data_file = "data";
constexpr std::array upload_kinds{"device-log", "transcript", "statements"};

Json kept_json(const Upload& upload) {
  Json json = upload_json(upload);
  json["party"] = upload.party;
  return json;
}

/// What a party says of its file, or what is kept of one.
Result<Upload> described(FieldReader& fields) {
  Upload upload;
  MUSTER_TRY_ASSIGN(upload.kind, fields.text("kind"));
  if (std::ranges::find(upload_kinds, upload.kind) == upload_kinds.end()) {
    return failure(Errc::invalid_input,
                   "kind: got \"" + upload.kind + "\", want device-log, transcript or statements");
  }
  MUSTER_TRY_ASSIGN(upload.sha256, fields.hash("sha256"));
  MUSTER_TRY_ASSIGN(const std::int64_t bytes, fields.integer("bytes", 1));
  upload.bytes = static_cast<std::uint64_t>(bytes);
  MUSTER_TRY_ASSIGN(const auto name, fields.optional_text("name"));
  upload.name = name.value_or(std::string());
  if (!upload.name.empty()) MUSTER_TRY(check_name("name", upload.name));
  return upload;
}

Result<Upload> read_upload(const fs::path& folder) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(folder / upload_file, 65'536));
  MUSTER_TRY_ASSIGN(const Json json, parse_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "upload"));
  MUSTER_TRY_ASSIGN(Upload upload, described(fields));
  MUSTER_TRY_ASSIGN(upload.id, fields.text("upload"));
  MUSTER_TRY_ASSIGN(upload.party, fields.text("party"));
  MUSTER_TRY_ASSIGN(upload.state, fields.text("state"));
  std::error_code problem;
  const auto size = fs::file_size(folder / data_file, problem);
  upload.received = problem ? 0 : size;
  return upload;
}

/// Writes a piece behind the first `received` bytes of a file, durably. What an earlier piece left
/// there that could not be written whole goes.
Result<void> append_synced(const fs::path& file, std::uint64_t received, std::string_view piece) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) return failure(Errc::unavailable, file.string() + ": cannot be written");
  bool good = ::ftruncate(descriptor, static_cast<off_t>(received)) == 0;
  while (good && !piece.empty()) {
    const auto written = ::write(descriptor, piece.data(), piece.size());
    good = written > 0;
    if (good) piece.remove_prefix(static_cast<std::size_t>(written));
  }
  good = good && ::fdatasync(descriptor) == 0;
  ::close(descriptor);
  if (good) return {};
  return failure(Errc::unavailable, file.string() + ": writing failed");
}

Result<Hash> digest_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  crypto::Sha256 hash;
  std::string piece(std::size_t{1} << 20U, '\0');
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    hash.update(std::string_view(piece.data(), static_cast<std::size_t>(in.gcount())));
  }
  if (in.bad()) return failure(Errc::unavailable, file.string() + ": reading failed");
  return hash.finish();
}

Error no_upload(const std::string& id) {
  return {Errc::not_found, "upload " + id + ": not one of yours", rule_not_found};
}

}  // namespace

Json upload_json(const Upload& upload) {
  return {{"upload", upload.id},
          {"kind", upload.kind},
          {"name", upload.name.empty() ? Json(nullptr) : Json(upload.name)},
          {"sha256", upload.sha256.to_hex()},
          {"bytes", upload.bytes},
          {"received", upload.received},
          {"state", upload.state}};
}

Result<std::unique_ptr<Uploads>> Uploads::open(Options options, Random& random) {
  std::unique_ptr<Uploads> uploads(new Uploads(std::move(options), random));
  MUSTER_TRY(uploads->take_up());
  return uploads;
}

Result<void> Uploads::take_up() {
  std::error_code problem;
  // The name of the folder is to outlive a power cut, like what is acknowledged in it.
  if (fs::create_directories(options_.folder, problem)) {
    MUSTER_TRY(sync_folder(options_.folder.parent_path()));
  }
  for (const auto& one : fs::directory_iterator(options_.folder, problem)) {
    auto upload = read_upload(one.path());
    if (!upload) continue;
    Upload& kept = uploads_.emplace(upload->id, std::move(*upload)).first->second;
    if (kept.state != "open" || kept.received != kept.bytes) continue;
    // Killed between its last byte and the verdict on all of them.
    auto verdict = complete(kept);
    if (!verdict && verdict.error().code == Errc::unavailable) return verdict;
  }
  if (!problem) return {};
  return failure(Errc::unavailable, options_.folder.string() + ": " + problem.message());
}

Result<void> Uploads::keep(const Upload& upload) const {
  return write_file_atomically(folder_of(upload) / upload_file,
                               as_bytes(canonical_json(kept_json(upload))));
}

Result<Upload> Uploads::begin(const Principal& owner, const Json& wish) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(wish, "upload"));
  MUSTER_TRY_ASSIGN(Upload upload, described(fields));
  MUSTER_TRY(fields.finish());
  if (upload.bytes > options_.most_bytes) {
    return failure(Error{Errc::refused,
                         "upload: got " + std::to_string(upload.bytes) + " bytes, want at most " +
                             std::to_string(options_.most_bytes),
                         rule_too_long});
  }
  const std::scoped_lock lock(mutex_);
  const auto open = std::ranges::count_if(uploads_, [&](const auto& one) {
    return one.second.party == owner.party && one.second.state == "open";
  });
  if (static_cast<std::size_t>(open) >= options_.most_open) {
    return failure(
        Error{Errc::refused, "uploads: " + std::to_string(open) + " are open already", rule_rate});
  }
  const std::uint64_t kept = kept_bytes(owner.party);
  if (upload.bytes > options_.most_kept_bytes - std::min(kept, options_.most_kept_bytes)) {
    return failure(Error{Errc::refused,
                         "uploads: " + std::to_string(kept) + " bytes are kept or promised, want " +
                             "at most " + std::to_string(options_.most_kept_bytes) +
                             " of one party",
                         rule_rate});
  }
  upload.id = random_id(random_);
  upload.party = owner.party;
  std::error_code problem;
  if (!fs::create_directory(folder_of(upload), problem)) {
    return failure(Errc::unavailable, "uploads: " + problem.message());
  }
  MUSTER_TRY(keep(upload));
  MUSTER_TRY(sync_folder(options_.folder));
  uploads_.emplace(upload.id, upload);
  return upload;
}

/// Of what hashes to something else nothing is kept.
std::uint64_t Uploads::kept_bytes(const std::string& party) const {
  std::uint64_t sum = 0;
  for (const auto& [id, one] : uploads_) {
    if (one.party == party && one.state != "wrong") sum += one.bytes;
  }
  return sum;
}

Result<Upload*> Uploads::mine(const std::string& id, const Principal& owner) {
  const auto found = uploads_.find(id);
  if (found == uploads_.end() || found->second.party != owner.party) return failure(no_upload(id));
  return &found->second;
}

Result<void> Uploads::complete(Upload& upload) {
  MUSTER_TRY_ASSIGN(const Hash found, digest_of(folder_of(upload) / data_file));
  upload.state = found == upload.sha256 ? "complete" : "wrong";
  MUSTER_TRY(keep(upload));
  if (found == upload.sha256) return {};
  std::error_code ignored;
  fs::remove(folder_of(upload) / data_file, ignored);
  return refusal("upload.digest",
                 "the bytes hash to " + found.to_hex() + ", said were " + upload.sha256.to_hex());
}

Result<Upload> Uploads::append(const std::string& id, const Principal& owner, std::uint64_t offset,
                               std::string_view piece) {
  const std::scoped_lock lock(mutex_);
  MUSTER_TRY_ASSIGN(Upload * upload, mine(id, owner));
  if (upload->state != "open") {
    return failure(Error{Errc::refused,
                         "upload " + id + ": is " + upload->state + ", and takes no more",
                         "upload.offset"});
  }
  if (offset != upload->received) {
    return failure(Error{Errc::refused,
                         "upload " + id + ": got offset " + std::to_string(offset) + ", want " +
                             std::to_string(upload->received),
                         "upload.offset"});
  }
  if (piece.size() > upload->bytes - upload->received) {
    return failure(
        Error{Errc::refused, "upload " + id + ": goes on beyond its length", rule_too_long});
  }
  MUSTER_TRY(append_synced(folder_of(*upload) / data_file, upload->received, piece));
  upload->received += piece.size();
  if (upload->received == upload->bytes) MUSTER_TRY(complete(*upload));
  return *upload;
}

Result<Upload> Uploads::find(const std::string& id, const Principal& asker, const Sees& sees) {
  const std::scoped_lock lock(mutex_);
  const auto found = uploads_.find(id);
  if (found == uploads_.end()) return failure(no_upload(id));
  const Upload& one = found->second;
  if (one.party == asker.party || sees(one.party)) return one;
  return failure(no_upload(id));
}

std::vector<Upload> Uploads::list(const Principal& asker, const Sees& sees,
                                  const std::string& after, std::size_t count) {
  const std::scoped_lock lock(mutex_);
  std::vector<Upload> list;
  for (auto one = uploads_.upper_bound(after); one != uploads_.end() && list.size() < count;
       ++one) {
    if (one->second.party == asker.party || sees(one->second.party)) list.push_back(one->second);
  }
  return list;
}

Result<std::string> Uploads::read(const Upload& upload, std::uint64_t offset,
                                  std::uint64_t count) const {
  if (upload.state != "complete") {
    return refusal("upload.open", "upload " + upload.id + ": is " + upload.state);
  }
  std::ifstream in(folder_of(upload) / data_file, std::ios::binary);
  if (!in) return failure(Errc::unavailable, "upload " + upload.id + ": cannot be read");
  in.seekg(static_cast<std::streamoff>(offset));
  std::string piece(std::min(count, upload.bytes - std::min(offset, upload.bytes)), '\0');
  in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
  piece.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, in.gcount())));
  return piece;
}

Result<fs::path> Uploads::give_away(const std::string& id, const Principal& owner) {
  const std::scoped_lock lock(mutex_);
  MUSTER_TRY_ASSIGN(const Upload* upload, mine(id, owner));
  if (upload->state == "complete") return folder_of(*upload) / data_file;
  return refusal("upload.open", "upload " + id + ": is " + upload->state);
}

void Uploads::forget(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  const auto found = uploads_.find(id);
  if (found == uploads_.end()) return;
  std::error_code ignored;
  fs::remove_all(folder_of(found->second), ignored);
  uploads_.erase(found);
}

}  // namespace muster::serve
