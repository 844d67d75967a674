#include "cli/demand_options.hpp"

#include <algorithm>
#include <charconv>

#include "cli/command.hpp"
#include "ledger/base/names.hpp"

namespace muster::cli {
namespace {

/// "PRODUCT=BYTES".
Result<sampler::ProductMemory> product_memory(const std::string& text) {
  const auto sign = text.find('=');
  const std::string product = text.substr(0, sign);
  const std::string_view digits =
      sign == std::string::npos ? std::string_view() : std::string_view(text).substr(sign + 1);
  std::uint64_t bytes = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), bytes);
  if (digits.empty() || parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) {
    return failure(Errc::invalid_input, "--memory-bytes: got \"" + text + "\", want PRODUCT=BYTES");
  }
  auto id = ProductId::parse(product);
  if (!id) return failure(std::move(id.error()).during("--memory-bytes"));
  return sampler::ProductMemory{product, bytes};
}

}  // namespace

void add_demand_options(CLI::App& verb, DemandOptions& options) {
  verb.add_option("--acknowledger", options.acknowledgers,
                  "public key of an acknowledger whose word counts; repeatable");
  verb.add_option("--acknowledge-within", options.acknowledge_within_minutes,
                  "minutes after a snapshot in which it must be acknowledged")
      ->check(CLI::Range(std::uint64_t{0}, sampler::max_acknowledge_minutes));
  verb.add_flag("--require-acknowledged", options.acknowledged,
                "ask that epochs run in acknowledged mode");
  verb.add_flag("--require-precommitments", options.precommitted,
                "ask that chips logged what a training run is bound to");
  verb.add_option("--heads-every", options.heads_every_days,
                  "days within which a head must come into the ledger; not judged when not given")
      ->check(CLI::Range(std::uint64_t{1}, sampler::max_heads_every_days));
  verb.add_option("--minimum-svn", options.minimum_svn, "least firmware security version");
}

void add_memory_option(CLI::App& verb, DemandOptions& options) {
  verb.add_option("--memory-bytes", options.memory,
                  "PRODUCT=BYTES: memory of its chips, all of which must be hashed; repeatable");
}

Result<sampler::EvidenceDemand> stated_demand(const DemandOptions& options) {
  sampler::EvidenceDemand demand;
  for (const std::string& text : options.acknowledgers) {
    auto key = crypto::PublicKey::parse(text);
    if (!key) return failure(std::move(key.error()).during("--acknowledger"));
    demand.acknowledgers.push_back(*key);
  }
  for (const std::string& text : options.memory) {
    MUSTER_TRY_ASSIGN(auto memory, product_memory(text));
    demand.memory.push_back(std::move(memory));
  }
  std::ranges::sort(demand.memory, {}, &sampler::ProductMemory::product);
  demand.acknowledged = options.acknowledged;
  demand.acknowledge_within_minutes = options.acknowledge_within_minutes;
  demand.precommitted = options.precommitted;
  demand.heads_every_days = options.heads_every_days;
  demand.minimum_svn = options.minimum_svn;
  return demand;
}

Result<sampler::EvidenceDemand> evidence_demand(const DemandOptions& options) {
  MUSTER_TRY_ASSIGN(auto demand, stated_demand(options));
  MUSTER_TRY(sampler::check(demand));
  return demand;
}

}  // namespace muster::cli
