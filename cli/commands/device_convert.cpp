// `device-log convert`: a log as NDJSON, which people and other programs read, and back.

#include <fstream>

#include "attestation/device/log_twin.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/new_file.hpp"
#include "cli/print/number.hpp"

namespace muster::cli {
namespace {

using namespace attestation;

constexpr std::size_t piece_bytes = std::size_t{1} << 20U;

struct ConvertOptions {
  std::string file;
  std::string form;
  std::string out;
};

/// Reads `in` to its end through a converter, piece by piece. Gives the entries converted.
template <class Converter>
Result<std::uint64_t> convert(std::istream& in, std::ostream& out) {
  Converter converter;
  Bytes piece(piece_bytes);
  Bytes converted;
  const auto write = [&] {
    out.write(as_text(converted).data(), static_cast<std::streamsize>(converted.size()));
    converted.clear();
  };
  while (in) {
    in.read(reinterpret_cast<char*>(piece.data()), static_cast<std::streamsize>(piece.size()));
    const auto read = static_cast<std::size_t>(in.gcount());
    MUSTER_TRY(converter.feed(ByteView(piece).first(read), converted));
    write();
  }
  if (in.bad()) return failure(Errc::unavailable, "reading failed");
  MUSTER_TRY(converter.end(converted));
  write();
  return converter.entries();
}

Result<ExitCode> convert_log(Context& context, const ConvertOptions& options) {
  const bool to_lines = options.form == "ndjson";
  if (!to_lines && options.form != "cbor") {
    return failure(Errc::invalid_input, "--to: got \"" + options.form + "\", want ndjson or cbor");
  }
  std::ifstream in(options.file, std::ios::binary);
  if (!in) return failure(Errc::not_found, options.file + ": cannot be opened");
  auto printer = context.printer();
  std::uint64_t entries = 0;
  const auto written = write_aside(context, options.out, [&](std::ostream& out) -> Result<void> {
    auto converted = to_lines ? convert<TwinWriter>(in, out) : convert<TwinReader>(in, out);
    if (!converted) return failure(std::move(converted.error()).during(options.file));
    entries = *converted;
    return {};
  });
  if (!written) {
    // A log may be an adversary's, and its faults are an answer; the twin is the caller's document.
    if (!to_lines || written.error().code != Errc::invalid_input) return failure(written.error());
    printer.error(written.error().message + "; nothing was written: `device-log verify` says more");
    return ExitCode::negative;
  }
  printer.facts({"", {{"entries", print::grouped(entries)}, {"written", options.out}}});
  printer.json({{"entries", entries}, {"form", options.form}, {"written", options.out}});
  return ExitCode::done;
}

}  // namespace

void add_device_convert_command(CLI::App& app, Context& context) {
  CLI::App& device_log = noun(app, "device-log", "logs that chips keep of themselves");
  auto& options = context.keep<ConvertOptions>();
  CLI::App& verb = add_verb(device_log, "convert", "a log as NDJSON, or NDJSON as the log it was",
                            context, [&] { return convert_log(context, options); });
  verb.add_option("file", options.file, "the log, or its NDJSON")->required();
  verb.add_option("--to", options.form, "ndjson or cbor")->required();
  verb.add_option("--out", options.out, "the new file")->required();
  verb.footer("example: muster device-log convert CHIP.log --to ndjson --out CHIP.ndjson");
}

}  // namespace muster::cli
