// `epcis validate` and `epcis hash`: judging and naming the events of EPCIS documents.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/epcis_home.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "registry/exchange/document.hpp"
#include "registry/exchange/document_lines.hpp"
#include "registry/exchange/profile.hpp"
#include "registry/exchange/xml_document.hpp"
#include "registry/json_schema/json_schema.hpp"

namespace muster::cli {
namespace {

struct ValidateOptions {
  std::string file;
  std::string schema;
  std::uint64_t faults = 20;
};

struct HashOptions {
  std::string file;
  bool pre_hash = false;
};

Result<std::vector<exchange::DocumentFault>> faults_by_schema(const Json& document,
                                                              const ValidateOptions& options) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(options.schema));
  auto parsed = parse_foreign_json(text);
  if (!parsed) return failure(std::move(parsed.error()).during(options.schema));
  MUSTER_TRY_ASSIGN(const auto schema,
                    json_schema::Schema::compile({options.schema, std::move(*parsed)}));
  MUSTER_TRY_ASSIGN(const auto found, schema.faults(document, options.faults));
  std::vector<exchange::DocumentFault> faults;
  for (const json_schema::Fault& fault : found) {
    faults.push_back({fault.instance, fault.message + " (" + fault.schema + ")"});
  }
  return faults;
}

/// What is wrong with a document in XML.
Result<std::vector<exchange::DocumentFault>> xml_faults(const std::string& text,
                                                        const ValidateOptions& options) {
  if (!options.schema.empty()) {
    return failure(Errc::invalid_input, "--schema: judges JSON, and " + options.file + " is XML");
  }
  const auto converted = exchange::json_of_xml(text);
  if (!converted) return failure(Error(converted.error()).during(options.file));
  return exchange::document_faults(converted->value, options.faults);
}

Result<std::vector<exchange::DocumentFault>> json_faults(const std::string& text,
                                                         const ValidateOptions& options) {
  auto parsed = parse_foreign_json(text);
  if (!parsed) return failure(std::move(parsed.error()).during(options.file));
  auto faults = exchange::document_faults(*parsed, options.faults);
  if (!options.schema.empty()) {
    MUSTER_TRY_ASSIGN(const auto more, faults_by_schema(*parsed, options));
    faults.insert(faults.end(), more.begin(), more.end());
  }
  return faults;
}

std::vector<std::uint64_t> lines_of(const std::string& text,
                                    const std::vector<exchange::DocumentFault>& faults) {
  std::vector<std::string> pointers;
  pointers.reserve(faults.size());
  for (const exchange::DocumentFault& fault : faults) pointers.push_back(fault.pointer);
  return exchange::document_lines(text, pointers);
}

Result<ExitCode> validate_document(Context& context, const ValidateOptions& options) {
  if (options.faults == 0) return failure(Errc::invalid_input, "--faults: want at least 1");
  MUSTER_TRY_ASSIGN(const std::string text,
                    read_text_file(options.file, exchange::max_document_bytes));
  MUSTER_TRY_ASSIGN(const auto faults, exchange::looks_like_xml(text) ? xml_faults(text, options)
                                                                      : json_faults(text, options));
  auto printer = context.printer();
  const bool valid = faults.empty();
  printer.paragraph(valid ? "A valid EPCIS 2.0 document." : "NOT a valid EPCIS 2.0 document.",
                    valid ? print::Tone::good : print::Tone::bad);
  const auto lines = lines_of(text, faults);
  Json list = Json::array();
  for (std::size_t i = 0; i < faults.size(); ++i) {
    const exchange::DocumentFault& fault = faults[i];
    printer.lines("line " + std::to_string(lines[i]) + ": " +
                  (fault.pointer.empty() ? "document" : fault.pointer) + ": " + fault.message +
                  "\n");
    list.push_back({{"line", lines[i]}, {"pointer", fault.pointer}, {"message", fault.message}});
  }
  printer.json({{"file", options.file}, {"valid", valid}, {"faults", std::move(list)}});
  return valid ? ExitCode::done : ExitCode::negative;
}

Result<ExitCode> hash_events(Context& context, const HashOptions& options) {
  MUSTER_TRY_ASSIGN(const EpcisDocument read, read_epcis_file(options.file));
  const exchange::Document& document = read.document;
  auto printer = context.printer();
  Json list = Json::array();
  for (std::size_t i = 0; i < document.events.size(); ++i) {
    const Json& event = document.events[i];
    const std::string uri = exchange::event_hash_uri(event, document.hashing);
    printer.raw(uri + "\n");
    Json row{{"pointer", document.pointer_to(i)},
             {"hash", uri},
             {"event_id", event.value("eventID", Json(nullptr))}};
    if (options.pre_hash) {
      row["pre_hash"] = exchange::pre_hash(event, document.hashing);
      printer.lines(row["pre_hash"].get<std::string>() + "\n");
    }
    list.push_back(std::move(row));
  }
  printer.json({{"file", options.file}, {"events", std::move(list)}});
  return ExitCode::done;
}

}  // namespace

void add_epcis_commands(CLI::App& app, Context& context) {
  CLI::App& epcis = noun(app, "epcis", "EPCIS 2.0 documents: out of the register and into it");
  auto& validating = context.keep<ValidateOptions>();
  CLI::App& validate_verb =
      add_verb(epcis, "validate", "judge a document, with a pointer to faults", context,
               [&] { return validate_document(context, validating); });
  validate_verb.add_option("file", validating.file, "the document")->required();
  validate_verb.add_option("--schema", validating.schema, "a JSON Schema to judge it by as well");
  validate_verb.add_option("--faults", validating.faults, "at most so many");
  auto& hashing = context.keep<HashOptions>();
  CLI::App& hash_verb = add_verb(epcis, "hash", "the CBV 2.0 event hash ids of a document's events",
                                 context, [&] { return hash_events(context, hashing); });
  hash_verb.add_option("file", hashing.file, "the document")->required();
  hash_verb.add_flag("--pre-hash", hashing.pre_hash, "show what is hashed as well");
}

}  // namespace muster::cli
