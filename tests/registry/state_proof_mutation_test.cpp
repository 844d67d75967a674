// A proof that was touched in any place is refused: byte by byte, and field by field.

#include <functional>

#include "ledger/base/hex.hpp"
#include "ledger/cosignature.hpp"
#include "ledger/policy.hpp"
#include "tests/registry/support/committed.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

/// What a careful reader does with a file: parse, judge by the key, judge the witnesses.
std::string verdict(const std::string& text, const ledger::VerifierKey& key,
                    const ledger::Policy& policy) {
  const auto proof = parse_state_proof(text);
  if (!proof) return proof.error().rule;
  std::string rule;
  std::string note;
  if (const auto* chip = std::get_if<ChipProof>(&*proof)) {
    rule = proof_rule(*chip, key);
    note = chip->checkpoint;
  } else {
    rule = proof_rule(std::get<RosterProof>(*proof), key);
    note = std::get<RosterProof>(*proof).checkpoint;
  }
  if (rule != "good") return rule;
  const auto judged = ledger::accepts(note, policy, &key);
  if (!judged) return judged.error().rule.empty() ? "unreadable" : judged.error().rule;
  return judged->accepted() ? "good" : "proof.quorum";
}

/// Proofs of every form, under a checkpoint that a witness cosigned.
struct Proofs {
  CommittedWorld world{"proof-mutations"};
  std::vector<std::string> texts;
  std::string policy_text;

  Proofs() {
    auto chips = world.world.chips(70);
    std::ranges::sort(chips);
    world.world.deliver("maker", "northwind", {chips[0], chips[3], chips[5]});
    world.commit();
    world.world.deliver("northwind", "dealer", {chips[3]});
    world.world.chips(66);
    must(world.world.registry().flush());
    auto prover = must(StateProver::open(
        {&world.state(), world.world.registry().view(), &world.world.store, cosigned()}));
    const auto add = [&](const StateProof& proof) { texts.push_back(encode_state_proof(proof)); };
    add(must(prover.chip(world.row(chips[3]))));
    add(must(prover.chip(world.row(chips[9]), TailForm::whole)));
    add(must(prover.roster(world.party("northwind"), {true, world.row(chips[5])})));
  }

  std::string cosigned() {
    const ledger::Cosigner witness{"w1", &world.world.signer("witness-1")};
    policy_text = "witness w1 " + witness.verifier_key().to_string() + "\nquorum w1\n";
    const std::string note = world.checkpoint();
    const std::string text = note.substr(0, note.find("\n\n") + 1);
    return note + ledger::encode_signature_line(ledger::cosign(text, witness, 1'800'000'000));
  }
};

/// Calls `use(what, text)` with the document changed in every value that it has: texts with one
/// character changed, cut, and emptied; numbers by one; lists without, with a double and without
/// each element; objects without each field, and with a further one.
void each_change(const Json& document,
                 const std::function<void(const std::string&, const Json&)>& use) {
  const Json flat = document.flatten();
  for (const auto& item : flat.items()) {
    const std::string& pointer = item.key();
    const Json& value = item.value();
    const Json::json_pointer at(pointer);
    const auto with = [&](const std::string& what, const Json& other) {
      Json changed = document;
      changed[at] = other;
      use(pointer + " " + what, changed);
    };
    if (value.is_string()) {
      const std::string text = value.get<std::string>();
      std::string other = text;
      other[other.size() / 2] = other[other.size() / 2] == 'a' ? 'b' : 'a';
      with("one character", other);
      with("cut", text.substr(0, text.size() - 1));
      with("empty", "");
      with("null", nullptr);
    } else if (value.is_number()) {
      with("one more", value.get<std::int64_t>() + 1);
      with("one less", value.get<std::int64_t>() - 1);
      with("as a text", std::to_string(value.get<std::int64_t>()));
    } else if (value.is_null()) {
      with("a text", "x");
    }
  }
}

void each_structure(const Json& document, const Json::json_pointer& at,
                    const std::function<void(const std::string&, const Json&)>& use) {
  const Json& here = document[at];
  const auto with = [&](const std::string& what, const Json& other) {
    Json changed = document;
    changed[at] = other;
    use(at.to_string() + " " + what, changed);
  };
  if (here.is_array()) {
    for (std::size_t i = 0; i < here.size(); ++i) {
      Json other = here;
      other.erase(i);
      with("without " + std::to_string(i), other);
      other = here;
      other.push_back(here[i]);
      with("with a second " + std::to_string(i), other);
      each_structure(document, at / i, use);
    }
  } else if (here.is_object()) {
    Json more = here;
    more["zz"] = 1;
    with("with another field", more);
    for (const auto& [key, value] : here.items()) {
      Json other = here;
      other.erase(key);
      with("without " + key, other);
      each_structure(document, at / key, use);
    }
  }
}

}  // namespace

TEST_CASE("a proof is read in exactly one spelling and judged by key and witnesses") {
  Proofs proofs;
  const auto policy = must(ledger::Policy::parse(proofs.policy_text));
  for (const std::string& text : proofs.texts) {
    CHECK(verdict(text, proofs.world.key(), policy) == "good");
    CHECK(verdict(text + "\n", proofs.world.key(), policy) == "good");
    CHECK(encode_state_proof(must(parse_state_proof(text))) == text);
    CHECK(looks_like_state_proof(text));
    CHECK(verdict(text + "\n\n", proofs.world.key(), policy) == "proof.unreadable");
    CHECK(verdict(" " + text, proofs.world.key(), policy) == "proof.unreadable");
    CHECK(verdict(must(parse_json(text)).dump(1), proofs.world.key(), policy) ==
          "proof.unreadable");
  }
}

TEST_CASE("every byte of a proof that is changed makes it a refused one") {
  Proofs proofs;
  const auto policy = must(ledger::Policy::parse(proofs.policy_text));
  for (const std::string& text : proofs.texts) {
    std::size_t accepted = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::string changed = text;
      const unsigned bit = 1U << (i % 6);  // the case of a letter among them
      changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ bit);
      if (verdict(changed, proofs.world.key(), policy) != "good") continue;
      ++accepted;
      MESSAGE("byte " << i << ": " << text.substr(i < 40 ? 0 : i - 40, 60));
    }
    CHECK(accepted == 0);
  }
}

TEST_CASE("every value and every part of a proof that is changed makes it a refused one") {
  Proofs proofs;
  const auto policy = must(ledger::Policy::parse(proofs.policy_text));
  std::vector<std::string> accepted;
  for (const std::string& text : proofs.texts) {
    const auto use = [&](const std::string& what, const Json& changed) {
      if (verdict(canonical_json(changed), proofs.world.key(), policy) == "good") {
        accepted.push_back(what);
      }
    };
    each_change(must(parse_json(text)), use);
    each_structure(must(parse_json(text)), Json::json_pointer(""), use);
  }
  // Less is shown, and what is left is true: the end of a named tail, a roster's list, its chip.
  CHECK(accepted == std::vector<std::string>{"/tail without 1", " without chip", " without chips"});
}
