#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "ledger/base/chip_id.hpp"
#include "registry/state/audit_records.hpp"
#include "registry/state/key_index.hpp"
#include "registry/state/records.hpp"
#include "registry/state/table.hpp"
#include "registry/state/trade_records.hpp"

namespace muster::registry {

/// All tables, in the order in which the dump and the view have them.
struct Tables {
  Table<Genesis> genesis;
  Table<PolicyRow> policies;
  NamedTable<Party> parties;
  NamedTable<Key> keys;
  NamedTable<OperatorKey> operator_keys;
  NamedTable<Site> sites;
  NamedTable<Product> products;
  NamedTable<Licence> licences;
  NamedTable<Cap> caps;
  NamedTable<CapUse> cap_uses;
  NamedTable<RatioBase> ratio_bases;
  NamedTable<Credit> credits;
  Table<Draw> draws;
  NamedTable<EndUse> end_uses;
  NamedTable<Screened> screened;
  NamedTable<Shipment> shipments;
  Table<Leg> legs;
  NamedTable<Holder> holders;
  Table<Block> blocks;
  Table<ChipIdentity> identities;
  Table<ChipState> chips;
  Table<Custody> custody;
  NamedTable<Slot> slots;
  NamedTable<Hold> holds;
  Table<Held> held;
  NamedTable<Stream> streams;
  Table<StatementRow> statements;
  Table<CoSignature> co_signatures;
  Table<HeadsCommit> heads;
  NamedTable<Freeze> freezes;
  NamedTable<Run> runs;
  NamedTable<VrfKey> vrf_keys;
  NamedTable<Plan> plans;
  NamedTable<CeremonyPart> ceremony_parts;
  NamedTable<SealedSite> sealed_sites;
  Table<Line> lines;
  NamedTable<Query> queries;
  NamedTable<Finding> findings;
  Table<StateCommit> commits;
  NamedTable<RefusalRow> refusals;

  /// Calls `visit(name, table)` for each table of `self`.
  template <class Self, class V>
  static void each(Self& self, V&& visit) {
    visit("genesis", self.genesis), visit("policy", self.policies);
    visit("party", self.parties), visit("party_key", self.keys),
        visit("operator_key", self.operator_keys), visit("site", self.sites);
    visit("product", self.products), visit("licence", self.licences);
    visit("cap", self.caps), visit("cap_use", self.cap_uses);
    visit("ratio_base", self.ratio_bases), visit("credit", self.credits);
    visit("draw", self.draws), visit("end_use", self.end_uses), visit("screened", self.screened);
    visit("shipment", self.shipments), visit("leg", self.legs), visit("holder", self.holders);
    visit("block", self.blocks), visit("chip", self.identities), visit("chip_now", self.chips);
    visit("custody", self.custody), visit("slot", self.slots), visit("hold", self.holds);
    visit("held", self.held), visit("stream", self.streams);
    visit("statement", self.statements), visit("co_signature", self.co_signatures);
    visit("heads_commit", self.heads);
    visit("freeze", self.freezes), visit("run", self.runs), visit("vrf_key", self.vrf_keys);
    visit("plan", self.plans), visit("ceremony_part", self.ceremony_parts);
    visit("sealed_site", self.sealed_sites);
    visit("line", self.lines), visit("query", self.queries), visit("finding", self.findings);
    visit("state_commit", self.commits), visit("refusal", self.refusals);
  }
};

/// A state that a chip was in from one statement on: a row of the history that a view keeps.
struct ChipChange {
  RowN chip = no_row;
  Index32 from = 0;
  Index32 previous = no_index;  ///< Where its former state began, or `no_index`.
  ChipState state;
};

/// Everything the rules read, in memory: a projection of the ledger, never the truth.
///
/// Rules see it const. Effects change it between `begin` and `end` of one statement; a batch of
/// statements ends in `commit` or `rollback`.
class State final {
 public:
  explicit State(bool keep_changes = false) : keep_changes_(keep_changes) {}

  [[nodiscard]] const Tables& tables() const { return tables_; }
  Tables& tables() { return tables_; }

  /// Text of entry 0: the log's origin. Empty before genesis.
  [[nodiscard]] std::string origin() const;

  /// Statements applied so far: the next log index.
  [[nodiscard]] Index32 size() const { return tables_.statements.size(); }

  // What the rules ask.

  /// The chip's row, or `no_row`. Cost: two array look-ups.
  [[nodiscard]] RowN find_chip(const ChipId& id) const;
  /// The block's row, or `no_row`.
  [[nodiscard]] RowN find_block(std::uint64_t number) const;
  /// The chip that has ordinal `ordinal` of `block`, or `no_row`.
  [[nodiscard]] RowN chip_at(RowN block, std::uint64_t ordinal) const;
  [[nodiscard]] RowN chip_with_key(const Hash& device_key) const;
  [[nodiscard]] ChipId chip_id(RowN chip) const;
  [[nodiscard]] Display display(RowN chip) const;
  /// The statement that the chip's next event must name in `expects`.
  [[nodiscard]] const Hash& last_statement(RowN chip) const;
  /// The log index of an accepted statement.
  [[nodiscard]] std::optional<Index32> statement_index(const Hash& statement) const;
  /// The log index of number `number` of a stream, if it was used.
  [[nodiscard]] std::optional<Index32> numbered(RowN stream, std::uint64_t number) const;
  /// Chips that stand in `holder` or in anything inside it, in order of registration.
  [[nodiscard]] std::vector<RowN> contents(RowN holder) const;
  /// Holders that stand directly in `holder`.
  [[nodiscard]] std::vector<RowN> inner_holders(RowN holder) const;
  /// The rows of the custody table that name `party`, oldest first.
  [[nodiscard]] const std::vector<RowN>& custody_of(RowN party) const;
  /// The open row of chip `chip` under `hold`, or `no_row`.
  [[nodiscard]] RowN find_held(RowN chip, RowN hold) const;
  [[nodiscard]] std::string party_name(RowN party) const;

  // What effects do. All between `begin` and `end`.

  /// Begins the effects of one statement; `row` becomes its row of the statement table, and
  /// `more_keys` are the registered keys that signed it beside `row.key`.
  void begin(StatementRow row, std::span<const RowN> more_keys = {});
  /// The index and time of the statement under way.
  [[nodiscard]] Index32 now_index() const { return size() - 1; }
  [[nodiscard]] std::int64_t now_ms() const;

  RowN add_block(Block block);
  /// A new shipment; its deadline, if it has one, is watched from now on.
  RowN add_shipment(Shipment shipment);
  /// Makes room for `more` new chips.
  void expect_chips(std::size_t more);
  /// A new chip in `packager`'s custody.
  RowN add_chip(const ChipIdentity& identity, RowN packager, RowN site);
  /// The chip's state, to be changed; its `last` becomes this statement.
  ChipState& touch(RowN chip);
  /// Changes custodian or site: closes the open custody row and opens another.
  void move(RowN chip, RowN party, RowN site);
  /// Ends custody for ever: the chip is destroyed.
  void end_custody(RowN chip);
  /// Puts a chip into a holder, or out of all (`no_row`).
  void set_parent(RowN chip, RowN holder);
  void set_holder_parent(RowN holder, RowN parent);
  /// Gives `holder` and everything inside it to `party`.
  void set_holder_custodian(RowN holder, RowN party);
  /// Marks `holder` and all above it as moved by this statement.
  void touch_holder(RowN holder);
  void set_device_key(RowN chip, const Hash& key);
  void occupy(const std::string& slot, RowN chip);
  void vacate(RowN chip);
  void add_hold(RowN chip, RowN hold);
  void lift_hold(RowN chip, RowN hold);

  /// Ends the effects of the statement.
  void end();

  void commit();
  void rollback();

  /// Chip states begun since `take_changes`, oldest first. Kept only when asked for.
  [[nodiscard]] const std::vector<ChipChange>& changes() const { return changes_; }
  /// Declares everything so far as saved by a view.
  void mark_saved();
  /// Rebuilds every look-up from the tables, after a view filled them. Marks all as saved.
  /// Errors: `corrupt` if the tables contradict each other.
  Result<void> reindex();

 private:
  void index_custody(RowN row);
  void index_deadlines();
  void expire_releases();
  void index_parent(RowN chip, RowN before, RowN after);
  void note_touched(RowN chip, Index32 previous);
  void rollback_chips();

  Tables tables_;
  std::unordered_map<std::uint64_t, RowN> block_by_number_;
  std::vector<std::vector<RowN>> chips_of_block_;
  DeviceKeyIndex device_keys_;
  std::unordered_map<Hash, Index32> statement_by_hash_;
  std::vector<std::vector<std::pair<std::uint64_t, Index32>>> numbers_of_stream_;
  std::vector<std::vector<RowN>> custody_of_party_;
  std::set<std::pair<RowN, RowN>> contents_;           // (holder, chip)
  std::set<std::pair<RowN, RowN>> inner_holders_;      // (parent, holder)
  std::map<std::pair<RowN, RowN>, RowN> open_held_;    // (chip, hold)
  std::set<std::pair<std::int64_t, RowN>> deadlines_;  // (accept_by, shipment), those not met yet
  std::vector<std::pair<RowN, Index32>> touched_;      // by the statement under way
  std::vector<ChipChange> changes_;
  std::size_t committed_changes_ = 0;
  bool keep_changes_;
};

}  // namespace muster::registry
