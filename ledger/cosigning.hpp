#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ledger/policy.hpp"
#include "ledger/store.hpp"

namespace muster::ledger {

/// One request to a witness: the body of `POST <url>/add-checkpoint`.
struct WitnessCall {
  std::string url;  ///< The witness's submission prefix, as the policy has it.
  std::string body;
};

/// What came back, in the words of HTTP.
struct WitnessReply {
  unsigned status;
  std::string content_type;
  std::string body;
};

/// Makes all calls, best at once, and gives one result for each, in order. An error: no answer.
using WitnessTransport =
    std::function<std::vector<Result<WitnessReply>>(const std::vector<WitnessCall>& calls)>;

/// What became of asking one witness.
enum class WitnessOutcome {
  cosigned,     ///< Its cosignature stands under the checkpoint, now or already before.
  no_address,   ///< The policy has no URL for it.
  unreachable,  ///< No answer.
  refused,      ///< An answer without cosignature; `detail` has its words.
  bad_answer,   ///< An answer that is none, or a signature that does not verify.
  forgot        ///< It says that it is behind what it cosigned before: its state went back.
};

/// The stable lower-case name of an outcome, as it stands in JSON.
[[nodiscard]] std::string_view witness_outcome_name(WitnessOutcome outcome);

/// One witness of the policy, in its order.
struct WitnessAsked {
  std::string witness;
  WitnessOutcome outcome;
  std::optional<Timestamp> time{};  ///< Of the cosignature.
  std::string detail{};             ///< Why not, in words.
};

/// A checkpoint with the cosignatures that could be had.
struct Cosigning {
  std::string note;  ///< As it came in, with the new cosignatures behind it.
  std::vector<WitnessAsked> asked;
  bool gained = false;  ///< Whether there is a new one.
};

/// Asks every witness of `policy` that has an address, and has not cosigned `note` yet, for its
/// cosignature, proving consistency from what the witness knows. A witness that knows another size
/// than this log remembers is asked again with the proof it wants.
/// Requires: a checkpoint of this log. Errors: those of the store; a silent witness is no error.
Result<Cosigning> collect_cosignatures(Store& store, const std::string& note, const Policy& policy,
                                       const WitnessTransport& transport);

}  // namespace muster::ledger
