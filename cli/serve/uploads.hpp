#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cli/serve/principal.hpp"
#include "ledger/base/bytes.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/base/json.hpp"
#include "ledger/base/random.hpp"

namespace muster::serve {

/// A file on its way in, or here.
struct Upload {
  std::string id{};
  std::string party{};  ///< Whose it is.
  std::string kind{};   ///< "device-log", "transcript" or "statements"
  std::string name{};   ///< What the party calls it; never a path.
  Hash sha256{};        ///< What all of it hashes to, said before the first byte.
  std::uint64_t bytes = 0;
  std::uint64_t received = 0;
  std::string state = "open";  ///< "open", "complete", "wrong" (other bytes than were said)
};

[[nodiscard]] Json upload_json(const Upload& upload);

/// Files that parties send in pieces, each at the offset where the one before ended, over any
/// number of connections and restarts. A piece that is acknowledged is on the disk. Thread-safe.
class Uploads final {
 public:
  struct Options {
    std::filesystem::path folder;
    std::uint64_t most_bytes = std::uint64_t{1} << 30U;
    std::size_t most_open = 16;  ///< Of one party.
    /// What one party may have here, together with what it said it would send.
    std::uint64_t most_kept_bytes = std::uint64_t{1} << 34U;
  };

  /// Takes up what is there. Errors: `unavailable`. Borrows random.
  static Result<std::unique_ptr<Uploads>> open(Options options, Random& random);

  /// Errors: `invalid_input` for a kind or name that is none; `refused` with `request.too_long` or
  /// `request.rate`.
  Result<Upload> begin(const Principal& owner, const Json& wish);
  /// Adds a piece. Errors: `refused` with `upload.offset` unless it begins where the file ends;
  /// with `request.too_long` beyond its length; with `upload.digest` when the last piece makes
  /// other bytes than were said; `not_found`.
  Result<Upload> append(const std::string& id, const Principal& owner, std::uint64_t offset,
                        std::string_view piece);
  /// Whether `asker` may: its owner, an operator, or `sees(owner's party)`. Errors: `not_found`.
  using Sees = std::function<bool(const std::string& party)>;
  Result<Upload> find(const std::string& id, const Principal& asker, const Sees& sees);
  /// All that the asker may find, by rising id, after `after`, at most `count`.
  std::vector<Upload> list(const Principal& asker, const Sees& sees, const std::string& after,
                           std::size_t count);
  /// A piece of a complete one. Errors: `refused` with `upload.open`; those of files.
  Result<std::string> read(const Upload& upload, std::uint64_t offset, std::uint64_t count) const;

  /// The file of a complete one, to be taken away; the upload is gone then.
  Result<std::filesystem::path> give_away(const std::string& id, const Principal& owner);
  void forget(const std::string& id);

 private:
  Uploads(Options options, Random& random) : options_(std::move(options)), random_(random) {}
  Result<void> take_up();
  [[nodiscard]] std::filesystem::path folder_of(const Upload& upload) const {
    return options_.folder / upload.id;
  }
  Result<void> keep(const Upload& upload) const;
  Result<Upload*> mine(const std::string& id, const Principal& owner);
  Result<void> complete(Upload& upload);
  [[nodiscard]] std::uint64_t kept_bytes(const std::string& party) const;

  Options options_;
  Random& random_;
  mutable std::mutex mutex_;
  std::map<std::string, Upload> uploads_;
};

}  // namespace muster::serve
