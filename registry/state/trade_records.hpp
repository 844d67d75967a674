#pragma once

#include <array>
#include <string>
#include <vector>

#include "ledger/base/hash.hpp"
#include "ledger/base/timestamp.hpp"
#include "registry/values.hpp"

// Tables of licences and what is drawn from them, of screening, end-user statements, legs, leases.

namespace muster::registry {

/// A licence and what has been drawn from it.
struct Licence {
  std::string id{};
  RowN authority = no_row;
  RowN licensee = no_row;
  std::vector<std::string> consignees{};
  std::vector<std::string> end_users{};  ///< Empty: its consignees.
  std::vector<std::string> countries{};
  std::vector<std::string> products{};
  std::vector<std::string> caps{};        ///< Names of its further caps, ended ones included.
  std::vector<std::string> restore_on{};  ///< Events, beside cancelling, that give a draw back.
  std::uint64_t max_units = 0;
  std::uint64_t max_tpp = 0;  ///< 0: no limit in TPP.
  Timestamp from{};
  Timestamp to{};
  std::uint64_t units = 0;
  std::uint64_t tpp = 0;
  Index32 suspended = no_index;  ///< The statement that suspends it, until it is resumed.
  Timestamp suspended_from{};
  Index32 revoked = no_index;
  Timestamp revoked_from{};
  Index32 index = 0;

  static constexpr std::array<std::string_view, 2> sums{"units", "tpp"};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("authority", self.authority), v("licensee", self.licensee);
    v("consignees", self.consignees), v("end_users", self.end_users);
    v("countries", self.countries), v("products", self.products), v("caps", self.caps);
    v("restore_on", self.restore_on), v("max_units", self.max_units), v("max_tpp", self.max_tpp);
    v("valid_from", self.from), v("valid_to", self.to), v("units", self.units);
    v("tpp", self.tpp), v("suspended", self.suspended), v("suspended_from", self.suspended_from);
    v("revoked", self.revoked), v("revoked_from", self.revoked_from);
    v("log_index", self.index);
  }
};

/// A cap of a licence on a part of what is drawn from it. `id` is "licence/cap"; a scope that is
/// empty binds everything.
struct Cap {
  std::string id{};
  RowN licence = no_row;
  std::string consignee{};
  std::string end_user{};
  std::string country{};
  std::string product{};
  std::string period{};         ///< "month", "quarter" or "year" of the draw; empty: all of them.
  std::uint64_t max_units = 0;  ///< 0: no limit in units.
  std::uint64_t max_tpp = 0;    ///< 0: no limit in TPP.
  std::uint64_t percent = 0;    ///< Of what the licensee delivered to `of_country`; 0: no ratio.
  std::string of_country{};
  std::string measure{};         ///< What the ratio compares: "units" or "tpp".
  std::uint64_t base_units = 0;  ///< Delivered to `of_country` since the cap was set.
  std::uint64_t base_tpp = 0;
  Index32 ended = no_index;  ///< The amendment that ended it.

  static constexpr std::array<std::string_view, 2> sums{"base_units", "base_tpp"};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("licence", self.licence), v("consignee", self.consignee);
    v("end_user", self.end_user), v("country", self.country), v("product", self.product);
    v("period", self.period), v("max_units", self.max_units), v("max_tpp", self.max_tpp);
    v("percent", self.percent), v("of_country", self.of_country), v("measure", self.measure);
    v("base_units", self.base_units), v("base_tpp", self.base_tpp), v("ended", self.ended);
  }
};

/// What is drawn on one cap in one period. `id` is "licence/cap/period".
struct CapUse {
  std::string id{};
  std::uint64_t units = 0;
  std::uint64_t tpp = 0;

  static constexpr std::array<std::string_view, 2> sums{"units", "tpp"};
  static constexpr bool accumulates = true;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("units", self.units), v("tpp", self.tpp);
  }
};

/// The ratio caps that deliveries of one licensee to one country count for. `id` is
/// "licensee/country", the caps are those of the cap table.
struct RatioBase {
  std::string id{};
  std::vector<std::string> caps{};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("caps", self.caps);
  }
};

/// One chip in the base of one ratio cap: no chip counts twice. `id` is "cap row/chip row".
struct Credit {
  std::string id{};
  bool counted = false;
  std::uint64_t tpp = 0;  ///< What it put into the base: that of its product then.

  static constexpr std::array<std::string_view, 0> sums{};
  static constexpr bool accumulates = true;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("counted", self.counted), v("tpp", self.tpp);
  }
};

/// What one release drew of one product: the right by which chips may be where they go. A named
/// exception is one without a licence.
struct Draw {
  RowN licence = no_row;
  RowN shipment = no_row;  ///< The release that drew it, or nothing for a replacement.
  RowN product = no_row;
  RowN consignee = no_row;
  RowN end_user = no_row;
  std::string country{};
  std::string exception{};
  std::int64_t at_ms = 0;  ///< Its period is that of this instant.
  std::uint64_t units = 0;
  std::uint64_t restored = 0;
  Index32 index = 0;

  static constexpr std::array<std::string_view, 2> sums{"units", "restored"};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("licence", self.licence), v("shipment", self.shipment), v("product", self.product);
    v("consignee", self.consignee), v("end_user", self.end_user), v("country", self.country);
    v("exception", self.exception), v("at_ms", self.at_ms), v("units", self.units);
    v("restored", self.restored), v("log_index", self.index);
  }
};

/// One release and what became of its chips. Every chip released or joined is accepted, returned,
/// cancelled, lost, seized, moved to another shipment, or still open (refused ones until returned,
/// short ones until their case is resolved).
struct Shipment {
  std::string id{};
  RowN sender = no_row;
  RowN receiver = no_row;
  RowN destination = no_row;  ///< The receiver's site.
  RowN end_user = no_row;     ///< The receiver, unless the release names another party.
  RowN licence = no_row;
  RowN rma = no_row;
  std::string exception{};
  std::string purpose{};
  Timestamp accept_by{};
  Index32 release = no_index;  ///< The statement that an acceptance quotes.
  Index32 overdue = no_index;  ///< The first statement after `accept_by`, if chips were open.
  std::uint32_t released = 0;
  std::uint32_t joined = 0;
  std::uint32_t accepted = 0;
  std::uint32_t refused = 0;
  std::uint32_t returned = 0;
  std::uint32_t cancelled = 0;
  std::uint32_t lost = 0;
  std::uint32_t seized = 0;
  std::uint32_t moved = 0;

  [[nodiscard]] std::uint32_t open() const {
    return released + joined - accepted - returned - cancelled - lost - seized - moved;
  }

  static constexpr std::array<std::string_view, 9> sums{"released", "joined",   "accepted",
                                                        "refused",  "returned", "cancelled",
                                                        "lost",     "seized",   "moved"};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("sender", self.sender), v("receiver", self.receiver);
    v("destination", self.destination), v("end_user", self.end_user);
    v("licence", self.licence), v("rma", self.rma), v("exception", self.exception);
    v("purpose", self.purpose), v("accept_by", self.accept_by), v("release", self.release);
    v("overdue", self.overdue), v("released", self.released), v("joined", self.joined);
    v("accepted", self.accepted), v("refused", self.refused), v("returned", self.returned);
    v("cancelled", self.cancelled), v("lost", self.lost), v("seized", self.seized);
    v("moved", self.moved);
  }
};

/// One hand-over of chips on their way. The carrier holds them and is not their custodian.
struct Leg {
  RowN shipment = no_row;
  RowN giver = no_row;
  RowN taker = no_row;
  std::string place{};
  std::string vehicle{};
  std::string seal{};
  std::uint32_t units = 0;
  Index32 index = 0;

  static constexpr std::array<std::string_view, 1> sums{"units"};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("shipment", self.shipment), v("giver", self.giver), v("taker", self.taker);
    v("place", self.place), v("vehicle", self.vehicle), v("seal", self.seal);
    v("units", self.units), v("log_index", self.index);
  }
};

/// The newest end-user statement of a party. `id` is "party/licence", or "party/" for whatever
/// licence or exception.
struct EndUse {
  std::string id{};
  RowN party = no_row;
  RowN site = no_row;
  std::string use{};
  Hash paper{};
  Timestamp valid_to{};  ///< 0: no end.
  Index32 index = 0;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("party", self.party), v("site", self.site), v("use", self.use);
    v("paper", self.paper), v("valid_to", self.valid_to), v("log_index", self.index);
  }
};

/// The newest screening of one party by one other. `id` is "screener/party"; the screener is "*"
/// for the registrar and the authorities, whose results count for everybody.
struct Screened {
  std::string id{};
  RowN party = no_row;
  RowN by = no_row;
  std::string verdict{};  ///< "pass", "review" or "hit"
  std::int64_t at_ms = 0;
  Hash lists{};
  Index32 index = 0;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("party", self.party), v("by", self.by), v("verdict", self.verdict);
    v("at_ms", self.at_ms), v("lists", self.lists), v("log_index", self.index);
  }
};

}  // namespace muster::registry
