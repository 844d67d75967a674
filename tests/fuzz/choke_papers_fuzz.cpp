#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/check.hpp"
#include "registry/chokepoint/shipment_check.hpp"

using namespace muster;
using namespace muster::choke;

namespace {

/// An extract that knows nothing.
Result<Extract> empty_extract() {
  const crypto::Ed25519Signer signer(std::array<std::uint8_t, 32>{7});
  const std::string file = *encode_extract({.origin = "r.example", .head = {{1}, {}}}, {}, signer);
  const ledger::VerifierKey key("r.example", signer.public_key());
  return Extract::open(
      [file](std::uint64_t offset, std::size_t bytes) -> Result<std::string> {
        return offset > file.size() ? std::string() : file.substr(offset, bytes);
      },
      file.size(), std::span(&key, 1));
}

}  // namespace

// Scans, filings and figures of goods are read or refused with a place; by what was read a shipment
// that the extract does not know is held.
int fuzz_choke_papers(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto scans = read_scans(text, "scans");
  const auto filing = parse_filing(text);
  const auto goods = read_goods(text, "goods");
  MUSTER_CHECK(scans || !scans.error().message.empty());
  MUSTER_CHECK(filing || !filing.error().message.empty());
  MUSTER_CHECK(goods || !goods.error().message.empty());
  if (!scans && !filing) return 0;
  const Filing none{.filing = "F", .country = "SG", .goods_code = "1", .count = 1};
  const std::vector<Scan> nothing;
  const std::map<std::string, Goods> no_goods;
  const auto half = stats::Probability::parse("0.5");
  const OpeningRule rule{*half, *half, 1, 1};
  auto extract = empty_extract();
  MUSTER_CHECK(extract.has_value());
  const auto check = check_shipment(*extract, {.scans = scans ? *scans : nothing,
                                               .filing = filing ? *filing : none,
                                               .goods = goods ? *goods : no_goods,
                                               .rule = rule,
                                               .seed = "s",
                                               .now = Timestamp{1}});
  MUSTER_CHECK(check && check->decision == Decision::hold);
  return 0;
}
