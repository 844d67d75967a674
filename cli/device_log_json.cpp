#include "cli/device_log_json.hpp"

#include "attestation/device/entry_ndjson.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/timestamp.hpp"

namespace muster::cli {
namespace {

using namespace attestation;

struct BodyJson {
  Json operator()(const SnapshotBody& body) const {
    return {{"root", body.root.to_hex()},
            {"chunk_bytes", body.chunk_bytes},
            {"chunks", body.chunks},
            {"zero_chunks", body.zero_chunks},
            {"high_entropy_chunks", body.high_entropy_chunks},
            {"region_map", body.region_map.to_hex()},
            {"device_code", body.device_code.to_hex()}};
  }
  Json operator()(const EpochBody& body) const {
    return {
        {"reason", epoch_reason_name(body.reason)},
        {"commitment", body.commitment.to_hex()},
        {"rate", body.rate.to_string()},
        {"opened", body.opened ? Json(body.opened->to_hex()) : Json(nullptr)},
        {"acknowledger", body.acknowledger ? Json(body.acknowledger->to_hex()) : Json(nullptr)}};
  }
  Json operator()(const PowerOffBody& body) const { return {{"orderly", body.orderly}}; }
  Json operator()(const BootBody& body) const { return {{"boots", body.boots}}; }
  Json operator()(const WrappedBody& body) const {
    return {{"from", body.from}, {"to", body.to}, {"last", body.last.to_hex()}};
  }
  Json operator()(const Precommitment& body) const {
    return {{"metadata", body.metadata.to_hex()}, {"data_order", body.data_order.to_hex()}};
  }
  Json operator()(const DelayBody& body) const {
    return {{"modulus", body.modulus.to_hex()},
            {"since", body.since},
            {"squarings", body.squarings},
            {"output", to_hex(body.proof.output)},
            {"proof", to_hex(body.proof.proof)}};
  }
  Json operator()(const AllowanceBody& body) const {
    return {{"event", allowance_event_name(body.event)},
            {"number", body.number},
            {"statement", body.statement.to_hex()},
            {"remaining_megacycles", body.remaining},
            {"spent_megacycles", body.spent}};
  }
};

/// A chip's clock may say anything below 2^53; what no calendar has is shown as a number.
Json clock_json(std::uint64_t clock_ms) {
  constexpr std::uint64_t end_of_9999 = 253'402'300'800'000;
  if (clock_ms >= end_of_9999) return nullptr;
  return Timestamp{static_cast<std::int64_t>(clock_ms)}.to_string();
}

Json evidence_json(const Evidence& item) {
  return {{"what", item.what},
          {"offset", item.offset ? Json(*item.offset) : Json(nullptr)},
          {"entry", item.entry ? Json(item.entry->to_hex()) : Json(nullptr)},
          {"hex", item.hex}};
}

}  // namespace

Json device_entry_json(const Entry& entry, std::size_t offset, ByteView bytes) {
  return {{"offset", offset},
          {"type", entry_type_name(entry)},
          {"ueid", entry.ueid.to_hex()},
          {"epoch", entry.epoch},
          {"counter", entry.counter},
          {"clock_ms", entry.clock_ms},
          {"clock", clock_json(entry.clock_ms)},
          {"powered_ms", entry.powered_ms},
          {"previous", entry.previous.to_hex()},
          {"firmware", entry.firmware.to_hex()},
          {"svn", entry.svn},
          {"hash", entry_hash(bytes).to_hex()},
          {"body", std::visit(BodyJson{}, entry.body)}};
}

Json device_head_json(const Head& head) {
  return {{"nonce", to_hex(head.nonce)},
          {"ueid", head.ueid.to_hex()},
          {"epoch", head.epoch},
          {"counter", head.counter},
          {"entry", head.entry.to_hex()},
          {"clock_ms", head.clock_ms},
          {"powered_ms", head.powered_ms},
          {"boots", head.boots},
          {"wrapped_from", head.wrapped_from},
          {"wrapped_to", head.wrapped_to},
          {"firmware", head.firmware.to_hex()},
          {"svn", head.svn},
          {"clock_safe", head.clock_safe}};
}

Json device_findings_json(const FindingList& findings) {
  Json list = Json::array();
  for (const Finding& item : findings.items()) {
    Json evidence = Json::array();
    for (const Evidence& each : item.evidence) evidence.push_back(evidence_json(each));
    list.push_back({{"code", code_name(item.code)},
                    {"severity", severity_name(item.severity)},
                    {"expected", item.expected},
                    {"found", item.found},
                    {"evidence", std::move(evidence)}});
  }
  return list;
}

}  // namespace muster::cli
