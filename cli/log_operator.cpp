#include "cli/log_operator.hpp"

#include "cli/home.hpp"
#include "cli/key_source.hpp"
#include "cli/rules_audit.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

Result<std::string> origin_in(const fs::path& settings_file) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(settings_file));
  MUSTER_TRY_ASSIGN(const Json settings, parse_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(settings, "settings"));
  return fields.text("origin");
}

}  // namespace

Result<std::optional<LogOperator>> log_operator(const Context& context) {
  MUSTER_TRY_ASSIGN(const fs::path folder, registry_folder(context));
  std::error_code problem;
  if (!fs::exists(folder / "operator.key", problem)) return std::optional<LogOperator>();
  auto origin = origin_in(folder / "muster.json");
  if (!origin) return failure(std::move(origin.error()).during((folder / "muster.json").string()));
  if (!ledger::is_key_name(*origin)) {
    return failure(Errc::invalid_input, "origin \"" + *origin +
                                            "\": cannot name a key: wants a text without spaces, "
                                            "plus signs and control characters");
  }
  MUSTER_TRY_ASSIGN(const auto signer, open_ed25519(folder / "operator.key"));
  return std::optional(LogOperator{*origin, signer});
}

Result<std::optional<std::string>> current_checkpoint(const Context& context,
                                                      ledger::Store& store) {
  MUSTER_TRY_ASSIGN(const auto keeper, log_operator(context));
  if (!keeper || context.options().dry_run) return store.newest_checkpoint();
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

Result<ledger::VerifierKey> log_key(ledger::Store& store) {
  auto key = genesis_key(store);
  if (key) return std::move(*key);
  return failure(Errc::corrupt, "entry 0: names no key of the log's operator");
}

}  // namespace muster::cli
