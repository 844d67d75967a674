#include "cli/scenario/told.hpp"

#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli::scenario {
namespace {

/// Of a filed document, as it is.
Hash leaf_of(const Json& document) { return crypto::sha256(document.dump()); }

Hash root_of(const Json& list) {
  std::vector<Hash> leaves;
  for (const Json& item : list) leaves.push_back(leaf_of(item));
  return sampler::leaves_root(leaves);
}

/// What one chip filed, into `heads` at its place.
Result<void> read_heads(const Json& list, const std::string& chip, std::size_t place,
                        FiledHeads& heads) {
  auto& own = heads.of_chip[chip];
  own.clear();
  for (const Json& json : list) {
    MUSTER_TRY_ASSIGN(auto head, FieldReader::open(json, "filings.heads"));
    MUSTER_TRY_ASSIGN(Bytes bytes, hex_field(head, "head"));
    MUSTER_TRY_ASSIGN(const std::int64_t at, head.integer("at"));
    MUSTER_TRY(head.finish());
    own.emplace_back(std::move(bytes), Timestamp{at});
  }
  heads.leaves[place] = leaf_of(list);
  return {};
}

/// What all chips of `frame` filed.
Result<FiledHeads> all_heads(const Json& lists, const sampler::Frame& frame) {
  if (lists.size() != frame.lines.size()) {
    return failure(Errc::invalid_input, "filings.heads: want a list for each chip of the frame");
  }
  FiledHeads heads;
  heads.leaves.resize(lists.size());
  for (std::size_t place = 0; place < lists.size(); ++place) {
    MUSTER_TRY(read_heads(lists[place], frame.lines[place].chip, place, heads));
  }
  return heads;
}

/// The heads of the opening, but for those of the places that `changed` names.
Result<FiledHeads> changed_heads(const Json& changed, const Register& known) {
  if (!known.heads) {
    return failure(Errc::invalid_input, "filings.changed: the opening has no heads to change");
  }
  FiledHeads heads = *known.heads;
  for (const Json& json : changed) {
    MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(json, "filings.changed"));
    MUSTER_TRY_ASSIGN(
        const std::int64_t place,
        fields.integer("place", 0, static_cast<std::int64_t>(heads.leaves.size()) - 1));
    MUSTER_TRY_ASSIGN(const Json* list, fields.array("heads"));
    MUSTER_TRY(fields.finish());
    const auto at = static_cast<std::size_t>(place);
    MUSTER_TRY(read_heads(*list, known.frame.lines[at].chip, at, heads));
  }
  return heads;
}

Result<Declared> parse_declared(const Json& list) {
  MUSTER_TRY_ASSIGN(auto runs, parse_declarations(list));
  auto index = index_of(runs, {});
  return Declared{std::move(runs), std::move(index), root_of(list)};
}

}  // namespace

Result<Bytes> hex_field(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text(key));
  auto bytes = bytes_from_hex(text);
  if (!bytes) return failure(std::move(bytes.error()).during(fields.path(key)));
  return bytes;
}

Result<Register> parse_register(const Json& message, const sampler::VrfPublicKey& vrf_key) {
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(message, "opening"));
  MUSTER_TRY_ASSIGN(const Json* announced, fields.object("announced"));
  MUSTER_TRY_ASSIGN(auto known, parse_announced(*announced, fields.path("announced")));
  MUSTER_TRY_ASSIGN(const auto rate, fields.parsed<stats::Decimal>("anomaly_rate"));
  MUSTER_TRY_ASSIGN(Bytes key, hex_field(fields, "frame_key"));
  MUSTER_TRY_ASSIGN(const std::int64_t memory, fields.integer("memory_bytes"));
  MUSTER_TRY_ASSIGN(const Json* lines, fields.array("lines"));
  MUSTER_TRY_ASSIGN(const Json* declarations, fields.array("declarations"));
  const Json* heads = nullptr;
  if (fields.has("heads")) {
    MUSTER_TRY_ASSIGN(heads, fields.array("heads"));
  }
  MUSTER_TRY(fields.finish());
  sampler::Frame frame{known.prover, std::move(key), {}};
  std::map<std::string, crypto::PublicKey> device_keys;
  for (const Json& json : *lines) {
    MUSTER_TRY_ASSIGN(auto line, FieldReader::open(json, "opening.lines"));
    MUSTER_TRY_ASSIGN(const ChipId chip, line.parsed<ChipId>("chip"));
    MUSTER_TRY_ASSIGN(const SiteId site, line.parsed<SiteId>("site"));
    MUSTER_TRY_ASSIGN(const std::string weight, line.text("weight"));
    MUSTER_TRY_ASSIGN(const Bytes device_key, hex_field(line, "device_key"));
    MUSTER_TRY_ASSIGN(auto public_key, crypto::PublicKey::from_bytes(device_key));
    MUSTER_TRY(line.finish());
    device_keys.emplace(chip.to_string(), std::move(public_key));
    frame.lines.push_back({chip.to_string(), site.text(), known.model, weight});
  }
  MUSTER_TRY(sampler::check(frame));
  const Hash root = sampler::leaves_root(sampler::frame_leaves(frame));
  MUSTER_TRY_ASSIGN(auto declared, parse_declared(*declarations));
  std::optional<FiledHeads> filed;
  if (heads != nullptr) {
    MUSTER_TRY_ASSIGN(filed, all_heads(*heads, frame));
  }
  MUSTER_TRY_ASSIGN(auto plan, committed_plan(known, rate, roots_of_nothing(), vrf_key));
  return Register{std::move(known),
                  rate,
                  std::move(frame),
                  std::move(device_keys),
                  static_cast<std::uint64_t>(memory),
                  root,
                  std::move(declared),
                  std::move(filed),
                  std::move(plan)};
}

Result<std::vector<attestation::Declaration>> parse_declarations(const Json& list) {
  std::vector<attestation::Declaration> declarations;
  for (const Json& json : list) {
    MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(json, "declaration"));
    MUSTER_TRY_ASSIGN(std::string metadata, fields.text("metadata"));
    MUSTER_TRY_ASSIGN(std::string assignments, fields.text("assignments"));
    MUSTER_TRY_ASSIGN(std::string steps, fields.text("steps"));
    MUSTER_TRY(fields.finish());
    MUSTER_TRY_ASSIGN(auto declaration,
                      attestation::parsed_declaration(
                          {std::move(metadata), std::move(assignments), std::move(steps)}));
    declarations.push_back(std::move(declaration));
  }
  return declarations;
}

attestation::DeclarationIndex index_of(const std::vector<attestation::Declaration>& in_time,
                                       std::vector<attestation::Declaration> late) {
  std::vector<attestation::FiledDeclaration> filed;
  for (const auto& item : in_time) filed.push_back({item, true});
  for (auto& item : late) filed.push_back({std::move(item), false});
  return attestation::DeclarationIndex(std::move(filed));
}

Result<Filed> parse_filed(const Json& message, const Register& known) {
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(message, "filings"));
  const bool changes = fields.has("changed");
  MUSTER_TRY_ASSIGN(const Json* heads, fields.array(changes ? "changed" : "heads"));
  MUSTER_TRY_ASSIGN(const Json* declarations, fields.any("declarations"));
  MUSTER_TRY(fields.finish());
  Filed filed;
  MUSTER_TRY_ASSIGN(filed.heads,
                    changes ? changed_heads(*heads, known) : all_heads(*heads, known.frame));
  filed.heads_root = sampler::leaves_root(filed.heads.leaves);
  if (!declarations->is_null()) {
    MUSTER_TRY_ASSIGN(filed.declared, parse_declared(*declarations));
  }
  return filed;
}

}  // namespace muster::cli::scenario
