// `chip certificates`: device certificates judged up to their maker's root, for enrolment.

#include <algorithm>
#include <map>

#include "cli/audit/opened_kit.hpp"
#include "cli/chain_policy.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/csv.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;
namespace spdm = attestation::spdm;

/// The longest file of one chain: some 32 certificates of 30 KiB.
constexpr std::uint64_t max_chain_bytes = std::uint64_t{1} << 20U;

struct CertificatesOptions {
  std::string table;
  std::string file;
  std::vector<std::string> roots;
  std::vector<std::string> lists;
  KitSource kit;
  bool revocation_optional = false;
};

enum class ChainStanding { certified, open, refused };

const char* standing_name(ChainStanding standing) {
  switch (standing) {
    case ChainStanding::certified:
      return "certified";
    case ChainStanding::open:
      return "open";
    case ChainStanding::refused:
      break;
  }
  return "refused";
}

/// One chip and what its certificates say.
struct DeviceRow {
  ChipId chip;
  std::uint64_t line;
  spdm::Chain chain;
  Hash key{};  ///< SHA-256 of the key's bytes, as `chip enrol` takes it.
  ChainStanding standing = ChainStanding::refused;
  std::string problem{};  ///< Beside the chain's findings.
};

/// The kit that carries roots, lists and enrolled keys, if one is named.
Result<std::optional<OpenedKit>> kit_of(const CertificatesOptions& options) {
  if (options.kit.file.empty()) {
    if (!options.roots.empty()) return std::optional<OpenedKit>();
    return failure(Errc::invalid_input,
                   "--root: wanted, or --kit with --code, where a kit carries the roots");
  }
  MUSTER_TRY_ASSIGN(auto kit, open_kit_file(options.kit));
  if (!kit.content.basis.trust.roots.empty()) return std::optional(std::move(kit));
  return failure(Errc::invalid_input, options.kit.file +
                                          ": carries no root of a maker; `muster kit make --root` "
                                          "puts one in; without --kit, --root names one");
}

Result<spdm::ChainPolicy> policy_of(Context& context, const CertificatesOptions& options,
                                    const std::optional<OpenedKit>& kit) {
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  auto read = kit ? carried_chain_policy(clock->now(), kit->content.basis.trust.roots,
                                         kit->content.basis.trust.lists)
                  : read_chain_policy(clock->now(), options.roots, options.lists);
  if (!read) return failure(std::move(read.error()));
  spdm::ChainPolicy policy = std::move(*read);
  policy.revocation_required = !options.revocation_optional;
  policy.any_elliptic_key = true;
  return policy;
}

/// What the findings leave of a chain. What is only not known keeps it open.
ChainStanding standing_of(const spdm::Chain& chain) {
  if (!chain.verified || !chain.root || !chain.device_key) return ChainStanding::refused;
  ChainStanding standing = ChainStanding::certified;
  for (const spdm::Finding& finding : chain.findings) {
    if (finding.severity == spdm::Severity::note) continue;
    if (finding.code != spdm::FindingCode::revocation_unknown) return ChainStanding::refused;
    standing = ChainStanding::open;
  }
  return standing;
}

/// A record of the table: the chip, and the file of its chain beside the table.
Result<DeviceRow> row_of(const CsvRecord& record, const fs::path& folder,
                         const spdm::ChainPolicy& policy) {
  MUSTER_TRY_ASSIGN(const ChipId chip, ChipId::parse_typed(record.fields[0]));
  // Opens no pipe that a table may name.
  MUSTER_TRY_ASSIGN(const Bytes pem, read_regular_file(folder / record.fields[1], max_chain_bytes));
  DeviceRow row{chip, record.line, spdm::judged_chain(as_text(pem), policy)};
  row.standing = standing_of(row.chain);
  if (row.chain.device_key) row.key = crypto::sha256(ByteView(row.chain.device_key->bytes()));
  return row;
}

Result<std::vector<DeviceRow>> rows_of(const CertificatesOptions& options,
                                       const spdm::ChainPolicy& policy) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(options.table));
  CsvReader reader(text, options.table);
  MUSTER_TRY_ASSIGN(const auto header, reader.next());
  if (!header || header->fields != std::vector<std::string>{"chip", "chain"}) {
    return failure(reader.error_at(1, "want the header \"chip,chain\""));
  }
  const fs::path folder = fs::path(options.table).parent_path();
  std::vector<DeviceRow> rows;
  while (true) {
    MUSTER_TRY_ASSIGN(const auto record, reader.next());
    if (!record && rows.empty()) return failure(reader.error_at(2, "no chips, want a record each"));
    if (!record) return rows;
    auto row = row_of(*record, folder, policy);
    if (!row) return failure(reader.error_at(record->line, row.error().message));
    rows.push_back(std::move(*row));
  }
}

void refuse(DeviceRow& row, std::string problem) {
  row.standing = ChainStanding::refused;
  row.problem = std::move(problem);
}

/// One key, one chip; one chip, one key.
void refuse_twins(std::vector<DeviceRow>& rows) {
  std::map<Hash, std::uint64_t> keys;
  std::map<ChipId, std::uint64_t> chips;
  for (DeviceRow& row : rows) {
    const auto [chip, new_chip] = chips.emplace(row.chip, row.line);
    if (!new_chip) refuse(row, "the chip stands in line " + std::to_string(chip->second));
    if (!row.chain.device_key) continue;
    const auto [key, new_key] = keys.emplace(row.key, row.line);
    if (!new_key) refuse(row, "its key is that of line " + std::to_string(key->second));
  }
}

/// What the register has already, if one is named.
Result<void> refuse_known(Context& context, std::vector<DeviceRow>& rows) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const registry::State& state = home->state();
  for (DeviceRow& row : rows) {
    const registry::RowN chip = state.find_chip(row.chip);
    const registry::RowN holder =
        row.chain.device_key ? state.chip_with_key(row.key) : registry::no_row;
    if (chip == registry::no_row) {
      refuse(row, "the register has no such chip");
    } else if (holder != registry::no_row && holder != chip) {
      refuse(row, "its key is enrolled for chip " + state.chip_id(holder).to_string());
    } else if (holder == registry::no_row && state.tables().identities[chip].enrolled()) {
      refuse(row, "the register has another key of it");
    }
  }
  return {};
}

/// What the register knew of the kit's lines when the kit was made.
void refuse_other(const OpenedKit& kit, std::vector<DeviceRow>& rows) {
  for (DeviceRow& row : rows) {
    const bool drawn = std::ranges::find(kit.content.chips, row.chip) != kit.content.chips.end();
    const ProverRecord* record = drawn ? record_of(kit.content.basis.provers, row.chip) : nullptr;
    const bool known = record != nullptr && record->enrolled.contains(row.chip);
    if (!known) {
      refuse(row, "is no line of the kit");
      continue;
    }
    const Enrolment& enrolled = record->enrolled.at(row.chip);
    if (enrolled.device_key == Hash{}) {
      refuse(row, "the register had no key of it when the kit was made");
    } else if (row.chain.device_key && enrolled.device_key != row.key) {
      refuse(row, "the register had another key of it, by entry " + std::to_string(enrolled.entry) +
                      " of " + enrolled.by);
    } else if (!enrolled.disputed.empty()) {
      refuse(row, "its enrolment is disputed: " + enrolled.disputed);
    }
  }
}

Json row_json(const DeviceRow& row) {
  Json findings = Json::array();
  for (const spdm::Finding& finding : row.chain.findings) {
    findings.push_back(spdm::finding_json(finding));
  }
  const bool has_leaf = !row.chain.certificates.empty();
  const auto& key = row.chain.device_key;
  return {{"chip", row.chip.to_string()},
          {"standing", standing_name(row.standing)},
          {"certificate",
           has_leaf ? Json(row.chain.certificates.front().fingerprint.to_hex()) : Json(nullptr)},
          {"key", key ? Json(row.key.to_hex()) : Json(nullptr)},
          {"algorithm", key ? Json(key->algorithm()) : Json(nullptr)},
          {"device", row.chain.device.empty() ? Json(nullptr) : Json(row.chain.device)},
          {"root", row.chain.root ? Json(row.chain.root->name) : Json(nullptr)},
          {"problem", row.problem.empty() ? Json(nullptr) : Json(row.problem)},
          {"findings", std::move(findings)}};
}

/// The table that `chip enrol --chips @FILE` takes.
std::string enrolment_of(const std::vector<DeviceRow>& rows) {
  std::string text = "chip,certificate,key\n";
  for (const DeviceRow& row : rows) {
    text += row.chip.to_string() + "," + row.chain.certificates.front().fingerprint.to_hex() + "," +
            row.key.to_hex() + "\n";
  }
  return text;
}

Json lists_json(const spdm::ChainPolicy& policy) {
  const auto time = [](const Result<Timestamp>& instant) {
    return instant ? Json(instant->to_string()) : Json(nullptr);
  };
  Json list = Json::array();
  for (const crypto::RevocationList& each : policy.lists) {
    list.push_back({{"issuer", each.issuer()},
                    {"this_update", time(each.this_update())},
                    {"next_update", time(each.next_update())}});
  }
  return list;
}

void print_problems(print::Printer& printer, const std::vector<DeviceRow>& rows) {
  print::Table table{
      .columns = {
          print::whole_id_column("chip"), {"standing"}, {"where"}, {"expected"}, {"found"}}};
  for (const DeviceRow& row : rows) {
    if (row.standing == ChainStanding::certified) continue;
    const std::string chip = row.chip.to_string();
    if (!row.problem.empty()) table.rows.push_back({chip, "refused", "", "", row.problem});
    for (const spdm::Finding& finding : row.chain.findings) {
      table.rows.push_back(
          {chip, standing_name(row.standing), finding.where, finding.expected, finding.found});
    }
  }
  if (!table.rows.empty()) printer.table(table);
}

Result<ExitCode> judge_certificates(Context& context, const CertificatesOptions& options) {
  MUSTER_TRY_ASSIGN(const auto kit, kit_of(options));
  MUSTER_TRY_ASSIGN(const auto policy, policy_of(context, options, kit));
  MUSTER_TRY_ASSIGN(auto rows, rows_of(options, policy));
  refuse_twins(rows);
  const bool has_register = !context.options().registry.empty();
  if (has_register) MUSTER_TRY(refuse_known(context, rows));
  if (kit) refuse_other(*kit, rows);
  std::map<ChainStanding, std::uint64_t> counts;
  Json list = Json::array();
  for (const DeviceRow& row : rows) {
    ++counts[row.standing];
    list.push_back(row_json(row));
  }
  const bool all = counts[ChainStanding::certified] == rows.size();
  const bool writes = all && !options.file.empty() && !context.options().dry_run;
  if (writes) MUSTER_TRY(create_file(options.file, as_bytes(enrolment_of(rows))));
  auto printer = context.printer();
  print_problems(printer, rows);
  printer.facts({"",
                 {{"certified", print::grouped(counts[ChainStanding::certified])},
                  {"open", print::grouped(counts[ChainStanding::open])},
                  {"refused", print::grouped(counts[ChainStanding::refused])},
                  {"judged for", policy.at.to_string()},
                  {"table", writes ? options.file : "not written"}}});
  printer.paragraph(
      "A certificate shows that the maker knows a key of this name, as of the dates of the lists. "
      "That the chip exists, or is here, only its answer to `chip challenge` shows.");
  if (kit) printer.note(not_known_to(kit->content.basis));
  printer.json({{"at", policy.at.to_string()},
                {"certified", counts[ChainStanding::certified]},
                {"open", counts[ChainStanding::open]},
                {"refused", counts[ChainStanding::refused]},
                {"registry", has_register},
                {"kit", kit ? Json(kit->hash.to_hex()) : Json(nullptr)},
                {"lists", lists_json(policy)},
                {"file", writes ? Json(options.file) : Json(nullptr)},
                {"chips", std::move(list)}});
  if (counts[ChainStanding::refused] != 0) return ExitCode::negative;
  return all ? ExitCode::done : ExitCode::no_answer;
}

}  // namespace

void add_chip_certificates_command(CLI::App& app, Context& context) {
  auto& options = context.keep<CertificatesOptions>();
  CLI::App& verb = add_verb(noun(app, "chip", "chips: events and facts"), "certificates",
                            "judge device certificates up to the maker's root, for chip enrol",
                            context, [&] { return judge_certificates(context, options); });
  verb.add_option("table", options.table,
                  "CSV chip,chain: ids, and files of chains (PEM, leaf first) beside it")
      ->required();
  CLI::Option* roots =
      verb.add_option("--root", options.roots, "a root that the maker vouches for (PEM)");
  CLI::Option* lists = verb.add_option("--crl", options.lists, "revocation lists (PEM or DER)");
  CLI::Option* kit =
      verb.add_option("--kit", options.kit.file,
                      "at a site: roots, lists and enrolled keys that this kit carries")
          ->excludes(roots)
          ->excludes(lists);
  CLI::Option* code =
      verb.add_option("--code", options.kit.code, "the kit's 26 characters")->needs(kit);
  kit->needs(code);
  verb.add_flag("--revocation-optional", options.revocation_optional,
                "unknown revocation is noted and keeps nothing open");
  verb.add_option("--out", options.file,
                  "when all are certified, the table that chip enrol --chips @FILE takes");
}

}  // namespace muster::cli
