#include "ledger/followed_head.hpp"

#include "ledger/base/json_fields.hpp"

namespace muster::ledger {

std::string encode_followed_head(const FollowedHead& head) {
  return canonical_json({{"checkpoint", head.checkpoint ? Json(*head.checkpoint) : Json(nullptr)},
                         {"origin", head.origin},
                         {"root", head.head.root.to_hex()},
                         {"size", head.head.size.value},
                         {"v", 1}});
}

Result<FollowedHead> parse_followed_head(std::string_view text) {
  if (text.size() > max_followed_head_bytes) {
    return failure(Errc::invalid_input, "followed head: longer than 256 KiB");
  }
  MUSTER_TRY_ASSIGN(const Json json, parse_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "followed head"));
  MUSTER_TRY(fields.integer("v", 1, 1));
  FollowedHead followed;
  MUSTER_TRY_ASSIGN(followed.origin, fields.text("origin"));
  MUSTER_TRY_ASSIGN(const std::int64_t size, fields.integer("size"));
  followed.head.size.value = static_cast<std::uint64_t>(size);
  MUSTER_TRY_ASSIGN(followed.head.root, fields.hash("root"));
  MUSTER_TRY_ASSIGN(followed.checkpoint, fields.optional_text("checkpoint"));
  MUSTER_TRY(fields.finish());
  if (!followed.checkpoint) return followed;
  MUSTER_TRY_ASSIGN(const Checkpoint checkpoint, parse_checkpoint(*followed.checkpoint));
  if (checkpoint.head() == followed.head && checkpoint.origin == followed.origin) return followed;
  return failure(Errc::invalid_input, "followed head: the checkpoint is of another head");
}

}  // namespace muster::ledger
