#pragma once

#include <string>
#include <vector>

#include "ledger/base/hash.hpp"
#include "ledger/base/timestamp.hpp"
#include "registry/values.hpp"

// Tables of what Provers commit and what audits find.

namespace muster::registry {

/// One heads.commit: a manifest of reported log heads of one Prover.
struct HeadsCommit {
  RowN party = no_row;
  RowN first = no_row;  ///< The chip with the lowest id, or nothing.
  RowN last = no_row;   ///< The chip with the highest id.
  Timestamp from{};
  Timestamp to{};
  Hash root{};
  std::uint64_t count = 0;
  Index32 index = 0;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("party", self.party), v("first_chip_n", self.first), v("last_chip_n", self.last);
    v("window_from", self.from), v("window_to", self.to), v("root", self.root);
    v("count", self.count), v("log_index", self.index);
  }
};

/// One freeze.commit: what a Prover had at a moment, for one window.
struct Freeze {
  std::string id{};
  RowN party = no_row;
  Timestamp from{};
  Timestamp to{};
  Hash frame_root{};
  std::uint64_t frame_count = 0;
  Hash heads_root{};
  Index32 heads = no_index;
  Hash declarations_root{};
  std::uint64_t declarations_count = 0;
  Index32 index = 0;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("party", self.party), v("window_from", self.from);
    v("window_to", self.to), v("frame_root", self.frame_root);
    v("frame_count", self.frame_count), v("heads_root", self.heads_root);
    v("heads_index", self.heads), v("declarations_root", self.declarations_root);
    v("declarations_count", self.declarations_count), v("log_index", self.index);
  }
};

/// A declared run, or an amendment of one (same run, later statement).
struct Run {
  std::string id{};  ///< The run's id; for an amendment "id#n".
  std::string run{};
  RowN party = no_row;
  Timestamp from{};
  Timestamp to{};
  Index32 index = 0;
  std::uint32_t version = 0;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("run", self.run), v("party", self.party), v("window_from", self.from);
    v("window_to", self.to), v("log_index", self.index), v("version", self.version);
  }
};

struct VrfKey {
  std::string id{};  ///< The key in hex.
  RowN party = no_row;
  Index32 index = 0;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("party", self.party), v("log_index", self.index);
  }
};

struct Plan {
  std::string id{};
  RowN party = no_row;
  Hash plan_hash{};
  std::vector<std::string> freezes{};
  Index32 index = 0;
  Index32 abandoned = no_index;
  Index32 sealed = no_index;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("party", self.party), v("plan_hash", self.plan_hash);
    v("freezes", self.freezes), v("log_index", self.index), v("abandoned", self.abandoned);
    v("sealed", self.sealed);
  }
};

/// What one party put into the seed ceremony of a plan. `id` is "plan/party".
struct CeremonyPart {
  std::string id{};
  RowN plan = no_row;
  RowN party = no_row;
  Hash commitment{};
  Index32 committed = 0;
  Index32 revealed = no_index;
  Hash nonce{};  ///< Zeros until it is revealed.

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("plan", self.plan), v("party", self.party);
    v("commitment", self.commitment), v("committed", self.committed);
    v("revealed", self.revealed), v("nonce", self.nonce);
  }
};

/// The sealed lines of one site of one plan. `id` is "plan/site".
struct SealedSite {
  std::string id{};
  RowN plan = no_row;
  std::uint64_t lines = 0;
  Hash root{};
  Index32 opened = no_index;
  RowN first_line = no_row;
  Index32 arrived = no_index;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("plan", self.plan), v("lines", self.lines), v("root", self.root);
    v("opened", self.opened), v("first_line", self.first_line), v("arrived", self.arrived);
  }
};

/// One drawn line, from its opening to its answer.
struct Line {
  RowN site = no_row;
  RowN chip = no_row;
  Index32 answered = no_index;
  std::string verdict{};
  std::string presence{};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("sealed_site", self.site), v("chip_n", self.chip), v("answered", self.answered);
    v("verdict", self.verdict), v("presence", self.presence);
  }
};

struct Query {
  std::string id{};
  RowN plan = no_row;
  RowN chip = no_row;
  RowN owner = no_row;
  RowN opener = no_row;
  std::string code{};
  Timestamp due{};
  Index32 opened = 0;
  Index32 answered = no_index;
  Index32 closed = no_index;
  std::string outcome{};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("plan", self.plan), v("chip_n", self.chip), v("owner", self.owner);
    v("opener", self.opener), v("code", self.code), v("due", self.due);
    v("opened", self.opened), v("answered", self.answered), v("closed", self.closed);
    v("outcome", self.outcome);
  }
};

struct Finding {
  std::string id{};
  RowN party = no_row;
  RowN opener = no_row;
  std::string code{};
  Index32 opened = 0;
  Index32 closed = no_index;
  std::string outcome{};

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("party", self.party), v("opener", self.opener), v("code", self.code);
    v("opened", self.opened), v("closed", self.closed), v("outcome", self.outcome);
  }
};

/// One state.commit of the operator.
struct StateCommit {
  std::uint64_t size = 0;
  Hash root{};
  Index32 index = 0;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("chips", self.size), v("root", self.root), v("log_index", self.index);
  }
};

/// The newest checkpoint of another log, or an older one of this log, that was written down here.
/// `id` is the log's origin.
struct Anchor {
  std::string id{};
  std::uint64_t size = 0;
  Hash root{};
  Hash checkpoint{};  ///< SHA-256 of the signed note.
  std::int64_t at_ms = 0;
  Index32 index = 0;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("size", self.size), v("root", self.root);
    v("checkpoint", self.checkpoint), v("at_ms", self.at_ms), v("log_index", self.index);
  }
};

/// A refusal that the operator signed and somebody recorded.
struct RefusalRow {
  std::string id{};        ///< SHA-256 of the text that the operator signed, in hex.
  Hash statement{};        ///< That was refused.
  Hash envelope{};         ///< With its signatures.
  std::uint64_t size = 0;  ///< Of the log that it was judged by.
  Timestamp judged_at{};
  std::string rule{};
  RowN party = no_row;  ///< Who recorded it.
  Index32 index = 0;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("statement", self.statement), v("envelope", self.envelope);
    v("size", self.size), v("judged_at", self.judged_at), v("rule", self.rule);
    v("party", self.party), v("log_index", self.index);
  }
};

}  // namespace muster::registry
