#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/hash.hpp"
#include "ledger/base/timestamp.hpp"
#include "registry/values.hpp"

// Tables of what chips are made of and what befalls them: delegations, lots, dice, seals, cases,
// disputes.

namespace muster::registry {

/// What one party lets another say for it.
struct Delegation {
  std::string id{};
  RowN principal = no_row;
  RowN delegate = no_row;
  std::vector<std::string> kinds{};
  std::vector<std::string> sites{};  ///< Empty: every site of the principal.
  Timestamp from{};
  Timestamp to{};
  std::uint64_t max_units = 0;  ///< 0: no limit.
  std::uint64_t units = 0;      ///< Chips in statements so far.
  Index32 index = 0;
  Index32 revoked = no_index;

  static constexpr std::array<std::string_view, 1> sums{"units"};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("principal", self.principal), v("delegate", self.delegate);
    v("kinds", self.kinds), v("sites", self.sites), v("valid_from", self.from);
    v("valid_to", self.to), v("max_units", self.max_units), v("units", self.units);
    v("log_index", self.index), v("revoked", self.revoked);
  }
};

/// Dice, memory stacks or interposers before they are packaged, counted:
/// quantity = in - out - used - scrapped.
struct Lot {
  std::string id{};
  std::string unit{};  ///< "die", "memory" or "interposer"
  std::string process{};
  RowN product = no_row;  ///< The product that they are meant for.
  RowN holder = no_row;   ///< The party that has it.
  RowN site = no_row;
  std::uint64_t wafers = 0;
  std::uint64_t quantity = 0;
  std::uint64_t in = 0;
  std::uint64_t out = 0;  ///< Into other lots.
  std::uint64_t used = 0;
  std::uint64_t scrapped = 0;
  Index32 index = 0;

  static constexpr std::array<std::string_view, 5> sums{"quantity", "units_in", "units_out", "used",
                                                        "scrapped"};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("unit", self.unit), v("process", self.process);
    v("product", self.product), v("holder", self.holder), v("site", self.site);
    v("wafers", self.wafers), v("quantity", self.quantity), v("units_in", self.in);
    v("units_out", self.out), v("used", self.used), v("scrapped", self.scrapped);
    v("log_index", self.index);
  }
};

/// One die that went into a package, by its place on the wafer.
struct Die {
  RowN lot = no_row;
  std::uint32_t wafer = 0;
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  RowN chip = no_row;  ///< Nothing once the packaging was taken back.
  Index32 index = 0;

  /// One number for each die: wafers below 2^12, columns and rows below 2^10.
  [[nodiscard]] std::uint64_t place() const {
    return (std::uint64_t{lot} << 32U) | (std::uint64_t{wafer} << 20U) | (std::uint64_t{x} << 10U) |
           y;
  }
  static constexpr std::uint32_t wafer_limit = 1U << 12U;
  static constexpr std::uint32_t grid_limit = 1U << 10U;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("lot", self.lot), v("wafer", self.wafer), v("x", self.x), v("y", self.y);
    v("chip_n", self.chip), v("log_index", self.index);
  }
};

/// The chips of one statement became another product.
struct Regrade {
  Index32 index = 0;     ///< When: the statement itself, or what took it back.
  Index32 chips_of = 0;  ///< The statement whose chips they are.
  RowN from = no_row;
  RowN to = no_row;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("log_index", self.index), v("chips_of_index", self.chips_of);
    v("from_product", self.from), v("to_product", self.to);
  }
};

/// One seal on one container or assembly. Its id is never used again.
struct Seal {
  std::string id{};
  RowN holder = no_row;
  RowN party = no_row;        ///< Who put it on.
  std::string state{};        ///< "intact", "broken", "missing" or "removed"
  bool by_authority = false;  ///< An authority broke it, on record.
  Index32 index = 0;
  Index32 seen = 0;  ///< The newest statement about it.

  static constexpr std::array<std::string_view, 0> sums{};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("holder", self.holder), v("party", self.party), v("state", self.state);
    v("by_authority", self.by_authority), v("log_index", self.index), v("last_index", self.seen);
  }
};

/// A discrepancy or a report, with a line for each chip that it is about.
struct CaseFile {
  std::string id{};
  std::string kind{};
  RowN shipment = no_row;
  RowN opener = no_row;
  RowN against = no_row;       ///< The party that it is charged to.
  std::uint64_t quantity = 0;  ///< Items without an id.
  std::uint32_t lines = 0;
  std::uint32_t open_lines = 0;
  Index32 index = 0;
  Index32 resolved = no_index;

  static constexpr std::array<std::string_view, 2> sums{"lines", "open_lines"};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("kind", self.kind), v("shipment", self.shipment);
    v("opener", self.opener), v("against", self.against), v("quantity", self.quantity);
    v("lines", self.lines), v("open_lines", self.open_lines), v("log_index", self.index);
    v("resolved", self.resolved);
  }
};

struct CaseLine {
  RowN file = no_row;
  RowN chip = no_row;
  std::string kind{};
  Index32 opened = 0;
  Index32 closed = no_index;
  std::string outcome{};

  static constexpr std::array<std::string_view, 0> sums{};

  /// A line that was taken back is closed by what took it back.
  void withdraw(Index32 now) {
    closed = now;
    outcome = "void";
  }

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("case_file", self.file), v("chip_n", self.chip), v("kind", self.kind);
    v("opened", self.opened), v("closed", self.closed), v("outcome", self.outcome);
  }
};

/// What one party says against a statement, until an authority rules.
struct Dispute {
  std::string id{};
  Index32 statement = 0;
  RowN party = no_row;
  std::string claim{};
  Index32 raised = 0;
  Index32 settled = no_index;
  std::string ruling{};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("statement_index", self.statement), v("party", self.party);
    v("claim", self.claim), v("raised", self.raised), v("settled", self.settled);
    v("ruling", self.ruling);
  }
};

/// A party stands by a statement that it signed with a key that is no longer trusted.
struct Affirmation {
  Index32 statement = 0;
  RowN party = no_row;
  Index32 index = 0;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("statement_index", self.statement), v("party", self.party), v("log_index", self.index);
  }
};

/// One foreign document that a party handed in. `id` is "party/hash of the document".
struct Import {
  std::string id{};
  RowN party = no_row;
  Hash document{};
  Hash root{};
  std::uint64_t events = 0;
  std::string mapping{};
  Index32 index = 0;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("party", self.party), v("document", self.document);
    v("root", self.root), v("events", self.events), v("mapping", self.mapping);
    v("log_index", self.index);
  }
};

/// The newest proof of a chip's identity beyond its maker's word. Observations: a chip's last
/// statement stays.
struct Assured {
  RowN chip = no_row;
  Assurance level = Assurance::none;
  Index32 index = 0;
  std::int64_t at_ms = 0;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("chip_n", self.chip), v("level", self.level), v("log_index", self.index);
    v("at_ms", self.at_ms);
  }
};

}  // namespace muster::registry
