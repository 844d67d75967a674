#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "sampler/beacon/beacons_file.hpp"
#include "sampler/plan/draw_json.hpp"
#include "sampler/plan/json_values.hpp"

namespace muster::sampler {
namespace {

constexpr std::string_view bundle_version = "muster/draw-bundle/v1";

Json beacon_json(const DrawBundle& bundle) {
  const BeaconValue& beacon = bundle.evidence.beacon;
  Json json = {{"kind", beacon.kind},
               {"round", static_cast<std::int64_t>(beacon.round)},
               {"value", to_hex(beacon.randomness)},
               {"source", beacon.source},
               {"ceremony", bundle.ceremony},
               {"prover_key", bundle.prover_key_hex},
               {"verifier_key", bundle.verifier_key_hex}};
  if (!bundle.beacons.is_null()) json["beacons"] = bundle.beacons;
  return json;
}

Result<crypto::Ed25519PublicKey> key_of(const std::string& hex, const std::string& where) {
  MUSTER_TRY_ASSIGN(const Bytes bytes, bytes_from_hex(hex));
  auto key = crypto::Ed25519PublicKey::from_bytes(bytes);
  if (!key) return failure(std::move(key.error()).during(where));
  return key;
}

/// The values of the plan's sources, from the evidence in the bundle; their keys are the plan's.
Result<BeaconValue> beacons_from(DrawBundle& bundle, const Hash& plan_id) {
  MUSTER_TRY_ASSIGN(const BeaconsFile file, parse_beacons(bundle.beacons));
  MUSTER_TRY_ASSIGN(const Plan plan, parse_plan(bundle.plan));
  CeremonyContext context{plan_id, {}};
  if (!bundle.prover_key_hex.empty()) {
    MUSTER_TRY_ASSIGN(const auto prover, key_of(bundle.prover_key_hex, "bundle.beacon.prover_key"));
    MUSTER_TRY_ASSIGN(const auto verifier,
                      key_of(bundle.verifier_key_hex, "bundle.beacon.verifier_key"));
    context.keys.push_back({prover, verifier});
  }
  const auto values = round_values(plan.request.beacon.sources, file, context);
  bundle.known_since = known_since(values);
  return combined_beacon(values);
}

BeaconValue as_stated(BeaconValue made, const BeaconValue& stated) {
  if (made.randomness == stated.randomness) return made;
  made.verified = false;
  made.unchecked = false;
  made.source += "; the stated value is not that of the " + made.kind;
  return made;
}

/// The value with what can be checked of it here; the stated value must be the one that is made.
Result<BeaconValue> beacon_from(const Json& json, DrawBundle& bundle, const Hash& plan) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "bundle.beacon"));
  MUSTER_TRY_ASSIGN(const std::string kind, fields.text("kind"));
  MUSTER_TRY_ASSIGN(const std::int64_t round, fields.integer("round"));
  MUSTER_TRY_ASSIGN(const std::string value, fields.text("value"));
  MUSTER_TRY_ASSIGN(const std::string source, fields.text("source"));
  MUSTER_TRY_ASSIGN(const Json* ceremony, fields.any("ceremony"));
  MUSTER_TRY_ASSIGN(bundle.prover_key_hex, fields.text("prover_key"));
  MUSTER_TRY_ASSIGN(bundle.verifier_key_hex, fields.text("verifier_key"));
  if (fields.has("beacons")) MUSTER_TRY(fields.any("beacons"));
  MUSTER_TRY(fields.finish());
  bundle.ceremony = *ceremony;
  if (json.contains("beacons")) bundle.beacons = json.at("beacons");
  MUSTER_TRY_ASSIGN(BeaconValue stated,
                    stated_value(value, source, static_cast<std::uint64_t>(round)));
  if (kind == "value") {
    stated.source = source;
    return stated;
  }
  if (kind == "beacons") {
    MUSTER_TRY_ASSIGN(BeaconValue made, beacons_from(bundle, plan));
    return as_stated(std::move(made), stated);
  }
  if (kind != "ceremony") {
    return failure(Errc::invalid_input,
                   "bundle.beacon.kind: got \"" + kind + "\", want ceremony, beacons or value");
  }
  MUSTER_TRY_ASSIGN(const CeremonyTranscript transcript, parse_ceremony(*ceremony));
  MUSTER_TRY_ASSIGN(const auto prover, key_of(bundle.prover_key_hex, "bundle.beacon.prover_key"));
  MUSTER_TRY_ASSIGN(const auto verifier,
                    key_of(bundle.verifier_key_hex, "bundle.beacon.verifier_key"));
  return as_stated(ceremony_beacon(transcript, plan, {prover, verifier}), stated);
}

/// What commitments of the draw name; of a document that is no plan, its own hash.
Hash hash_of_draw(const std::string& document) {
  const auto plan = parse_plan(document);
  return plan ? draw_hash(*plan) : crypto::sha256(document);
}

Json optional_time(const std::optional<Timestamp>& time) {
  return time ? Json(time->to_string()) : Json();
}

Result<std::string> chip_name(const Json& json, const std::string& where) {
  if (json.is_string()) return json.get<std::string>();
  return failure(Errc::invalid_input, where + ": want a chip as text");
}

Result<std::optional<Timestamp>> optional_time_from(FieldReader& fields, std::string_view key) {
  MUSTER_TRY(fields.any(key));
  if (!fields.has(key)) return std::optional<Timestamp>();
  MUSTER_TRY_ASSIGN(const Timestamp time, fields.time(key));
  return std::optional<Timestamp>(time);
}

}  // namespace

Json bundle_json(const DrawBundle& bundle) {
  Json frames = Json::array();
  for (const Frame& frame : bundle.evidence.frames) frames.push_back(frame_json(frame));
  Json openings = Json::array();
  for (const auto& opening : bundle.evidence.openings) openings.push_back(opening_json(opening));
  Json json{{"version", bundle_version},
            {"plan", bundle.plan},
            {"frames", frames},
            {"beacon", beacon_json(bundle)},
            {"seal", bundle.evidence.seal ? seal_json(*bundle.evidence.seal) : Json()},
            {"openings", openings},
            {"plan_accepted_at", optional_time(bundle.evidence.plan_accepted_at)},
            {"beacon_time", optional_time(bundle.evidence.beacon_time)}};
  if (!bundle.evidence.seen.empty()) json["seen"] = bundle.evidence.seen;
  return json;
}

Result<DrawBundle> parse_bundle(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json document, parse_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(document, "bundle"));
  MUSTER_TRY_ASSIGN(const std::string version, fields.text("version"));
  if (version != bundle_version) {
    return failure(Errc::invalid_input,
                   "bundle.version: got \"" + version + "\", want " + std::string(bundle_version));
  }
  DrawBundle bundle;
  MUSTER_TRY_ASSIGN(bundle.plan, fields.text("plan"));
  MUSTER_TRY_ASSIGN(bundle.evidence.frames, items<Frame>(fields, "frames", parse_frame));
  MUSTER_TRY_ASSIGN(const Json* beacon, fields.object("beacon"));
  MUSTER_TRY_ASSIGN(bundle.evidence.beacon,
                    beacon_from(*beacon, bundle, hash_of_draw(bundle.plan)));
  MUSTER_TRY_ASSIGN(const Json* seal, fields.any("seal"));
  if (!seal->is_null()) {
    MUSTER_TRY_ASSIGN(bundle.evidence.seal, parse_seal(*seal));
  }
  MUSTER_TRY_ASSIGN(bundle.evidence.openings,
                    items<SiteOpening>(fields, "openings", parse_opening));
  MUSTER_TRY_ASSIGN(bundle.evidence.plan_accepted_at,
                    optional_time_from(fields, "plan_accepted_at"));
  MUSTER_TRY_ASSIGN(bundle.evidence.beacon_time, optional_time_from(fields, "beacon_time"));
  if (fields.has("seen")) {
    MUSTER_TRY_ASSIGN(bundle.evidence.seen, items<std::string>(fields, "seen", chip_name));
  }
  // What the sources sign themselves outranks what the bundle says.
  if (!bundle.beacons.is_null()) bundle.evidence.beacon_time = bundle.known_since;
  MUSTER_TRY(fields.finish());
  return bundle;
}

}  // namespace muster::sampler
