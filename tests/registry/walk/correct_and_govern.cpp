#include "registry/key_validity.hpp"
#include "tests/registry/support/keys.hpp"
#include "tests/registry/walk/life_walk.hpp"

// Moves of a walk that take back, change keys and standing, and the policy.

namespace muster::test {

using namespace registry;

void LifeWalk::correct() {
  const Index32 size = state().size();
  const Index32 back = std::min<Index32>(size, one_in(3) ? 200 : 12);
  const Index32 target = size - 1 - static_cast<Index32>(below(back));
  const StatementRow& row = tables().statements[target];
  if (one_in(3)) return replace(target);
  const std::string author = row.party == no_row ? "maker" : state().party_name(row.party);
  std::vector<std::string> others{pick(orgs), pick(orgs)};
  if (one_in(2)) others.push_back("gov");
  if (one_in(3)) others.push_back("witness");
  say(author, {.kind = "correct.void", .body = {{"target", row.hash.to_hex()}, {"reason", "r"}}},
      others);
}

void LifeWalk::replace(Index32 target) {
  const StatementRow& row = tables().statements[target];
  const Json was = judge_.text_of(row.hash);
  if (was.is_null()) return make();
  Json event = row.kind == "correct.replace" ? was["body"]["event"] : was;
  const std::size_t listed =
      event["subjects"].contains("chips") ? event["subjects"]["chips"].size() : 0;
  if (listed > 1 && one_in(2)) {
    event["subjects"]["chips"].erase(0);
    event["expects"].erase(0);
    if (event["body"].contains("items")) event["body"]["items"].erase(0);
  }
  for (const char* remark : {"cause", "reason", "circumstances", "basis", "text"}) {
    if (event["body"].contains(remark)) event["body"][remark] = fresh("said anew ");
  }
  std::vector<std::string> others{pick(orgs), pick(orgs)};
  if (one_in(2)) others.push_back("gov");
  say(row.party == no_row ? "maker" : state().party_name(row.party),
      {.kind = "correct.replace",
       .body = {{"target", row.hash.to_hex()}, {"was", was}, {"event", event}, {"reason", "r"}}},
      others);
}

void LifeWalk::keys() {
  const std::string& org = pick(orgs);
  const std::string name = org + "#" + std::to_string(tables().keys.size());
  const std::string text = public_of(world_, name);
  const std::size_t choice = below(3);
  if (choice == 0) {
    key_names_[key_id(world_, name)] = name;
    return say(org, {.kind = "key.add", .body = {{"key", text}}}, {name});
  }
  const std::string old = key_of(org);
  if (choice == 1) {
    key_names_[key_id(world_, name)] = name;
    Timestamp until = judge_.now;
    until.ms += 3'600'000;  // an hour
    return say(org,
               {.kind = "key.rotate",
                .body = {{"old", key_id(world_, old)},
                         {"key", text},
                         {"overlap_until", until.to_string()}}},
               {old, name});
  }
  // Never the last one: a party without a key is out of the walk.
  std::size_t valid = 0;
  for (const Key& key : tables().keys.rows()) {
    valid += state().party_name(key.party) == org &&
             key_is_valid(key, state().size(), judge_.now) && key.until_ms == Key::open_ms;
  }
  if (valid < 2) return standing();
  Json body{{"key_id", key_id(world_, old)}, {"reason", "stolen"}};
  if (one_in(2)) body["last_good"] = static_cast<std::int64_t>(state().size() - 1 - below(20));
  say(org, {.kind = "key.revoke", .body = body});
}

void LifeWalk::standing() {
  const std::vector<std::string> suspects{"dealer", "broker", "southwind"};
  for (const std::string& party : suspects) {
    if (tables().parties[tables().parties.find(party)].suspended == no_index) continue;
    if (!one_in(3)) {
      return say("gov", {.kind = "org.reinstate", .body = {{"party", party}, {"reason", "r"}}});
    }
  }
  if (one_in(6)) {
    return say("gov",
               {.kind = "org.suspend", .body = {{"party", pick(suspects)}, {"reason", "r"}}});
  }
  Timestamp until = judge_.now;
  until.ms += ms_per_day;
  say(pick(orgs),
      {.kind = "delegate.grant",
       .body = {{"delegation", fresh("D")},
                {"delegate", pick(orgs)},
                {"kinds", {"accept", "release", "retire", "asm.attach", "install"}},
                {"window", {{"from", judge_.now.to_string()}, {"to", until.to_string()}}},
                {"max_units", 20}}});
}

void LifeWalk::policy() {
  Json parameters{{"screening_days", 3650}, {"exceptions", Json::array({"X", "test"})}};
  if (one_in(2)) parameters["opened_before_release"] = true;
  if (one_in(4)) parameters["lots_required"] = true;
  Draft draft{.kind = "policy.change",
              .body = {{"rules_version", 1}, {"parameters", parameters}, {"reason", "r"}}};
  if (one_in(2)) {
    draft.body["from_index"] = static_cast<std::int64_t>(state().size() + 1 + below(40));
  }
  say("registrar", draft);
}

}  // namespace muster::test
