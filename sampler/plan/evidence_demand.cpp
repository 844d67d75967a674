#include "sampler/plan/evidence_demand.hpp"

#include <algorithm>

#include "sampler/plan/json_values.hpp"

namespace muster::sampler {
namespace {

Result<void> at_most(std::uint64_t value, std::uint64_t limit, const char* what) {
  if (value <= limit) return {};
  return failure(Errc::invalid_input, std::string("evidence.") + what + ": got " +
                                          std::to_string(value) + ", want at most " +
                                          std::to_string(limit));
}

Result<void> check_memory(const std::vector<ProductMemory>& memory) {
  for (std::size_t i = 0; i < memory.size(); ++i) {
    const ProductMemory& item = memory[i];
    if (item.bytes == 0) {
      return failure(Errc::invalid_input,
                     "evidence.memory: got 0 bytes for " + item.product + ", want 1 or more");
    }
    MUSTER_TRY(at_most(item.bytes, max_memory_bytes, "memory"));
    if (i > 0 && memory[i - 1].product >= item.product) {
      return failure(Errc::invalid_input,
                     "evidence.memory: product " + item.product + " stands twice, or not in order");
    }
  }
  return {};
}

Result<void> check_keys(const EvidenceDemand& demand) {
  MUSTER_TRY(at_most(demand.acknowledgers.size(), max_acknowledgers, "acknowledgers"));
  for (auto key = demand.acknowledgers.begin(); key != demand.acknowledgers.end(); ++key) {
    if (std::find(demand.acknowledgers.begin(), key, *key) == key) continue;
    return failure(Errc::invalid_input,
                   "evidence.acknowledgers: key " + key->text() + " stands twice");
  }
  if (!demand.acknowledged || !demand.acknowledgers.empty()) return {};
  return failure(Errc::invalid_input,
                 "evidence.acknowledged: wants a key whose acknowledgements count");
}

Result<crypto::PublicKey> key_from(const Json& json, const std::string& where) {
  if (!json.is_string()) {
    return failure(Errc::invalid_input, where + ": got " + json_kind(json) + ", want a string");
  }
  auto key = crypto::PublicKey::parse(json.get_ref<const std::string&>());
  if (!key) return failure(std::move(key.error()).during(where));
  return key;
}

Result<ProductMemory> memory_from(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  ProductMemory item{{}, 0};
  MUSTER_TRY_ASSIGN(item.product, fields.text("product"));
  MUSTER_TRY_ASSIGN(item.bytes, count(fields, "bytes"));
  MUSTER_TRY(fields.finish());
  return item;
}

}  // namespace

std::optional<std::uint64_t> EvidenceDemand::memory_of(const std::string& product) const {
  const auto found = std::ranges::find(memory, product, &ProductMemory::product);
  if (found == memory.end()) return std::nullopt;
  return found->bytes;
}

Result<void> check(const EvidenceDemand& demand) {
  MUSTER_TRY(at_most(demand.acknowledge_within_minutes, max_acknowledge_minutes,
                     "acknowledge_within_minutes"));
  MUSTER_TRY(at_most(demand.heads_every_days, max_heads_every_days, "heads_every_days"));
  MUSTER_TRY(check_keys(demand));
  return check_memory(demand.memory);
}

Json evidence_demand_json(const EvidenceDemand& demand) {
  Json keys = Json::array();
  for (const auto& key : demand.acknowledgers) keys.push_back(key.text());
  Json memory = Json::array();
  for (const ProductMemory& item : demand.memory) {
    memory.push_back(Json{{"product", item.product}, {"bytes", integer(item.bytes)}});
  }
  return Json{{"acknowledgers", std::move(keys)},
              {"acknowledged", demand.acknowledged},
              {"acknowledge_within_minutes", integer(demand.acknowledge_within_minutes)},
              {"precommitted", demand.precommitted},
              {"memory", std::move(memory)},
              {"heads_every_days", integer(demand.heads_every_days)},
              {"minimum_svn", integer(demand.minimum_svn)}};
}

Result<EvidenceDemand> evidence_demand_from(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  EvidenceDemand demand;
  MUSTER_TRY_ASSIGN(demand.acknowledgers,
                    items<crypto::PublicKey>(fields, "acknowledgers", key_from));
  MUSTER_TRY_ASSIGN(demand.acknowledged, fields.boolean("acknowledged"));
  MUSTER_TRY_ASSIGN(demand.acknowledge_within_minutes, count(fields, "acknowledge_within_minutes"));
  MUSTER_TRY_ASSIGN(demand.precommitted, fields.boolean("precommitted"));
  MUSTER_TRY_ASSIGN(demand.memory, items<ProductMemory>(fields, "memory", memory_from));
  MUSTER_TRY_ASSIGN(demand.heads_every_days, count(fields, "heads_every_days"));
  MUSTER_TRY_ASSIGN(const std::int64_t svn, fields.integer("minimum_svn", 0, UINT32_MAX));
  demand.minimum_svn = static_cast<std::uint32_t>(svn);
  MUSTER_TRY(fields.finish());
  MUSTER_TRY(check(demand));
  return demand;
}

std::vector<std::string> demand_sentences(const EvidenceDemand& demand) {
  std::vector<std::string> sentences;
  if (demand.acknowledged) {
    sentences.push_back("each snapshot is acknowledged within " +
                        std::to_string(demand.acknowledge_within_minutes) + " minutes by one of " +
                        std::to_string(demand.acknowledgers.size()) + " keys");
  } else if (!demand.acknowledgers.empty()) {
    sentences.push_back("acknowledgements count, where a chip asks for them");
  }
  if (demand.precommitted) {
    sentences.push_back("what a training run is bound to is logged before its first snapshot");
  }
  for (const ProductMemory& item : demand.memory) {
    sentences.push_back("snapshots of " + item.product + " hash all of " +
                        std::to_string(item.bytes) + " bytes");
  }
  if (demand.heads_every_days > 0) {
    sentences.push_back("a head of each held chip comes into the ledger every " +
                        std::to_string(demand.heads_every_days) + " days");
  }
  if (demand.minimum_svn > 0) {
    sentences.push_back("firmware has security version " + std::to_string(demand.minimum_svn) +
                        " or later");
  }
  return sentences;
}

}  // namespace muster::sampler
