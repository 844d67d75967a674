#include "attestation/replay/external_reexecution.hpp"

#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {
namespace {

constexpr std::string_view external_request_version = "muster/external-request/v1";

Json file_of(std::string_view name, const Hash& digest) {
  return {{"file", name}, {"sha256", digest.to_hex()}};
}

/// What is the same whatever is asked for. The specification goes along whole, as a value.
Json request_json(const ExternalSpec& spec, std::string_view task, const Hash& seed,
                  const ReexecutionLimits& limits) {
  return {{"v", external_request_version},
          {"task", task},
          {"spec", parse_json(encode_external_spec(spec)).value()},
          {"seed", seed.to_hex()},
          {"answer", {{"state", reexecution_end_file}, {"document", reexecution_answer_file}}},
          {"limits", {{"seconds", limits.seconds}, {"memory_mib", limits.memory_mib}}}};
}

}  // namespace

std::string external_segment_request(const ExternalSegment& segment, const Hash& start,
                                     const ReexecutionLimits& limits) {
  const std::uint64_t steps = segment.spec.checkpoint_every;
  const std::uint64_t from = segment.begin.step();
  Json request = request_json(segment.spec, "segment", segment.seed, limits);
  request["segment"] = {{"from", from}, {"to", from + steps}, {"steps", steps}};
  request["start"] = file_of(reexecution_start_file, start);
  request["data"] = file_of(reexecution_block_file, crypto::sha256(segment.data));
  request["data"]["block"] = segment.block;
  return canonical_json(request);
}

std::string external_initial_request(const ExternalSpec& spec, const Hash& seed,
                                     const ReexecutionLimits& limits) {
  return canonical_json(request_json(spec, "initial", seed, limits));
}

}  // namespace muster::attestation
