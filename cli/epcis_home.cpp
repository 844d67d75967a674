#include "cli/epcis_home.hpp"

#include "ledger/base/file.hpp"
#include "registry/exchange/xml_document.hpp"

namespace muster::cli {

namespace fs = std::filesystem;

Result<EpcisDocument> read_epcis_document(std::string bytes) {
  EpcisDocument read;
  read.bytes = std::move(bytes);
  const bool xml = exchange::looks_like_xml(read.bytes);
  read.syntax = xml ? exchange::Syntax::xml : exchange::Syntax::json;
  MUSTER_TRY_ASSIGN(read.document, xml ? exchange::read_xml_document(read.bytes)
                                       : exchange::read_json_document(read.bytes));
  return read;
}

Result<EpcisDocument> read_epcis_file(const std::string& path) {
  MUSTER_TRY_ASSIGN(std::string bytes, read_text_file(path, exchange::max_document_bytes));
  auto read = read_epcis_document(std::move(bytes));
  if (!read) return failure(std::move(read.error()).during(path));
  return read;
}

fs::path captures_path(const Home& home) { return home.folder() / "epcis.db"; }

Result<exchange::CaptureStore> open_captures(const Context& context, const Home& home) {
  const fs::path path = captures_path(home);
  std::error_code problem;
  if (context.options().dry_run && !fs::exists(path, problem)) {
    return exchange::CaptureStore::in_memory();
  }
  return exchange::CaptureStore::open(path);
}

}  // namespace muster::cli
