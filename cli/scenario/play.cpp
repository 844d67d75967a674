#include "cli/scenario/play.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "cli/scenario/audit_parties.hpp"
#include "ledger/base/json_fields.hpp"
#include "sampler/beacon/ceremony.hpp"

namespace muster::cli::scenario {
namespace {

Result<Json> demanded(Channel& auditor) {
  MUSTER_TRY_ASSIGN(Json message, auditor.receive());
  if (message.is_null()) {
    return failure(Errc::unavailable,
                   "the inspector's process: it ended in the middle of an audit");
  }
  return message;
}

/// The Prover's part: it commits first, and reveals when it has the inspector's commitment.
Result<void> hold_ceremony(Channel& auditor, crypto::SeededRandom& random) {
  using sampler::CeremonyRole;
  MUSTER_TRY_ASSIGN(const Json named, demanded(auditor));
  MUSTER_TRY_ASSIGN(auto plan_fields, FieldReader::open(named, "plan"));
  MUSTER_TRY_ASSIGN(const Hash plan, plan_fields.hash("plan"));
  sampler::CeremonyTranscript transcript{plan, {}, {}};
  random.fill(transcript.prover.nonce);
  transcript.prover.commit =
      sampler::signed_commit(CeremonyRole::prover, plan, transcript.prover.nonce, prover_signer());
  MUSTER_TRY(auditor.send(commit_json(transcript.prover.commit)));
  MUSTER_TRY_ASSIGN(const Json other, demanded(auditor));
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(other, "ceremony"));
  MUSTER_TRY_ASSIGN(const Json* commit, fields.object("commit"));
  MUSTER_TRY_ASSIGN(transcript.verifier.commit, parse_commit(*commit));
  MUSTER_TRY_ASSIGN(const Hash nonce, fields.hash("nonce"));
  transcript.verifier.nonce = nonce.bytes;
  sampler::sign_transcript(transcript, CeremonyRole::prover, prover_signer());
  return auditor.send(sampler::ceremony_json(transcript));
}

Result<std::vector<std::string>> present(const Prover& prover, Channel& auditor,
                                         const Parts& parts) {
  MUSTER_TRY_ASSIGN(const Json message, demanded(auditor));
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(message, "challenges"));
  MUSTER_TRY_ASSIGN(const Json* challenges, fields.array("challenges"));
  std::vector<std::string> drawn;
  Json evidence = Json::array();
  for (const Json& challenge : *challenges) {
    drawn.push_back(challenge.at("chip").get<std::string>());
    evidence.push_back(prover.evidence(challenge, parts));
  }
  MUSTER_TRY(auditor.send(
      {{"filed_late", prover.late_filings(parts)}, {"evidence", std::move(evidence)}}));
  return drawn;
}

/// Uniform in (0, 1).
double unit(crypto::SeededRandom& random) {
  constexpr double two_to_53 = 9007199254740992.0;
  return (static_cast<double>(random.next_u64() >> 11U) + 0.5) / two_to_53;
}

double days_between(Timestamp from, Timestamp to) {
  return static_cast<double>(to.ms - from.ms) / static_cast<double>(ms_per_day);
}

/// Answers the queries, and takes down what they were about.
Result<void> answer(const Prover& prover, Channel& auditor, const Parts& parts,
                    crypto::SeededRandom& random, AuditEnd& end, bool files_finding) {
  MUSTER_TRY_ASSIGN(const Json message, demanded(auditor));
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(message, "queries"));
  MUSTER_TRY_ASSIGN(const Json* queries, fields.array("queries"));
  const Announced& announced = prover.scenario().announced;
  const double mean = announced.queries.mean_days.to_double();
  const auto limit = static_cast<double>(announced.queries.close_days);
  const double read = days_between(announced.from, audit_days(announced).read_at);
  std::set<std::string> codes;
  Json closed = Json::array();
  for (const Json& query : *queries) {
    const ChipPart& part = parts[prover.place_of(query.at("chip").get<std::string>())];
    if (part.tactic == nullptr) {
      const bool in_time = -std::log(unit(random)) * mean <= limit;
      ++end.honest_queries;
      end.honest_hits += in_time ? 0U : 1U;
      closed.push_back(in_time);
      continue;
    }
    closed.push_back(false);
    ++end.evading_hits;
    for (const Json& code : query.at("codes")) codes.insert(code.get<std::string>());
    const double days = query.at("verdict") == "contradicted" ? read : read + limit;
    end.days = end.days == 0 ? days : std::min(end.days, days);
  }
  end.codes.assign(codes.begin(), codes.end());
  return auditor.send({{"closed", std::move(closed)}, {"file_finding", files_finding}});
}

/// The bundle, if it is of a chip that evaded: an honest one's late answer is a hit too.
Result<std::string> bundle_of_evader(const Prover& prover, const Parts& parts, const Json& bundle) {
  if (!bundle.is_string()) return std::string();
  auto text = bundle.get<std::string>();
  MUSTER_TRY_ASSIGN(const Json json, parse_json(text));
  const ChipPart& part = parts[prover.place_of(json.at("chip").get<std::string>())];
  return part.tactic == nullptr ? std::string() : text;
}

}  // namespace

Result<AuditEnd> play_audit(const Prover& prover, Channel& auditor, const Parts& parts,
                            crypto::SeededRandom& random, bool files_finding) {
  AuditEnd end;
  MUSTER_TRY(auditor.send(prover.filings(parts)));
  MUSTER_TRY(hold_ceremony(auditor, random));
  MUSTER_TRY_ASSIGN(const auto drawn, present(prover, auditor, parts));
  for (const std::string& chip : drawn) {
    end.evading_drawn += parts[prover.place_of(chip)].tactic != nullptr ? 1U : 0U;
  }
  MUSTER_TRY(answer(prover, auditor, parts, random, end, files_finding));
  MUSTER_TRY_ASSIGN(const Json result, demanded(auditor));
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(result, "result"));
  MUSTER_TRY_ASSIGN(const std::string at_reading, fields.text("at_reading"));
  MUSTER_TRY_ASSIGN(const std::string verdict, fields.text("verdict"));
  MUSTER_TRY_ASSIGN(const std::int64_t lines, fields.integer("lines"));
  MUSTER_TRY_ASSIGN(const Json* bundle, fields.any("finding"));
  MUSTER_TRY_ASSIGN(end.bundle, bundle_of_evader(prover, parts, *bundle));
  end.cleared_at_reading = at_reading == "no-sign-of";
  end.cleared = verdict == "no-sign-of";
  end.finding = verdict == "finding";
  end.lines = static_cast<std::uint64_t>(lines);
  return end;
}

}  // namespace muster::cli::scenario
