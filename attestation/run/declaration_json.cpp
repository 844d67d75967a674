#include <algorithm>
#include <tuple>

#include "attestation/device/memory.hpp"
#include "attestation/run/declaration.hpp"
#include "ledger/base/json.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::attestation {
namespace {

constexpr std::size_t max_number_text = 64;
constexpr std::int64_t max_restarts = 100'000;

// digits [. digits] [e digits], without superfluous zeros in front: exact, and one text for one
// magnitude in practice.
bool is_exact_decimal(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t start = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i - start;
  };
  const std::size_t whole = digits();
  if (whole == 0 || (whole > 1 && text[0] == '0')) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < text.size() && text[i] == 'e') {
    ++i;
    if (i < text.size() && text[i] == '0') return false;
    const std::size_t exponent = digits();
    if (exponent == 0 || exponent > 3) return false;
  }
  return i == text.size() && text.size() <= max_number_text;
}

// At most nine digits, at most three decimals, above zero.
bool is_bytes_per_parameter(std::string_view text) {
  if (!is_exact_decimal(text) || text.find('e') != std::string_view::npos) return false;
  const std::size_t point = std::min(text.find('.'), text.size());
  const bool short_enough = point <= 9 && text.size() <= point + 4;
  return short_enough && text.find_first_not_of("0.") != std::string_view::npos;
}

Result<std::string> decimal(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(std::string text, fields.text(key));
  if (is_exact_decimal(text)) return text;
  return failure(Errc::invalid_input, fields.path(key) + ": got \"" +
                                          text.substr(0, max_number_text) +
                                          "\", want an exact decimal such as 2.5e25");
}

Result<Window> window(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(const Timestamp from, fields.time("from"));
  MUSTER_TRY_ASSIGN(const Timestamp to, fields.time("to"));
  if (from < to) return Window{from, to};
  return failure(Errc::invalid_input, fields.path("to") + ": got a time that is not after `from`");
}

Result<std::uint64_t> count(FieldReader& fields, std::string_view key, std::int64_t least,
                            std::int64_t most) {
  MUSTER_TRY_ASSIGN(const std::int64_t value, fields.integer(key, least, most));
  return static_cast<std::uint64_t>(value);
}

Result<std::uint32_t> small(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::uint64_t value, count(fields, key, 0, UINT32_MAX));
  return static_cast<std::uint32_t>(value);
}

Result<RunUse> use(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text("use"));
  for (const RunUse use : {RunUse::training, RunUse::inference, RunUse::idle}) {
    if (run_use_name(use) == text) return use;
  }
  return failure(Errc::invalid_input, fields.path("use") + ": got \"" + text.substr(0, 40) +
                                          "\", want training, inference or idle");
}

Result<std::vector<Restart>> restarts(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(const Json* items, fields.array("restarts"));
  if (items->size() > static_cast<std::size_t>(max_restarts)) {
    return failure(Errc::invalid_input, fields.path("restarts") + ": too many");
  }
  std::vector<Restart> all;
  for (const Json& item : *items) {
    MUSTER_TRY_ASSIGN(FieldReader restart, FieldReader::open(item, fields.path("restarts")));
    MUSTER_TRY_ASSIGN(const Timestamp at, restart.time("at"));
    MUSTER_TRY_ASSIGN(const std::uint64_t step, count(restart, "step", 0, max_json_integer));
    MUSTER_TRY(restart.finish());
    if (!all.empty() && all.back().at >= at) {
      return failure(Errc::invalid_input, fields.path("restarts") + ": times that do not rise");
    }
    all.push_back({at, step});
  }
  return all;
}

Result<std::optional<Precommitment>> precommitment(FieldReader& fields) {
  if (!fields.has("precommitment")) return std::optional<Precommitment>();
  MUSTER_TRY_ASSIGN(const Json* json, fields.object("precommitment"));
  MUSTER_TRY_ASSIGN(FieldReader digests, FieldReader::open(*json, fields.path("precommitment")));
  Precommitment made;
  MUSTER_TRY_ASSIGN(made.metadata, digests.hash("metadata"));
  MUSTER_TRY_ASSIGN(made.data_order, digests.hash("data_order"));
  MUSTER_TRY(digests.finish());
  return std::optional(made);
}

Result<RunMetadata> metadata_from(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_canonical_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "run"));
  MUSTER_TRY_ASSIGN(RunId run, fields.parsed<RunId>("run"));
  MUSTER_TRY_ASSIGN(const RunUse run_use, use(fields));
  MUSTER_TRY_ASSIGN(const Window run_window, window(fields));
  MUSTER_TRY_ASSIGN(std::string parameters, decimal(fields, "parameters"));
  MUSTER_TRY_ASSIGN(std::string flop, decimal(fields, "flop"));
  MUSTER_TRY_ASSIGN(std::string width, fields.text("bytes_per_parameter"));
  if (!is_bytes_per_parameter(width)) {
    return failure(Errc::invalid_input, fields.path("bytes_per_parameter") + ": got \"" +
                                            width.substr(0, 40) +
                                            "\", want a decimal above 0 such as 2 or 0.5");
  }
  MUSTER_TRY_ASSIGN(const std::uint64_t chunk, count(fields, "chunk_bytes", 1, max_json_integer));
  MUSTER_TRY_ASSIGN(const std::uint64_t scratch,
                    count(fields, "scratch_bytes_per_chip", 0, max_json_integer));
  MUSTER_TRY_ASSIGN(std::vector<Restart> all_restarts, restarts(fields));
  MUSTER_TRY_ASSIGN(auto bound_to, precommitment(fields));
  MUSTER_TRY(fields.finish());
  return RunMetadata{std::move(run),          run_use,          run_window, std::move(parameters),
                     std::move(flop),         std::move(width), chunk,      scratch,
                     std::move(all_restarts), bound_to};
}

Result<Assignment> assignment_from(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "item"));
  MUSTER_TRY_ASSIGN(const ChipId chip, fields.parsed<ChipId>("chip"));
  MUSTER_TRY_ASSIGN(const std::uint32_t shard, small(fields, "shard"));
  MUSTER_TRY_ASSIGN(const Window held, window(fields));
  MUSTER_TRY_ASSIGN(const std::uint32_t first_chunk, small(fields, "first_chunk"));
  MUSTER_TRY(fields.finish());
  return Assignment{chip, shard, held, first_chunk};
}

Result<StepCommitment> step_from(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "item"));
  MUSTER_TRY_ASSIGN(const std::uint64_t step, count(fields, "step", 0, max_json_integer));
  MUSTER_TRY_ASSIGN(const std::uint32_t shard, small(fields, "shard"));
  MUSTER_TRY_ASSIGN(const Window valid, window(fields));
  MUSTER_TRY_ASSIGN(const Json* chunks, fields.array("chunks"));
  MUSTER_TRY(fields.finish());
  if (chunks->empty() || chunks->size() > max_chunks) {
    return failure(Errc::invalid_input, fields.path("chunks") + ": got " +
                                            std::to_string(chunks->size()) +
                                            " digests, want 1 to " + std::to_string(max_chunks));
  }
  StepCommitment commitment{step, shard, valid, {}};
  commitment.chunks.reserve(chunks->size());
  for (const Json& chunk : *chunks) {
    if (!chunk.is_string()) {
      return failure(Errc::invalid_input,
                     fields.path("chunks") + ": got " + json_kind(chunk) + ", want a digest");
    }
    auto digest = Hash::from_hex(chunk.get_ref<const std::string&>());
    if (!digest) return failure(std::move(digest.error()).during(fields.path("chunks")));
    commitment.chunks.push_back(*digest);
  }
  return commitment;
}

// Parses each line of a manifest. `follows(before, item)` says whether the order holds.
template <class T, class Parse, class Follows>
Result<std::vector<T>> manifest(std::string_view text, std::string_view name, Parse parse,
                                Follows follows) {
  std::vector<T> items;
  std::size_t line = 0;
  while (!text.empty()) {
    const std::string where = std::string(name) + " line " + std::to_string(++line);
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      return failure(Errc::invalid_input, where + ": no line feed at the end");
    }
    if (line > max_manifest_items) return failure(Errc::invalid_input, where + ": too many items");
    auto json = parse_canonical_json(text.substr(0, end));
    if (!json) return failure(std::move(json.error()).during(where));
    Result<T> item = parse(*json);
    if (!item) return failure(std::move(item.error()).during(where));
    if (!items.empty() && !follows(items.back(), *item)) {
      return failure(Errc::invalid_input, where + ": out of order, or a second time");
    }
    items.push_back(std::move(*item));
    text.remove_prefix(end + 1);
  }
  return items;
}

Json encoded(const RunMetadata& metadata) {
  Json restart_list = Json::array();
  for (const Restart& restart : metadata.restarts) {
    restart_list.push_back({{"at", restart.at.to_string()}, {"step", restart.step}});
  }
  Json json{{"run", metadata.run.text()},
            {"use", run_use_name(metadata.use)},
            {"from", metadata.window.from.to_string()},
            {"to", metadata.window.to.to_string()},
            {"parameters", metadata.parameters},
            {"flop", metadata.flop},
            {"bytes_per_parameter", metadata.bytes_per_parameter},
            {"chunk_bytes", metadata.chunk_bytes},
            {"scratch_bytes_per_chip", metadata.scratch_bytes_per_chip},
            {"restarts", restart_list}};
  if (metadata.precommitment) {
    json["precommitment"] = {{"metadata", metadata.precommitment->metadata.to_hex()},
                             {"data_order", metadata.precommitment->data_order.to_hex()}};
  }
  return json;
}

Json encoded(const Assignment& item) {
  return {{"chip", item.chip.to_string()},
          {"shard", item.shard},
          {"from", item.held.from.to_string()},
          {"to", item.held.to.to_string()},
          {"first_chunk", item.first_chunk}};
}

Json encoded(const StepCommitment& item) {
  Json chunks = Json::array();
  for (const Hash& chunk : item.chunks) chunks.push_back(chunk.to_hex());
  return {{"step", item.step},
          {"shard", item.shard},
          {"from", item.valid.from.to_string()},
          {"to", item.valid.to.to_string()},
          {"chunks", std::move(chunks)}};
}

template <class T>
std::string encoded_lines(const std::vector<T>& items) {
  std::string text;
  for (const T& item : items) text += canonical_json(encoded(item)) + "\n";
  return text;
}

}  // namespace

DeclarationFiles encoded_declaration(const Declaration& declaration) {
  return {canonical_json(encoded(declaration.metadata)), encoded_lines(declaration.assignments),
          encoded_lines(declaration.steps)};
}

Result<Declaration> parsed_declaration(const DeclarationFiles& files) {
  MUSTER_TRY_ASSIGN(RunMetadata metadata, metadata_from(files.metadata));
  auto assignments = manifest<Assignment>(files.assignments, "shard map", assignment_from,
                                          [](const auto& before, const auto& item) {
                                            if (before.chip != item.chip)
                                              return before.chip < item.chip;
                                            return before.held.to <= item.held.from;
                                          });
  MUSTER_TRY(assignments);
  auto steps = manifest<StepCommitment>(
      files.steps, "step commitments", step_from, [](const auto& before, const auto& item) {
        return std::tie(before.shard, before.step) < std::tie(item.shard, item.step);
      });
  MUSTER_TRY(steps);
  return Declaration{std::move(metadata), std::move(*assignments), std::move(*steps)};
}

}  // namespace muster::attestation
