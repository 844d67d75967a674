// `registry trust`: whose log an address serves, said once by the user.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/log_checks.hpp"
#include "cli/pair_facts.hpp"
#include "cli/print/number.hpp"
#include "cli/remote/mirror.hpp"
#include "cli/remote/server_address.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

struct TrustOptions {
  std::vector<std::string> keys;
};

/// What was pinned before, if anything, with the keys that are given now.
Result<TrustedLog> with_given_keys(const CachePlaces& places, const std::string& url,
                                   const std::vector<ledger::VerifierKey>& given) {
  TrustedLog trusted{.url = url, .keys = {}};
  auto before = read_trusted_log(places.trust(), url);
  if (before) {
    trusted = std::move(*before);
  } else if (before.error().code != Errc::not_found) {
    return failure(std::move(before.error()));
  }
  const std::string origin = trusted.keys.empty() ? given.front().name() : trusted.origin();
  for (const ledger::VerifierKey& key : given) {
    if (key.name() == origin) continue;
    return failure(Errc::invalid_input, "--key: got a key of log \"" + key.name() +
                                            "\", want one of \"" + origin + "\", as which " + url +
                                            " is known here; if it is to be another log, remove " +
                                            places.folder.string());
  }
  add_keys(trusted.keys, given);
  return trusted;
}

Json trusted_json(const TrustedLog& trusted, const CachePlaces& places,
                  const ledger::Checkpoint& checkpoint) {
  Json keys = Json::array();
  for (const ledger::VerifierKey& key : trusted.keys) keys.push_back(key.to_string());
  return {{"url", trusted.url},
          {"origin", trusted.origin()},
          {"keys", std::move(keys)},
          {"size", checkpoint.size.value},
          {"root", checkpoint.root.to_hex()},
          {"folder", places.folder.string()}};
}

Result<ExitCode> trust(Context& context, const TrustOptions& options) {
  if (!is_server_address(context.options().registry)) {
    return failure(Errc::invalid_input,
                   "registry trust: is about a registry that is served: give --registry https://…");
  }
  MUSTER_TRY_ASSIGN(http::Url url, server_address(context.options().registry));
  MUSTER_TRY_ASSIGN(const auto given, log_keys(options.keys));
  MUSTER_TRY_ASSIGN(const CachePlaces places, cache_places(url));
  MUSTER_TRY_ASSIGN(const auto calls, ServerCalls::open(std::move(url), context.options().served));
  MUSTER_TRY_ASSIGN(const TrustedLog trusted, with_given_keys(places, calls.address(), given));
  // What nobody signed who is to count is no log to trust: a slip of the key is seen now.
  Mirror mirror(context, calls, places, trusted);
  MUSTER_TRY_ASSIGN(const std::string note, mirror.signed_checkpoint());
  MUSTER_TRY_ASSIGN(const auto checkpoint, ledger::parse_checkpoint(note));
  if (!context.options().dry_run) {
    MUSTER_TRY(
        write_file_atomically(places.trust(), as_bytes(encode_trusted_log(trusted) + "\n"), 0600));
  }
  auto printer = context.printer();
  printer.paragraph("From now on " + trusted.url + " is believed what these keys sign.",
                    print::Tone::good);
  print::Facts facts{"", {{"log", trusted.origin()}}};
  for (const ledger::VerifierKey& key : trusted.keys)
    facts.rows.emplace_back("key", key.to_string());
  facts.rows.emplace_back("entries signed for", print::grouped(checkpoint.size.value));
  facts.rows.emplace_back("kept in", places.folder.string());
  printer.facts(facts);
  printer.json(trusted_json(trusted, places, checkpoint));
  return ExitCode::done;
}

}  // namespace

void add_registry_trust_command(CLI::App& app, Context& context) {
  CLI::App& registry = noun(app, "registry", "the view of the log: dumps, rebuilding");
  auto& options = context.keep<TrustOptions>();
  CLI::App& verb = add_verb(registry, "trust", "say once whose log an address serves", context,
                            [&] { return trust(context, options); });
  verb.add_option("--key", options.keys,
                  "the operator's verifier key, had from the operator; again for a further one")
      ->required()
      ->allow_extra_args(false);
}

}  // namespace muster::cli
