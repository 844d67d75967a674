#pragma once

#include <string>

#include "ledger/base/hash.hpp"
#include "registry/values.hpp"

// Tables of the statements themselves: their numbers, names and signatures.

namespace muster::registry {

/// A numbered series of statements of one party. `id` is "party/stream".
struct Stream {
  std::string id{};
  std::uint64_t last = 0;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("id", self.id), v("last_number", self.last);
  }
};

/// One accepted statement; its row number is its log index.
struct StatementRow {
  Hash hash{};
  RowN stream = no_row;
  RowN party = no_row;
  std::uint64_t number = 0;
  std::int64_t accepted_ms = 0;
  RowN key = no_row;  ///< The first of the registered keys that signed it; others: CoSignature.
  std::string kind{};
  RowN delegate = no_row;        ///< Who signed for `party` under a delegation, or nobody.
  Index32 corrected = no_index;  ///< The correction that took its effect back.
  Index32 corrects = no_index;   ///< The statement that it corrects.
  Index32 restated = no_index;   ///< The correction that worded it anew.

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("hash", self.hash), v("stream", self.stream), v("party", self.party);
    v("number", self.number), v("accepted_ms", self.accepted_ms), v("key", self.key);
    v("kind", self.kind), v("delegate", self.delegate), v("corrected_index", self.corrected);
    v("corrects_index", self.corrects), v("restated_index", self.restated);
  }
};

/// A further registered key that signed a statement. In order of statements.
struct CoSignature {
  Index32 statement = 0;
  RowN key = no_row;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("statement_index", self.statement), v("key", self.key);
  }
};

/// Chips in a row that a statement names and does not move. In order of statements, and of each
/// one the chips rise; look-ups of what was said of a chip are by them.
struct Mention {
  Index32 statement = 0;
  RowN first = no_row;
  RowN last = no_row;

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("statement_index", self.statement), v("first_chip_n", self.first);
    v("last_chip_n", self.last);
  }
};

}  // namespace muster::registry
