#include "cli/witness/witness_home.hpp"

#include "cli/new_folder.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/key_file.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* witness_settings = "witness.json";
constexpr const char* witness_key = "witness.key";
constexpr const char* witness_state = "witness.db";

Result<std::string> witness_name(const fs::path& settings_file) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(settings_file, 65'536));
  MUSTER_TRY_ASSIGN(const Json settings, parse_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(settings, "witness"));
  MUSTER_TRY_ASSIGN(std::string name, fields.text("name"));
  if (ledger::is_key_name(name)) return name;
  return failure(Errc::invalid_input, settings_file.string() + ": its name cannot name a key");
}

Result<void> fill_folder(Context& context, const fs::path& folder, const std::string& name,
                         const std::string& key_file) {
  auto signer = crypto::Ed25519Signer::generate(context.random());
  if (!key_file.empty()) {
    MUSTER_TRY_ASSIGN(signer, crypto::read_key_file(key_file));
  }
  MUSTER_TRY(crypto::create_key_file(folder / witness_key, signer));
  MUSTER_TRY(ledger::WitnessState::create(folder / witness_state, {name, signer.public_key()}));
  return create_file(folder / witness_settings,
                     as_bytes(canonical_json({{"name", name}, {"v", 1}}) + "\n"));
}

}  // namespace

Result<void> WitnessHome::create(Context& context, const fs::path& folder, const std::string& name,
                                 const std::string& key_file) {
  if (!ledger::is_key_name(name)) {
    return failure(Errc::invalid_input,
                   "--name: got \"" + name +
                       "\", want a text without spaces, plus signs and control characters, best an "
                       "address without its scheme: witness.example/w1");
  }
  std::error_code problem;
  if (fs::exists(folder, problem) && !fs::is_empty(folder, problem)) {
    return failure(Errc::conflict, folder.string() +
                                       ": exists and is not empty; a witness is never made over "
                                       "another one, which would forget what it cosigned");
  }
  return create_folder(
      folder, [&](const fs::path& aside) { return fill_folder(context, aside, name, key_file); });
}

Result<std::unique_ptr<WitnessHome>> WitnessHome::open(const fs::path& folder) {
  std::error_code problem;
  if (!fs::exists(folder / witness_key, problem)) {
    return failure(Errc::not_found,
                   folder.string() + ": no witness; `muster ledger witness init` makes one");
  }
  if (!fs::exists(folder / witness_state, problem)) {
    return failure(Errc::corrupt, folder.string() +
                                      ": has a witness's key and not its state, so it may have "
                                      "cosigned what it does not know any more; bring back the "
                                      "newest witness.db, or make a new witness with a new key");
  }
  MUSTER_TRY_ASSIGN(std::string name, witness_name(folder / witness_settings));
  MUSTER_TRY_ASSIGN(const auto signer, crypto::read_key_file(folder / witness_key));
  std::unique_ptr<WitnessHome> home(new WitnessHome(folder, std::move(name), signer));
  MUSTER_TRY_ASSIGN(home->state_,
                    ledger::WitnessState::open(folder / witness_state, home->verifier_key()));
  return home;
}

Result<void> WitnessHome::take_over() {
  auto lock = ledger::WriterLock::acquire(folder_ / witness_state, 0);
  if (!lock) {
    return failure(Errc::unavailable, folder_.string() + ": another process serves this witness (" +
                                          lock.error().message + ")");
  }
  lock_ = std::move(*lock);
  return {};
}

}  // namespace muster::cli
