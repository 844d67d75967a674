#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/base/chip_id.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/base/json.hpp"
#include "registry/state/state.hpp"

namespace muster::registry {

/// Everything that a state commitment says of one chip: its axes by the names that people know, so
/// that the record means the same without the registry's tables.
struct StateRecord {
  std::string assurance;
  ChipId chip = ChipId::from_bytes({});
  std::optional<std::string> custodian{};  ///< Nothing once the chip is destroyed.
  std::optional<Hash> device_key{};        ///< SHA-256 of the key that it was enrolled with.
  Hash effect;                             ///< The statement that made this state.
  std::uint64_t flags = 0;                 ///< Bits of `Flag`.
  std::optional<std::string> holder{};     ///< What it stands in directly.
  std::uint64_t holds = 0;
  Hash last;                  ///< The newest statement about it: what its next one has to expect.
  std::optional<Hash> leg{};  ///< The last hand-over of its open release.
  std::optional<std::string> lessee{};
  std::optional<std::string> licence{};  ///< That it was last accepted under.
  std::string life;
  std::optional<std::string> owner{};
  std::optional<Hash> pending{};  ///< The statement that drew the right of its open release.
  std::string place;
  std::string product;
  std::string provenance;  ///< "maker", or how it came to be known.
  std::string resumes;
  std::optional<Hash> right{};  ///< The statement that drew what it was last accepted under.
  std::optional<std::string> shipment{};
  std::optional<std::string> site{};
  std::optional<std::string> slot{};
  std::string transport;

  friend bool operator==(const StateRecord&, const StateRecord&) = default;
};

/// The record of chip `chip` in the state `now`, which may be an earlier one of it.
[[nodiscard]] StateRecord state_record(const State& state, RowN chip, const ChipState& now);

/// The record's canonical JSON. Requires: text of 0x20 to 0x7E without `"` and `\`.
[[nodiscard]] std::string encode_state_record(const StateRecord& record);

/// Errors: `invalid_input`, naming the field: all of them must be there, and none besides.
Result<StateRecord> parse_state_record(const Json& json);

/// SHA-256("muster/state/leaf/v1\n" || the record's canonical JSON).
[[nodiscard]] Hash state_leaf(const StateRecord& record);
/// The leaf of `state_record(state, chip, now)`, without making it; `scratch` is written over.
[[nodiscard]] Hash state_leaf(const State& state, RowN chip, const ChipState& now,
                              std::string& scratch);

}  // namespace muster::registry
