// Any bytes are read to the end, and what is read as entries covers no byte twice; a log of one
// good entry re-encodes to the same bytes.

#include "attestation/appraise/appraise.hpp"
#include "attestation/device/log_reader.hpp"
#include "attestation/device/memory.hpp"
#include "ledger/base/check.hpp"

int fuzz_device_log(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  using namespace muster::attestation;
  const ByteView bytes(data, size);
  const DeviceLog log = read_log(bytes);
  std::size_t covered = 0;
  for (const LogPoint& point : log.points) {
    MUSTER_CHECK(point.offset + point.size <= size);
    covered += point.size;
    CborReader reader(bytes.subspan(point.offset, point.size));
    const auto entry = entry_from(reader);
    MUSTER_CHECK(entry.has_value() == point.readable);
    if (!entry) continue;
    Bytes again;
    append_entry(again, *entry);
    const ByteView original = bytes.subspan(point.offset, point.size);
    MUSTER_CHECK(std::equal(again.begin(), again.end(), original.begin(), original.end()));
  }
  MUSTER_CHECK(covered <= size);
  (void)openings_in(bytes);
  Subject subject{.chip = ChipId::from_bytes({}),
                  .policy = {.rate = *SnapshotRate::parse("1"), .now = {}}};
  subject.head = bytes;
  subject.log = bytes;
  subject.openings = bytes;
  subject.acknowledgements = bytes;
  subject.window = {Timestamp{0}, Timestamp{INT64_MAX}};
  subject.held = {subject.window};
  const Appraisal result = appraise(subject);
  MUSTER_CHECK(result.verdict != ChipVerdict::consistent);
  MUSTER_CHECK(result.verdict != ChipVerdict::contradicted);
  return 0;
}
