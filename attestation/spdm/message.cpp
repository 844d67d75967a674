#include "attestation/spdm/message.hpp"

#include <algorithm>
#include <set>

#include "attestation/spdm/byte_reader.hpp"

namespace muster::attestation::spdm {
namespace {

constexpr std::uint8_t version_1_1 = 0x11;
constexpr std::uint8_t get_measurements = 0xE0;
constexpr std::uint8_t measurements_code = 0x60;
constexpr std::uint8_t signature_asked = 0x01;
constexpr std::uint8_t all_measurements = 0xFF;
constexpr std::uint8_t dmtf_specification = 0x01;
constexpr std::uint8_t raw_bit = 0x80;

template <std::size_t N>
std::array<std::uint8_t, N> array_of(ByteView bytes) {
  std::array<std::uint8_t, N> array{};
  std::ranges::copy(bytes, array.begin());
  return array;
}

Result<MeasurementsRequest> request_from(ByteReader& reader) {
  MeasurementsRequest request;
  MUSTER_TRY(reader.expect("request: SPDM version", version_1_1));
  MUSTER_TRY(reader.expect("request: code", get_measurements));
  MUSTER_TRY(reader.expect("request: attributes", signature_asked));
  request.attributes = signature_asked;
  MUSTER_TRY(reader.expect("request: operation", all_measurements));
  request.operation = all_measurements;
  MUSTER_TRY_ASSIGN(const ByteView nonce, reader.take("request: nonce", nonce_bytes));
  request.nonce = array_of<nonce_bytes>(nonce);
  MUSTER_TRY_ASSIGN(request.slot, reader.byte("request: slot"));
  return request;
}

Result<Measurement> measurement_from(ByteReader& reader) {
  Measurement measurement;
  MUSTER_TRY_ASSIGN(measurement.index, reader.byte("measurement: index"));
  MUSTER_TRY(reader.expect("measurement: specification", dmtf_specification));
  MUSTER_TRY_ASSIGN(const std::uint32_t size, reader.number("measurement: size", 2));
  const std::size_t start = reader.offset();
  MUSTER_TRY_ASSIGN(const ByteView block, reader.take("measurement: block", size));
  ByteReader inner(block, start);
  MUSTER_TRY_ASSIGN(const std::uint8_t kind, inner.byte("measurement: value type"));
  measurement.raw = (kind & raw_bit) != 0;
  measurement.type = static_cast<std::uint8_t>(kind & ~raw_bit);
  MUSTER_TRY_ASSIGN(const std::uint32_t value_size, inner.number("measurement: value size", 2));
  MUSTER_TRY_ASSIGN(const ByteView value, inner.take("measurement: value", value_size));
  MUSTER_TRY(inner.finish("measurement: value"));
  measurement.value = to_bytes(value);
  return measurement;
}

Result<std::vector<Measurement>> record_from(ByteReader& reader, std::size_t count) {
  std::vector<Measurement> found;
  std::set<std::uint8_t> seen;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t where = reader.offset();
    MUSTER_TRY_ASSIGN(Measurement measurement, measurement_from(reader));
    if (!seen.insert(measurement.index).second) {
      return failure(Errc::invalid_input, "measurement: index at byte " + std::to_string(where) +
                                              ": " + std::to_string(measurement.index) +
                                              " stands twice");
    }
    found.push_back(std::move(measurement));
  }
  MUSTER_TRY(reader.finish("measurement record"));
  return found;
}

Result<MeasurementsResponse> response_from(ByteReader& reader) {
  MeasurementsResponse response;
  MUSTER_TRY(reader.expect("response: SPDM version", version_1_1));
  MUSTER_TRY(reader.expect("response: code", measurements_code));
  MUSTER_TRY(reader.expect("response: param1", 0));
  MUSTER_TRY_ASSIGN(response.slot, reader.byte("response: slot"));
  MUSTER_TRY_ASSIGN(const std::uint32_t count, reader.number("response: number of blocks", 1));
  MUSTER_TRY_ASSIGN(const std::uint32_t size, reader.number("response: record length", 3));
  const std::size_t start = reader.offset();
  MUSTER_TRY_ASSIGN(const ByteView record, reader.take("response: measurement record", size));
  ByteReader blocks(record, start);
  MUSTER_TRY_ASSIGN(response.measurements, record_from(blocks, count));
  MUSTER_TRY_ASSIGN(const ByteView nonce, reader.take("response: nonce", nonce_bytes));
  response.nonce = array_of<nonce_bytes>(nonce);
  MUSTER_TRY_ASSIGN(const std::uint32_t opaque, reader.number("response: opaque length", 2));
  MUSTER_TRY_ASSIGN(const ByteView data, reader.take("response: opaque data", opaque));
  response.opaque = to_bytes(data);
  return response;
}

}  // namespace

Result<Exchange> parse_exchange(ByteView report) {
  if (report.size() > max_report_bytes) {
    return failure(Errc::invalid_input, "report: longer than SPDM allows");
  }
  ByteReader reader(report);
  Exchange exchange;
  MUSTER_TRY_ASSIGN(exchange.request, request_from(reader));
  MUSTER_TRY_ASSIGN(exchange.response, response_from(reader));
  exchange.signed_size = reader.offset();
  MUSTER_TRY_ASSIGN(const ByteView signature, reader.take("response: signature", signature_bytes));
  exchange.response.signature = array_of<signature_bytes>(signature);
  MUSTER_TRY(reader.finish("report"));
  if (exchange.response.slot != exchange.request.slot) {
    return failure(Errc::invalid_input,
                   "response: slot: got " + std::to_string(exchange.response.slot) + ", want " +
                       std::to_string(exchange.request.slot) + " as the request asks");
  }
  return exchange;
}

}  // namespace muster::attestation::spdm
