// `ledger witness init`, `add-log`, `show` and `serve`: a process of its own beside any log.

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <ostream>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/print/number.hpp"
#include "cli/witness/witness_home.hpp"
#include "cli/witness/witness_service.hpp"

namespace muster::cli {
namespace {

struct WitnessOptions {
  std::string folder;
  std::string name;
  std::string key_file;
  std::string log_key;
  std::string origin;
  std::string listen = "127.0.0.1:7380";
  bool ends_with_parent = false;
};

/// Where a process answers.
struct ListenAddress {
  std::string address;
  std::uint16_t port;

  [[nodiscard]] std::string url(std::uint16_t actual_port) const {
    return http::Url{address, actual_port, {}}.authority();
  }
};

Result<ListenAddress> listen_address(const std::string& text) {
  const auto colon = text.rfind(':');
  const std::string_view digits =
      std::string_view(text).substr(colon == std::string::npos ? text.size() : colon + 1);
  // Port 0, any that is free, is no port of a URL.
  if (digits == "0") {
    MUSTER_TRY_ASSIGN(auto any, http::Url::parse("http://" + text.substr(0, colon) + ":1"));
    return ListenAddress{std::move(any.host), 0};
  }
  auto url = http::Url::parse("http://" + text);
  if (!url || !url->path.empty() || digits.empty()) {
    return failure(Errc::invalid_input,
                   "--listen: got \"" + text + "\", want ADDRESS:PORT, such as 127.0.0.1:7380");
  }
  return ListenAddress{std::move(url->host), url->port};
}

Result<ExitCode> make_witness(Context& context, const WitnessOptions& options) {
  if (context.options().dry_run) {
    context.printer().paragraph("Would make a witness in " + options.folder + ".");
    context.printer().json(
        {{"folder", options.folder}, {"name", options.name}, {"verifier_key", nullptr}});
    return ExitCode::done;
  }
  MUSTER_TRY(WitnessHome::create(context, options.folder, options.name, options.key_file));
  MUSTER_TRY_ASSIGN(const auto home, WitnessHome::open(options.folder));
  const std::string key = home->verifier_key().to_string();
  auto printer = context.printer();
  printer.facts({"", {{"witness", options.folder}, {"name", options.name}, {"verifier key", key}}});
  printer.json({{"folder", options.folder}, {"name", options.name}, {"verifier_key", key}});
  return ExitCode::done;
}

Result<ExitCode> add_log(Context& context, const WitnessOptions& options) {
  auto key = ledger::VerifierKey::parse(options.log_key);
  if (!key) return failure(std::move(key).error().during("--log"));
  const std::string origin = options.origin.empty() ? key->name() : options.origin;
  if (origin.find('\n') != std::string::npos) {
    return failure(Errc::invalid_input, "--origin: want one line");
  }
  MUSTER_TRY_ASSIGN(const auto home, WitnessHome::open(options.folder));
  if (!context.options().dry_run) MUSTER_TRY(home->state().add_log(origin, *key));
  auto printer = context.printer();
  printer.facts({"", {{"follows", origin}, {"key", key->to_string()}}});
  printer.json({{"origin", origin}, {"key", key->to_string()}});
  return ExitCode::done;
}

Result<ExitCode> show_witness(Context& context, const WitnessOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, WitnessHome::open(options.folder));
  MUSTER_TRY_ASSIGN(const auto origins, home->state().origins());
  print::Table table{"Logs that it follows",
                     {{"origin"},
                      print::number_column("keys"),
                      print::number_column("size"),
                      {"cosigned"},
                      print::id_column("root")},
                     {}};
  Json logs = Json::array();
  for (const std::string& origin : origins) {
    MUSTER_TRY_ASSIGN(const auto log, home->state().log(origin));
    Json keys = Json::array();
    for (const auto& key : log.keys) keys.push_back(key.to_string());
    const auto& newest = log.newest;
    const std::string time =
        newest ? Timestamp{static_cast<std::int64_t>(newest->second) * 1'000}.to_string() : "";
    const std::string root = newest ? newest->head.root.to_hex() : "";
    table.rows.push_back({origin, std::to_string(log.keys.size()),
                          newest ? print::grouped(newest->head.size.value) : "none yet", time,
                          root});
    logs.push_back({{"origin", origin},
                    {"keys", std::move(keys)},
                    {"size", newest ? Json(newest->head.size.value) : Json(nullptr)},
                    {"root", newest ? Json(root) : Json(nullptr)},
                    {"time", newest ? Json(time) : Json(nullptr)}});
  }
  auto printer = context.printer();
  printer.facts({"",
                 {{"name", home->verifier_key().name()},
                  {"verifier key", home->verifier_key().to_string()}}});
  printer.table(table);
  printer.json({{"name", home->verifier_key().name()},
                {"verifier_key", home->verifier_key().to_string()},
                {"logs", std::move(logs)}});
  return ExitCode::done;
}

/// For a witness that somebody started for a while: no process stays behind when that one is gone.
void end_with_parent() {
  const pid_t parent = ::getppid();
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::raise(SIGTERM);  // gone in between
}

Result<ExitCode> serve(Context& context, const WitnessOptions& options) {
  MUSTER_TRY_ASSIGN(const ListenAddress where, listen_address(options.listen));
  MUSTER_TRY_ASSIGN(const auto home, WitnessHome::open(options.folder));
  MUSTER_TRY(home->take_over());
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  ledger::Witness witness(home->state(), home->cosigner(), {.evidence = home->evidence()});
  auto printer = context.printer();
  const auto tell = [&printer](const std::string& line) { printer.note(line); };
  // One thread: what a witness knows is read, compared, stored and signed by one request at a time.
  MUSTER_TRY_ASSIGN(const auto server,
                    http::HttpServer::listen({.address = where.address,
                                              .port = where.port,
                                              .max_body_bytes = ledger::max_add_checkpoint_bytes,
                                              .stop_on_signals = true},
                                             witness_handler(witness, *clock, tell)));
  const std::string url = "http://" + where.url(server->port());
  const std::string key = home->verifier_key().to_string();
  printer.facts(
      {"", {{"witness", home->verifier_key().name()}, {"verifier key", key}, {"listens on", url}}});
  printer.json({{"name", home->verifier_key().name()}, {"verifier_key", key}, {"url", url}});
  context.out().flush();
  if (options.ends_with_parent) end_with_parent();
  server->run();
  printer.note("stopped");
  return ExitCode::done;
}

CLI::App& add_witness_verb(CLI::App& witness, Context& context, WitnessOptions& options,
                           const char* name, const char* summary,
                           Result<ExitCode> (*action)(Context&, const WitnessOptions&)) {
  CLI::App& verb = add_verb(witness, name, summary, context,
                            [&context, &options, action] { return action(context, options); });
  verb.add_option("folder", options.folder, "the witness's folder")->required();
  return verb;
}

}  // namespace

void add_witness_commands(CLI::App& app, Context& context) {
  CLI::App& ledger = noun(app, "ledger", "the log: entries, head, proofs, verification");
  CLI::App& witness = noun(ledger, "witness", "cosign checkpoints of other people's logs");
  auto& made = context.keep<WitnessOptions>();
  CLI::App& init = add_witness_verb(witness, context, made, "init",
                                    "make a new witness: key and state", make_witness);
  init.add_option("--name", made.name, "its name in signatures, such as witness.example/w1")
      ->required();
  init.add_option("--key", made.key_file, "a key that signs nothing else; else a new one");
  auto& added = context.keep<WitnessOptions>();
  CLI::App& add = add_witness_verb(witness, context, added, "add-log",
                                   "follow a log, or know a further key of one", add_log);
  add.add_option("--log", added.log_key, "the log's verifier key, as `ledger head` shows it")
      ->required();
  add.add_option("--origin", added.origin, "its origin, when the key has another name");
  add_witness_verb(witness, context, context.keep<WitnessOptions>(), "show",
                   "its key and the logs that it follows", show_witness);
  auto& served = context.keep<WitnessOptions>();
  CLI::App& serving =
      add_witness_verb(witness, context, served, "serve", "answer over HTTP until SIGTERM", serve);
  serving.add_option("--listen", served.listen, "ADDRESS:PORT; port 0 takes any that is free");
  serving.add_flag("--ends-with-parent", served.ends_with_parent,
                   "stop when the process that started it ends");
}

}  // namespace muster::cli
