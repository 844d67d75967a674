#include "cli/audit/seen.hpp"

namespace muster::cli {

using attestation::Presence;

Result<Presence> parse_presence_level(const std::string& text, const std::string& where) {
  for (const Presence level :
       {Presence::label, Presence::network, Presence::uplink_cut, Presence::bench}) {
    if (attestation::presence_name(level) == text) return level;
  }
  return failure(Errc::invalid_input,
                 where + ": got \"" + text + "\", want label, network, uplink-cut or bench");
}

Result<Seen> seen_by(const SeenWords& words) {
  Seen seen;
  MUSTER_TRY_ASSIGN(seen.presence, parse_presence_level(words.level, "--presence"));
  if (words.silent_before.empty() != words.silent_after.empty()) {
    return failure(Errc::invalid_input,
                   "--silent-before and --silent-after: give both probes or none");
  }
  const bool strong = seen.presence == Presence::uplink_cut || seen.presence == Presence::bench;
  if (words.silent_before.empty()) {
    if (strong) seen.presence = Presence::network;
    return seen;
  }
  auto before = Timestamp::parse(words.silent_before);
  if (!before) return failure(std::move(before.error()).during("--silent-before"));
  auto after = Timestamp::parse(words.silent_after);
  if (!after) return failure(std::move(after.error()).during("--silent-after"));
  if (*before >= *after) {
    return failure(Errc::invalid_input, "--silent-after: want later than --silent-before");
  }
  seen.silence = Window{*before, *after};
  return seen;
}

Json silence_json(const Seen& seen) {
  if (!seen.silence) return {};
  return {{"before", seen.silence->from.to_string()}, {"after", seen.silence->to.to_string()}};
}

}  // namespace muster::cli
