// `ledger watch`: tells a party of every event that concerns it, and of a log that is not what it
// was.

#include <ostream>

#include "cli/chip_list.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/print/number.hpp"
#include "cli/signed_log.hpp"
#include "cli/watch/stop_signals.hpp"
#include "cli/watch/watch_file.hpp"
#include "cli/watch/watcher.hpp"
#include "ledger/base/file.hpp"
#include "registry/kind.hpp"

namespace muster::cli {
namespace {

struct WatchOptions {
  std::string tiles;
  std::vector<std::string> log_keys;
  std::vector<std::string> parties;
  std::vector<std::string> chips;
  std::vector<std::string> keys;
  std::vector<std::string> kinds;
  std::string known;
  std::vector<std::string> alerts;
  std::string state;
  std::string evidence;
  std::optional<std::uint64_t> since;
  bool follow = false;
  std::int64_t interval_s = 10;
};

Result<std::string> key_id_of(const std::string& text) {
  if (auto id = crypto::KeyId::parse(text)) return id->text();
  auto key = crypto::PublicKey::parse(text);
  if (!key) {
    return failure(Errc::invalid_input,
                   "--key: got \"" + text + "\", want a key id of 32 hex digits or a public key");
  }
  return crypto::KeyId::of(*key).text();
}

Result<void> check_kind(const std::string& kind, const char* option) {
  if (registry::find_kind(kind) != nullptr) return {};
  return failure(Errc::invalid_input,
                 std::string(option) + ": got \"" + kind + "\", no such kind of event");
}

Result<registry::Interests> interests_of(const WatchOptions& options) {
  registry::Interests interests;
  interests.parties.insert(options.parties.begin(), options.parties.end());
  for (const std::string& text : options.chips) {
    MUSTER_TRY_ASSIGN(const auto chips, chip_list(text, {}, ChipId::parse_typed, "--chip"));
    for (const auto& one : chips) interests.chips.insert(one.chip);
  }
  for (const std::string& text : options.keys) {
    MUSTER_TRY_ASSIGN(std::string id, key_id_of(text));
    interests.keys.insert(std::move(id));
  }
  for (const std::string& kind : options.kinds) {
    MUSTER_TRY(check_kind(kind, "--kind"));
    interests.kinds.insert(kind);
  }
  return interests;
}

Result<WatchRules> rules_of(const WatchOptions& options) {
  WatchRules rules;
  MUSTER_TRY_ASSIGN(rules.interests, interests_of(options));
  MUSTER_TRY_ASSIGN(rules.log_keys, verifier_keys(options.log_keys, "--log-key"));
  if (!options.tiles.empty() && rules.log_keys.empty()) {
    return failure(Errc::invalid_input, "--tiles: want --log-key, who must have signed the log");
  }
  if (!options.known.empty()) {
    if (rules.interests.parties.empty() && rules.interests.keys.empty()) {
      return failure(Errc::invalid_input,
                     "--known: want --party or --key, whose statements it has");
    }
    MUSTER_TRY_ASSIGN(rules.known, known_statements(options.known));
  }
  for (const std::string& kind : options.alerts) {
    if (kind == "any") {
      rules.alert_any = true;
      continue;
    }
    MUSTER_TRY(check_kind(kind, "--alert"));
    rules.alert_kinds.insert(kind);
  }
  return rules;
}

std::string concern_text(const registry::Concern& concern) {
  std::string text = concern.what + " " + concern.id + " " + concern.how;
  if (concern.chips > 0) text += " of " + print::counted(concern.chips, "chip");
  return text;
}

Json concern_json(const registry::Concern& concern) {
  return {{"what", concern.what},
          {"id", concern.id},
          {"how", concern.how},
          {"chips", concern.chips > 0 ? Json(concern.chips) : Json(nullptr)}};
}

/// Prints what a watch finds, as it finds it.
class WatchReport final {
 public:
  WatchReport(Context& context, const WatchOptions& options)
      : context_(&context), options_(&options), printer_(context.printer()) {}

  void tell(const WatchedEvent& event) {
    const registry::Header& header = event.event.header;
    Json json = {{"alarm", nullptr},
                 {"alerts", event.alerts},
                 {"index", event.entry.index.value},
                 {"accepted_at", event.entry.accepted_at.to_string()},
                 {"kind", header.kind},
                 {"party", header.org},
                 {"statement", event.event.statement.to_hex()},
                 {"signed_by", Json::array()},
                 {"why", Json::array()}};
    for (const auto& signature : event.entry.envelope.signatures) {
      json["signed_by"].push_back(signature.keyid.text());
    }
    std::string text = std::to_string(event.entry.index.value) + "  " +
                       event.entry.accepted_at.to_string() + "  " + header.kind + " by " +
                       header.org;
    for (const registry::Concern& concern : event.why) {
      json["why"].push_back(concern_json(concern));
      if (concern.what != "log") {
        text += (&concern == event.why.data() ? ": " : ", ") + concern_text(concern);
      }
    }
    for (const std::string& alert : event.alerts) text = "ALERT " + alert + "  " + text;
    alerted_ = alerted_ || !event.alerts.empty();
    ++told_;
    printer_.lines(text + "\n");
    printer_.json_line(json);
  }

  Result<void> alarm(const LogAlarm& alarm) {
    alerted_ = true;
    Json file;
    if (alarm.evidence && !context_->options().dry_run) {
      MUSTER_TRY_ASSIGN(file, kept(*alarm.evidence));
    }
    printer_.lines("ALARM " + alarm.code + "  " + alarm.text +
                   (file.is_null() ? "" : "; evidence: " + file.get<std::string>()) + "\n");
    printer_.json_line({{"alarm", alarm.code}, {"text", alarm.text}, {"evidence", file}});
    return {};
  }

  /// What was told is with the reader before it is noted as told.
  void flush() { context_->out().flush(); }
  void remark(const std::string& text) {
    if (text != last_remark_) printer_.note(text);
    last_remark_ = text;
  }
  [[nodiscard]] ExitCode code() const { return alerted_ ? ExitCode::negative : ExitCode::done; }
  [[nodiscard]] std::uint64_t told() const { return told_; }

 private:
  /// Where the evidence stands: beside the state, or where it was asked for. Kept once.
  Result<Json> kept(const ledger::Evidence& evidence) const {
    if (options_->evidence.empty()) return Json();
    const auto written =
        create_file(options_->evidence, as_bytes(ledger::encode_evidence(evidence) + "\n"));
    if (!written && written.error().code != Errc::conflict) return failure(written.error());
    return Json(options_->evidence);
  }

  Context* context_;
  const WatchOptions* options_;
  print::Printer printer_;
  std::string last_remark_;
  std::uint64_t told_ = 0;
  bool alerted_ = false;
};

/// One look at the log, told and noted.
Result<void> look_once(Watcher& watcher, WatchReport& report, const WatchFile* file, bool dry_run) {
  MUSTER_TRY(watcher.advance([&](const WatchedEvent& event) { report.tell(event); }));
  if (watcher.alarm()) MUSTER_TRY(report.alarm(*watcher.alarm()));
  report.flush();
  if (watcher.alarm() || !watcher.followed() || file == nullptr || dry_run) return {};
  return file->save(*watcher.followed());
}

/// A log that is older than it was says nothing new, and may be whole again the next time.
bool may_pass(const Error& error) {
  return error.code == Errc::unavailable || error.code == Errc::not_found ||
         error.code == Errc::corrupt;
}

Result<ExitCode> watch_on(Watcher& watcher, WatchReport& report, const WatchFile* file,
                          const WatchOptions& options, bool dry_run) {
  StopSignals stop;
  do {
    const auto looked = look_once(watcher, report, file, dry_run);
    if (!looked && !may_pass(looked.error())) return failure(looked.error());
    report.remark(looked ? "" : looked.error().message);
    if (watcher.alarm()) return report.code();
  } while (!stop.wait(options.interval_s * 1'000));
  report.remark("stopped");
  return report.code();
}

Result<ExitCode> watch_once(Watcher& watcher, WatchReport& report, const WatchFile* file,
                            bool dry_run) {
  const auto looked = look_once(watcher, report, file, dry_run);
  if (looked) return report.code();
  if (looked.error().rule != "watch.older") return failure(looked.error());
  report.remark(looked.error().message);
  return ExitCode::no_answer;
}

Result<ExitCode> watch(Context& context, const WatchOptions& options) {
  MUSTER_TRY_ASSIGN(const auto rules, rules_of(options));
  std::optional<WatchFile> file;
  if (!options.state.empty()) {
    MUSTER_TRY_ASSIGN(file, WatchFile::open(options.state));
  }
  std::unique_ptr<WatchedLog> log;
  if (options.tiles.empty()) {
    MUSTER_TRY_ASSIGN(log, watched_registry(context));
  } else {
    log = watched_tiles(options.tiles);
  }
  const auto before = file ? file->read() : std::nullopt;
  const std::uint64_t since = options.since.value_or(before ? before->head.size.value : 0);
  Watcher watcher(*log, rules, before, since);
  WatchReport report(context, options);
  const WatchFile* const kept = file ? &*file : nullptr;
  const bool dry_run = context.options().dry_run;
  return options.follow ? watch_on(watcher, report, kept, options, dry_run)
                        : watch_once(watcher, report, kept, dry_run);
}

}  // namespace

void add_ledger_watch_command(CLI::App& app, Context& context) {
  CLI::App& ledger = noun(app, "ledger", "the log: entries, head, proofs, verification");
  auto& options = context.keep<WatchOptions>();
  CLI::App& verb =
      add_verb(ledger, "watch", "every event that concerns somebody, as it is recorded", context,
               [&] { return watch(context, options); });
  verb.add_option("--tiles", options.tiles, "an exported log, instead of the registry");
  verb.add_option("--log-key", options.log_keys,
                  "the log's verifier key, which must have signed; again for further ones")
      ->allow_extra_args(false);
  verb.add_option("--party", options.parties, "a party, and all that is its: keys, sites, chips")
      ->allow_extra_args(false);
  verb.add_option("--chip", options.chips, "chip ids separated by commas, or @FILE (CSV or NDJSON)")
      ->allow_extra_args(false);
  verb.add_option("--key", options.keys, "a party's key: its id, or the public key")
      ->allow_extra_args(false);
  verb.add_option("--kind", options.kinds, "events of this kind only; again for further ones")
      ->allow_extra_args(false);
  verb.add_option("--known", options.known,
                  "a file of own statements: what else the watched keys sign is an alert");
  verb.add_option("--alert", options.alerts,
                  "events of this kind are alerts when they concern it; any: all of them")
      ->allow_extra_args(false);
  verb.add_option("--since", options.since, "tell of entries from this one on");
  verb.add_option("--state", options.state, "a file that says how far it came, to go on from");
  verb.add_option("--evidence", options.evidence, "a new file for the evidence of a fork");
  verb.add_flag("--follow", options.follow, "go on until SIGINT or SIGTERM");
  verb.add_option("--interval", options.interval_s, "with --follow: seconds between two looks")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{86'400}));
}

}  // namespace muster::cli
