#pragma once

#include <functional>
#include <map>
#include <memory_resource>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ledger/base/chip_id.hpp"
#include "registry/state/audit_records.hpp"
#include "registry/state/contents.hpp"
#include "registry/state/hash_index.hpp"
#include "registry/state/held_chips.hpp"
#include "registry/state/journal_records.hpp"
#include "registry/state/life_records.hpp"
#include "registry/state/records.hpp"
#include "registry/state/statement_records.hpp"
#include "registry/state/table.hpp"
#include "registry/state/trade_records.hpp"
#include "registry/state/use_records.hpp"

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
  NamedTable<ChokeInspection> choke_inspections;
  NamedTable<Seizure> seizures;
  NamedTable<Lease> leases;
  Table<LeasedChip> leased_chips;
  Table<LeaseGap> lease_gaps;
  NamedTable<Rma> rmas;
  Table<RmaItem> rma_items;
  NamedTable<FormerKey> former_keys;
  NamedTable<Inventory> inventories;
  Table<NotFound> not_found;
  NamedTable<UsedNonce> used_nonces;
  NamedTable<Balance> balances;
  NamedTable<Holder> holders;
  Table<Block> blocks;
  Table<ChipIdentity> identities;
  Table<Alias> aliases;
  Table<ChipState> chips;
  Table<Custody> custody;
  NamedTable<Slot> slots;
  NamedTable<Hold> holds;
  Table<Held> held;
  NamedTable<Stream> streams;
  Table<StatementRow> statements;
  Table<CoSignature> co_signatures;
  Table<Mention> mentions;
  Table<ChipBefore> chip_before;
  Table<RowEdit> row_edits;
  NamedTable<Delegation> delegations;
  NamedTable<Lot> lots;
  Table<Die> dice;
  Table<Regrade> regrades;
  NamedTable<Seal> seals;
  NamedTable<CaseFile> cases;
  Table<CaseLine> case_lines;
  NamedTable<Dispute> disputes;
  Table<Affirmation> affirmations;
  NamedTable<Import> imports;
  Table<Assured> assured;
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
  NamedTable<Anchor> anchors;

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
    visit("choke_inspection", self.choke_inspections), visit("seizure", self.seizures);
    visit("lease", self.leases), visit("leased_chip", self.leased_chips);
    visit("lease_gap", self.lease_gaps);
    visit("rma", self.rmas), visit("rma_item", self.rma_items);
    visit("former_key", self.former_keys), visit("inventory", self.inventories);
    visit("not_found", self.not_found);
    visit("used_nonce", self.used_nonces), visit("balance", self.balances);
    visit("block", self.blocks), visit("chip", self.identities), visit("chip_now", self.chips);
    visit("alias", self.aliases);
    visit("custody", self.custody), visit("slot", self.slots), visit("hold", self.holds);
    visit("held", self.held), visit("stream", self.streams);
    visit("statement", self.statements), visit("co_signature", self.co_signatures);
    visit("mention", self.mentions);
    visit("chip_before", self.chip_before), visit("row_edit", self.row_edits);
    visit("delegation", self.delegations), visit("lot", self.lots), visit("die", self.dice);
    visit("regrade", self.regrades), visit("seal", self.seals);
    visit("case_file", self.cases), visit("case_line", self.case_lines);
    visit("dispute", self.disputes), visit("affirmation", self.affirmations);
    visit("import", self.imports), visit("assured", self.assured);
    visit("heads_commit", self.heads);
    visit("freeze", self.freezes), visit("run", self.runs), visit("vrf_key", self.vrf_keys);
    visit("plan", self.plans), visit("ceremony_part", self.ceremony_parts);
    visit("sealed_site", self.sealed_sites);
    visit("line", self.lines), visit("query", self.queries), visit("finding", self.findings);
    visit("state_commit", self.commits), visit("refusal", self.refusals);
    visit("anchor", self.anchors);
  }
};

/// A state that a chip was in from one statement on: a row of the history that a view keeps.
struct ChipChange {
  RowN chip = no_row;
  Index32 from = 0;
  Index32 previous = no_index;  ///< Where its former state began, or `no_index`.
  ChipState state;
};

/// What a chip in this state is shown as.
[[nodiscard]] Display display_of(const ChipState& now);

/// How far the state had come.
struct StateMark {
  std::vector<TableMark> tables;
  std::size_t changes = 0;
};

/// Everything the rules read, in memory: a projection of the ledger, never the truth.
///
/// Rules see it const. Effects change it between `begin` and `end` of one statement; a batch of
/// statements ends in `commit` or `rollback`.
class State final {
 public:
  /// Borrows `memory`, in which all that grows with the log lives, but for texts of more than 15
  /// bytes and the bitmaps of `held`.
  explicit State(bool keep_changes = false,
                 std::pmr::memory_resource& memory = *std::pmr::get_default_resource());

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
  /// Rows of the alias table by which chips bear `name`, oldest first.
  [[nodiscard]] std::vector<RowN> named(const AliasName& name) const;
  /// Rows of the alias table in force of the chip, oldest first.
  [[nodiscard]] std::vector<RowN> names_of(RowN chip) const;
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
  [[nodiscard]] std::span<const RowN> custody_of(RowN party) const;
  /// The chips that each party has in its custody now.
  [[nodiscard]] const HeldChips& held() const { return held_; }
  /// The open row of chip `chip` under `hold`, or `no_row`.
  [[nodiscard]] RowN find_held(RowN chip, RowN hold) const;
  [[nodiscard]] std::string party_name(RowN party) const;
  /// Holds that the chip is under.
  [[nodiscard]] std::vector<RowN> holds_on(RowN chip) const;
  /// Lines of cases that are open about the chip, oldest first.
  [[nodiscard]] std::vector<RowN> open_lines(RowN chip) const;
  /// Rows of the table of what inventories did not find that still ask for the chip, oldest first.
  [[nodiscard]] std::vector<RowN> sought(RowN chip) const;
  /// The flags of the chip, those by open reports included.
  [[nodiscard]] std::uint16_t flags(RowN chip) const;
  /// What is known of the chip's identity, by its enrolment and the newest proof.
  [[nodiscard]] Assurance assurance(RowN chip) const;
  /// The product that the chip was, as the first `size` entries tell it. `ProductsAt` says so of
  /// many. Cost: the regrades since.
  [[nodiscard]] RowN product_of(RowN chip, Index32 size) const;
  [[nodiscard]] bool die_is_used(const Die& die) const;

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
  /// A new chip in `packager`'s custody.
  RowN add_chip(const ChipIdentity& identity, RowN packager, RowN site);
  /// The chip's state, to be changed; its `last` becomes this statement.
  ChipState& touch(RowN chip);
  /// Changes custodian or site: closes the open custody row and opens another.
  void move(RowN chip, RowN party, RowN site);
  /// Ends custody for ever: the chip is destroyed.
  void end_custody(RowN chip);
  /// The log of the chip goes on: what was read of it is no exit read.
  void forget_exit_read(RowN chip);
  /// Puts a chip into a holder, or out of all (`no_row`).
  void set_parent(RowN chip, RowN holder);
  void set_holder_parent(RowN holder, RowN parent);
  /// Gives `holder` and everything inside it to `party`.
  void set_holder_custodian(RowN holder, RowN party);
  /// Marks `holder` and all above it as moved by this statement.
  void touch_holder(RowN holder);
  void set_device_key(RowN chip, const Hash& key);
  /// Gives the chip exactly these names: others end. Not journaled.
  void set_names(RowN chip, std::span<const AliasReading> names);
  /// Takes back what the statement at `target` said of the chip's names. Not journaled.
  void reverse_names(RowN chip, Index32 target);
  void occupy(const std::string& slot, RowN chip);
  void vacate(RowN chip);
  void add_hold(RowN chip, RowN hold);
  void lift_hold(RowN chip, RowN hold);
  /// Lifts every hold that the chip is under.
  void lift_holds(RowN chip);
  /// A repaired chip answers with another key from now on.
  void replace_device_key(RowN chip, const Hash& key);
  /// A chip that is taken back for ever: it never was. Not journaled.
  void void_chip(RowN chip);
  /// Takes the device key back. Not journaled.
  void clear_device_key(RowN chip);
  /// No custody is counted while a chip is out of scope; its custodian stays.
  void pause_custody(RowN chip);
  void resume_custody(RowN chip);
  void add_die(const Die& die);
  void free_die(RowN die);
  /// Opens a line of case `file`, which counts it.
  void open_line(RowN file, RowN chip, const std::string& kind);
  void close_line(RowN line, const std::string& outcome);
  /// Closes every open line about a chip that is no more.
  void close_lines(RowN chip, const std::string& outcome);
  /// Ends the quarantine of a chip, and with it the lines of cases that put it there.
  void end_quarantine(RowN chip, const std::string& outcome);
  /// The chip is not missing any more; ends the lines of cases that said so.
  void end_missing(RowN chip, const std::string& outcome);
  /// Notes a proof of identity; the chip's last statement stays.
  void assure(RowN chip, Assurance level);
  /// An inventory of `party` did not find the chip.
  void seek(RowN chip, RowN party);
  /// Somebody else than its custodian has seen the chip: no inventory asks for it any more.
  void show(RowN chip);
  /// Proofs of the chip's identity count no more: what its enrolment says is left.
  void doubt(RowN chip);

  /// Takes the effect of the statement at `target` back, as a part of the statement under way.
  /// With `as_if_never`, `last_statement` then answers as if it had not been, until `end`: what
  /// takes its place may follow what it followed.
  /// Requires: nothing stands in the way (`in_the_way`).
  void reverse(Index32 target, bool as_if_never);
  /// From here on the statement under way is journaled anew: what it did before was a reversal.
  void restart_journal();

  /// Ends the effects of the statement.
  void end();

  // What corrections ask (registry/state/reversal.cpp).

  /// The chips that the statement at `index` changed, and what they were like before it.
  [[nodiscard]] std::vector<std::pair<RowN, ChipState>> chips_before(Index32 index) const;
  /// What the statement at `index` changed in rows that chips share.
  [[nodiscard]] RowsView<RowEdit> edits_of(Index32 index) const;
  /// Chips that the statement at `index` made, in order of registration.
  [[nodiscard]] std::vector<RowN> made_by(Index32 index) const;
  /// Later statements that build on the one at `target` and are in force, newest first, and
  /// whether anything else stands in the way.
  struct InTheWay {
    std::vector<Index32> statements;
    std::string what;  ///< Empty: nothing that is not a statement.
  };
  [[nodiscard]] InTheWay in_the_way(Index32 target) const;

  void commit();
  /// Takes back what was done since `commit`.
  void rollback();
  /// What is done from here on can be taken back by itself.
  StateMark mark();
  void rollback(const StateMark& to);

  /// Chip states begun since `take_changes`, oldest first. Kept only when asked for.
  [[nodiscard]] const std::vector<ChipChange>& changes() const { return changes_; }
  /// Declares everything so far as saved by a view.
  void mark_saved();
  /// Rebuilds every look-up from the tables, after a view filled them. Marks all as saved. Calls
  /// `after_row`, if any, after each row. Errors: `corrupt` if the tables contradict each other.
  Result<void> reindex(const std::function<void()>& after_row = {});

 private:
  void expire_releases();
  // Look-ups follow a row from `before` to `after`, null where it is not there.
  void follow(RowN n, const Block* before, const Block* after);
  void follow(RowN n, const ChipIdentity* before, const ChipIdentity* after);
  void follow(RowN n, const ChipState* before, const ChipState* after);
  void follow(RowN n, const Alias* before, const Alias* after);
  void follow(RowN n, const Shipment* before, const Shipment* after);
  void follow(RowN n, const Custody* before, const Custody* after);
  void follow(RowN n, const Holder* before, const Holder* after);
  void follow(RowN n, const Held* before, const Held* after);
  void follow(RowN n, const Die* before, const Die* after);
  void follow(RowN n, const CaseLine* before, const CaseLine* after);
  void follow(RowN n, const Assured* before, const Assured* after);
  void follow(RowN n, const NotFound* before, const NotFound* after);
  void follow(RowN n, const StatementRow* before, const StatementRow* after);
  template <class T>
  void follow(RowN /*n*/, const T* /*before*/, const T* /*after*/) {}

  class Obstacles;
  /// Opens a row of the custody table from now on; the number goes into the chip's state.
  RowN open_custody(RowN chip, RowN party, RowN site);
  void close_custody(RowN row);
  void note_touched(RowN chip, Index32 previous);
  void age_exit_read(const ChipState& now);
  void journal_chip(RowN chip, const ChipState& before);
  void journal_rows();
  void restore_chip(RowN chip, const ChipState& image, bool as_if_never);
  void restore_custody(RowN chip, const ChipState& image);
  void restore_rows(Index32 target);
  [[nodiscard]] Index32 replaced_by(Index32 target) const;
  void restore_holds(Index32 target);
  void restore_sought(Index32 target);
  [[nodiscard]] RowsView<ChipBefore> runs_of(Index32 index) const;
  [[nodiscard]] ChipState chip_before(RowN chip, Index32 index) const;

  Tables tables_;
  std::pmr::unordered_map<std::uint64_t, RowN> block_by_number_;
  std::pmr::vector<std::pmr::vector<RowN>> chips_of_block_;
  HashIndex<ChipIdentity, &ChipIdentity::device_key> device_keys_;
  HashIndex<Alias, &Alias::name, AliasName> newest_by_name_;
  HashIndex<StatementRow, &StatementRow::hash> statement_by_hash_;
  std::pmr::vector<std::pmr::vector<Index32>> statements_of_stream_;  // by rising number
  std::pmr::vector<std::pmr::vector<RowN>> custody_of_party_;
  HeldChips held_;
  Contents contents_;
  std::pmr::set<std::pair<RowN, RowN>> inner_holders_;      // (parent, holder)
  std::pmr::map<std::pair<RowN, RowN>, RowN> open_held_;    // (chip, hold)
  std::pmr::set<std::pair<std::int64_t, RowN>> deadlines_;  // (accept_by, shipment), not met yet
  std::pmr::unordered_set<std::uint64_t> used_dice_;
  std::pmr::set<std::pair<RowN, RowN>> open_lines_;  // (chip, line of a case)
  std::pmr::unordered_map<RowN, RowN> assured_;      // by chip
  std::pmr::set<std::pair<RowN, RowN>> sought_;      // (chip, row of what was not found)
  std::vector<std::pair<RowN, Index32>> touched_;    // by the statement under way
  std::unordered_map<RowN, Index32> as_if_last_;     // of chips whose last statement is left out
  bool keys_forgotten_ = false;                      // the index of device keys has to be made anew
  std::vector<ChipChange> changes_;
  std::size_t committed_changes_ = 0;
  bool keep_changes_;
};

}  // namespace muster::registry
