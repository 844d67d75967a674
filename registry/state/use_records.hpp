#pragma once

#include <array>
#include <string>
#include <string_view>

#include "ledger/base/hash.hpp"
#include "ledger/base/timestamp.hpp"
#include "registry/values.hpp"

// Tables of what happens to chips that somebody has: inspections and seizures at a chokepoint,
// leases, repairs, inventories, attestations, closed balances.

namespace muster::registry {

/// What an officer found of goods at a chokepoint.
struct ChokeInspection {
  std::string id{};
  RowN site = no_row;
  std::string level{};  ///< "paper", "seal", "mark" or "powered": how far identity was proven.
  std::string result{};
  RowN plan = no_row;  ///< By whose draw the goods were chosen, if by one.
  std::uint32_t units = 0;
  Index32 index = 0;

  static constexpr std::array<std::string_view, 0> sums{};

  /// An inspection that was taken back says nothing.
  void withdraw(Index32 /*now*/) { result = "void"; }

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("site", self.site), v("level", self.level), v("result", self.result);
    v("plan", self.plan), v("units", self.units), v("log_index", self.index);
  }
};

/// Goods that an authority took, or took on the books alone where nobody is left to hand them over.
struct Seizure {
  std::string id{};
  RowN authority = no_row;
  std::string basis{};
  bool goods = true;  ///< The authority has them in hand.
  std::uint32_t units = 0;
  Index32 index = 0;

  static constexpr std::array<std::string_view, 0> sums{};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("authority", self.authority), v("basis", self.basis);
    v("goods", self.goods), v("units", self.units), v("log_index", self.index);
  }
};

/// What one party lets another use. Its chips are the rows [first, first + units) of the table of
/// leased chips, by rising chip; a lease of capacity has none.
struct Lease {
  std::string id{};
  RowN lessor = no_row;
  RowN lessee = no_row;
  std::string country{};  ///< From where it is used.
  Timestamp from{};
  Timestamp to{};
  std::uint64_t capacity = 0;  ///< Units of the lessor's pool; 0: the chips listed.
  RowN first = no_row;
  std::uint32_t units = 0;
  std::uint32_t open = 0;  ///< Chips that did not end yet.
  Index32 index = 0;
  Index32 ended = no_index;

  static constexpr std::array<std::string_view, 1> sums{"open"};

  /// A lease that was taken back is over from then on: until then the lessee could use it.
  void withdraw(Index32 now) { ended = now; }

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("lessor", self.lessor), v("lessee", self.lessee);
    v("country", self.country), v("valid_from", self.from), v("valid_to", self.to);
    v("capacity", self.capacity), v("first_row", self.first), v("units", self.units);
    v("open", self.open), v("log_index", self.index), v("ended", self.ended);
  }
};

struct LeasedChip {
  RowN chip = no_row;
  RowN lease = no_row;
  Index32 ended = no_index;
  bool exit_read = false;  ///< Its log was read while it was leased.

  static constexpr std::array<std::string_view, 0> sums{};

  /// Like its lease.
  void withdraw(Index32 now) { ended = now; }

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("chip_n", self.chip), v("lease", self.lease), v("ended", self.ended);
    v("exit_read", self.exit_read);
  }
};

/// A lease, or one chip of it, that was not in force in [from, to): its end was taken back by the
/// later entry, and counts as having been until then.
struct LeaseGap {
  RowN lease = no_row;
  RowN chip = no_row;  ///< Nothing: a capacity.
  Index32 from = 0;
  Index32 to = 0;
  bool exit_read = false;  ///< As the end had it.

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("lease", self.lease), v("chip_n", self.chip), v("from_index", self.from);
    v("to_index", self.to), v("exit_read", self.exit_read);
  }
};

/// A return for repair. Its items are the rows [first, first + units) of the table of items, by
/// rising chip.
struct Rma {
  std::string id{};
  RowN custodian = no_row;
  RowN vendor = no_row;
  std::string fault{};
  RowN first = no_row;
  std::uint32_t units = 0;
  Index32 index = 0;
  Index32 closed = no_index;

  static constexpr std::array<std::string_view, 0> sums{};

  /// A return that was taken back is closed.
  void withdraw(Index32 now) { closed = now; }

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("custodian", self.custodian), v("vendor", self.vendor);
    v("fault", self.fault), v("first_row", self.first), v("units", self.units);
    v("log_index", self.index), v("closed", self.closed);
  }
};

struct RmaItem {
  RowN chip = no_row;
  RowN rma = no_row;
  std::string work{};     ///< Result of the last repair.
  std::string outcome{};  ///< Empty as long as there is none.
  RowN replacement = no_row;

  static constexpr std::array<std::string_view, 0> sums{};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("chip_n", self.chip), v("rma", self.rma), v("work", self.work);
    v("outcome", self.outcome), v("replacement", self.replacement);
  }
};

/// A device key that a repair replaced: it is never bound to anything again. `id` is its hash.
struct FormerKey {
  std::string id{};
  RowN chip = no_row;
  Index32 index = 0;

  static constexpr std::array<std::string_view, 0> sums{};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("chip_n", self.chip), v("log_index", self.index);
  }
};

/// The newest inventory of one party's area. `id` is "party/site", or "party/" for all its sites.
struct Inventory {
  std::string id{};
  RowN party = no_row;
  RowN site = no_row;
  Index32 entries = 0;  ///< The book that it was taken against: that of so many entries.
  std::uint64_t count = 0;
  std::uint64_t tpp = 0;
  std::uint64_t missing = 0;  ///< On the book and not found.
  std::uint64_t over = 0;     ///< Found and not on the book.
  Hash root{};
  Index32 index = 0;

  static constexpr std::array<std::string_view, 0> sums{};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("party", self.party), v("site", self.site), v("entries", self.entries);
    v("count", self.count), v("tpp", self.tpp), v("missing", self.missing), v("over", self.over);
    v("root", self.root), v("log_index", self.index);
  }
};

/// A chip that an inventory of `party` did not find. It is asked for until somebody else than its
/// custodian has seen it.
struct NotFound {
  RowN chip = no_row;
  RowN party = no_row;
  Index32 index = 0;         ///< The inventory.
  Index32 shown = no_index;  ///< What shows the chip, or takes the inventory back.

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("chip_n", self.chip), v("party", self.party), v("log_index", self.index);
    v("shown_index", self.shown);
  }
};

/// A nonce that devices have answered. `id` is the nonce.
struct UsedNonce {
  std::string id{};
  Index32 index = 0;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("log_index", self.index);
  }
};

/// The newest closed period of one book. `id` is "party/site/product", each empty for all.
struct Balance {
  std::string id{};
  RowN party = no_row;
  RowN site = no_row;
  RowN product = no_row;
  Timestamp from{};
  Timestamp to{};
  std::uint64_t opening = 0;
  std::uint64_t increases = 0;
  std::uint64_t decreases = 0;
  std::uint64_t closing = 0;
  std::uint64_t counted = 0;
  std::uint32_t periods = 0;  ///< Closed so far.
  Index32 index = 0;

  static constexpr std::array<std::string_view, 0> sums{};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("party", self.party), v("site", self.site), v("product", self.product);
    v("period_from", self.from), v("period_to", self.to), v("opening", self.opening);
    v("increases", self.increases), v("decreases", self.decreases), v("closing", self.closing);
    v("counted", self.counted), v("periods", self.periods), v("log_index", self.index);
  }
};

}  // namespace muster::registry
