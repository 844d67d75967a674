#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "ledger/base/json.hpp"
#include "ledger/base/timestamp.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "tests/support/folder.hpp"

namespace muster::test {

/// What one command gave back.
struct Ran {
  int code = 0;
  std::string out;
  std::string err;
};

/// A small world that only the command line knows: a folder with key files and a registry, and the
/// parties registrar, gov (authority), maker (designer, packager, fab), northwind (prover, in SG),
/// verifier, witness. The site of X is "X-site"; "port" is a chokepoint of gov. Everyone has stated
/// its use and passed screening.
class CliWorld final {
 public:
  static constexpr int entries = 23;  ///< In its log, before a test adds to them.

  explicit CliWorld(const std::string& name);

  /// Runs `muster` in this process, with the registry and a clock that goes on by a second.
  Ran run(std::vector<std::string> arguments);
  /// The same without naming the registry.
  Ran run_alone(std::vector<std::string> arguments);
  /// Runs with `--json`; the test ends unless the code is `code` and the output one object.
  Json json(std::vector<std::string> arguments, int code = 0);
  /// Runs an event verb signed by `org`; the test ends unless it is recorded. The statement's hash.
  std::string record(const std::string& org, std::vector<std::string> arguments);
  /// Code of an event verb signed by `org`.
  int code(const std::string& org, std::vector<std::string> arguments);

  /// A file in the world's folder.
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_.path() / name).string();
  }
  /// Writes a file and returns its path.
  std::string write(const std::string& name, const std::string& content) const;
  [[nodiscard]] std::string key(const std::string& org) const { return path(org + ".key"); }
  /// The key that signs the log's checkpoints.
  std::string verifier_key();
  /// Size and root of the log, as text.
  std::string head();

  /// SHA-256 of the device key of a chip, in hex.
  using KeyOf = std::function<std::string(const std::string& chip)>;
  static std::string made_up_key(const std::string& chip);
  /// `count` new chips of `product`, enrolled and tested, in the maker's custody.
  std::vector<std::string> chips(std::size_t count, const std::string& product = "a1",
                                 const KeyOf& key_of = made_up_key);

  /// The authority lets the maker export `product` to northwind during 2026: licence L1.
  void grant_licence(const std::string& product);
  /// The maker sells `chips` of `product` to northwind under L1, in shipment S1; all are accepted.
  void deliver(const std::vector<std::string>& chips, const std::string& product = "a1");
  /// From now on the policy knows this exception from licences, and no other.
  void list_exception(const std::string& name);

  void set_now(const std::string& instant);
  [[nodiscard]] std::string now() const { return now_.to_string(); }

 private:
  void add_party(const std::string& org, const std::string& country, const std::string& roles);

  Folder folder_;
  crypto::SeededRandom random_;
  Timestamp now_;
  std::uint64_t next_block_ = 1;
};

/// Arguments `more` behind `first`.
[[nodiscard]] std::vector<std::string> operator+(std::vector<std::string> first,
                                                 const std::vector<std::string>& more);

/// The parts joined by commas.
[[nodiscard]] std::string joined(const std::vector<std::string>& parts);

}  // namespace muster::test
