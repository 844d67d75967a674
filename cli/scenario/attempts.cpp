#include "cli/scenario/attempts.hpp"

namespace muster::cli::scenario {

Attempts attempts_in_turn(std::span<const Way> ways, const Hash& seed, std::uint64_t plays) {
  crypto::SeededRandom random(seed);
  Attempts played;
  for (std::uint64_t i = 0; i < plays; ++i) {
    const Way& way = ways[i % ways.size()];
    played.add(way.name, way.attempt(random));
  }
  return played;
}

Hash drawn_hash(crypto::SeededRandom& random) {
  Hash made;
  random.fill(made.bytes);
  return made;
}

}  // namespace muster::cli::scenario
