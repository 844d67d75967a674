// `device-log read` and `verify`: a chip's log by itself, before anybody judges the chip by it.

#include "attestation/device/entry_ndjson.hpp"
#include "attestation/device/log_reader.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/device_log_json.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"

namespace muster::cli {
namespace {

using namespace attestation;

struct LogOptions {
  std::string file;
  std::string head;
  std::string key;
  std::string nonce;
};

std::string row_text(std::uint64_t value) { return print::grouped(value); }

/// Prints entries until the end or the first item that is none; where that is.
std::optional<std::string> print_entries(print::Printer& printer, ByteView bytes) {
  print::Table table{.columns = {print::number_column("counter"),
                                 print::number_column("epoch"),
                                 {"type"},
                                 {"clock"},
                                 print::number_column("powered ms")}};
  CborReader reader(bytes);
  std::optional<std::string> fault;
  while (!reader.at_end()) {
    const std::size_t begin = reader.offset();
    const auto entry = entry_from(reader);
    if (!entry) {
      fault = "offset " + std::to_string(reader.offset()) + ": " +
              std::string(cbor_fault_text(reader.fault()));
      break;
    }
    const Json line =
        device_entry_json(*entry, begin, bytes.subspan(begin, reader.offset() - begin));
    printer.json_line(line);
    if (printer.mode() != print::Mode::text) continue;
    const Json& clock = line["clock"];
    table.rows.push_back({row_text(entry->counter), row_text(entry->epoch),
                          std::string(entry_type_name(*entry)),
                          clock.is_null() ? std::string("-") : clock.get<std::string>(),
                          row_text(entry->powered_ms)});
  }
  printer.table(table);
  return fault;
}

Result<ExitCode> read(Context& context, const LogOptions& options) {
  MUSTER_TRY_ASSIGN(const Bytes bytes, read_file(options.file));
  auto printer = context.printer();
  const auto fault = print_entries(printer, bytes);
  if (!fault) return ExitCode::done;
  printer.error(options.file + ": " + *fault + "; what follows is not shown");
  return ExitCode::negative;
}

Result<std::optional<crypto::PublicKey>> key_of(const std::string& text) {
  if (text.empty()) return std::optional<crypto::PublicKey>();
  auto key = crypto::PublicKey::parse(text);
  if (!key) return failure(std::move(key.error()).during("--key"));
  return std::optional(*key);
}

/// What a head says about the log under it.
struct HeadVerdict {
  Json head;  ///< Null when there is none, or none that can be read.
  std::vector<std::string> problems;
  std::vector<std::string> not_run;
};

HeadVerdict judged_head(const DeviceLog& log, ByteView bytes,
                        const std::optional<crypto::PublicKey>& key,
                        const std::optional<Bytes>& nonce) {
  HeadVerdict verdict;
  const auto presented = parsed_head(bytes);
  if (!presented) {
    verdict.problems.push_back(presented.error().message);
    return verdict;
  }
  const Head& head = presented->head;
  verdict.head = device_head_json(head);
  if (!key) verdict.not_run.emplace_back("signature of the head: no --key was given");
  if (key && !sign1_verifies(presented->message, *key)) {
    verdict.problems.emplace_back("head: not signed by the key");
  }
  if (nonce && head.nonce != *nonce) verdict.problems.emplace_back("head: another nonce");
  const LogPoint* point = log.at_counter(head.counter);
  if (point == nullptr) {
    verdict.problems.push_back("head: names counter " + std::to_string(head.counter) +
                               ", which the log does not have");
  } else if (point->hash != head.entry) {
    verdict.problems.push_back("head: names another entry with counter " +
                               std::to_string(head.counter));
  } else if (!log.points.empty() && point != &log.points.back()) {
    verdict.problems.push_back("log: entries follow the one that the head seals");
  }
  return verdict;
}

void print_verdict(print::Printer& printer, const DeviceLog& log, const HeadVerdict& head,
                   bool valid) {
  printer.paragraph(valid ? "The log is whole." : "The log is NOT whole.",
                    valid ? print::Tone::good : print::Tone::bad);
  printer.facts({"",
                 {{"entries", print::grouped(std::uint64_t{log.points.size()})},
                  {"snapshots", print::grouped(std::uint64_t{log.snapshots.size()})},
                  {"epochs", print::grouped(std::uint64_t{log.epochs.size()})}}});
  for (const Finding& finding : log.findings.items()) {
    printer.lines(std::string(code_name(finding.code)) + ": expected " + finding.expected +
                  ", found " + finding.found + "\n");
  }
  for (const std::string& problem : head.problems) printer.lines(problem + "\n");
  for (const std::string& check : head.not_run) printer.note("not checked: " + check);
}

Result<ExitCode> verify(Context& context, const LogOptions& options) {
  MUSTER_TRY_ASSIGN(const Bytes bytes, read_file(options.file));
  MUSTER_TRY_ASSIGN(const auto key, key_of(options.key));
  std::optional<Bytes> nonce;
  if (!options.nonce.empty()) {
    auto given = bytes_from_hex(options.nonce);
    if (!given) return failure(std::move(given.error()).during("--nonce"));
    nonce = std::move(*given);
  }
  const DeviceLog log = read_log(bytes);
  HeadVerdict head;
  if (options.head.empty()) {
    head.not_run.emplace_back("end of the log: no --head was given");
  } else {
    MUSTER_TRY_ASSIGN(const Bytes head_bytes, read_file(options.head));
    head = judged_head(log, head_bytes, key, nonce);
  }
  const bool valid = log.findings.items().empty() && head.problems.empty() && !log.points.empty();
  auto printer = context.printer();
  print_verdict(printer, log, head, valid);
  printer.json({{"valid", valid},
                {"entries", log.points.size()},
                {"snapshots", log.snapshots.size()},
                {"epochs", log.epochs.size()},
                {"findings", device_findings_json(log.findings)},
                {"head", head.head},
                {"head_problems", head.problems},
                {"checks_not_run", head.not_run}});
  return valid ? ExitCode::done : ExitCode::negative;
}

}  // namespace

void add_device_log_commands(CLI::App& app, Context& context) {
  CLI::App& device_log = noun(app, "device-log", "logs that chips keep of themselves");
  auto& reading = context.keep<LogOptions>();
  add_verb(device_log, "read", "print the entries of a log", context,
           [&] { return read(context, reading); })
      .add_option("file", reading.file, "the log: a CBOR sequence")
      ->required();
  auto& checked = context.keep<LogOptions>();
  CLI::App& verb = add_verb(device_log, "verify", "chain, encoding, clocks, and head of a log",
                            context, [&] { return verify(context, checked); });
  verb.add_option("file", checked.file, "the log")->required();
  verb.add_option("--head", checked.head, "the signed head that came with it");
  verb.add_option("--key", checked.key,
                  "the device's public key: 64 hex digits, or p256: or p384: and a point");
  verb.add_option("--nonce", checked.nonce, "the nonce that was sent, in hex");
}

}  // namespace muster::cli
