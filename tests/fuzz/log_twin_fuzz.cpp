// Bytes that are read as lines of the twin become a log whose twin becomes the same log; bytes that
// are read as a log come back from its twin as they were. Pieces of any size give the same.

#include <algorithm>

#include "attestation/device/log_twin.hpp"
#include "ledger/base/check.hpp"

namespace {

using namespace muster;
using namespace muster::attestation;

template <class Converter>
std::optional<Bytes> converted(ByteView bytes, std::size_t size) {
  Converter converter;
  Bytes out;
  while (!bytes.empty()) {
    const ByteView piece = bytes.first(std::min(size, bytes.size()));
    if (!converter.feed(piece, out)) return std::nullopt;
    bytes = bytes.subspan(piece.size());
  }
  if (!converter.end(out)) return std::nullopt;
  return out;
}

template <class There, class Back>
std::optional<Bytes> there_and_back(ByteView bytes, std::size_t size) {
  const auto there = converted<There>(bytes, SIZE_MAX);
  MUSTER_CHECK(converted<There>(bytes, size) == there);
  if (!there) return std::nullopt;
  const auto back = converted<Back>(*there, size);
  MUSTER_CHECK(back.has_value());
  MUSTER_CHECK(converted<There>(*back, SIZE_MAX) == there);
  return back;
}

}  // namespace

int fuzz_log_twin(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const std::size_t piece = size == 0 ? 1 : std::size_t{data[size / 2]} + 1;
  (void)there_and_back<TwinReader, TwinWriter>(bytes, piece);
  const auto same = there_and_back<TwinWriter, TwinReader>(bytes, piece);
  if (same) MUSTER_CHECK(std::ranges::equal(*same, bytes));
  return 0;
}
