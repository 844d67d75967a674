#pragma once

#include <cstdint>

namespace muster::cli {

/// Most bytes of a JSON document that is read whole: its values take several times the memory of
/// its text.
inline constexpr std::uint64_t max_document_bytes = std::uint64_t{256} << 20U;

}  // namespace muster::cli
