// `device-log read` and `verify`: a chip's log by itself, before anybody judges the chip by it.

#include <fstream>

#include "attestation/device/entry_ndjson.hpp"
#include "attestation/device/log_stream.hpp"
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
  bool stream = false;
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

/// What a head has to hold to.
struct HeadTerms {
  std::optional<crypto::PublicKey> key;
  std::optional<Bytes> nonce;
};

/// Judges a head against the log's last point and the one with its counter, null where there is
/// none.
template <class PointAt>
HeadVerdict judged_head(ByteView bytes, const HeadTerms& terms, const LogPoint* last,
                        PointAt point_at) {
  HeadVerdict verdict;
  const auto presented = parsed_head(bytes);
  if (!presented) {
    verdict.problems.push_back(presented.error().message);
    return verdict;
  }
  const Head& head = presented->head;
  verdict.head = device_head_json(head);
  if (!terms.key) verdict.not_run.emplace_back("signature of the head: no --key was given");
  if (terms.key && !sign1_verifies(presented->message, *terms.key)) {
    verdict.problems.emplace_back("head: not signed by the key");
  }
  if (terms.nonce && head.nonce != *terms.nonce)
    verdict.problems.emplace_back("head: another nonce");
  const LogPoint* point = point_at(head.counter);
  if (point == nullptr) {
    verdict.problems.push_back("head: names counter " + std::to_string(head.counter) +
                               ", which the log does not have");
  } else if (point->hash != head.entry) {
    verdict.problems.push_back("head: names another entry with counter " +
                               std::to_string(head.counter));
  } else if (point != last) {
    verdict.problems.push_back("log: entries follow the one that the head seals");
  }
  return verdict;
}

/// What was found in a log, whether it was read whole or in pieces.
struct LogVerdict {
  std::uint64_t entries = 0;
  std::uint64_t snapshots = 0;
  std::uint64_t epochs = 0;
  const FindingList* findings = nullptr;
  HeadVerdict head;

  [[nodiscard]] bool valid() const {
    return findings->items().empty() && head.problems.empty() && entries > 0;
  }
};

ExitCode print_verdict(print::Printer printer, const LogVerdict& log) {
  const bool valid = log.valid();
  printer.paragraph(valid ? "The log is whole." : "The log is NOT whole.",
                    valid ? print::Tone::good : print::Tone::bad);
  printer.facts({"",
                 {{"entries", print::grouped(log.entries)},
                  {"snapshots", print::grouped(log.snapshots)},
                  {"epochs", print::grouped(log.epochs)}}});
  for (const Finding& finding : log.findings->items()) {
    printer.lines(std::string(code_name(finding.code)) + ": expected " + finding.expected +
                  ", found " + finding.found + "\n");
  }
  for (const std::string& problem : log.head.problems) printer.lines(problem + "\n");
  for (const std::string& check : log.head.not_run) printer.note("not checked: " + check);
  printer.json({{"valid", valid},
                {"entries", log.entries},
                {"snapshots", log.snapshots},
                {"epochs", log.epochs},
                {"findings", device_findings_json(*log.findings)},
                {"head", log.head.head},
                {"head_problems", log.head.problems},
                {"checks_not_run", log.head.not_run}});
  return valid ? ExitCode::done : ExitCode::negative;
}

Result<HeadTerms> terms_of(const LogOptions& options) {
  HeadTerms terms;
  MUSTER_TRY_ASSIGN(terms.key, key_of(options.key));
  if (options.nonce.empty()) return terms;
  auto given = bytes_from_hex(options.nonce);
  if (!given) return failure(std::move(given.error()).during("--nonce"));
  terms.nonce = std::move(*given);
  return terms;
}

template <class PointAt>
Result<HeadVerdict> head_verdict(const LogOptions& options, const LogPoint* last,
                                 PointAt point_at) {
  MUSTER_TRY_ASSIGN(const HeadTerms terms, terms_of(options));
  if (options.head.empty()) {
    return HeadVerdict{{}, {}, {"end of the log: no --head was given"}};
  }
  MUSTER_TRY_ASSIGN(const Bytes bytes, read_file(options.head));
  return judged_head(bytes, terms, last, point_at);
}

/// In memory that does not grow with the log: what stands out of order is found, and not sorted.
Result<ExitCode> verify_pieces(Context& context, const LogOptions& options) {
  std::ifstream in(options.file, std::ios::binary);
  if (!in) return failure(Errc::not_found, options.file + ": cannot be opened");
  LogStream stream;
  Bytes piece(std::size_t{1} << 17U);
  while (in) {
    in.read(reinterpret_cast<char*>(piece.data()), static_cast<std::streamsize>(piece.size()));
    stream.feed(ByteView(piece).first(static_cast<std::size_t>(in.gcount())));
  }
  if (in.bad()) return failure(Errc::unavailable, options.file + ": reading failed");
  const StreamedLog log = stream.end();
  MUSTER_TRY_ASSIGN(const HeadVerdict head,
                    head_verdict(options, &log.last, [&](std::uint64_t counter) {
                      return log.entries > 0 && log.last.counter == counter ? &log.last : nullptr;
                    }));
  return print_verdict(context.printer(),
                       {log.entries, log.snapshots, log.epochs, &log.findings, head});
}

Result<ExitCode> verify(Context& context, const LogOptions& options) {
  if (options.stream) return verify_pieces(context, options);
  MUSTER_TRY_ASSIGN(const Bytes bytes, read_file(options.file));
  const DeviceLog log = read_log(bytes);
  const LogPoint* last = log.points.empty() ? nullptr : &log.points.back();
  MUSTER_TRY_ASSIGN(const HeadVerdict head, head_verdict(options, last, [&](std::uint64_t counter) {
                      return log.at_counter(counter);
                    }));
  return print_verdict(context.printer(), {log.points.size(), log.snapshots.size(),
                                           log.epochs.size(), &log.findings, head});
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
  verb.add_flag("--stream", checked.stream,
                "in pieces, for logs longer than memory and for pipes; entries out of order are "
                "not sorted, and a head must name the last one");
  verb.footer("example: muster device-log verify CHIP.log --head CHIP.head --key KEY");
}

}  // namespace muster::cli
