#include "cli/epcis_home.hpp"

#include <filesystem>
#include <fstream>
#include <ostream>
#include <streambuf>

#include "cli/new_folder.hpp"
#include "ledger/base/file.hpp"
#include "registry/exchange/xml_document.hpp"

namespace muster::cli {

namespace fs = std::filesystem;

namespace {

/// Takes everything and keeps nothing.
class Nowhere final : public std::streambuf {
  int_type overflow(int_type c) override { return traits_type::not_eof(c); }
  std::streamsize xsputn(const char* /*text*/, std::streamsize count) override { return count; }
};

}  // namespace

Result<EpcisDocument> read_epcis_file(const std::string& path) {
  EpcisDocument read;
  MUSTER_TRY_ASSIGN(read.bytes, read_text_file(path, exchange::max_document_bytes));
  const bool xml = exchange::looks_like_xml(read.bytes);
  read.syntax = xml ? exchange::Syntax::xml : exchange::Syntax::json;
  auto document =
      xml ? exchange::read_xml_document(read.bytes) : exchange::read_json_document(read.bytes);
  if (!document) return failure(std::move(document.error()).during(path));
  read.document = std::move(*document);
  return read;
}

Result<exchange::CaptureStore> open_captures(const Context& context, const Home& home) {
  const fs::path path = home.folder() / "epcis.db";
  std::error_code problem;
  if (context.options().dry_run && !fs::exists(path, problem)) {
    return exchange::CaptureStore::in_memory();
  }
  return exchange::CaptureStore::open(path);
}

Result<void> write_aside(const Context& context, const std::string& path,
                         const std::function<Result<void>(std::ostream&)>& write) {
  if (context.options().dry_run) {
    Nowhere nowhere;
    std::ostream out(&nowhere);
    return write(out);
  }
  std::error_code problem;
  if (fs::exists(path, problem)) {
    return failure(Errc::conflict, path + ": exists; nothing is ever written over a file");
  }
  const fs::path aside = name_aside(path);
  std::ofstream out(aside, std::ios::binary);
  if (!out) {
    return failure(Errc::unavailable,
                   "creating " + aside.string() + ": " + std::generic_category().message(errno));
  }
  auto written = write(out);
  out.close();
  if (written && !out)
    written = failure(Errc::unavailable, "writing " + aside.string() + ": failed");
  if (!written) {
    fs::remove(aside, problem);
    return written;
  }
  return move_file(aside, path);
}

}  // namespace muster::cli
