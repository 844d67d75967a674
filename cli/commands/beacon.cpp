// `beacon round`, `beacon collect` and `beacon check`: public values that decide draws.

#include <algorithm>
#include <iterator>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "sampler/beacon/beacons_file.hpp"

namespace muster::cli {
namespace {

struct RoundOptions {
  std::string kind;
  std::string at;
};

struct CollectOptions {
  std::string pulse;
  std::string previous;
  std::string certificate;
  std::string drand;
  std::string transcript;
  std::vector<std::string> with;
  std::string out;
};

struct CheckBeaconOptions {
  std::string file;
};

constexpr std::uint64_t most_beacon_bytes = std::uint64_t{1} << 20U;

std::string address_of(const sampler::PublicRound& round, Timestamp time) {
  if (round.kind == "nist-v2") {
    return "https://beacon.nist.gov/beacon/2.0/pulse/time/" + std::to_string(time.ms);
  }
  return "https://api.drand.sh/" + std::string(sampler::quicknet_chain_hash) + "/public/" +
         std::to_string(round.round);
}

Result<ExitCode> beacon_round(Context& context, const RoundOptions& options) {
  auto at = Timestamp::parse_day_or_instant(options.at);
  if (!at) return failure(std::move(at.error()).during("--at"));
  sampler::PublicRound round{options.kind, {}, 0};
  MUSTER_TRY_ASSIGN(round.round, sampler::round_at(options.kind, *at));
  const Timestamp time = sampler::round_time(round).value_or(*at);
  auto printer = context.printer();
  printer.facts({"",
                 {{"round", std::to_string(round.round)},
                  {"published", time.to_string()},
                  {"at", address_of(round, time)}}});
  printer.json({{"kind", round.kind},
                {"round", round.round},
                {"time", time.to_string()},
                {"address", address_of(round, time)}});
  return ExitCode::done;
}

Result<Json> foreign_file(const std::string& file) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file, most_beacon_bytes));
  auto json = parse_foreign_json(text);
  if (!json) return failure(std::move(json.error()).during(file));
  return json;
}

Result<sampler::NistEvidence> nist_from(const CollectOptions& options) {
  MUSTER_TRY_ASSIGN(const Json json, foreign_file(options.pulse));
  MUSTER_TRY_ASSIGN(auto pulse, sampler::parse_nist_pulse(json, options.pulse));
  std::optional<sampler::NistPulse> previous;
  if (!options.previous.empty()) {
    MUSTER_TRY_ASSIGN(const Json before, foreign_file(options.previous));
    MUSTER_TRY_ASSIGN(previous, sampler::parse_nist_pulse(before, options.previous));
  }
  if (options.certificate.empty()) {
    return failure(Errc::invalid_input, "--pulse: want --certificate FILE beside it");
  }
  MUSTER_TRY_ASSIGN(std::string pem, read_text_file(options.certificate, crypto::max_x509_bytes));
  auto certificate = crypto::Certificate::from_pem(pem);
  if (!certificate) return failure(std::move(certificate.error()).during(options.certificate));
  return sampler::NistEvidence{std::move(pulse), std::move(previous), std::move(pem),
                               std::move(*certificate)};
}

/// A file of `beacon collect`.
Result<sampler::BeaconsFile> beacons_in(const std::string& name) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(name, most_beacon_bytes));
  auto json = parse_json(text);
  if (!json) return failure(std::move(json.error()).during(name));
  auto file = sampler::parse_beacons(*json);
  if (!file) return failure(std::move(file.error()).during(name));
  return file;
}

/// Adds what an earlier `beacon collect` wrote: draws at several gates want several pulses.
Result<void> add_collected(const std::string& name, sampler::BeaconsFile& file) {
  MUSTER_TRY_ASSIGN(sampler::BeaconsFile other, beacons_in(name));
  const auto add = [](auto& from, auto& to) {
    std::move(from.begin(), from.end(), std::back_inserter(to));
  };
  add(other.pulses, file.pulses);
  add(other.drand_rounds, file.drand_rounds);
  add(other.ceremonies, file.ceremonies);
  return {};
}

Result<sampler::BeaconsFile> collected(const CollectOptions& options) {
  sampler::BeaconsFile file;
  for (const std::string& name : options.with) MUSTER_TRY(add_collected(name, file));
  if (!options.pulse.empty()) {
    MUSTER_TRY_ASSIGN(auto evidence, nist_from(options));
    file.pulses.push_back(std::move(evidence));
  }
  if (!options.drand.empty()) {
    MUSTER_TRY_ASSIGN(const Json json, foreign_file(options.drand));
    MUSTER_TRY_ASSIGN(const auto round, sampler::parse_drand_round(json, options.drand));
    file.drand_rounds.push_back(round);
  }
  if (!options.transcript.empty()) {
    MUSTER_TRY_ASSIGN(const Json json, foreign_file(options.transcript));
    MUSTER_TRY_ASSIGN(const auto transcript, sampler::parse_ceremony(json));
    file.ceremonies.push_back(transcript);
  }
  if (file.pulses.empty() && file.drand_rounds.empty() && file.ceremonies.empty()) {
    return failure(Errc::invalid_input,
                   "beacon collect: want --pulse, --drand, --transcript or --with");
  }
  return file;
}

/// Each value against itself: whether a plan wants it is for `plan verify`. A transcript needs the
/// keys of the ledger and is not judged here.
std::vector<sampler::RoundValue> self_checked(const sampler::BeaconsFile& file) {
  std::vector<sampler::RoundValue> values;
  for (const auto& item : file.pulses) {
    const sampler::PublicRound round{
        "nist-v2", to_hex(crypto::sha512({item.certificate.der()})),
        static_cast<std::uint64_t>(item.pulse.time.ms / ms_per_minute)};
    values.push_back(sampler::nist_value(item, round));
  }
  for (const auto& item : file.drand_rounds) {
    const std::string key(sampler::quicknet_chain_hash);
    values.push_back(sampler::drand_value(item, {"drand-quicknet", key, item.round}));
  }
  return values;
}

ExitCode print_values(print::Printer& printer, const sampler::BeaconsFile& file,
                      const std::string& out) {
  print::Table table{"", {{"source"}, {"answer"}, {"detail"}}, {}};
  Json list = Json::array();
  ExitCode code = ExitCode::done;
  for (const sampler::RoundValue& value : self_checked(file)) {
    std::string detail;
    for (const auto* texts : {&value.faults, &value.unchecked}) {
      for (const auto& text : *texts) detail += (detail.empty() ? "" : "; ") + text;
    }
    const bool faulty = !value.faults.empty();
    if (faulty) code = ExitCode::negative;
    if (!faulty && !value.verified() && code == ExitCode::done) code = ExitCode::no_answer;
    const print::Tone tone = faulty             ? print::Tone::bad
                             : value.verified() ? print::Tone::good
                                                : print::Tone::warn;
    const char* answer = faulty ? "FAILED" : value.verified() ? "ok" : "not checkable";
    table.rows.push_back({value.source, {answer, tone}, detail});
    list.push_back({{"kind", value.round.kind},
                    {"key", value.round.key},
                    {"round", value.round.round},
                    {"time", value.time ? Json(value.time->to_string()) : Json()},
                    {"value", to_hex(value.value)},
                    {"verified", value.verified()},
                    {"faults", value.faults},
                    {"unchecked", value.unchecked}});
  }
  for (std::size_t i = 0; i < file.ceremonies.size(); ++i) {
    if (code == ExitCode::done) code = ExitCode::no_answer;
    const std::string why = "its signatures want the keys of the ledger: `muster plan verify`";
    table.rows.push_back({"ceremony", {"not checkable", print::Tone::warn}, why});
    list.push_back({{"kind", "ceremony"},
                    {"verified", false},
                    {"faults", Json::array()},
                    {"unchecked", Json::array({why})}});
  }
  printer.table(table);
  printer.json({{"values", std::move(list)}, {"file", out.empty() ? Json() : Json(out)}});
  return code;
}

/// Writes the file only when nothing in it is wrong; what cannot be checked here is said.
Result<ExitCode> beacon_collect(Context& context, const CollectOptions& options) {
  MUSTER_TRY_ASSIGN(const auto file, collected(options));
  auto printer = context.printer();
  const auto values = self_checked(file);
  const bool faulty = std::ranges::any_of(values, [](const auto& v) { return !v.faults.empty(); });
  if (!faulty && !context.options().dry_run) {
    MUSTER_TRY(create_file(options.out, as_bytes(canonical_json(sampler::beacons_json(file)))));
  }
  const ExitCode code = print_values(printer, file, faulty ? std::string() : options.out);
  return code == ExitCode::negative ? code : ExitCode::done;
}

Result<ExitCode> beacon_check(Context& context, const CheckBeaconOptions& options) {
  MUSTER_TRY_ASSIGN(const auto file, beacons_in(options.file));
  auto printer = context.printer();
  return print_values(printer, file, options.file);
}

void add_beacon_collect(CLI::App& beacon, Context& context) {
  auto& options = context.keep<CollectOptions>();
  CLI::App& verb = add_verb(beacon, "collect", "put published values into one file, checked",
                            context, [&] { return beacon_collect(context, options); });
  verb.add_option("--pulse", options.pulse, "a pulse of NIST's beacon, as it serves it");
  verb.add_option("--previous", options.previous, "the pulse before it, which committed to it");
  verb.add_option("--certificate", options.certificate, "NIST's certificate in PEM");
  verb.add_option("--drand", options.drand, "a round of drand quicknet, as a relay serves it");
  verb.add_option("--transcript", options.transcript, "a ceremony held outside the ledger");
  verb.add_option("--with", options.with, "a file of `beacon collect`, whose values come first");
  verb.add_option("--out", options.out, "new file for them")->required();
}

}  // namespace

void add_beacon_commands(CLI::App& app, Context& context) {
  CLI::App& beacon = noun(app, "beacon", "public values that decide draws");
  auto& round = context.keep<RoundOptions>();
  CLI::App& round_verb = add_verb(beacon, "round", "the first round of a source at or after a time",
                                  context, [&] { return beacon_round(context, round); });
  round_verb.add_option("kind", round.kind, "nist-v2 or drand-quicknet")->required();
  round_verb.add_option("--at", round.at, "a day or an instant")->required();
  add_beacon_collect(beacon, context);
  auto& check = context.keep<CheckBeaconOptions>();
  add_verb(beacon, "check", "check the values of a file, each by itself", context,
           [&] { return beacon_check(context, check); })
      .add_option("file", check.file, "the file of `beacon collect`")
      ->required();
}

}  // namespace muster::cli
