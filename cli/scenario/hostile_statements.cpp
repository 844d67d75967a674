#include "cli/scenario/hostile_statements.hpp"

#include <array>

#include "ledger/base/check.hpp"

namespace muster::cli::scenario {
namespace {

using registry::Submission;

/// The statement with other text, signed anew by the maker's own key.
void say(Submission& submission, RegistryWorld& world, std::string payload) {
  submission.envelope.payload = std::move(payload);
  submission.envelope.signatures.clear();
  const auto signed_again = ledger::add_signature(submission.envelope, world.signer("maker"));
  MUSTER_CHECK(signed_again.has_value());
}

std::string& text(Submission& submission) { return submission.envelope.payload; }

void flip_a_bit(Submission& submission, RegistryWorld& world) {
  text(submission)[world.random().below(text(submission).size())] ^= 1;
}

void flip_in_signature(Submission& submission, RegistryWorld& world) {
  auto& signature = submission.envelope.signatures.front().sig;
  signature[world.random().below(signature.size())] ^= 1U;
}

void cut_short(Submission& submission, RegistryWorld& world) {
  const auto size = text(submission).size();
  say(submission, world, text(submission).substr(0, world.random().below(size)));
}

void put_garbage(Submission& submission, RegistryWorld& world) {
  std::string garbage(1 + world.random().below(2'000), '\0');
  for (char& byte : garbage) byte = static_cast<char>(world.random().below(256));
  say(submission, world, std::move(garbage));
}

void leave_a_field_out(Submission& submission, RegistryWorld& world) {
  Json json = parse_json(text(submission)).value();
  std::vector<std::string> keys;
  for (const auto& item : json["body"].items()) keys.push_back(item.key());
  json["body"].erase(keys[world.random().below(keys.size())]);
  say(submission, world, canonical_json(json));
}

void give_another_type(Submission& submission, RegistryWorld& world) {
  Json json = parse_json(text(submission)).value();
  std::vector<std::string> keys;
  for (const auto& item : json.items()) keys.push_back(item.key());
  json[keys[world.random().below(keys.size())]] = Json{{"x", 1}};
  say(submission, world, canonical_json(json));
}

void add_a_field(Submission& submission, RegistryWorld& world) {
  Json json = parse_json(text(submission)).value();
  json["body"]["also"] = "this";
  say(submission, world, canonical_json(json));
}

void nest_deeply(Submission& submission, RegistryWorld& world) {
  const std::size_t depth = 100 + world.random().below(20'000);
  say(submission, world, std::string(depth, '[') + std::string(depth, ']'));
}

void grow_huge(Submission& submission, RegistryWorld& world) {
  Json json = parse_json(text(submission)).value();
  json["body"]["shipment"] = std::string(60'000 + world.random().below(1'000'000), 'x');
  say(submission, world, canonical_json(json));
}

void grow_to_ten_megabytes(Submission& submission, RegistryWorld& world) {
  Json json = parse_json(text(submission)).value();
  json["body"]["shipment"] = std::string(10'000'000, 'x');
  say(submission, world, canonical_json(json));
}

/// The good one among a thousand of keys that nobody has.
void sign_too_often(Submission& submission, RegistryWorld& world) {
  auto& signatures = submission.envelope.signatures;
  for (int i = 0; i < 1'000; ++i) {
    auto one = signatures.front();
    one.keyid = crypto::KeyId::of(world.signer("nobody" + std::to_string(i)).public_key());
    signatures.push_back(std::move(one));
  }
}

void space_out(Submission& submission, RegistryWorld& world) {
  say(submission, world, text(submission) + " ");
}

constexpr std::array all_ways{HostileWay{"a bit flipped", flip_a_bit},
                              HostileWay{"a bit of the signature", flip_in_signature},
                              HostileWay{"cut short", cut_short},
                              HostileWay{"garbage", put_garbage},
                              HostileWay{"a field left out", leave_a_field_out},
                              HostileWay{"another type", give_another_type},
                              HostileWay{"an unknown field", add_a_field},
                              HostileWay{"nested deeply", nest_deeply},
                              HostileWay{"huge", grow_huge},
                              HostileWay{"ten megabytes", grow_to_ten_megabytes},
                              HostileWay{"a thousand signatures", sign_too_often},
                              HostileWay{"not canonical", space_out}};

}  // namespace

std::span<const HostileWay> hostile_ways() { return all_ways; }

}  // namespace muster::cli::scenario
