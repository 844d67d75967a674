#include "sampler/plan/draw_json.hpp"

#include "ledger/base/hex.hpp"
#include "sampler/plan/json_values.hpp"

namespace muster::sampler {
namespace {

Result<Bytes> hex_bytes(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text(key));
  auto bytes = bytes_from_hex(text);
  if (!bytes) return failure(std::move(bytes.error()).during(fields.path(key)));
  return bytes;
}

Json line_json(const draw::FrameLine& line) {
  return Json{
      {"chip", line.chip}, {"site", line.site}, {"class", line.klass}, {"weight", line.weight}};
}

Result<draw::FrameLine> take_line(FieldReader& fields) {
  draw::FrameLine line;
  MUSTER_TRY_ASSIGN(line.chip, fields.text("chip"));
  MUSTER_TRY_ASSIGN(line.site, fields.text("site"));
  MUSTER_TRY_ASSIGN(line.klass, fields.text("class"));
  MUSTER_TRY_ASSIGN(line.weight, fields.text("weight"));
  return line;
}

Result<draw::FrameLine> frame_line(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(draw::FrameLine line, take_line(fields));
  MUSTER_TRY(fields.finish());
  return line;
}

Result<SealedSite> sealed_site(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  SealedSite site;
  MUSTER_TRY_ASSIGN(site.site, fields.text("site"));
  MUSTER_TRY_ASSIGN(site.lines, count(fields, "lines"));
  MUSTER_TRY_ASSIGN(site.root, fields.hash("root"));
  MUSTER_TRY(fields.finish());
  return site;
}

Result<OpenedLine> opened_line(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(const PartyId prover, fields.parsed<PartyId>("prover"));
  MUSTER_TRY_ASSIGN(draw::FrameLine line, take_line(fields));
  MUSTER_TRY_ASSIGN(const Bytes salt, hex_bytes(fields, "salt"));
  OpenedLine opened{prover, std::move(line), {}, {}};
  if (salt.size() != opened.salt.size()) {
    return failure(Errc::invalid_input, fields.path("salt") + ": want 16 bytes");
  }
  std::copy(salt.begin(), salt.end(), opened.salt.begin());
  MUSTER_TRY_ASSIGN(opened.ticket, fields.hash("ticket"));
  MUSTER_TRY(fields.finish());
  return opened;
}

}  // namespace

Json seal_json(const Seal& seal) {
  Json sites = Json::array();
  for (const SealedSite& site : seal.sites) {
    sites.push_back(
        Json{{"site", site.site}, {"lines", integer(site.lines)}, {"root", site.root.to_hex()}});
  }
  return Json{{"plan", seal.plan.to_hex()},
              {"round", integer(seal.round)},
              {"randomness", to_hex(seal.randomness)},
              {"sites", sites},
              {"cut_off", seal.cut_off.to_hex()},
              {"lines", integer(seal.lines)}};
}

Result<Seal> parse_seal(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "seal"));
  Seal seal{{}, 0, {}, {}, {}, 0};
  MUSTER_TRY_ASSIGN(seal.plan, fields.hash("plan"));
  MUSTER_TRY_ASSIGN(seal.round, count(fields, "round"));
  MUSTER_TRY_ASSIGN(seal.randomness, hex_bytes(fields, "randomness"));
  MUSTER_TRY_ASSIGN(seal.sites, items<SealedSite>(fields, "sites", sealed_site));
  MUSTER_TRY_ASSIGN(seal.cut_off, fields.hash("cut_off"));
  MUSTER_TRY_ASSIGN(seal.lines, count(fields, "lines"));
  MUSTER_TRY(fields.finish());
  return seal;
}

Json opening_json(const SiteOpening& opening) {
  Json lines = Json::array();
  for (const OpenedLine& line : opening.lines) {
    Json item = line_json(line.line);
    item["prover"] = line.prover.text();
    item["salt"] = to_hex(line.salt);
    item["ticket"] = line.ticket.to_hex();
    lines.push_back(std::move(item));
  }
  return Json{{"site", opening.site}, {"proof", to_hex(opening.proof)}, {"lines", lines}};
}

Result<SiteOpening> parse_opening(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  SiteOpening opening;
  MUSTER_TRY_ASSIGN(opening.site, fields.text("site"));
  MUSTER_TRY_ASSIGN(opening.proof, hex_bytes(fields, "proof"));
  MUSTER_TRY_ASSIGN(opening.lines, items<OpenedLine>(fields, "lines", opened_line));
  MUSTER_TRY(fields.finish());
  return opening;
}

Json frame_json(const Frame& frame) {
  Json lines = Json::array();
  for (const auto& line : frame.lines) lines.push_back(line_json(line));
  return Json{{"prover", frame.prover.text()}, {"key", to_hex(frame.key)}, {"lines", lines}};
}

Result<Frame> parse_frame(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(const PartyId prover, fields.parsed<PartyId>("prover"));
  MUSTER_TRY_ASSIGN(Bytes key, hex_bytes(fields, "key"));
  MUSTER_TRY_ASSIGN(auto lines, items<draw::FrameLine>(fields, "lines", frame_line));
  MUSTER_TRY(fields.finish());
  return Frame{prover, std::move(key), std::move(lines)};
}

}  // namespace muster::sampler
