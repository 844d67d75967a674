#include "cli/audit/beacon_spec.hpp"

#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha512.hpp"
#include "ledger/crypto/x509.hpp"
#include "sampler/beacon/drand_round.hpp"

namespace muster::cli {
namespace {

std::vector<std::string> kinds_of(const std::string& list) {
  std::vector<std::string> kinds;
  std::size_t begin = 0;
  for (std::size_t comma = 0; comma != std::string::npos; begin = comma + 1) {
    comma = list.find(',', begin);
    kinds.push_back(list.substr(begin, comma - begin));
  }
  return kinds;
}

Result<std::string> certificate_key(const std::string& file) {
  if (file.empty()) {
    return failure(Errc::invalid_input,
                   "--beacon nist-v2: want --nist-certificate FILE, which the plan names by hash");
  }
  MUSTER_TRY_ASSIGN(const std::string pem, read_text_file(file, crypto::max_x509_bytes));
  auto certificate = crypto::Certificate::from_pem(pem);
  if (!certificate) return failure(std::move(certificate.error()).during(file));
  return to_hex(crypto::sha512({certificate->der()}));
}

Result<sampler::PublicRound> source_of(const std::string& kind, const PlanWish& wish,
                                       Timestamp now) {
  sampler::PublicRound source{kind, {}, 0};
  if (kind == "ceremony") return source;
  if (kind == "nist-v2") {
    MUSTER_TRY_ASSIGN(source.key, certificate_key(wish.nist_certificate));
  } else if (kind == "drand-quicknet") {
    source.key = sampler::quicknet_chain_hash;
  } else {
    return failure(Errc::invalid_input, "--beacon: got \"" + kind +
                                            "\", want ceremony, value, or nist-v2, drand-quicknet "
                                            "and ceremony behind commas");
  }
  if (wish.at_gates) return source;  // the round follows from the arrival
  auto at = Timestamp::parse(wish.beacon_at);
  if (!at) return failure(std::move(at.error()).during("--beacon-at"));
  if (*at <= now) {
    return refusal("plan.beacon_too_early",
                   "--beacon-at " + at->to_string() + " is past; the value must not exist yet");
  }
  MUSTER_TRY_ASSIGN(source.round, sampler::round_at(kind, *at));
  return source;
}

}  // namespace

Result<sampler::BeaconSpec> beacon_spec(const PlanWish& wish, Timestamp now) {
  sampler::BeaconSpec spec{wish.beacon, 0, now};
  const auto kinds = kinds_of(wish.beacon);
  const bool alone = kinds.size() == 1 && (kinds[0] == "ceremony" || kinds[0] == "value");
  if (wish.at_gates && alone) {
    return failure(Errc::invalid_input,
                   "--gate: want --beacon nist-v2, with or without "
                   "drand-quicknet behind a comma");
  }
  if (wish.at_gates && !wish.beacon_at.empty()) {
    return failure(Errc::invalid_input,
                   "--beacon-at: the instants of a draw at the gates follow from the arrivals");
  }
  if (alone) return spec;
  spec.kind = wish.at_gates ? "gate" : "beacons";
  for (const std::string& kind : kinds) {
    MUSTER_TRY_ASSIGN(auto source, source_of(kind, wish, now));
    spec.sources.push_back(std::move(source));
  }
  return spec;
}

}  // namespace muster::cli
