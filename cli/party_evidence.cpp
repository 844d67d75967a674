#include "cli/party_evidence.hpp"

#include "cli/print/number.hpp"
#include "registry/number_reuse.hpp"

namespace muster::cli {
namespace {

/// What cannot be read, or does not hold, says nothing about the party.
ExitCode shows_nothing(Context& context, const Error& error) {
  auto printer = context.printer();
  printer.paragraph("NOT SHOWN: " + error.message, print::Tone::bad);
  printer.json({{"kind", "number-reused"},
                {"convicts", false},
                {"origin", nullptr},
                {"org", nullptr},
                {"stream", nullptr},
                {"number", nullptr},
                {"index", nullptr},
                {"first", nullptr},
                {"second", nullptr},
                {"first_key", nullptr},
                {"second_key", nullptr},
                {"one_key", nullptr},
                {"code", error.rule.empty() ? "evidence.unreadable" : error.rule},
                {"reason", error.message}});
  return ExitCode::negative;
}

/// Whether the caller says that both keys are the party's. The file cannot say it: anybody has a
/// key.
Result<bool> keys_are_known(const registry::NumberReuse& reuse,
                            const std::vector<std::string>& party_keys) {
  bool first = false;
  bool second = false;
  for (const std::string& text : party_keys) {
    auto key = crypto::PublicKey::parse(text);
    if (!key) return failure(std::move(key).error().during("--party-key"));
    first = first || *key == reuse.first_key;
    second = second || *key == reuse.second_key;
  }
  return first && second;
}

}  // namespace

Result<ExitCode> judged_number_reuse(Context& context, const std::string& text,
                                     const std::vector<std::string>& party_keys) {
  const auto reuse = registry::parse_number_reuse(text);
  if (!reuse) return shows_nothing(context, reuse.error());
  const auto facts = registry::verify_number_reuse(*reuse);
  if (!facts) return shows_nothing(context, facts.error());
  MUSTER_TRY_ASSIGN(const bool known, keys_are_known(*reuse, party_keys));
  const std::string key = reuse->second_key.text();
  auto printer = context.printer();
  if (known) {
    printer.paragraph("CONTRADICTION: " + facts->org + " signed two statements under one number.",
                      print::Tone::bad);
  } else {
    printer.paragraph(
        "Two statements under one number" +
            std::string(facts->one_key ? ", signed by one key" : "") + ". Whether it is a key of " +
            facts->org +
            " is not shown here: give its keys by --party-key, as the ledger has them.",
        print::Tone::warn);
  }
  printer.facts({"",
                 {{"log", facts->origin},
                  {"party", facts->org},
                  {"stream", facts->stream},
                  {"number", print::grouped(facts->number)},
                  {"first", facts->first.to_hex()},
                  {"second", facts->second.to_hex()},
                  {"entry of the first, as the file says", std::to_string(reuse->index.value)},
                  {"key of the second", key},
                  {"one key for both", facts->one_key ? "yes" : "no"}}});
  printer.json({{"kind", "number-reused"},
                {"convicts", known},
                {"origin", facts->origin},
                {"org", facts->org},
                {"stream", facts->stream},
                {"number", facts->number},
                {"index", reuse->index.value},
                {"first", facts->first.to_hex()},
                {"second", facts->second.to_hex()},
                {"first_key", reuse->first_key.text()},
                {"second_key", key},
                {"one_key", facts->one_key},
                {"code", nullptr},
                {"reason", nullptr}});
  return known ? ExitCode::done : ExitCode::no_answer;
}

}  // namespace muster::cli
