#pragma once

#include <array>
#include <limits>
#include <string>
#include <vector>

#include "ledger/base/hash.hpp"
#include "ledger/base/timestamp.hpp"
#include "registry/alias.hpp"
#include "registry/state/text.hpp"
#include "registry/values.hpp"

// One struct per table of the registry. `fields` names each column once: the dump, the view and
// its reader all go through it.

namespace muster::registry {

/// What entry 0 says of the log. One row.
struct Genesis {
  std::string origin{};
  Hash operator_key{};  ///< The Ed25519 key that signs checkpoints.
  std::uint64_t rules_version = 0;
  std::string policy{};  ///< Canonical JSON.

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("origin", self.origin), v("operator_key", self.operator_key);
    v("rules_version", self.rules_version), v("policy", self.policy);
  }
};

/// The parameters of the rules from one index on.
struct PolicyRow {
  Index32 effective = 0;  ///< The first index that is judged by it.
  Index32 index = 0;      ///< The statement that set it.
  std::uint64_t rules_version = 0;
  std::string parameters{};  ///< Canonical JSON.

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("effective_index", self.effective), v("log_index", self.index);
    v("rules_version", self.rules_version), v("parameters", self.parameters);
  }
};

/// An organisation that signs statements.
struct Party {
  std::string id{};
  std::string name{};
  std::string country{};
  std::string parent{};  ///< Beneficial owner or parent, or empty.
  RoleSet roles = 0;
  Index32 index = 0;
  std::uint64_t threshold = 1;   ///< Distinct keys that its weighty statements want.
  Index32 suspended = no_index;  ///< The first index at which it is suspended.
  RowN suspended_by = no_row;
  RowN successor = no_row;  ///< Who stands in its place since it was merged or is gone.

  [[nodiscard]] bool is_suspended(Index32 at) const { return suspended <= at; }

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("name", self.name), v("country", self.country), v("parent", self.parent);
    v("roles", self.roles), v("log_index", self.index), v("threshold", self.threshold);
    v("suspended", self.suspended), v("suspended_by", self.suspended_by);
    v("successor", self.successor);
  }
};

/// A key of a party, valid for statements with index in [from, to) that are accepted before
/// `until_ms`. `key_validity.hpp` is who says so.
struct Key {
  std::string id{};          ///< crypto::KeyId
  std::string public_key{};  ///< As crypto::PublicKey spells it.
  RowN party = no_row;
  Index32 from = 0;
  Index32 to = no_index;            ///< The statement that revoked it.
  std::int64_t until_ms = open_ms;  ///< End of the overlap, once it is rotated.
  RowN successor = no_row;          ///< The key that it was rotated to.
  Index32 bad_from = no_index;      ///< Its signatures of [bad_from, to) are not trusted.

  static constexpr std::int64_t open_ms = std::numeric_limits<std::int64_t>::max();

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("public_key", self.public_key), v("party", self.party);
    v("from_index", self.from), v("to_index", self.to), v("until_ms", self.until_ms);
    v("successor", self.successor), v("bad_from_index", self.bad_from);
  }
};

/// A key of the log's operator: it signs the checkpoints of more than `index` entries, up to the
/// one that names the next.
struct OperatorKey {
  std::string id{};          ///< crypto::KeyId
  std::string public_key{};  ///< Ed25519, 64 hex digits.
  Index32 index = 0;         ///< The entry that names it.

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("public_key", self.public_key), v("log_index", self.index);
  }
};

struct Site {
  std::string id{};
  std::string name{};
  std::string country{};
  std::string kind{};
  RowN party = no_row;
  Index32 closed = no_index;  ///< The statement that closed it.
  Index32 index = 0;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("name", self.name), v("country", self.country), v("kind", self.kind);
    v("party", self.party), v("closed", self.closed), v("log_index", self.index);
  }
};

struct Product {
  std::string id{};
  std::string name{};
  std::string model{};  ///< Row of the catalogue of chip models, or empty.
  RowN designer = no_row;
  std::string die_area_mm2{};  ///< A decimal, or empty.
  std::string eccn{};          ///< As its designer declares it, or empty.
  std::uint64_t tpp = 0;
  std::uint64_t dies = 1;
  RowN base = no_row;  ///< The version that it amends.
  Index32 index = 0;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("name", self.name), v("model", self.model), v("designer", self.designer);
    v("die_area_mm2", self.die_area_mm2), v("eccn", self.eccn);
    v("tpp", self.tpp), v("dies", self.dies), v("base", self.base), v("log_index", self.index);
  }
};

/// A container or an assembly: it has contents and a parent, and is never accountable itself.
struct Holder {
  std::string id{};
  std::string kind{};  ///< "container", "board", "tray", "server", "rack"
  std::string seal{};
  RowN parent = no_row;
  RowN custodian = no_row;
  RowN shipment = no_row;
  RowN site = no_row;  ///< Where it is installed, or `no_row`.
  Index32 last = no_index;
  bool closed = false;
  bool inferred = false;  ///< Accepted sealed: its contents are as packed, by inference.

  /// A correction takes its changes back by value.
  static constexpr std::array<std::string_view, 0> sums{};

  [[nodiscard]] bool is_container() const { return kind == "container"; }

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("kind", self.kind), v("seal", self.seal), v("parent", self.parent);
    v("custodian", self.custodian), v("shipment", self.shipment), v("site", self.site);
    v("last_index", self.last), v("closed", self.closed), v("inferred", self.inferred);
  }
};

/// A block of chip ids that one statement reserved.
struct Block {
  std::uint64_t number = 0;
  std::uint64_t count = 0;
  RowN product = no_row;
  RowN owner = no_row;
  RowN packager = no_row;
  Index32 index = 0;
  Index32 voided = no_index;  ///< The correction that took the reservation back.

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("number", self.number), v("count", self.count), v("product", self.product);
    v("owner", self.owner), v("packager", self.packager), v("log_index", self.index);
    v("voided", self.voided);
  }
};

/// What never changes of a chip, and the device key, which is set once.
struct ChipIdentity {
  RowN block = no_row;
  std::uint32_t ordinal = 0;
  std::uint64_t random = 0;
  RowN product = no_row;
  Index32 made = 0;
  Hash device_key{};  ///< Zero: not enrolled.
  Provenance provenance = Provenance::maker;
  RowN alias = no_row;  ///< Its newest row of the alias table.

  [[nodiscard]] bool enrolled() const { return device_key != Hash{}; }

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("block", self.block), v("ordinal", self.ordinal), v("random", self.random);
    v("product", self.product), v("made_index", self.made), v("device_key", self.device_key);
    v("provenance", self.provenance), v("alias", self.alias);
  }
};

/// A name that a statement gives a chip beside its id, in force for entries in [index, ended).
struct Alias {
  AliasName name{};
  RowN chip = no_row;
  RowN same = no_row;   ///< The row before it with the same name.
  RowN older = no_row;  ///< The row before it of the same chip.
  Index32 index = 0;
  Index32 ended = no_index;
  AliasScheme scheme = AliasScheme::serial;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("scheme", self.scheme), v("name", self.name), v("chip_n", self.chip), v("same", self.same),
        v("older", self.older);
    v("log_index", self.index), v("ended_index", self.ended);
  }
};

/// The axes of a chip at one moment.
struct ChipState {
  RowN custodian = no_row;
  RowN site = no_row;
  RowN shipment = no_row;  ///< The open release that it is part of.
  RowN parent = no_row;    ///< The holder that it stands in.
  RowN draw = no_row;      ///< The right that it was last accepted under; none: domestic.
  RowN pending = no_row;   ///< The right that its open release drew.
  RowN leg = no_row;       ///< The last hand-over of its open release.
  RowN slot = no_row;
  RowN custody = no_row;    ///< Its open row of the custody table.
  RowN owner = no_row;      ///< Who has title: the packager, until it passes on.
  RowN lessee = no_row;     ///< Who may use it under a lease, or nobody.
  Index32 last = no_index;  ///< The newest statement about it: what the next one has to expect.
  Index32 effect =
      no_index;  ///< The statement that made this state; not `last` after a correction.
  std::uint16_t flags = 0;
  std::uint16_t holds = 0;
  Life life = Life::made;
  Place place = Place::loose;
  Transport transport = Transport::at_site;
  Assurance assurance = Assurance::none;
  Life resumes = Life::made;  ///< While it is out of scope: the life that it goes back to.

  [[nodiscard]] bool has(Flag flag) const {
    return (flags & static_cast<std::uint16_t>(flag)) != 0;
  }
  void set(Flag flag) { flags = static_cast<std::uint16_t>(flags | static_cast<unsigned>(flag)); }
  void clear(Flag flag) {
    flags = static_cast<std::uint16_t>(flags & ~static_cast<unsigned>(flag));
  }
  friend bool operator==(const ChipState&, const ChipState&) = default;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("custodian", self.custodian), v("site", self.site), v("shipment", self.shipment);
    v("parent", self.parent), v("draw", self.draw), v("pending", self.pending);
    v("leg", self.leg), v("slot", self.slot), v("custody", self.custody);
    v("owner", self.owner), v("lessee", self.lessee), v("last_index", self.last);
    v("effect_index", self.effect), v("flags", self.flags), v("holds", self.holds);
    v("life", self.life), v("place", self.place), v("transport", self.transport);
    v("assurance", self.assurance), v("resumes", self.resumes);
  }
};

/// One chip in one party's custody at one site, for statements in [from_index, to_index).
struct Custody {
  RowN party = no_row;
  RowN chip = no_row;
  RowN site = no_row;
  Index32 from_index = 0;
  Index32 to_index = no_index;
  std::int64_t from_ms = 0;
  std::int64_t to_ms = open_ms;
  Index32 exit_index = no_index;  ///< The newest exit read, unless the chip was used on since.

  static constexpr std::int64_t open_ms = std::numeric_limits<std::int64_t>::max();

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("party", self.party), v("chip_n", self.chip), v("site", self.site);
    v("from_index", self.from_index), v("to_index", self.to_index), v("from_ms", self.from_ms);
    v("to_ms", self.to_ms), v("exit_index", self.exit_index);
  }
};

/// Occupation of one slot of a site. `id` is "site/rack/slot".
struct Slot {
  Text id{};
  RowN chip = no_row;

  [[nodiscard]] Slot in(std::pmr::memory_resource& memory) const {
    Slot made = *this;
    move_into(memory, made.id);
    return made;
  }

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("chip_n", self.chip);
  }
};

struct Hold {
  std::string id{};
  RowN authority = no_row;
  std::string basis{};
  Index32 index = 0;

  /// A hold that is taken back gives its id back, too.
  static constexpr std::array<std::string_view, 0> sums{};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("authority", self.authority), v("basis", self.basis);
    v("log_index", self.index);
  }
};

/// One chip under one hold.
struct Held {
  RowN hold = no_row;
  RowN chip = no_row;
  Index32 since = 0;
  Index32 lifted = no_index;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("hold", self.hold), v("chip_n", self.chip), v("since_index", self.since);
    v("lifted_index", self.lifted);
  }
};

}  // namespace muster::registry
