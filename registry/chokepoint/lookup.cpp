#include "registry/chokepoint/lookup.hpp"

#include <algorithm>

#include "ledger/base/hex.hpp"
#include "registry/alias.hpp"
#include "registry/exchange/resolver.hpp"

namespace muster::choke {
namespace {

constexpr std::size_t longest_scan = 1'000;

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

bool is_hash(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

class Looking final {
 public:
  Looking(Extract& extract, std::string_view scan, Timestamp now) : extract_(extract), now_(now) {
    answer_.scan = std::string(scan);
  }

  Result<Answer> run() {
    // The register's own names, then those that signed statements give, then the operator's list.
    const auto keys = scan_keys(answer_.scan, extract_.header().origin);
    const auto is_listed = [](const std::string& key) { return key.starts_with("uri:"); };
    for (const std::string& key : keys) {
      MUSTER_TRY_ASSIGN(const bool found, is_listed(key) ? Result<bool>(false) : take(key));
      if (!found) continue;
      MUSTER_TRY(say_if_another_bears_it());
      return finished();
    }
    for (const registry::AliasReading& reading : registry::alias_readings(trimmed(answer_.scan))) {
      MUSTER_TRY_ASSIGN(const bool found, take_name(reading));
      if (!found) continue;
      if (answer_.chip) return finished();
      answer_.verdict = Verdict::hold;
      return std::move(answer_);
    }
    for (const std::string& key : keys) {
      MUSTER_TRY_ASSIGN(const bool found, is_listed(key) ? take(key) : Result<bool>(false));
      if (found) return finished();
    }
    MUSTER_TRY(say_what_is_known());
    return std::move(answer_);
  }

 private:
  /// Senders choose the names of containers and shipments, and makers the serials: who called his
  /// carton as a stolen chip is called would have it pass.
  Result<void> say_if_another_bears_it() {
    for (const registry::AliasReading& reading : registry::alias_readings(trimmed(answer_.scan))) {
      MUSTER_TRY_ASSIGN(const auto row, extract_.find_row<NamesRow>(
                                            "name:" + to_hex(ByteView(reading.name.bytes))));
      const bool same =
          !row || (answer_.space == "chip" && row->count == 1 && row->chips.front() == answer_.id);
      if (same) continue;
      const std::string scheme(registry::name_of(reading.scheme));
      answer_.reasons.push_back({"alias.several", answer_.space + " " + answer_.id +
                                                      " is called so, and it is the " + scheme +
                                                      " of chip " + row->chips.front() +
                                                      "; read the chip's id or key, or scan " +
                                                      scheme + ":" + reading.text});
    }
    return {};
  }

  /// Nothing in the extract is called so. Somebody may know the name all the same.
  Result<void> say_what_is_known() {
    const bool all = extract_.header().scope == Scope::all;
    const std::string here =
        all ? "the register has no such chip: that its maker knows it does not mean that it exists"
            : "it is neither on the hot list nor part of an open release; whether the register has "
              "it is not in this extract";
    if (!answer_.space.empty()) {
      answer_.reasons.push_back({"scan.list_only", "the list that the operator added calls it " +
                                                       answer_.space + " " + answer_.id + "; " +
                                                       here});
      return {};
    }
    const auto chip = ChipId::parse_typed(trimmed(answer_.scan));
    if (chip) {
      const auto parts = chip->parts();
      MUSTER_TRY_ASSIGN(const auto block,
                        extract_.find_row<BlockRow>("block:" + std::to_string(parts.block)));
      if (block && parts.ordinal < block->count) {
        answer_.reasons.push_back({"scan.reserved", "its number is one that " + block->owner +
                                                        " reserved for " + block->product + "; " +
                                                        here});
        return {};
      }
    }
    answer_.reasons.push_back(
        {"scan.unknown", all ? "no chip that was packaged has this name, no container with chips "
                               "in it and no shipment with chips on their way; of others the "
                               "extract has nothing"
                             : "neither on the hot list nor part of an open release; whether the "
                               "register knows it is not in this extract"});
    return {};
  }

  Result<bool> take(const std::string& key) {
    const std::string space = key.substr(0, key.find(':'));
    if (space == "key" || space == "uri") return take_alias(key);
    return take_thing(space, key.substr(space.size() + 1));
  }

  Result<bool> take_alias(const std::string& key) {
    MUSTER_TRY_ASSIGN(const auto alias, extract_.find_row<AliasRow>(key));
    if (!alias) return false;
    answer_.alias = key;
    MUSTER_TRY_ASSIGN(const bool found, take_thing(alias->space, alias->id));
    if (found) return true;
    // The list names it, and the register's extract has nothing of it.
    answer_.space = alias->space;
    answer_.id = alias->id;
    return false;
  }

  /// A name that a signed statement gives. Several chips may bear it, of different makers.
  Result<bool> take_name(const registry::AliasReading& reading) {
    MUSTER_TRY_ASSIGN(const auto row,
                      extract_.find_row<NamesRow>("name:" + to_hex(ByteView(reading.name.bytes))));
    if (!row) return false;
    answer_.alias = std::string(registry::name_of(reading.scheme)) + ":" + reading.text;
    if (row->count > 1) {
      std::string chips;
      for (const std::string& chip : row->chips) chips += (chips.empty() ? "" : ", ") + chip;
      answer_.reasons.push_back(
          {"alias.several", std::to_string(row->count) + " chips bear this " +
                                std::string(registry::name_of(reading.scheme)) + ": " + chips +
                                (row->count > row->chips.size() ? ", …" : "") +
                                "; read the id or the key"});
      return true;
    }
    MUSTER_TRY_ASSIGN(const bool found, take_thing("chip", row->chips.front()));
    if (found) return true;
    return failure(Errc::corrupt,
                   "extract: has no chip " + row->chips.front() + ", which it gives a name");
  }

  Result<bool> take_thing(const std::string& space, const std::string& id) {
    const std::string key = space + ":" + id;
    if (space == "chip") {
      MUSTER_TRY_ASSIGN(answer_.chip, extract_.find_row<ChipRow>(key));
      if (!answer_.chip) return false;
      answer_.shipment_id = answer_.chip->shipment;
    } else if (space == "container" || space == "asm") {
      MUSTER_TRY_ASSIGN(answer_.container, extract_.find_row<ContainerRow>("container:" + id));
      if (!answer_.container) return false;
      answer_.shipment_id = answer_.container->shipment;
    } else if (space == "shipment") {
      MUSTER_TRY_ASSIGN(answer_.shipment, extract_.find_row<ShipmentRow>(key));
      if (!answer_.shipment) return false;
      answer_.shipment_id = id;
    } else {
      return false;
    }
    answer_.space = space == "asm" ? "container" : space;
    answer_.id = id;
    return true;
  }

  Result<Answer> finished() {
    if (auto reason = reason_against(extract_, now_)) {
      answer_.reasons.push_back(std::move(*reason));
    }
    if (answer_.chip) judge_chip(*answer_.chip);
    if (answer_.container && answer_.container->hot > 0) {
      answer_.reasons.push_back(
          {"container.hot",
           "holds " + std::to_string(answer_.container->hot) + " chips on the hot list"});
    }
    if (answer_.shipment_id.empty()) {
      answer_.reasons.push_back({"release.none", "is under no open release"});
    } else {
      MUSTER_TRY(judge_shipment());
    }
    answer_.verdict = answer_.reasons.empty() ? Verdict::released : Verdict::hold;
    return std::move(answer_);
  }

  void judge_chip(const ChipRow& chip) {
    const std::size_t before = answer_.reasons.size();
    const auto flagged = [&](std::string_view flag) {
      return std::find(chip.flags.begin(), chip.flags.end(), flag) != chip.flags.end();
    };
    for (const HoldRow& hold : chip.holds) {
      answer_.reasons.push_back({"chip.hold", "is under hold " + hold.hold + " of " +
                                                  hold.authority + ": " + hold.basis});
    }
    for (const std::string_view flag :
         {"stolen", "lost", "missing", "seized", "quarantine", "tamper", "diverted"}) {
      if (!flagged(flag)) continue;
      answer_.reasons.push_back(
          {"chip." + std::string(flag), "is on the hot list: " + std::string(flag)});
    }
    if (flagged(not_found_flag)) {
      answer_.reasons.push_back(
          {"chip.not_found",
           "is on the hot list: an inventory did not find it where it should be"});
    }
    if (chip.hot && answer_.reasons.size() == before) {
      answer_.reasons.push_back({"chip." + chip.display, "is on the hot list: " + chip.display});
    }
    for (const std::string_view flag : {"overdue", "rma"}) {
      if (!flagged(flag)) continue;
      answer_.remarks.push_back({"chip." + std::string(flag), "is flagged " + std::string(flag)});
    }
  }

  Result<void> judge_shipment() {
    if (!answer_.shipment) {
      MUSTER_TRY_ASSIGN(answer_.shipment,
                        extract_.find_row<ShipmentRow>("shipment:" + answer_.shipment_id));
    }
    if (!answer_.shipment) {
      return failure(Errc::corrupt,
                     "extract: has no shipment " + answer_.shipment_id + ", which it names");
    }
    if (!answer_.shipment->licence.empty()) {
      MUSTER_TRY_ASSIGN(answer_.licence,
                        extract_.find_row<LicenceRow>("licence:" + answer_.shipment->licence));
    }
    for (Reason& reason : reasons_against(*answer_.shipment, answer_.licence, now_)) {
      answer_.reasons.push_back(std::move(reason));
    }
    return {};
  }

  Extract& extract_;
  Timestamp now_;
  Answer answer_;
};

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::released:
      return "released";
    case Verdict::hold:
      return "hold";
    case Verdict::unknown:
      return "unknown";
  }
  return "";
}

std::vector<std::string> scan_keys(std::string_view scan, std::string_view origin) {
  const std::string_view text = trimmed(scan);
  std::vector<std::string> keys;
  // Never a part of it: that may be the name of something else.
  if (text.empty() || text.size() > longest_scan) return keys;
  if (const auto chip = ChipId::parse_typed(text)) keys.push_back("chip:" + chip->to_string());
  if (is_hash(text)) keys.push_back("key:" + lower(text));
  if (text.find(':') != std::string_view::npos) {
    if (const auto own = exchange::Identifiers(origin).parse(text)) {
      keys.push_back((own->space == "asm" ? "container" : own->space) + ":" + own->id);
    }
    keys.push_back("uri:" + exchange::one_spelling(text));
    return keys;
  }
  keys.push_back("container:" + std::string(text));
  keys.push_back("shipment:" + std::string(text));
  // A GS1 key as labels print it and scanners send it.
  if (const std::string key = exchange::one_spelling(text); key != text) {
    keys.push_back("uri:" + key);
  }
  return keys;
}

std::optional<Reason> reason_against(const Extract& extract, Timestamp now) {
  const Timestamp made_at = extract.header().made_at;
  if (extract.is_too_old(now)) {
    return Reason{"extract.too_old", "the extract was made at " + made_at.to_string() +
                                         ": too long ago to release anything by it"};
  }
  if (made_at <= now) return std::nullopt;
  return Reason{"extract.clock", "the extract was made at " + made_at.to_string() +
                                     ", after the present time " + now.to_string() +
                                     ": one of the two clocks is wrong"};
}

std::vector<Reason> reasons_against(const ShipmentRow& shipment,
                                    const std::optional<LicenceRow>& licence, Timestamp now) {
  std::vector<Reason> reasons;
  if (shipment.hot > 0) {
    reasons.push_back(
        {"shipment.hot", std::to_string(shipment.hot) + " chips of it are on the hot list"});
  }
  if (shipment.accept_by && *shipment.accept_by < now) {
    reasons.push_back({"release.overdue",
                       "its release was to be accepted by " + shipment.accept_by->to_string()});
  }
  if (shipment.licence.empty()) return reasons;
  const std::string name = "licence " + shipment.licence;
  if (!licence) {
    reasons.push_back({"licence.unknown", name + " is not in the extract"});
    return reasons;
  }
  if (licence->revoked && *licence->revoked <= now) {
    reasons.push_back(
        {"licence.revoked", name + " is revoked since " + licence->revoked->to_string()});
  }
  if (licence->suspended && *licence->suspended <= now) {
    reasons.push_back(
        {"licence.suspended", name + " is suspended since " + licence->suspended->to_string()});
  }
  if (now < licence->from || licence->to <= now) {
    reasons.push_back({"licence.not_valid", name + " is valid from " + licence->from.to_string() +
                                                " to " + licence->to.to_string()});
  }
  const auto& countries = licence->countries;
  if (!countries.empty() &&
      std::find(countries.begin(), countries.end(), shipment.country) == countries.end()) {
    reasons.push_back({"licence.country", name + " does not name " + shipment.country});
  }
  return reasons;
}

Result<Answer> look_up(Extract& extract, std::string_view scan, Timestamp now) {
  return Looking(extract, scan, now).run();
}

}  // namespace muster::choke
