#pragma once

#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

namespace muster::test {

/// What the statement said, as it stands in the log.
inline Json text_of(World& world, const Hash& statement) {
  const auto index = world.state().statement_index(statement);
  const auto entries = must(world.log->read({*index}, 1));
  return must(parse_canonical_json(entries.front().envelope.payload));
}

inline registry::Draft void_of(const Hash& target) {
  return {.kind = "correct.void", .body = {{"target", target.to_hex()}, {"reason", "wrong"}}};
}

/// A replacement of `target` by `event`.
inline registry::Draft replacement(World& world, const Hash& target, Json event) {
  return {.kind = "correct.replace",
          .body = {{"target", target.to_hex()},
                   {"was", text_of(world, target)},
                   {"event", std::move(event)},
                   {"reason", "mistyped"}}};
}

/// A replacement of `target` in which `field` of the body says `value`.
inline registry::Draft with_field(World& world, const Hash& target, const std::string& field,
                                  Json value) {
  Json event = text_of(world, target);
  event["body"][field] = std::move(value);
  return replacement(world, target, std::move(event));
}

}  // namespace muster::test
