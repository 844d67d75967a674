#include <algorithm>
#include <map>

#include "ledger/base/hex.hpp"
#include "ledger/crypto/public_key.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/attest_message.hpp"
#include "registry/kinds/groups.hpp"
#include "registry/parallel.hpp"
#include "registry/policy.hpp"

namespace muster::registry {
namespace {

constexpr std::uint64_t default_attest_hours = 24;
constexpr std::int64_t ms_per_hour = 60 * ms_per_minute;

enum AttestColumn : std::size_t { attest_firmware, attest_key, attest_signature };

std::string_view cell_text(const Event& event, std::size_t item, std::size_t column) {
  const Cell& cell = event.items.cell(item, column);
  return cell.type == Cell::Type::absent ? std::string_view() : cell.text;
}

/// Whether the device of one item signed its challenge with the key that it shows.
Result<void> answer_verifies(const Event& event, std::size_t item) {
  const Body body = event.fields();
  const ChipId& chip = event.items.items[item].chip;
  const auto bad = [&](const std::string& what) {
    return refusal("attest.signature", "chip " + chip.to_string() + ": " + what);
  };
  const auto key = crypto::PublicKey::parse(cell_text(event, item, attest_key));
  if (!key) return bad(key.error().message);
  const auto signature = bytes_from_hex(cell_text(event, item, attest_signature));
  const std::string message =
      attest_message({.origin = event.header.origin,
                      .chip = chip,
                      .nonce = body.hash("nonce"),
                      .after = body.hash("after"),
                      .firmware = std::string(cell_text(event, item, attest_firmware))});
  if (signature && key->verifies(as_bytes(message), *signature)) return {};
  return bad("no signature of its key over the challenge");
}

/// Every answer, in parallel: a rack answers at once, and P-384 takes its time.
Result<void> answers_verify(const Event& event) {
  const std::size_t count = event.items.items.size();
  std::vector<Result<void>> answers(count);
  for_each_index(count, count < 64 ? 1 : 2,
                 [&](std::size_t i) { answers[i] = answer_verifies(event, i); });
  const auto bad = std::ranges::find_if(answers, [](const auto& answer) { return !answer; });
  return bad == answers.end() ? Result<void>() : *bad;
}

/// SHA-256 of the key's bytes, as chip.enrol has it.
Hash key_hash(std::string_view text) {
  const auto colon = text.find(':');
  const auto bytes =
      bytes_from_hex(colon == std::string_view::npos ? text : text.substr(colon + 1));
  return crypto::sha256(ByteView(bytes.value()));
}

Result<void> challenge_is_fresh(const Case& found) {
  const Body body = found.body();
  const std::string& nonce = body.text("nonce");
  const RowN used = found.tables().used_nonces.find(nonce);
  if (used != no_row) {
    return refusal("attest.nonce_used", nonce + " was answered in entry " +
                                            std::to_string(found.tables().used_nonces[used].index));
  }
  const auto after = found.state.statement_index(body.hash("after"));
  if (!after) return refusal("attest.unknown_entry", "no statement " + body.text("after"));
  const std::uint64_t hours =
      Policy(found.state, found.state.size()).number("attest_hours", default_attest_hours);
  const std::int64_t since = found.tables().statements[*after].accepted_ms;
  const std::int64_t age = found.context.accepted_at.ms - since;
  if (static_cast<std::uint64_t>(age / ms_per_hour) < hours) return {};
  return refusal("attest.stale", "entry " + std::to_string(*after) + " is of " +
                                     Timestamp{since}.to_string() + ", want one within " +
                                     std::to_string(hours) + " hours");
}

Result<void> attest_rule(const Case& found) {
  if (found.body().text_or_empty("certificates") == "revoked") {
    return refusal("attest.revoked", "keys whose certificates are revoked prove nothing");
  }
  MUSTER_TRY(challenge_is_fresh(found));
  for (std::size_t i = 0; i < found.chips.size(); ++i) {
    const ChipIdentity& identity = found.tables().identities[found.chips[i]];
    const std::string chip = "chip " + found.event.items.items[i].chip.to_string();
    if (!identity.enrolled()) return refusal("attest.not_enrolled", chip + " has no device key");
    const Hash shown = key_hash(found.event.items.cell(i, attest_key).text);
    if (shown == identity.device_key) continue;
    return refusal("attest.other_key", chip + ": got key " + shown.to_hex() + ", enrolled is " +
                                           identity.device_key.to_hex());
  }
  return {};
}

/// Whether its custodian has said that the chip is gone: then its key should answer nowhere.
bool said_to_be_gone(const ChipState& chip) {
  return chip.life == Life::destroyed || chip.has(Flag::lost) || chip.has(Flag::stolen) ||
         chip.has(Flag::missing);
}

/// Whose custody the chips that are said to be gone are in, or were in last, by chip.
/// Cost: the custody table, once, where one of them is destroyed.
std::map<RowN, RowN> keepers_of_gone(const Tables& tables, std::span<const RowN> chips) {
  std::map<RowN, RowN> keepers;
  std::size_t unknown = 0;
  for (const RowN chip : chips) {
    const ChipState& now = tables.chips[chip];
    if (!said_to_be_gone(now)) continue;
    const bool added = keepers.emplace(chip, now.custodian).second;
    if (added && now.custodian == no_row) ++unknown;
  }
  for (RowN n = static_cast<RowN>(tables.custody.size()); n > 0 && unknown > 0; --n) {
    const Custody& last = tables.custody[n - 1];
    const auto keeper = keepers.find(last.chip);
    if (keeper == keepers.end() || keeper->second != no_row) continue;
    keeper->second = last.party;
    --unknown;
  }
  return keepers;
}

void attest_effect(State& state, const Case& found) {
  state.tables().used_nonces.add({.id = found.body().text("nonce"), .index = state.now_index()});
  const auto keepers = keepers_of_gone(state.tables(), found.chips);
  for (const RowN chip : found.chips) {
    const auto keeper = keepers.find(chip);
    if (keeper != keepers.end()) open_finding(state, keeper->second, "key.seen_again");
    if (state.tables().chips[chip].life != Life::destroyed) state.assure(chip, Assurance::fresh);
  }
}

constexpr std::uint8_t whatever_its_holder_says =
    one_of({Life::made, Life::passed, Life::failed, Life::retired, Life::destroyed});

constexpr std::array<Field, 4> attest_fields{
    {{"nonce", FieldType::hash},
     {"after", FieldType::hash},
     {"certificates", FieldType::text, false, "good|revoked|unknown"},
     {"round_trip_us", FieldType::integer, false}}};
constexpr std::array<Field, 3> attest_columns{{{"firmware", FieldType::hash, false},
                                               {"key", FieldType::public_key},
                                               {"signature", FieldType::hex}}};

constexpr std::array<Kind, 1> presence_rows{{
    {.code = "G4",
     .name = "attest",
     .signers = "whoever asked; the device of each chip inside",
     .observes = true,
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::optional,
     .body = attest_fields,
     .columns = attest_columns,
     .needs = {.life = whatever_its_holder_says,
               .not_seized = false,
               .not_lost = false,
               .not_missing = false},
     .change =
         "bound -> fresh: an observation; of one that is lost, stolen, missing or destroyed a "
         "finding as well",
     .guard = "nonce never used; a recent statement quoted; the key enrolled for the chip signs "
              "both",
     .rule = attest_rule,
     .effect = attest_effect,
     .proof = answers_verify},
}};

}  // namespace

std::span<const Kind> presence_kinds() { return presence_rows; }

}  // namespace muster::registry
