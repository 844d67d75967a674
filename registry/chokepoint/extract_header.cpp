#include "registry/chokepoint/extract_header.hpp"

#include "ledger/base/json_fields.hpp"
#include "ledger/operator_note.hpp"

namespace muster::choke {
namespace {

constexpr std::string_view heading = "muster/choke-extract/v1\n";

}  // namespace

std::string extract_header_text(const ExtractHeader& header) {
  const Json line{{"log", header.origin},
                  {"size", header.head.size.value},
                  {"root", header.head.root.to_hex()},
                  {"made_at", header.made_at.to_string()},
                  {"scope", header.scope == Scope::all ? "all" : "border"},
                  {"rows", header.rows},
                  {"directory_bytes", header.directory_bytes},
                  {"directory", header.directory.to_hex()}};
  return std::string(heading) + canonical_json(line) + "\n";
}

Result<ExtractHeader> parse_extract_header_text(std::string_view text) {
  if (!text.starts_with(heading) || !text.ends_with('\n')) {
    return failure(Errc::invalid_input, "extract: the signed text is none of an extract");
  }
  std::string_view line = text.substr(heading.size());
  if (line.empty()) return failure(Errc::invalid_input, "extract: the signed text ends early");
  line.remove_suffix(1);
  MUSTER_TRY_ASSIGN(const Json json, parse_canonical_json(line));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "extract"));
  ExtractHeader header;
  MUSTER_TRY_ASSIGN(header.origin, fields.text("log"));
  MUSTER_TRY_ASSIGN(const std::int64_t size, fields.integer("size", 1));
  MUSTER_TRY_ASSIGN(header.head.root, fields.hash("root"));
  MUSTER_TRY_ASSIGN(header.made_at, fields.time("made_at"));
  MUSTER_TRY_ASSIGN(const std::string scope, fields.text("scope"));
  MUSTER_TRY_ASSIGN(const std::int64_t rows, fields.integer("rows"));
  MUSTER_TRY_ASSIGN(const std::int64_t bytes, fields.integer("directory_bytes"));
  MUSTER_TRY_ASSIGN(header.directory, fields.hash("directory"));
  MUSTER_TRY(fields.finish());
  if (scope != "border" && scope != "all") {
    return failure(Errc::invalid_input, "extract.scope: got \"" + scope + "\", want border or all");
  }
  header.head.size.value = static_cast<std::uint64_t>(size);
  header.scope = scope == "all" ? Scope::all : Scope::border;
  header.rows = static_cast<std::uint64_t>(rows);
  header.directory_bytes = static_cast<std::uint64_t>(bytes);
  if (extract_header_text(header) != text) {
    return failure(Errc::invalid_input, "extract: a value is not in its one spelling");
  }
  return header;
}

Result<ExtractHeader> verify_extract_header(std::string_view note,
                                            std::span<const ledger::VerifierKey> keys) {
  MUSTER_TRY_ASSIGN(const ledger::Note parsed, ledger::parse_note(note));
  MUSTER_TRY_ASSIGN(ExtractHeader header, parse_extract_header_text(parsed.text));
  MUSTER_TRY(ledger::check_note_signature(parsed, header.origin, keys));
  return header;
}

}  // namespace muster::choke
