#pragma once

#include "ledger/tiles/source.hpp"

namespace muster::test {

/// The name of the logs made here.
inline constexpr const char* tiled_origin = "tiles.example/log";

/// Entry `number` of a log of opaque entries: 0 to 40 bytes that follow from the number.
[[nodiscard]] Bytes opaque_entry(std::uint64_t number);

/// `count` entries of Muster's own, chained.
[[nodiscard]] std::vector<Bytes> chained_entries(std::size_t count);

/// `count` opaque entries.
[[nodiscard]] std::vector<Bytes> opaque_entries(std::size_t count);

/// All files of a tiled log with these entries, signed by key 1, made by the words of the
/// specification and without the product's writer.
[[nodiscard]] ledger::FileMap tiled_log(std::span<const Bytes> entries);

/// The verifier key of these logs.
[[nodiscard]] std::string tiled_log_key();

/// The root over the first `size` entries, by the recursion of RFC 9162.
[[nodiscard]] Hash root_of(std::span<const Bytes> entries);

}  // namespace muster::test
