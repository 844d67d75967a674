#include "sampler/draw/field.hpp"

namespace muster::draw {

void append_field(Bytes& message, ByteView field) {
  append_u32be(message, static_cast<std::uint32_t>(field.size()));
  append(message, field);
}

}  // namespace muster::draw
