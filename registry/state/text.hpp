#pragma once

#include <memory>
#include <memory_resource>
#include <string>

namespace muster::registry {

/// Text of a record of which there may be as many as chips: it lies where its table does, once the
/// record is in one. What is copied out of a table lies in ordinary memory.
using Text = std::pmr::string;

/// Moves `text` into `memory`, which is borrowed.
inline void move_into(std::pmr::memory_resource& memory, Text& text) {
  Text moved(text, &memory);
  std::destroy_at(&text);
  std::construct_at(&text, std::move(moved));
}

}  // namespace muster::registry
