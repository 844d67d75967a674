#include "registry/key_validity.hpp"

namespace muster::registry {
namespace {

bool index_fits(const Key& key, Index32 index) { return key.from <= index && index < key.to; }

}  // namespace

bool key_is_valid(const Key& key, Index32 index, Timestamp accepted_at) {
  return index_fits(key, index) && accepted_at.ms < key.until_ms;
}

Result<void> check_key(const Key& key, Index32 index, Timestamp accepted_at) {
  if (key_is_valid(key, index, accepted_at)) return {};
  if (index_fits(key, index)) {
    return refusal("key.expired", "key " + key.id + ": was rotated, valid until " +
                                      Timestamp{key.until_ms}.to_string() +
                                      ", this is accepted at " + accepted_at.to_string() +
                                      "; sign with its successor");
  }
  const std::string end =
      key.to == no_index ? ""
                         : " and before entry " + std::to_string(key.to) + ", which revoked it";
  return refusal("key.not_valid", "key " + key.id + ": valid from entry " +
                                      std::to_string(key.from) + " on" + end + ", this would be " +
                                      std::to_string(index));
}

}  // namespace muster::registry
