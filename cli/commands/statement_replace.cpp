// `statement replace`: say a statement anew, quoting the words that it replaces.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/keepsakes.hpp"
#include "cli/outcome.hpp"
#include "cli/statement_author.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

struct ReplaceOptions {
  std::string target;
  StatementAuthor author;
  std::string principal;
  std::string reason;
  std::vector<std::string> fields;
  std::string event;
  std::vector<std::string> manifests;
  Keepsakes keep;
};

/// The payload and the manifests of a statement in the log.
struct Quoted {
  Json payload;
  std::vector<ledger::Blob> blobs{};
};

Result<Quoted> quoted(Home& home, const std::string& text) {
  auto hash = Hash::from_hex(text);
  if (!hash) return failure(std::move(hash.error()).during("statement"));
  const auto index = home.state().statement_index(*hash);
  if (!index) return failure(Errc::not_found, "statement " + text + ": not in this log");
  MUSTER_TRY_ASSIGN(const auto entries, home.registry().log().read({*index}, 1));
  if (entries.empty()) return failure(Errc::corrupt, "log: entry is missing");
  Quoted found;
  MUSTER_TRY_ASSIGN(found.payload, parse_canonical_json(entries.front().envelope.payload));
  MUSTER_TRY_ASSIGN(const auto event,
                    registry::parse_event(entries.front().envelope.payload, *hash));
  for (const registry::ManifestRef& ref : registry::manifests_of(event)) {
    MUSTER_TRY_ASSIGN(Bytes bytes, home.registry().log().store().blob(ref.sha256));
    found.blobs.push_back({ref.sha256, std::move(bytes)});
  }
  return found;
}

/// The text in force: of a statement that replaced another, what it put in its place.
Json words_of(const Json& payload) {
  return payload["kind"] == "correct.replace" ? payload["body"]["event"] : payload;
}

Result<void> set_field(Json& event, const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return failure(Errc::invalid_input, "--set: got \"" + text + "\", want FIELD=JSON");
  }
  const std::string name = text.substr(0, equals);
  if (text.size() == equals + 1) {
    event["body"].erase(name);
    return {};
  }
  auto value = parse_json(text.substr(equals + 1));
  if (!value) return failure(std::move(value.error()).during("--set " + name));
  event["body"][name] = std::move(value.value());
  return {};
}

Result<Json> new_words(const ReplaceOptions& options, const Json& payload) {
  Json event = words_of(payload);
  if (!options.event.empty()) {
    const bool file = options.event.starts_with('@');
    std::string text = options.event;
    if (file) {
      MUSTER_TRY_ASSIGN(text, read_text_file(options.event.substr(1)));
    }
    auto parsed = parse_json(text);
    if (!parsed) return failure(std::move(parsed.error()).during("--event"));
    event = std::move(parsed.value());
  }
  if (!event.is_object() || !event.contains("body") || !event["body"].is_object()) {
    return failure(Errc::invalid_input, "--event: want the payload of a statement");
  }
  for (const std::string& field : options.fields) MUSTER_TRY(set_field(event, field));
  return event;
}

Result<ExitCode> replace(Context& context, const ReplaceOptions& options) {
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(Quoted was, quoted(*home, options.target));
  MUSTER_TRY_ASSIGN(const Json event, new_words(options, was.payload));
  registry::Draft draft{.kind = "correct.replace",
                        .body = {{"target", options.target},
                                 {"was", was.payload},
                                 {"event", event},
                                 {"reason", options.reason}},
                        .event_time = clock->now()};
  if (!options.principal.empty()) draft.on_behalf_of = options.principal;
  MUSTER_TRY_ASSIGN(auto submission, next_statement(context, home->state(), options.author, draft));
  for (ledger::Blob& blob : was.blobs) submission.blobs.push_back(std::move(blob));
  for (const std::string& path : options.manifests) {
    MUSTER_TRY_ASSIGN(Bytes bytes, read_file(path));
    const Hash hash = crypto::sha256(bytes);
    submission.blobs.push_back({hash, std::move(bytes)});
  }
  return submit(context, *home, submission, options.keep);
}

}  // namespace

void add_statement_replace_command(CLI::App& app, Context& context) {
  auto& options = context.keep<ReplaceOptions>();
  CLI::App& verb = add_verb(
      noun(app, "statement", "statements of any kind, made, judged, handed in"), "replace",
      "say a statement anew", context, [&context, &options] { return replace(context, options); });
  verb.add_option("statement", options.target, "the statement's hash")->required();
  add_author_options(verb, options.author);
  verb.add_option("--for", options.principal, "the party on whose behalf it is said");
  verb.add_option("--reason", options.reason, "what was wrong")->required();
  verb.add_option("--set", options.fields, "FIELD=JSON of the body; FIELD= leaves it out");
  verb.add_option("--event", options.event, "the whole new payload, as JSON text or @FILE");
  verb.add_option("--manifest", options.manifests, "a manifest that the new payload names");
  add_keepsake_options(verb, options.keep);
}

}  // namespace muster::cli
