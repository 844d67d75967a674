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
             "a balance line above its limit",
             "lot books of a fab: cases of tests/registry/balance"},
    RowFacts{"V2", "chips vanish in transit; empty boxes; sender and receiver both lie",
             "until then in the sender's U; found by presence, not by paper",
             "a sender and a receiver who both lie are found by presence alone",
             "an open release, with its clock",
             "empty boxes that are accepted: nothing on paper shows them"},
    RowFacts{"V3", "chips reported lost, stolen, destroyed and used on",
             "bounded by U, never by statistics at k's scale",
             "the second party at a destruction is not bribed",
             "the unaccounted total; a refusal without the second party",
             "a key that is seen again: not played here"},
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
             "count.missing, a contradiction; epoch.rate", "gap tests of chips without the secret"},
    RowFacts{"V9", "firmware swapped for the run and flashed back before the visit",
             "claimed only between two heads",
             "every boot is counted, and heads come at beacon times",
             "fw.unknown; power.off_in_run", "heads at beacon times: emulated fleets file none"},
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
             "run.unseeded; mismatched segments",
             "needs replays of trained runs: tests/attestation/evasions"},
    RowFacts{"V15", "one large run declared as many small ones; laundered parent; merges",
             "whenever declared weights chain",
             "declared chunks overlap where runs go on from each other",
             "one model above the limit; run.shared_weights",
             "lineages: tests/attestation/evasions"},
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
             "accounts: tests/attestation/evasions"},
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
             "a line that fell silent",
             "visits in time: tests/sampler/plan, tests/cli (gate draws)"},
    RowFacts{"V24", "draw foreseen, biased, ground, repeated, leaked, or abandoned when it hurts",
             "replayable by a stranger", "SHA-256, the VRF and the ceremony hold",
             "the check that failed, by name", "leaks and abandoned campaigns"},
    RowFacts{"V25", "operator rewrites, splits, rolls back, back-dates, withholds",
             "by anyone with an older checkpoint or a witness", "somebody kept a checkpoint",
             "a checkpoint that the log does not extend",
             "split views and withheld entries: tests/ledger/witness"},
    RowFacts{"V26", "stolen party key; delegate abuse", "nothing silently kept",
             "the theft is noticed, and said",
             "a refusal by key.not_valid; the statements that are disputed",
             "delegates: tests/registry"},
    RowFacts{
        "V27",
        "double acceptance, transfer of another's, of a destroyed, of a held chip; caps overrun",
        "refused", "the register judges every statement", "the refusal with its rule", ""},
    RowFacts{"V28", "diversion: licensed here, installed there; harvested dice; misdeclared goods",
             "on paper refused; in the field by inspection", "goods are what the papers say",
             "the refusal with its rule", "harvested dice and misdeclared goods: nothing on paper"},
    RowFacts{"V29", "maker collusion: unlogged signed firmware, twin certificates, ghost enrolment",
             "else stated as trusted", "the maker signs in the ledger what it signs", "nothing",
             "**not caught** by logs: the maker's key is trusted"},
    RowFacts{"V30", "inspector colludes, invents, leaks", "invention found when re-sampled",
             "the second team is not of the first one's mind",
             "a line that the second team reads otherwise",
             "leaks; collusion of both teams: **not caught**"},
    RowFacts{"V31", "hostile or huge submissions", "no crash, no half-write, clear refusal",
             "the fuzzers' corpora are hostile enough", "the refusal; the log as it was",
             "sizes and other doors: tests/fuzz"},
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

// What a Prover chooses from in the plays below, in their order.
constexpr std::array<std::string_view, 2> moved_labels{"label on a dummy", "label on another chip"};
constexpr std::array<std::string_view, 1> relayed{"relay"};
constexpr std::array<std::string_view, 4> around_logs{"hidden run", "log and head withheld",
                                                      "openings withheld", "log edited"};
constexpr std::array<std::string_view, 1> late_story{"explained after the draw"};
constexpr std::array<std::string_view, 2> few_snapshots{"snapshots suppressed",
                                                        "snapshots made rare"};
constexpr std::array<std::string_view, 2> other_flash{"other firmware for a while",
                                                      "flash put back"};
constexpr std::array<std::string_view, 1> unseen_flash{"flash put back, nothing declared then"};
constexpr std::array<std::string_view, 1> half_memory{"half of memory hashed"};
constexpr std::array<std::string_view, 1> decoy{"compliant copy hashed"};
constexpr std::array<std::string_view, 8> broken_logs{"rolled back",
                                                      "forked",
                                                      "oldest entries gone",
                                                      "snapshot cut out",
                                                      "newest entries cut off",
                                                      "entries exchanged",
                                                      "old read-out",
                                                      "log of another chip"};
constexpr std::array<std::string_view, 1> read_twins{"forked"};
constexpr std::array<std::string_view, 1> unread_twins{"twin that is never read"};
constexpr std::array<std::string_view, 1> other_memory{"another shard"};
constexpr std::array<std::string_view, 1> stale_memory{"stale weights"};
constexpr std::array<std::string_view, 2> other_use{"called idle", "called inference"};
constexpr std::array<std::string_view, 1> refusal{"refused"};
constexpr std::array<std::string_view, 2> labels_and_forks{"label on another chip", "forked"};
constexpr std::array<std::string_view, 2> suppressed_and_late{"snapshots suppressed",
                                                              "explained after the draw"};
constexpr std::array<std::string_view, 1> unfiled_fork{"forked, no head filed"};

constexpr std::array all_plays{
    PlayFacts{"V1", "a loss of two limits at a fab's balance", PromiseKind::stated,
              Engine::positions, "balance"},
    PlayFacts{"V2", "receipts that do not fit the release", PromiseKind::always, Engine::registry,
              "transit"},
    PlayFacts{"V3", "losses, and destruction by one party", PromiseKind::always, Engine::registry,
              "loss"},
    PlayFacts{"V4", "labels moved", PromiseKind::whenever_seen, Engine::pipeline, {}, moved_labels},
    PlayFacts{"V5", "relay, uplink cut", PromiseKind::whenever_seen, Engine::pipeline, {}, relayed},
    PlayFacts{"V6",
              "hidden run, its logs shown, withheld or edited",
              PromiseKind::target,
              Engine::pipeline,
              {},
              around_logs},
    PlayFacts{"V6", "hidden run, by positions", PromiseKind::target, Engine::positions, "simple"},
    PlayFacts{"V7",
              "explained after the draw",
              PromiseKind::whenever_seen,
              Engine::pipeline,
              {},
              late_story},
    PlayFacts{"V8",
              "snapshots suppressed or rare",
              PromiseKind::whenever_seen,
              Engine::pipeline,
              {},
              few_snapshots},
    PlayFacts{"V9",
              "firmware changed, or flash put back",
              PromiseKind::whenever_seen,
              Engine::pipeline,
              {},
              other_flash},
    PlayFacts{"V9",
              "flash put back where nothing was declared",
              PromiseKind::not_caught,
              Engine::pipeline,
              {},
              unseen_flash},
    PlayFacts{"V10",
              "firmware that says it hashes half",
              PromiseKind::whenever_seen,
              Engine::pipeline,
              {},
              half_memory},
    PlayFacts{"V10",
              "firmware that hashes a compliant copy",
              PromiseKind::not_caught,
              Engine::pipeline,
              {},
              decoy},
    PlayFacts{"V11",
              "logs rolled back, forked, cut, exchanged, replayed",
              PromiseKind::whenever_seen,
              Engine::pipeline,
              {},
              broken_logs},
    PlayFacts{"V12",
              "twins that both appear",
              PromiseKind::whenever_seen,
              Engine::pipeline,
              {},
              read_twins},
    PlayFacts{"V12",
              "twins that are never read",
              PromiseKind::not_caught,
              Engine::pipeline,
              {},
              unread_twins},
    PlayFacts{"V13",
              "memory of another shard",
              PromiseKind::whenever_seen,
              Engine::pipeline,
              {},
              other_memory},
    PlayFacts{"V13",
              "weights of the beginning, where they fit into the scratch budget",
              PromiseKind::not_caught,
              Engine::pipeline,
              {},
              stale_memory},
    PlayFacts{"V13", "half of 220 segments forged, 3 re-run", PromiseKind::stated,
              Engine::positions, "bulk"},
    PlayFacts{"V13", "one segment of 220 forged, 22 re-run", PromiseKind::stated, Engine::positions,
              "jump"},
    PlayFacts{"V16", "run over several visits", PromiseKind::target, Engine::positions, "rounds"},
    PlayFacts{"V17", "run over three Provers", PromiseKind::target, Engine::positions, "pool"},
    PlayFacts{"V18", "run on chips that left", PromiseKind::target, Engine::positions, "left"},
    PlayFacts{"V20",
              "training called idling or inference",
              PromiseKind::whenever_seen,
              Engine::pipeline,
              {},
              other_use},
    PlayFacts{"V21", "5 % of positions unregistered, 59 opened", PromiseKind::stated,
              Engine::positions, "floor"},
    PlayFacts{"V22",
              "access refused to every chip of the run",
              PromiseKind::whenever_seen,
              Engine::pipeline,
              {},
              refusal},
    PlayFacts{"V24", "draws tampered with", PromiseKind::always, Engine::draw, "tampered"},
    PlayFacts{"V25", "entries rewritten", PromiseKind::always, Engine::registry, "rewritten"},
    PlayFacts{"V26", "statements by a stolen key", PromiseKind::always, Engine::registry, "keys"},
    PlayFacts{"V27", "custody that nobody may have", PromiseKind::always, Engine::registry,
              "custody"},
    PlayFacts{"V28", "diversion on paper", PromiseKind::always, Engine::registry, "diversion"},
    PlayFacts{"V30", "a tenth of 100 lines invented, 20 read again", PromiseKind::stated,
              Engine::positions, "resample"},
    PlayFacts{"V31", "statements changed at random", PromiseKind::always, Engine::registry,
              "hostile"},
    PlayFacts{"C1",
              "labels moved and logs forked",
              PromiseKind::whenever_seen,
              Engine::pipeline,
              {},
              labels_and_forks,
              true},
    PlayFacts{"C2",
              "snapshots suppressed and stories filed late",
              PromiseKind::whenever_seen,
              Engine::pipeline,
              {},
              suppressed_and_late,
              true},
    PlayFacts{"C3",
              "forked, and no head filed at the freeze",
              PromiseKind::whenever_seen,
              Engine::pipeline,
              {},
              unfiled_fork},
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
      break;
  }
  return "draw";
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
    case PromiseKind::not_caught:
      break;
  }
  return "not caught";
}

std::span<const PlayFacts> plays() { return all_plays; }

}  // namespace muster::cli::scenario
