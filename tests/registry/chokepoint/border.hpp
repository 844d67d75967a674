#pragma once

#include "ledger/base/chip_id.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/chokepoint/shipment_check.hpp"
#include "tests/support/must.hpp"

// A shipment at a border: an extract, scans and a filing.

namespace muster::choke {

using test::must;

inline const Timestamp today = must(Timestamp::parse("2026-01-06T00:00:00.000Z"));

inline std::string chip_id(std::uint64_t ordinal) {
  return ChipId::from_parts({1, ordinal, 9}).to_string();
}

inline std::string key_of(const std::string& chip) {
  return crypto::sha256("key " + chip).to_hex();
}

/// Shipment S1 of `cartons` cartons with four chips each, sealed "seal-N", to Singapore.
struct Border {
  explicit Border(std::size_t cartons = 3) {
    ShipmentRow shipment{.sender = "maker",
                         .receiver = "northwind",
                         .destination = "northwind-site",
                         .country = "SG",
                         .end_user = "northwind",
                         .licence = "L1",
                         .purpose = "sale",
                         .open = {{"a1", cartons * 4}},
                         .containers = cartons};
    for (std::size_t carton = 0; carton < cartons; ++carton) {
      const std::string name = "crate-" + std::to_string(carton);
      put("container:" + name, ContainerRow{.kind = "container",
                                            .seal = "seal-" + std::to_string(carton),
                                            .shipment = "S1",
                                            .chips = 4}
                                   .json());
      for (std::size_t n = 0; n < 4; ++n) {
        const std::string chip = chip_id(carton * 4 + n);
        put("chip:" + chip, ChipRow{.product = "a1",
                                    .display = "released",
                                    .shipment = "S1",
                                    .holder = name,
                                    .container = name,
                                    .assurance = "bound",
                                    .enrolled = true}
                                .json());
        put("key:" + key_of(chip), AliasRow{"chip", chip}.json());
      }
    }
    put("shipment:S1", shipment.json());
    put("licence:L1", LicenceRow{.authority = "gov",
                                 .licensee = "maker",
                                 .countries = {"SG"},
                                 .from = {0},
                                 .to = {today.ms * 2}}
                          .json());
    filing.count = cartons * 4;
  }

  void put(const std::string& key, const Json& row) { table[key] = canonical_json(row); }

  void scan(const std::string& what, const std::string& seal = "", const std::string& state = "",
            const std::string& identity = "") {
    scans.push_back({"line " + std::to_string(scans.size() + 2), what, seal, state, identity});
  }
  /// Every carton, with its seal.
  void scan_all(std::size_t cartons = 3) {
    for (std::size_t n = 0; n < cartons; ++n) {
      scan("crate-" + std::to_string(n), "seal-" + std::to_string(n), "intact");
    }
  }

  /// Chips of S2 that stand in nothing, declared and scanned.
  void loose(std::size_t count) {
    put("shipment:S2",
        ShipmentRow{.receiver = "northwind", .country = "SG", .open = {{"a1", count}}}.json());
    for (std::size_t n = 0; n < count; ++n) {
      const std::string chip = chip_id(100 + n);
      put("chip:" + chip, ChipRow{.product = "a1", .shipment = "S2", .enrolled = true}.json());
      put("key:" + key_of(chip), AliasRow{"chip", chip}.json());
    }
    filing.shipment = "S2";
    filing.count = count;
  }

  ShipmentCheck check(Level wanted = Level::seal) { return must(checked(wanted)); }
  Result<ShipmentCheck> checked(Level wanted = Level::seal) {
    const crypto::Ed25519Signer signer(std::array<std::uint8_t, 32>{7});
    const std::string file = must(encode_extract(
        {.origin = "r.example", .head = {{1}, {}}, .made_at = today}, table, signer));
    const ledger::VerifierKey key("r.example", signer.public_key());
    Extract extract = must(Extract::open(
        [&](std::uint64_t offset, std::size_t bytes) -> Result<std::string> {
          return file.substr(std::min<std::size_t>(offset, file.size()), bytes);
        },
        file.size(), std::span(&key, 1)));
    const OpeningRule rule{must(stats::Probability::parse(target)),
                           must(stats::Probability::parse(within)), bad, 1};
    return check_shipment(extract, {.scans = scans,
                                    .filing = filing,
                                    .goods = goods,
                                    .wanted = wanted,
                                    .rule = rule,
                                    .seed = seed,
                                    .now = now});
  }

  /// The codes of the reasons to hold.
  std::vector<std::string> held() {
    std::vector<std::string> codes;
    for (const Reason& reason : check().reasons) codes.push_back(reason.code);
    return codes;
  }

  ExtractTable table;
  std::vector<Scan> scans;
  Filing filing{.filing = "F-1",
                .shipment = "S1",
                .consignee = "northwind",
                .country = "SG",
                .goods_code = "8473.30",
                .weight_kg = stats::Decimal::from_integer(24),
                .value = stats::Decimal::from_integer(300'000),
                .currency = "USD"};
  std::map<std::string, Goods> goods;
  std::string target = "0.95";
  std::string within = "1";
  std::uint64_t bad = 1;
  Timestamp now = today;
  std::string seed = "dice";
};

using HoldCodes = std::vector<std::string>;

}  // namespace muster::choke
