#include "registry/chokepoint/key_standing.hpp"

#include "ledger/crypto/key_id.hpp"

namespace muster::choke {
namespace {

KeyAnswer party_key(std::string key, const PartyKeyRow& row, Timestamp now) {
  KeyAnswer answer{.key = std::move(key), .holder = row.party, .suspended = row.suspended};
  if (row.revoked) {
    answer.standing = KeyStanding::revoked;
    answer.text = "revoked on " + row.revoked->to_string();
    if (row.doubted)
      answer.text += "; what it signed since " + row.doubted->to_string() + " is in doubt";
  } else if (row.until && *row.until <= now) {
    answer.standing = KeyStanding::expired;
    answer.text = "rotated: it signs nothing since " + row.until->to_string();
  } else {
    answer.standing = KeyStanding::valid;
    answer.text = row.until ? "rotated: it signs until " + row.until->to_string()
                            : std::string("neither revoked nor rotated");
  }
  return answer;
}

Result<KeyAnswer> device_key(Extract& extract, const std::string& key) {
  KeyAnswer answer{.key = key};
  MUSTER_TRY_ASSIGN(const auto former, extract.find_row<FormerKeyRow>("former-key:" + key));
  if (former) {
    answer.standing = KeyStanding::replaced;
    answer.holder = former->chip;
    answer.text = "a repair gave its chip another key on " + former->since.to_string();
    return answer;
  }
  MUSTER_TRY_ASSIGN(const auto owner, extract.find_row<AliasRow>("key:" + key));
  if (!owner) {
    answer.text = extract.header().scope == Scope::all
                      ? "no chip of the register has it"
                      : "of no chip on the hot list or of an open release; others are not in this "
                        "extract";
    return answer;
  }
  answer.holder = owner->id;
  MUSTER_TRY_ASSIGN(const auto chip, extract.find_row<ChipRow>("chip:" + owner->id));
  answer.standing = chip && chip->hot ? KeyStanding::hot : KeyStanding::valid;
  answer.text = answer.standing == KeyStanding::hot
                    ? "its chip is on the hot list: " + chip->display
                    : "the key that its chip was enrolled with";
  return answer;
}

Result<KeyAnswer> standing_in(Extract& extract, std::string_view key, Timestamp now) {
  if (Hash::from_hex(key)) {
    MUSTER_TRY_ASSIGN(KeyAnswer answer, device_key(extract, std::string(key)));
    if (answer.standing != KeyStanding::unknown) return answer;
  }
  std::string id(key);
  if (const auto parsed = crypto::PublicKey::parse(id)) id = crypto::KeyId::of(*parsed).text();
  MUSTER_TRY_ASSIGN(const auto row, crypto::KeyId::parse(id)
                                        ? extract.find_row<PartyKeyRow>("party-key:" + id)
                                        : Result<std::optional<PartyKeyRow>>(std::nullopt));
  if (row) return party_key(std::move(id), *row, now);
  if (Hash::from_hex(key)) return device_key(extract, std::string(key));
  return KeyAnswer{.key = std::move(id), .text = "no party had it"};
}

}  // namespace

std::string_view name_of(KeyStanding standing) {
  switch (standing) {
    case KeyStanding::valid:
      return "valid";
    case KeyStanding::expired:
      return "expired";
    case KeyStanding::revoked:
      return "revoked";
    case KeyStanding::replaced:
      return "replaced";
    case KeyStanding::hot:
      return "hot";
    case KeyStanding::unknown:
      return "unknown";
    case KeyStanding::too_old:
      return "too-old";
    case KeyStanding::clock:
      return "clock";
  }
  return "";
}

Result<KeyAnswer> key_standing(Extract& extract, std::string_view key, Timestamp now) {
  MUSTER_TRY_ASSIGN(KeyAnswer answer, standing_in(extract, key, now));
  const bool may_have_changed =
      answer.standing == KeyStanding::valid || answer.standing == KeyStanding::unknown;
  if (now < extract.header().made_at) {
    answer.standing = KeyStanding::clock;
    answer.text = "the extract is dated after the present time: one of the two clocks is wrong";
  } else if (may_have_changed && extract.is_too_old(now)) {
    answer.text = std::string(name_of(answer.standing)) + " on " +
                  extract.header().made_at.to_string() +
                  ", too long ago to say so now: " + answer.text;
    answer.standing = KeyStanding::too_old;
  }
  return answer;
}

}  // namespace muster::choke
