#include "cli/audit/declaration_blobs.hpp"

#include <algorithm>

#include "registry/body.hpp"
#include "registry/event.hpp"
#include "registry/manifest.hpp"
#include "sampler/stats/decimal.hpp"

namespace muster::cli::audit {
namespace {

using attestation::DeclarationFiles;

constexpr const char* shards_schema = "run.shards";
constexpr const char* steps_schema = "run.steps";

/// An exact decimal that must be a whole number which JSON can carry.
Result<std::int64_t> whole(const std::string& text, const std::string& what) {
  MUSTER_TRY_ASSIGN(const stats::Decimal value, stats::Decimal::parse(text));
  MUSTER_TRY_ASSIGN(const std::uint64_t count, stats::count_from(value, what));
  if (count <= static_cast<std::uint64_t>(max_json_integer)) {
    return static_cast<std::int64_t>(count);
  }
  return failure(Errc::invalid_input, what + ": got " + text + ", want at most 2^53 - 1");
}

Result<Json> body_of(const attestation::RunMetadata& run, const std::string& model) {
  if (!run.restarts.empty()) {
    return failure(Errc::invalid_input,
                   "run " + run.run.text() + ": got restarts, which run.declare cannot say");
  }
  MUSTER_TRY_ASSIGN(const std::int64_t parameters, whole(run.parameters, "parameters"));
  MUSTER_TRY_ASSIGN(const std::int64_t width,
                    whole(run.bytes_per_parameter, "bytes_per_parameter"));
  return Json{
      {"run", run.run.text()},
      {"use", attestation::run_use_name(run.use)},
      {"window", {{"from", run.window.from.to_string()}, {"to", run.window.to.to_string()}}},
      {"model", model},
      {"parameters", parameters},
      {"flop", run.flop},
      {"bytes_per_parameter", width},
      {"scratch_bytes", run.scratch_bytes_per_chip},
      {"chunk_bytes", run.chunk_bytes}};
}

/// Calls `take(line)` for each line of `text`.
template <class Take>
Result<void> each_line(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      return failure(Errc::invalid_input, "manifest: no line feed at the end");
    }
    MUSTER_TRY(take(text.substr(0, end)));
    text.remove_prefix(end + 1);
  }
  return {};
}

Result<std::vector<Json>> parsed_lines(std::string_view text) {
  std::vector<Json> items;
  MUSTER_TRY(each_line(text, [&](std::string_view line) -> Result<void> {
    MUSTER_TRY_ASSIGN(Json item, parse_canonical_json(line));
    items.push_back(std::move(item));
    return {};
  }));
  return items;
}

/// Sorts by two fields.
void sort_by(std::vector<Json>& items, const char* first, const char* second) {
  std::ranges::stable_sort(items, [&](const Json& a, const Json& b) {
    if (a[first] != b[first]) return a[first] < b[first];
    return a[second] < b[second];
  });
}

/// The items of a filed manifest, without salts.
Result<std::vector<Json>> filed_items(ByteView bytes, const registry::ManifestRef& ref) {
  const std::string_view text = as_text(bytes);
  MUSTER_TRY(registry::check_plain_manifest(text, ref));
  std::vector<Json> items;
  items.reserve(ref.items);
  MUSTER_TRY(each_line(text, [&](std::string_view line) -> Result<void> {
    MUSTER_TRY_ASSIGN(Json value, parse_canonical_json(line));
    items.push_back(std::move(value["item"]));
    return {};
  }));
  return items;
}

Result<void> want_fields(const std::vector<Json>& items, const char* first, const char* second) {
  for (const Json& item : items) {
    if (item.contains(first) && item.contains(second)) continue;
    return failure(Errc::invalid_input,
                   std::string("manifest: an item without ") + first + " or " + second);
  }
  return {};
}

std::string lines_of(const std::vector<Json>& items) {
  std::string text;
  for (const Json& item : items) text += canonical_json(item) + "\n";
  return text;
}

/// The metadata document that the body of an accepted `run.declare` stands for.
std::string metadata_of(const registry::Body& body) {
  const Json& window = body.at("window");
  return canonical_json(
      {{"run", body.text("run")},
       {"use", body.text("use")},
       {"from", window["from"]},
       {"to", window["to"]},
       {"parameters", std::to_string(body.integer("parameters"))},
       {"flop", body.text("flop")},
       {"bytes_per_parameter", std::to_string(body.integer("bytes_per_parameter"))},
       {"chunk_bytes", body.integer("chunk_bytes")},
       {"scratch_bytes_per_chip", body.integer("scratch_bytes")},
       {"restarts", Json::array()}});
}

}  // namespace

Result<DeclarationBlobs> declaration_blobs(const attestation::Declaration& declaration,
                                           const std::string& model, Random& random) {
  DeclarationBlobs filed;
  MUSTER_TRY_ASSIGN(filed.body, body_of(declaration.metadata, model));
  const DeclarationFiles files = attestation::encoded_declaration(declaration);
  MUSTER_TRY_ASSIGN(std::vector<Json> shards, parsed_lines(files.assignments));
  MUSTER_TRY_ASSIGN(std::vector<Json> steps, parsed_lines(files.steps));
  sort_by(shards, "chip", "shard");
  sort_by(steps, "step", "shard");
  MUSTER_TRY_ASSIGN(auto shard_manifest, registry::plain_manifest(shards_schema, shards, random));
  MUSTER_TRY_ASSIGN(auto step_manifest, registry::plain_manifest(steps_schema, steps, random));
  filed.body["shards"] = registry::manifest_json(shard_manifest.ref);
  filed.body["steps"] = registry::manifest_json(step_manifest.ref);
  filed.blobs.push_back({shard_manifest.ref.sha256, std::move(shard_manifest.bytes)});
  filed.blobs.push_back({step_manifest.ref.sha256, std::move(step_manifest.bytes)});
  return filed;
}

Result<attestation::Declaration> filed_declaration(const Json& body, ByteView shards,
                                                   ByteView steps) {
  const registry::Body fields(body);
  MUSTER_TRY_ASSIGN(auto shard_items,
                    filed_items(shards, registry::manifest_of(fields.at("shards"))));
  MUSTER_TRY_ASSIGN(auto step_items, filed_items(steps, registry::manifest_of(fields.at("steps"))));
  MUSTER_TRY(want_fields(shard_items, "chip", "from"));
  MUSTER_TRY(want_fields(step_items, "shard", "step"));
  sort_by(shard_items, "chip", "from");
  sort_by(step_items, "shard", "step");
  return attestation::parsed_declaration(
      {metadata_of(fields), lines_of(shard_items), lines_of(step_items)});
}

Result<std::vector<attestation::StepCommitment>> filed_steps(const Json& body, ByteView steps) {
  const registry::Body fields(body);
  MUSTER_TRY_ASSIGN(auto items, filed_items(steps, registry::manifest_of(fields.at("steps"))));
  MUSTER_TRY(want_fields(items, "shard", "step"));
  sort_by(items, "shard", "step");
  MUSTER_TRY_ASSIGN(auto declaration,
                    attestation::parsed_declaration({metadata_of(fields), "", lines_of(items)}));
  return std::move(declaration.steps);
}

Result<std::vector<attestation::Assignment>> filed_assignments(const Json& body, ByteView shards) {
  const registry::Body fields(body);
  MUSTER_TRY_ASSIGN(auto items, filed_items(shards, registry::manifest_of(fields.at("shards"))));
  MUSTER_TRY(want_fields(items, "chip", "from"));
  sort_by(items, "chip", "from");
  MUSTER_TRY_ASSIGN(auto declaration,
                    attestation::parsed_declaration({metadata_of(fields), lines_of(items), ""}));
  return std::move(declaration.assignments);
}

}  // namespace muster::cli::audit
