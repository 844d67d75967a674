#pragma once

#include <string_view>

#include "ledger/base/error.hpp"

namespace muster::sampler {

/// What a plan asks of the chips that it draws.
enum class Purpose {
  existence,  ///< is the chip there, in its custodian's hands?
  use,        ///< does its log hold a run that nobody declared?
  unlisted,   ///< is what stands at this position registered? The frame lists positions.
};

[[nodiscard]] std::string_view purpose_name(Purpose purpose);
/// Errors: `invalid_input`.
Result<Purpose> parse_purpose(std::string_view text);

/// How a drawn chip was seen. The order is that of trust.
enum class Presence {
  none,        ///< nothing was seen
  label,       ///< a serial number was read
  network,     ///< a key answered over the network: a relay passes
  uplink_cut,  ///< a key answered with the uplink cut
  bench,       ///< on the inspector's own bench
};

[[nodiscard]] std::string_view presence_name(Presence presence);
/// Errors: `invalid_input`.
Result<Presence> parse_presence(std::string_view text);

}  // namespace muster::sampler
