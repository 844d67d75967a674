#pragma once

#include <cstddef>

namespace muster::test {

/// Tests that try every point at which something can go wrong try every third one under sanitizers,
/// where each takes fifteen times as long. The ordinary build tries them all.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr std::size_t sweep_stride = 3;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr std::size_t sweep_stride = 3;
#else
inline constexpr std::size_t sweep_stride = 1;
#endif
#else
inline constexpr std::size_t sweep_stride = 1;
#endif

}  // namespace muster::test
