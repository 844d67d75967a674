#include "cli/scenario/attempts.hpp"

namespace muster::cli::scenario {

Attempts attempts_in_turn(std::span<const Way> ways, const RunSeed& seed, std::uint64_t plays,
                          Papers papers) {
  RunDraws draws{crypto::SeededRandom(seed.seed), seed.segments};
  Attempts played;
  for (std::uint64_t i = 0; i < plays; ++i) {
    const Way& way = ways[i % ways.size()];
    draws.files = papers == Papers::filed && !played.papers.contains(way.name);
    played.add(way.name, way.attempt(draws));
  }
  return played;
}

Hash drawn_hash(crypto::SeededRandom& random) {
  Hash made;
  random.fill(made.bytes);
  return made;
}

}  // namespace muster::cli::scenario
