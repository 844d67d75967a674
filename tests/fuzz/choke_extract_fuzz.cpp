#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/base/check.hpp"
#include "registry/chokepoint/lookup.hpp"

using namespace muster;
using namespace muster::choke;

namespace {

constexpr const char* origin = "r.example";

crypto::Ed25519Signer signer_of(std::uint8_t who) {
  return crypto::Ed25519Signer(std::array<std::uint8_t, 32>{who});
}

/// Opens `file` with the key of signer `who`: 7 is the operator.
Result<Extract> opened(const std::string& file, std::uint8_t who = 7) {
  const ledger::VerifierKey key(origin, signer_of(who).public_key());
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

/// Every row that can be read is found again as it was signed; of rows that cannot, none is given.
void check_found_again(Extract& extract, const ExtractTable& table) {
  bool all_are_json = true;
  for (const auto& [key, row] : table) all_are_json = all_are_json && parse_json(row).has_value();
  for (const auto& [key, row] : table) {
    const auto found = extract.find(key);
    if (!found) {
      MUSTER_CHECK(!all_are_json);
      continue;
    }
    MUSTER_CHECK(found->has_value() && **found == parse_json(row).value());
    if (table.contains(key + "!")) continue;
    const auto none = extract.find(key + "!");
    MUSTER_CHECK(!none || !none->has_value());
  }
}

/// With one byte changed, the file answers as it was signed or not at all.
void check_damaged(std::string file, const ExtractTable& table, std::size_t where) {
  char& changed = file[where % file.size()];
  const auto by = static_cast<std::uint8_t>(1 + where % 255);
  changed = static_cast<char>(static_cast<std::uint8_t>(changed) ^ by);
  auto extract = opened(file);
  if (!extract) return;
  for (const auto& [key, row] : table) {
    const auto found = extract->find(key);
    if (found) MUSTER_CHECK(found->has_value() && **found == parse_json(row).value());
  }
}

void check_scans(Extract& extract, const ExtractTable& table) {
  for (const auto& [key, row] : table) {
    const auto colon = key.find(':');
    const std::string scan = colon == std::string::npos ? key : key.substr(colon + 1);
    const auto answer = look_up(extract, scan, Timestamp{1});
    MUSTER_CHECK(answer || !answer.error().message.empty());
    if (answer && answer->verdict == Verdict::released) MUSTER_CHECK(answer->shipment.has_value());
    (void)look_up(extract, key, Timestamp{1});
  }
}

}  // namespace

// A file that the operator did not sign is refused, and one that he did by the key of anybody else.
// Rows that he signed are found again whatever they are, and judged or refused; changed ones are
// not. A header and a row have one spelling.
int fuzz_choke_extract(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  MUSTER_CHECK(!opened(text));
  if (const auto header = parse_extract_header_text(text)) {
    MUSTER_CHECK(extract_header_text(*header) == text);
  }
  const ExtractTable table = table_of(text);
  const auto encoded = encode_extract({.origin = origin, .head = {{1}, {}}}, table, signer_of(7));
  MUSTER_CHECK(encoded.has_value());  // no row is too long
  const std::string& file = *encoded;
  const auto by_stranger = opened(file, 8);
  MUSTER_CHECK(!by_stranger && by_stranger.error().rule == "note.unknown_key");
  auto extract = opened(file);
  MUSTER_CHECK(extract.has_value() && extract->header().rows == table.size());
  for (const auto& [key, row] : table) {
    check_row<ChipRow>(row);
    check_row<ShipmentRow>(row);
    check_row<ContainerRow>(row);
    check_row<LicenceRow>(row);
    check_row<AliasRow>(row);
    check_row<NamesRow>(row);
    check_row<BlockRow>(row);
    check_row<PartyKeyRow>(row);
    check_row<FormerKeyRow>(row);
  }
  check_found_again(*extract, table);
  check_scans(*extract, table);
  const auto last = size == 0 ? std::uint8_t{0} : data[size - 1];
  for (std::size_t round = 1; round <= 4; ++round) {
    check_damaged(file, table, round * (size * 31 + last));
  }
  for (const std::string& key : scan_keys(text, origin)) {
    MUSTER_CHECK(key.find(':') != std::string::npos);
  }
  return 0;
}
