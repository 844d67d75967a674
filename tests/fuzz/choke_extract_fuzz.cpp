#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/base/check.hpp"
#include "registry/chokepoint/lookup.hpp"

using namespace muster;
using namespace muster::choke;

namespace {

crypto::Ed25519Signer signer() { return crypto::Ed25519Signer(std::array<std::uint8_t, 32>{7}); }

Result<Extract> opened_by_fuzzer(const std::string& file) {
  const ledger::VerifierKey key("r.example", signer().public_key());
  return Extract::open(
      [file](std::uint64_t offset, std::size_t bytes) -> Result<std::string> {
        return offset > file.size() ? std::string() : file.substr(offset, bytes);
      },
      file.size(), std::span(&key, 1));
}

bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) return false;
  }
  return !text.empty() && text.size() < 4096;
}

/// Lines "key<TAB>row" of the input, whatever the rows are.
ExtractTable table_of(std::string_view text) {
  ExtractTable table;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const auto tab = line.find('\t');
    if (tab == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, tab);
    const std::string_view row = line.substr(tab + 1);
    if (is_plain(key) && is_plain(row)) table[std::string(key)] = row;
  }
  return table;
}

template <class Row>
void check_row(std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return;
  const auto row = Row::parse(*json);
  if (!row) return;
  const auto again = Row::parse(row->json());
  MUSTER_CHECK(again && *again == *row);
}

}  // namespace

// A file that nobody signed is refused. Rows that an operator signed are found again whatever they
// are, and judged or refused; a header and a row have one spelling.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto raw = opened_by_fuzzer(text);
  MUSTER_CHECK(raw || !raw.error().message.empty());
  if (const auto header = parse_extract_header_text(text)) {
    MUSTER_CHECK(extract_header_text(*header) == text);
  }
  const ExtractTable table = table_of(text);
  auto extract =
      opened_by_fuzzer(encode_extract({.origin = "r.example", .head = {{1}, {}}}, table, signer()));
  MUSTER_CHECK(extract.has_value());
  for (const auto& [key, row] : table) {
    check_row<ChipRow>(row);
    check_row<ShipmentRow>(row);
    check_row<ContainerRow>(row);
    check_row<LicenceRow>(row);
    check_row<AliasRow>(row);
    const auto colon = key.find(':');
    const std::string scan = colon == std::string::npos ? key : key.substr(colon + 1);
    const auto answer = look_up(*extract, scan, Timestamp{1});
    MUSTER_CHECK(answer || !answer.error().message.empty());
    if (answer && answer->verdict == Verdict::released) MUSTER_CHECK(answer->shipment.has_value());
    (void)look_up(*extract, key, Timestamp{1});
  }
  for (const std::string& key : scan_keys(text, "r.example")) {
    MUSTER_CHECK(key.find(':') != std::string::npos);
  }
  return 0;
}
