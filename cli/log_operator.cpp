#include "cli/log_operator.hpp"

#include "cli/home.hpp"
#include "cli/key_source.hpp"
#include "cli/registry_settings.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/json_fields.hpp"
#include "registry/operator_key.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_successions = 10'000;
constexpr std::size_t entries_per_read = 1'024;

Result<std::string> origin_of(const Json& settings) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(settings, "settings"));
  MUSTER_TRY_ASSIGN(std::string origin, fields.text("origin"));
  if (ledger::is_key_name(origin)) return origin;
  return failure(Errc::invalid_input, "origin \"" + origin +
                                          "\": cannot name a key: wants a text without spaces, "
                                          "plus signs and control characters");
}

Result<std::vector<std::uint64_t>> noted_successions(const Json& settings) {
  std::vector<std::uint64_t> entries;
  if (!settings.is_object() || !settings.contains("successions")) return entries;
  const Json& list = settings["successions"];
  if (!list.is_array() || list.size() > most_successions) {
    return failure(Errc::invalid_input, "successions: want a list of entries");
  }
  for (const Json& item : list) {
    const bool fits = item.is_number_integer() && item.get<std::int64_t>() > 0;
    if (!fits) return failure(Errc::invalid_input, "successions: got " + item.dump());
    entries.push_back(item.get<std::uint64_t>());
  }
  return entries;
}

std::optional<ledger::VerifierKey> key_named_at(ledger::Store& store, std::uint64_t index) {
  const auto bytes = store.read({index}, 1);
  if (!bytes || bytes->empty()) return std::nullopt;
  const auto entry = ledger::parse_entry(bytes->front());
  return entry ? registry::operator_key_in(*entry) : std::nullopt;
}

/// The operator with the key in `file`, if there is one and it is `wanted`, or none is.
Result<std::optional<LogOperator>> operator_in(const fs::path& file, const std::string& origin,
                                               const ledger::VerifierKey* wanted) {
  std::error_code problem;
  if (!fs::exists(file, problem)) return std::optional<LogOperator>();
  MUSTER_TRY_ASSIGN(const auto signer, open_ed25519(file));
  LogOperator found{origin, signer};
  if (wanted != nullptr && found.verifier_key().to_string() != wanted->to_string()) {
    return std::optional<LogOperator>();
  }
  return std::optional(std::move(found));
}

}  // namespace

Result<std::vector<OperatorTerm>> operator_terms(const Context& context, ledger::Store& store) {
  MUSTER_TRY_ASSIGN(const fs::path folder, registry_folder(context));
  const auto during = [&](Error error) {
    return failure(std::move(error).during((folder / "muster.json").string()));
  };
  MUSTER_TRY_ASSIGN(const Json settings, read_settings(folder));
  auto noted = noted_successions(settings);
  if (!noted) return during(std::move(noted.error()));
  std::vector<OperatorTerm> terms;
  const auto first = key_named_at(store, 0);
  if (!first) return terms;
  terms.push_back({0, *first});
  MUSTER_TRY_ASSIGN(const auto range, store.compact_range());
  for (const std::uint64_t entry : *noted) {
    // An older copy of the log was restored beneath newer settings.
    if (entry >= range.size().value) break;
    const auto key = key_named_at(store, entry);
    if (!key || entry <= terms.back().entry) {
      return during({Errc::invalid_input, "successions: entry " + std::to_string(entry) +
                                              " of the log names no next operator's key"});
    }
    terms.push_back({entry, *key});
  }
  return terms;
}

const ledger::VerifierKey& key_at(const std::vector<OperatorTerm>& terms, ledger::TreeSize size) {
  std::size_t term = 0;
  while (term + 1 < terms.size() && terms[term + 1].entry < size.value) ++term;
  return terms[term].key;
}

Result<void> note_successions(const fs::path& folder, const registry::State& state) {
  Json entries = Json::array();
  for (const registry::OperatorKey& row : state.tables().operator_keys.rows()) {
    if (row.index > 0) entries.push_back(row.index);
  }
  MUSTER_TRY_ASSIGN(Json settings, read_settings(folder));
  if (settings.value("successions", Json::array()) == entries) return {};
  settings["successions"] = std::move(entries);
  return write_settings(folder, settings);
}

Result<std::optional<LogOperator>> log_operator(const Context& context, ledger::Store& store) {
  MUSTER_TRY_ASSIGN(const fs::path folder, registry_folder(context));
  std::error_code problem;
  const fs::path next = folder / "operator.next.key";
  if (!fs::exists(folder / "operator.key", problem) && !fs::exists(next, problem)) {
    return std::optional<LogOperator>();
  }
  MUSTER_TRY_ASSIGN(const Json settings, read_settings(folder));
  auto origin = origin_of(settings);
  if (!origin) return failure(std::move(origin.error()).during((folder / "muster.json").string()));
  MUSTER_TRY_ASSIGN(const auto terms, operator_terms(context, store));
  if (!terms.empty()) MUSTER_TRY(check_is_log_of_folder(folder, terms.front().key.name()));
  const ledger::VerifierKey* wanted = terms.empty() ? nullptr : &terms.back().key;
  MUSTER_TRY_ASSIGN(auto found, operator_in(folder / "operator.key", *origin, wanted));
  if (found || wanted == nullptr) return found;
  return operator_in(next, *origin, wanted);
}

Result<void> check_is_log_of_folder(const fs::path& folder, const std::string& log_origin) {
  const auto settings = read_settings(folder);
  if (!settings) {
    // A folder without settings has nothing to say of its log.
    if (settings.error().code == Errc::not_found) return {};
    return failure(settings.error());
  }
  auto origin = origin_of(*settings);
  if (!origin) return failure(std::move(origin.error()).during((folder / "muster.json").string()));
  if (*origin == log_origin) return {};
  return failure(Errc::invalid_input, (folder / "muster.json").string() + ": is of log \"" +
                                          *origin + "\", the log is \"" + log_origin +
                                          "\": one of the two is another registry's");
}

Result<std::optional<std::string>> current_checkpoint(const Context& context,
                                                      ledger::Store& store) {
  MUSTER_TRY_ASSIGN(const auto keeper, log_operator(context, store));
  // A replica hands on what was signed where the log is written.
  if (!keeper || context.options().dry_run || store.only_reads()) return store.newest_checkpoint();
  MUSTER_TRY_ASSIGN(std::string text,
                    ledger::publish_checkpoint(store, {keeper->origin, &keeper->signer}));
  return std::optional(std::move(text));
}

Result<ledger::Policy> read_policy(const std::string& file) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file, ledger::max_policy_bytes + 1));
  auto policy = ledger::Policy::parse(text);
  if (!policy) return failure(std::move(policy).error().during(file));
  return policy;
}

Result<std::optional<ledger::Policy>> witness_policy(const Context& context,
                                                     const std::string& file) {
  std::string path = file;
  if (path.empty()) {
    MUSTER_TRY_ASSIGN(const fs::path folder, registry_folder(context));
    path = (folder / "witnesses.policy").string();
    std::error_code problem;
    if (!fs::exists(path, problem)) return std::optional<ledger::Policy>();
  }
  MUSTER_TRY_ASSIGN(auto policy, read_policy(path));
  return std::optional(std::move(policy));
}

std::vector<ledger::VerifierKey> keys_named_in(ledger::Store& store) {
  std::vector<ledger::VerifierKey> keys;
  if (auto first = key_named_at(store, 0)) keys.push_back(std::move(*first));
  const auto head = store.compact_range();
  for (std::uint64_t next = 1;;) {
    const auto read = store.read({next}, entries_per_read);
    if (read && read->empty()) break;
    if (!read) {
      // What can be read behind a damaged entry counts, too.
      next += entries_per_read;
      if (!head || next >= head->size().value) break;
      continue;
    }
    for (const Bytes& bytes : *read) {
      const auto entry = ledger::parse_entry(bytes);
      const bool may_name_one =
          entry && entry->envelope.payload.find("\"operator.succeed\"") != std::string::npos;
      if (!may_name_one) continue;
      if (auto later = registry::operator_key_in(*entry)) keys.push_back(std::move(*later));
    }
    next += read->size();
  }
  return keys;
}

std::optional<ledger::VerifierKey> present_key(ledger::Store& store) {
  auto keys = keys_named_in(store);
  return keys.empty() ? std::nullopt : std::optional(std::move(keys.back()));
}

Result<ledger::VerifierKey> log_key(ledger::Store& store) {
  auto key = present_key(store);
  if (key) return std::move(*key);
  return failure(Errc::corrupt, "entry 0: names no key of the log's operator");
}

}  // namespace muster::cli
