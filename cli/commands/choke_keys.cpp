// `choke keys`: whether keys of parties and devices are revoked, by an extract, offline.

#include "cli/choke_extract.hpp"
#include "cli/choke_words.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/print/utf8.hpp"
#include "cli/row_json.hpp"
#include "registry/chokepoint/key_standing.hpp"

namespace muster::cli {
namespace {

struct ChokeKeysOptions {
  std::vector<std::string> asked;
  std::string extract;
  std::vector<std::string> keys;
  std::int64_t max_age_days = 0;
};

/// Bad keys are the answer; one that cannot be judged by this extract leaves it open.
ExitCode worse(ExitCode code, choke::KeyStanding standing) {
  if (standing == choke::KeyStanding::valid || code == ExitCode::negative) return code;
  const bool open =
      standing == choke::KeyStanding::too_old || standing == choke::KeyStanding::clock;
  return open ? ExitCode::no_answer : ExitCode::negative;
}

Result<ExitCode> judge_keys(Context& context, const ChokeKeysOptions& options) {
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(choke::Extract extract,
                    open_extract(options.extract, options.keys, options.max_age_days));
  const Timestamp now = clock->now();
  auto printer = context.printer();
  print::Table table{
      .columns = {
          {"key", print::Align::left, print::Overflow::keep}, {"of"}, {"standing"}, {"why"}}};
  ExitCode code = ExitCode::done;
  for (const std::string& asked : options.asked) {
    MUSTER_TRY_ASSIGN(const choke::KeyAnswer answer, choke::key_standing(extract, asked, now));
    code = worse(code, answer.standing);
    const std::string standing(choke::name_of(answer.standing));
    table.rows.push_back({answer.key, text_or_dash(answer.holder), standing,
                          answer.text + (answer.suspended ? "; its party is suspended" : "")});
    printer.json_line({{"asked", asked},
                       {"key", answer.key},
                       {"holder", text_or_null(answer.holder)},
                       {"standing", standing},
                       {"text", answer.text},
                       {"party_suspended", answer.suspended},
                       {"extract_of", extract.header().made_at.to_string()},
                       {"log", extract.header().origin},
                       {"size", extract.header().head.size.value}});
  }
  printer.table(table);
  printer.paragraph("By the extract of " + extract.header().origin + " of " +
                    extract.header().made_at.to_string() + " (" + age_of(extract.header(), now) +
                    "). Not checked: what was recorded after that.");
  return code;
}

}  // namespace

void add_choke_keys_command(CLI::App& app, Context& context) {
  auto& options = context.keep<ChokeKeysOptions>();
  CLI::App& verb = add_verb(noun(app, "choke", "at a border or another chokepoint"), "keys",
                            "whether keys are valid, expired or revoked, by an extract", context,
                            [&] { return judge_keys(context, options); });
  verb.add_option("key-or-id", options.asked,
                  "a party's key or its id, or the SHA-256 of a device key")
      ->required();
  verb.add_option("--extract", options.extract, "file of choke extract")->required();
  verb.add_option("--key", options.keys, "the log's verifier key; again for older ones")
      ->required();
  verb.add_option("--max-age", options.max_age_days,
                  "days after which the extract is too old to call a key valid or unknown")
      ->check(CLI::Range(1, 3650));
}

}  // namespace muster::cli
