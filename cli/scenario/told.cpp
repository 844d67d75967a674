#include "cli/scenario/told.hpp"

#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli::scenario {
namespace {

/// Over the filed documents, each as it is.
Hash root_of(const Json& list) {
  std::vector<Hash> leaves;
  for (const Json& item : list) leaves.push_back(crypto::sha256(item.dump()));
  return sampler::leaves_root(leaves);
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
  MUSTER_TRY_ASSIGN(auto plan, committed_plan(known, rate, roots_of_nothing(), vrf_key));
  return Register{std::move(known),
                  rate,
                  std::move(frame),
                  std::move(device_keys),
                  static_cast<std::uint64_t>(memory),
                  root,
                  std::move(declared),
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
  MUSTER_TRY_ASSIGN(const Json* heads, fields.array("heads"));
  MUSTER_TRY_ASSIGN(const Json* declarations, fields.any("declarations"));
  MUSTER_TRY(fields.finish());
  if (heads->size() != known.frame.lines.size()) {
    return failure(Errc::invalid_input, "filings.heads: want a list for each chip of the frame");
  }
  Filed filed;
  for (std::size_t place = 0; place < heads->size(); ++place) {
    auto& own = filed.heads[known.frame.lines[place].chip];
    for (const Json& json : (*heads)[place]) {
      MUSTER_TRY_ASSIGN(auto head, FieldReader::open(json, "filings.heads"));
      MUSTER_TRY_ASSIGN(Bytes bytes, hex_field(head, "head"));
      MUSTER_TRY_ASSIGN(const std::int64_t at, head.integer("at"));
      MUSTER_TRY(head.finish());
      own.emplace_back(std::move(bytes), Timestamp{at});
    }
  }
  filed.heads_root = root_of(*heads);
  if (!declarations->is_null()) {
    MUSTER_TRY_ASSIGN(filed.declared, parse_declared(*declarations));
  }
  return filed;
}

}  // namespace muster::cli::scenario
