#include "cli/scenario/row.hpp"

#include <algorithm>
#include <array>

namespace muster::cli::scenario {
namespace {

constexpr std::string_view firmware_holds = "keys and firmware hold while a chip is read";
constexpr std::string_view evidence_closes =
    "closing evidence cannot be forged; honest chips and answers are as noisy as the world says";

constexpr std::array all_rows{
    RowFacts{"V1", "chips leave the fab unregistered",
             "a difference with its sigma and power; the rest is in U",
             "inputs are counted by parties that do not collude, with the stated errors",
             "a balance line above its limit; the refusal with its rule",
             "dice that never were in a lot, of wafers that nobody counted"},
    RowFacts{"V2", "chips vanish in transit; empty boxes; sender and receiver both lie",
             "until then in the sender's U; found by presence, not by paper",
             "a sender and a receiver who both lie are found by presence alone",
             "an open release, with its clock",
             "empty boxes that are accepted: nothing on paper shows them"},
    RowFacts{"V3", "chips reported lost, stolen, destroyed and used on",
             "bounded by U, never by statistics at k's scale",
             "the second party at a destruction is not bribed",
             "the unaccounted total; key.seen_again; a refusal without the second party",
             "chips that are used on where nobody meets them: in U"},
    RowFacts{"V4", "labels moved to dummy servers", "a label alone is never \"seen\"",
             "a dummy has not the chip's key", "id.mismatch or sig.bad on the line", ""},
    RowFacts{"V5", "relay: a dummy forwards the nonce to the real chip elsewhere",
             "at presence levels 3 and 4", "the inspector cuts every uplink, and says so truly",
             "a line that presents nothing once the uplink is cut",
             "a relay that an inspector takes for presence: his word is believed"},
    RowFacts{"V6", "logs of the chips in the run withheld or edited",
             "a chip of the run is drawn with t", firmware_holds,
             "snap.unexplained, not.presented, snap.unopened or chain.break", ""},
    RowFacts{"V7", "explanations tailored after the draw", "whenever filed", firmware_holds,
             "decl.after_draw", ""},
    RowFacts{"V8", "snapshots suppressed or made rare",
             "exact with the secret; else the printed power", firmware_holds,
             "count.missing, a contradiction; epoch.rate",
             "chips without the secret: no log profile of one is read"},
    RowFacts{
        "V9", "firmware swapped for the run and flashed back before the visit",
        "claimed only between two heads", "nobody puts other flash in for the moment of a head",
        "fw.unknown; power.off_in_run; head.gap; chain.fork, a contradiction",
        "counters of boots and powered time that flash does not hold: emulated chips have none"},
    RowFacts{"V10", "decoy region: a compliant shard is hashed, real weights lie elsewhere",
             "not caught without whole-memory hashing",
             "the firmware hashes what it says it hashes",
             "memory.partial where it says so; nothing where it lies", ""},
    RowFacts{
        "V11", "log rolled back, forked, truncated, reordered, wrapped, replayed from another chip",
        "whenever seen", firmware_holds,
        "chain.rollback and chain.fork, contradictions; chain.gap, chain.reorder, log.wrapped, "
        "head.stale, id.mismatch",
        ""},
    RowFacts{"V12", "one identity on many chips",
             "when the twins appear; hidden twins are unregistered compute (U)",
             "twins that are never read are few: U", "chain.fork, a contradiction", ""},
    RowFacts{"V13", "declared transcript does not lead to the snapshot",
             "bulk forgery 1-(1-phi)^q; a single jump q/n",
             "a re-run tells a forged segment from a true one",
             "snap.wrong_chip, snap.wrong_time, snap.absent; a segment that does not replay",
             "re-execution itself: cases of tests/attestation/evasions"},
    RowFacts{"V14", "transcript spoofed by interpolation, adversarial data, chosen initial weights",
             "graded evidence, never proof", "no cheaper way to spoof a transcript is found",
             "run.unseeded, run.uncommitted; mismatched segments; signs",
             "adversarial data that lead to given weights"},
    RowFacts{"V15", "one large run declared as many small ones; laundered parent; merges",
             "whenever declared weights chain, unless one parent claims all their memory",
             "declared chunks overlap where runs go on from each other",
             "one model above the limit; run.shared_weights",
             "distillation: models that learn from each other share no weights"},
    RowFacts{"V16", "run spread over chips, sites, periods",
             "t within T days; stretching loss printed", "the run lasts no longer than T",
             "a hit at one of the visits", ""},
    RowFacts{"V17", "run spread over Provers, shells, tenants", "t for the pool",
             "the pool holds every Prover that could take part", "a hit at one of the Provers", ""},
    RowFacts{"V18", "stepping out of the frame: in transit, repair, loan, sale, quarter-end",
             "in the frame, or in U", "exit reads are made and true", "a hit on a chip that left",
             ""},
    RowFacts{"V19", "FLOP understated", "only above the printed amount",
             "rates and bands of the catalogue hold", "flop.impossible, flop.implausible",
             "energy, which accounts do not have"},
    RowFacts{"V20", "training declared as inference or idle", "at the first snapshot",
             firmware_holds, "snap.unexplained", ""},
    RowFacts{"V21", "chips outside the register", "stated power on site; none for secret sites",
             "the site is known, and opened whole",
             "a position with a chip that the register does not have",
             "sites that nobody knows: not caught, and in U"},
    RowFacts{"V22", "forced cannot-judge, stalling, refusals", "never \"no sign of\" while open",
             "deadlines are kept", "open lines, then hits at the deadline", ""},
    RowFacts{"V23", "acting between opening and reading: fly in, reflash, kill",
             "surprise kept per site", "nobody learns of a visit before the gate",
             "id.mismatch, chain.rollback, not.presented; the check of the gate that failed",
             "what people at the gate see, and how fast they read"},
    RowFacts{"V24", "draw foreseen, biased, ground, repeated, leaked, or abandoned when it hurts",
             "replayable by a stranger", "SHA-256, the VRF and the ceremony hold",
             "the check that failed, by name; the campaign, as far as it came",
             "leaks: who knew the lines is printed, not tried"},
    RowFacts{"V25", "operator rewrites, splits, rolls back, back-dates, withholds",
             "by anyone with an older checkpoint or a witness", "somebody kept a checkpoint",
             "a checkpoint or receipt that the log contradicts: evidence that convicts",
             "a log cut short, which is shown and convicts nobody; witnesses: tests/ledger"},
    RowFacts{"V26", "stolen party key; delegate abuse", "nothing silently kept",
             "the theft is noticed, and said",
             "a refusal by key.not_valid or delegate.*; the statements that are disputed", ""},
    RowFacts{
        "V27",
        "double acceptance, transfer of another's, of a destroyed, of a held chip; caps overrun",
        "refused", "the register judges every statement", "the refusal with its rule", ""},
    RowFacts{"V28", "diversion: licensed here, installed there; harvested dice; misdeclared goods",
             "on paper refused; in the field by inspection", "goods are what the papers say",
             "the refusal with its rule", "harvested dice and misdeclared goods: nothing on paper"},
    RowFacts{"V29", "maker collusion: unlogged signed firmware, twin certificates, ghost enrolment",
             "else stated as trusted", "the maker signs in the ledger what it signs",
             "fw.unknown; device_key.taken, device_key.already",
             "undone fuses; chips that another laboratory tests again"},
    RowFacts{"V30", "inspector colludes, invents, leaks", "invention found when re-sampled",
             "the second team is not of the first one's mind",
             "a line that the second team reads otherwise",
             "leaks; collusion of both teams: **not caught**"},
    RowFacts{"V31", "hostile or huge submissions", "no crash, no half-write, clear refusal",
             "the fuzzers' corpora are hostile enough", "the refusal; the log as it was",
             "files of 1 GB at every door: tests/hostile; parsers: tests/fuzz"},
    RowFacts{"C1", "V4 and V11 at once: labels moved on some chips, logs forked on others",
             "whenever seen", firmware_holds, "id.mismatch, chain.fork", ""},
    RowFacts{"C2",
             "V8 and V7 at once: snapshots suppressed on some chips, a story filed late for others",
             "whenever seen", firmware_holds, "count.missing, decl.after_draw", ""},
    RowFacts{"C3",
             "V11 and a head that is not filed: the log is forked, and the freeze has no head",
             "whenever seen", "honest chips without a head can say why",
             "head.unreported: no head of the freeze binds the log", ""},
    RowFacts{"honest", "nobody evades, and the world is noisy",
             "hits on honest Provers no more often than the plan says", evidence_closes,
             "queries with their deadlines", ""},
};

}  // namespace

std::span<const RowFacts> rows() { return all_rows; }

const RowFacts* row_named(std::string_view id) {
  const auto* found = std::ranges::find(all_rows, id, &RowFacts::id);
  return found == all_rows.end() ? nullptr : found;
}

std::string_view engine_name(Engine engine) {
  switch (engine) {
    case Engine::pipeline:
      return "pipeline";
    case Engine::positions:
      return "positions";
    case Engine::registry:
      return "registry";
    case Engine::draw:
      return "draw";
    case Engine::declarations:
      break;
  }
  return "declarations";
}

std::string_view promise_name(PromiseKind kind) {
  switch (kind) {
    case PromiseKind::target:
      return "target";
    case PromiseKind::whenever_seen:
      return "whenever seen";
    case PromiseKind::stated:
      return "stated";
    case PromiseKind::always:
      return "always";
    case PromiseKind::graded:
      return "graded";
    case PromiseKind::not_caught:
      break;
  }
  return "not caught";
}

}  // namespace muster::cli::scenario
