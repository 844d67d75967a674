#include "cli/audit/kit_basis.hpp"

#include <algorithm>

#include "ledger/base/base64.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::cli {
namespace {

using attestation::Declaration;
using attestation::FiledDeclaration;

Json window_json(const Window& window) { return {{"from", window.from.ms}, {"to", window.to.ms}}; }

Result<Window> parse_window(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(const std::int64_t from, fields.integer("from"));
  MUSTER_TRY_ASSIGN(const std::int64_t to, fields.integer("to"));
  MUSTER_TRY(fields.finish());
  if (from <= to) return Window{{from}, {to}};
  return failure(Errc::invalid_input, where + ".to: before from");
}

/// Reads each item of the array `key` with `read(item, where)`.
template <class Read>
Result<void> each_item(FieldReader& fields, std::string_view key, Read read) {
  MUSTER_TRY_ASSIGN(const Json* list, fields.array(key));
  for (std::size_t i = 0; i < list->size(); ++i) {
    MUSTER_TRY(read((*list)[i], fields.path(key) + "[" + std::to_string(i) + "]"));
  }
  return {};
}

Json declaration_json(const FiledDeclaration& filed, const ProverRecord& record) {
  Declaration ours = filed.declaration;
  std::erase_if(ours.assignments,
                [&](const auto& item) { return !record.held.contains(item.chip); });
  const auto files = attestation::encoded_declaration(ours);
  return {{"metadata", files.metadata},
          {"assignments", files.assignments},
          {"steps", files.steps},
          {"before_freeze", filed.before_freeze}};
}

Result<FiledDeclaration> parse_filed(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  attestation::DeclarationFiles files;
  MUSTER_TRY_ASSIGN(files.metadata, fields.text("metadata"));
  MUSTER_TRY_ASSIGN(files.assignments, fields.text("assignments"));
  MUSTER_TRY_ASSIGN(files.steps, fields.text("steps"));
  MUSTER_TRY_ASSIGN(const bool before_freeze, fields.boolean("before_freeze"));
  MUSTER_TRY(fields.finish());
  auto declaration = attestation::parsed_declaration(files);
  if (!declaration) return failure(std::move(declaration.error()).during(where));
  return FiledDeclaration{std::move(*declaration), before_freeze};
}

Json names_json(const Enrolment& enrolment) {
  Json names = Json::array();
  for (const auto& name : enrolment.names) names.push_back(to_hex(name));
  return names;
}

Result<void> read_name(const Json& json, const std::string& where, Enrolment& enrolment) {
  std::array<std::uint8_t, 16> name{};
  const auto bytes = json.is_string() ? bytes_from_hex(json.get_ref<const std::string&>())
                                      : Result<Bytes>(failure(Errc::invalid_input, ""));
  if (!bytes || bytes->size() != name.size()) {
    return failure(Errc::invalid_input, where + ": want 32 hex digits");
  }
  std::ranges::copy(*bytes, name.begin());
  enrolment.names.push_back(name);
  return {};
}

Json chip_json(const ProverRecord& record, const ChipId& chip) {
  Json heads = Json::array();
  if (const auto found = record.heads.find(chip); found != record.heads.end()) {
    for (const ReportedHead& head : found->second) {
      heads.push_back({{"head", head.head.to_hex()}, {"at", head.accepted_at.to_string()}});
    }
  }
  Json held = Json::array();
  for (const Window& window : record.held.at(chip)) held.push_back(window_json(window));
  const auto known = record.enrolled.find(chip);
  const Enrolment enrolment = known == record.enrolled.end() ? Enrolment{} : known->second;
  return {{"chip", chip.to_string()},       {"device_key", enrolment.device_key.to_hex()},
          {"entry", enrolment.entry},       {"by", enrolment.by},
          {"disputed", enrolment.disputed}, {"product", enrolment.product},
          {"place", enrolment.place},       {"names", names_json(enrolment)},
          {"heads", std::move(heads)},      {"held", std::move(held)}};
}

Result<void> read_chip(const Json& json, const std::string& where, ProverRecord& record) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(const ChipId chip, fields.parsed<ChipId>("chip"));
  Enrolment enrolment;
  MUSTER_TRY_ASSIGN(enrolment.device_key, fields.hash("device_key"));
  MUSTER_TRY_ASSIGN(const std::int64_t entry, fields.integer("entry"));
  enrolment.entry = static_cast<std::uint64_t>(entry);
  MUSTER_TRY_ASSIGN(enrolment.by, fields.text("by"));
  MUSTER_TRY_ASSIGN(enrolment.disputed, fields.text("disputed"));
  MUSTER_TRY_ASSIGN(enrolment.product, fields.text("product"));
  MUSTER_TRY_ASSIGN(enrolment.place, fields.text("place"));
  MUSTER_TRY(each_item(fields, "names", [&](const Json& item, const std::string& at) {
    return read_name(item, at, enrolment);
  }));
  std::vector<ReportedHead> heads;
  MUSTER_TRY(
      each_item(fields, "heads", [&](const Json& item, const std::string& at) -> Result<void> {
        MUSTER_TRY_ASSIGN(FieldReader head, FieldReader::open(item, at));
        MUSTER_TRY_ASSIGN(const Hash hash, head.hash("head"));
        MUSTER_TRY_ASSIGN(const Timestamp time, head.time("at"));
        heads.push_back({hash, time});
        return head.finish();
      }));
  std::vector<Window> held;
  MUSTER_TRY(
      each_item(fields, "held", [&](const Json& item, const std::string& at) -> Result<void> {
        MUSTER_TRY_ASSIGN(const Window window, parse_window(item, at));
        held.push_back(window);
        return {};
      }));
  MUSTER_TRY(fields.finish());
  if (!record.held.emplace(chip, std::move(held)).second) {
    return failure(Errc::invalid_input, where + ".chip: stands twice");
  }
  if (!heads.empty()) record.heads.emplace(chip, std::move(heads));
  record.enrolled.emplace(chip, std::move(enrolment));
  return {};
}

Json prover_json(const ProverRecord& record) {
  Json declarations = Json::array();
  for (const FiledDeclaration& filed : record.declarations.filed()) {
    declarations.push_back(declaration_json(filed, record));
  }
  std::vector<ChipId> chips;
  chips.reserve(record.held.size());
  for (const auto& [chip, held] : record.held) chips.push_back(chip);
  std::ranges::sort(chips);
  Json list = Json::array();
  for (const ChipId& chip : chips) list.push_back(chip_json(record, chip));
  return {{"prover", record.prover.text()},
          {"window", window_json(record.window)},
          {"declarations", std::move(declarations)},
          {"chips", std::move(list)}};
}

Result<ProverRecord> parse_prover(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(const PartyId prover, fields.parsed<PartyId>("prover"));
  MUSTER_TRY_ASSIGN(const Json* window_value, fields.object("window"));
  MUSTER_TRY_ASSIGN(const Window window, parse_window(*window_value, fields.path("window")));
  std::vector<FiledDeclaration> filed;
  MUSTER_TRY(each_item(fields, "declarations",
                       [&](const Json& item, const std::string& at) -> Result<void> {
                         MUSTER_TRY_ASSIGN(auto declaration, parse_filed(item, at));
                         filed.push_back(std::move(declaration));
                         return {};
                       }));
  ProverRecord record{prover, window, attestation::DeclarationIndex(std::move(filed)), {}, {}, {}};
  MUSTER_TRY(each_item(fields, "chips", [&](const Json& item, const std::string& at) {
    return read_chip(item, at, record);
  }));
  MUSTER_TRY(fields.finish());
  return record;
}

Json revoked_json(const RevokedKey& key) {
  return {{"key", key.key},
          {"party", key.party},
          {"entry", key.entry},
          {"bad_from", key.bad_from},
          {"at", key.at.to_string()}};
}

Result<RevokedKey> parse_revoked(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  RevokedKey key;
  MUSTER_TRY_ASSIGN(key.key, fields.text("key"));
  MUSTER_TRY_ASSIGN(key.party, fields.text("party"));
  MUSTER_TRY_ASSIGN(const std::int64_t entry, fields.integer("entry"));
  MUSTER_TRY_ASSIGN(const std::int64_t bad_from, fields.integer("bad_from"));
  key.entry = static_cast<std::uint64_t>(entry);
  key.bad_from = static_cast<std::uint64_t>(bad_from);
  MUSTER_TRY_ASSIGN(key.at, fields.time("at"));
  MUSTER_TRY(fields.finish());
  return key;
}

Json trust_json(const KitTrust& trust) {
  Json lists = Json::array();
  for (const Bytes& list : trust.lists) lists.push_back(to_base64(list));
  return {{"roots", trust.roots}, {"lists", std::move(lists)}};
}

Result<KitTrust> parse_trust(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  KitTrust trust;
  const auto each_text = [](auto&& take) {
    return [take](const Json& item, const std::string& at) -> Result<void> {
      if (!item.is_string()) return failure(Errc::invalid_input, at + ": want text");
      return take(item.get_ref<const std::string&>());
    };
  };
  MUSTER_TRY(each_item(fields, "roots", each_text([&](const std::string& text) -> Result<void> {
                         trust.roots.push_back(text);
                         return {};
                       })));
  MUSTER_TRY(each_item(fields, "lists", each_text([&](const std::string& text) -> Result<void> {
                         MUSTER_TRY_ASSIGN(Bytes list, bytes_from_base64(text));
                         trust.lists.push_back(std::move(list));
                         return {};
                       })));
  MUSTER_TRY(fields.finish());
  if (trust != KitTrust{}) return trust;
  return failure(Errc::invalid_input, where + ": want a root or a list, or no such field");
}

Result<KitMeasures> parse_measures(FieldReader& basis) {
  KitMeasures measures;
  MUSTER_TRY_ASSIGN(const Json* reference, basis.any("reference"));
  if (!reference->is_null()) {
    MUSTER_TRY_ASSIGN(measures.reference, attestation::parse_device_reference(*reference));
  }
  if (basis.has("delay")) {
    MUSTER_TRY_ASSIGN(const Json* delay, basis.object("delay"));
    MUSTER_TRY_ASSIGN(measures.delay, attestation::parse_delay_policy(*delay));
  }
  if (basis.has("allowances")) {
    MUSTER_TRY_ASSIGN(const Json* allowances, basis.object("allowances"));
    MUSTER_TRY_ASSIGN(measures.allowances,
                      parse_issued_allowances(*allowances, basis.path("allowances")));
  }
  return kit_measures(std::move(measures.reference), std::move(measures.delay),
                      std::move(measures.allowances));
}

}  // namespace

Result<KitMeasures> kit_measures(std::optional<attestation::DeviceReference> reference,
                                 std::optional<attestation::DelayPolicy> delay,
                                 std::optional<IssuedAllowances> allowances) {
  KitMeasures measures{std::move(reference), std::move(delay), std::move(allowances), {}};
  if (measures.allowances) {
    MUSTER_TRY_ASSIGN(measures.book, book_of(*measures.allowances));
  }
  return measures;
}

Json kit_basis_json(const KitBasis& basis) {
  Json revoked = Json::array();
  for (const RevokedKey& key : basis.revoked) revoked.push_back(revoked_json(key));
  Json provers = Json::array();
  for (const ProverRecord& record : basis.provers) provers.push_back(prover_json(record));
  const KitMeasures& measures = basis.measures;
  Json json{
      {"made_at", basis.made_at.to_string()},
      {"log", {{"origin", basis.origin}, {"size", basis.size}, {"root", basis.root.to_hex()}}},
      {"plan_statement", basis.plan_statement.to_hex()},
      {"plan", basis.plan},
      {"reference",
       measures.reference ? attestation::device_reference_json(*measures.reference) : Json()},
      {"revoked", std::move(revoked)},
      {"provers", std::move(provers)}};
  if (basis.trust != KitTrust{}) json["trust"] = trust_json(basis.trust);
  if (measures.delay) json["delay"] = attestation::delay_policy_json(*measures.delay);
  if (measures.allowances) json["allowances"] = issued_allowances_json(*measures.allowances);
  return json;
}

Result<KitBasis> parse_kit_basis(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "kit.basis"));
  KitBasis basis;
  MUSTER_TRY_ASSIGN(basis.made_at, fields.time("made_at"));
  MUSTER_TRY_ASSIGN(const Json* log, fields.object("log"));
  MUSTER_TRY_ASSIGN(FieldReader head, FieldReader::open(*log, fields.path("log")));
  MUSTER_TRY_ASSIGN(basis.origin, head.text("origin"));
  MUSTER_TRY_ASSIGN(const std::int64_t size, head.integer("size"));
  basis.size = static_cast<std::uint64_t>(size);
  MUSTER_TRY_ASSIGN(basis.root, head.hash("root"));
  MUSTER_TRY(head.finish());
  MUSTER_TRY_ASSIGN(basis.plan_statement, fields.hash("plan_statement"));
  MUSTER_TRY_ASSIGN(const Json* plan, fields.object("plan"));
  basis.plan = *plan;
  MUSTER_TRY_ASSIGN(basis.measures, parse_measures(fields));
  if (fields.has("trust")) {
    MUSTER_TRY_ASSIGN(const Json* trust, fields.object("trust"));
    MUSTER_TRY_ASSIGN(basis.trust, parse_trust(*trust, fields.path("trust")));
  }
  MUSTER_TRY(
      each_item(fields, "revoked", [&](const Json& item, const std::string& where) -> Result<void> {
        MUSTER_TRY_ASSIGN(auto key, parse_revoked(item, where));
        basis.revoked.push_back(std::move(key));
        return {};
      }));
  MUSTER_TRY(
      each_item(fields, "provers", [&](const Json& item, const std::string& where) -> Result<void> {
        MUSTER_TRY_ASSIGN(auto record, parse_prover(item, where));
        basis.provers.push_back(std::move(record));
        return {};
      }));
  MUSTER_TRY(fields.finish());
  return basis;
}

std::string not_known_to(const KitBasis& basis) {
  std::string text = "the kit knows the register as of " + basis.made_at.to_string() + " (" +
                     std::to_string(basis.size) + " entries)";
  if (basis.measures.reference) {
    text += " and reference values of " + basis.measures.reference->as_of.to_string();
  } else {
    text += " and no reference values, so that firmware and device code are not judged";
  }
  return text +
         "; keys, certificates, firmware and device code revoked since, and what was filed since, "
         "it "
         "cannot know: `kit receive` judges by the register again";
}

}  // namespace muster::cli
