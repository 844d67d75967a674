// Makes the golden log, and audits files for tests/ledger/golden/mutation_test.py.
//
//   golden_log make FOLDER [ENTRIES]     a new log with every format; at least 12 entries
//   golden_log audit FOLDER              audits each log.db named on standard input, by the keys
//                                        and blob names of FOLDER, and by the checkpoint in the
//                                        file named behind a tab; one JSON line each

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "ledger/audit.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "tests/ledger/golden/make.hpp"
#include "tests/ledger/golden/need.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::need;

namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(const fs::path& file) {
  std::ifstream stream(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

AuditOptions options_of(const fs::path& folder) {
  AuditOptions options;
  options.threads = 1;
  options.checkpoint_key = need(VerifierKey::parse(lines_of(folder / "log.vkey").front()));
  std::map<crypto::KeyId, crypto::Ed25519PublicKey> keys;
  for (const std::string& line : lines_of(folder / "keys")) {
    const auto key = need(crypto::Ed25519PublicKey::from_bytes(need(bytes_from_hex(line))));
    keys.emplace(crypto::KeyId::of(key), key);
  }
  options.key_lookup = [keys](const crypto::KeyId& id, LogIndex) {
    const auto found = keys.find(id);
    return found == keys.end() ? std::nullopt : std::optional(found->second);
  };
  std::multimap<std::uint64_t, Hash> names;
  for (const std::string& line : lines_of(folder / "blobs")) {
    const auto space = line.find(' ');
    names.emplace(std::stoull(line.substr(0, space)), need(Hash::from_hex(line.substr(space + 1))));
  }
  options.named_blobs = [names](const Entry& entry) {
    std::vector<Hash> of_entry;
    const auto [first, last] = names.equal_range(entry.index.value);
    for (auto it = first; it != last; ++it) of_entry.push_back(it->second);
    return of_entry;
  };
  return options;
}

Json audit_of(const std::string& path, const AuditOptions& options) {
  const auto store = SqliteStore::open(path, {.access = sql::Access::read_only});
  if (!store) return {{"unreadable", store.error().message}};
  const LogAudit audit = audit_log(**store, options);
  Json faults = Json::array();
  for (const AuditFault& fault : audit.faults) {
    faults.push_back({fault.index ? std::to_string(fault.index->value) : "log", fault.code});
  }
  return {{"entries", audit.head.size.value},
          {"root", audit.head.root.to_hex()},
          {"faults", std::move(faults)}};
}

int audit_each(const fs::path& folder) {
  const AuditOptions options = options_of(folder);
  for (std::string line; std::getline(std::cin, line);) {
    AuditOptions of_line = options;
    const auto tab = line.find('\t');
    if (tab != std::string::npos) {
      of_line.held_checkpoints = {need(read_text_file(line.substr(tab + 1)))};
    }
    std::cout << audit_of(line.substr(0, tab), of_line).dump() << std::endl;
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (words.size() >= 2 && words[0] == "make") {
    test::make_golden_log(words[1], words.size() > 2 ? std::stoull(words[2]) : 12);
    return 0;
  }
  if (words.size() == 2 && words[0] == "audit") return audit_each(words[1]);
  std::cerr << "golden_log: want make FOLDER [ENTRIES] or audit FOLDER\n";
  return 2;
}
