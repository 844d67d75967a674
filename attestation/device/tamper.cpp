#include "attestation/device/tamper.hpp"

#include <functional>

#include "attestation/device/log_reader.hpp"

namespace muster::attestation {
namespace {

// Puts the entries of `log` together again from what `rewrite` appends for each.
Bytes rewritten(
    ByteView log,
    const std::function<void(Bytes& out, std::uint64_t counter, ByteView entry)>& rewrite) {
  Bytes out;
  for (const LogPoint& point : read_log(log).points) {
    rewrite(out, point.counter, log.subspan(point.offset, point.size));
  }
  return out;
}

}  // namespace

Bytes log_with_edit(ByteView log, std::uint64_t counter) {
  return rewritten(log, [counter](Bytes& out, std::uint64_t at, ByteView bytes) {
    CborReader reader(bytes);
    auto entry = entry_from(reader);
    if (at != counter || !entry) {
      append(out, bytes);
    } else if (auto* snapshot = std::get_if<SnapshotBody>(&entry->body)) {
      snapshot->root.bytes[0] ^= 1U;
      append_entry(out, *entry);
    } else {
      entry->firmware.bytes[0] ^= 1U;
      append_entry(out, *entry);
    }
  });
}

Bytes log_without(ByteView log, std::uint64_t from, std::uint64_t to) {
  return rewritten(log, [=](Bytes& out, std::uint64_t counter, ByteView entry) {
    if (counter < from || counter >= to) append(out, entry);
  });
}

Bytes log_with_swap(ByteView log, std::uint64_t counter) {
  Bytes held;
  return rewritten(log, [&](Bytes& out, std::uint64_t at, ByteView entry) {
    if (at == counter) {
      held = to_bytes(entry);
      return;
    }
    append(out, entry);
    if (at == counter + 1) append(out, held);
  });
}

Bytes log_with_copy(ByteView log, std::uint64_t counter) {
  return rewritten(log, [counter](Bytes& out, std::uint64_t at, ByteView entry) {
    append(out, entry);
    if (at == counter) append(out, entry);
  });
}

}  // namespace muster::attestation
