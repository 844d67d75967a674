// Which segments are done again, and the document that says so.

#include <algorithm>

#include "attestation/replay/confidential.hpp"
#include "attestation/replay/parameters.hpp"
#include "attestation/replay/segments.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {
namespace {

constexpr std::string_view draw_version = "muster/replay-draw/v1";
constexpr std::size_t most_source = 200;
constexpr auto most_segments = static_cast<std::int64_t>(max_drawn_segments);

Result<std::vector<std::uint64_t>> segment_list(FieldReader& fields, std::string_view key,
                                                std::uint64_t of) {
  MUSTER_TRY_ASSIGN(const Json* list, fields.array(key));
  std::vector<std::uint64_t> segments;
  segments.reserve(list->size());
  for (const Json& item : *list) {
    const std::int64_t number = item.is_number_integer() ? item.get<std::int64_t>() : -1;
    const bool is_one = number >= 0 && static_cast<std::uint64_t>(number) < of &&
                        (segments.empty() || segments.back() < static_cast<std::uint64_t>(number));
    if (!is_one) {
      return failure(Errc::invalid_input,
                     fields.path(key) + ": want rising numbers below " + std::to_string(of));
    }
    segments.push_back(static_cast<std::uint64_t>(number));
  }
  return segments;
}

Result<void> read_demands(FieldReader& fields, ReplayDraw& draw) {
  MUSTER_TRY_ASSIGN(const auto largest,
                    fields.integer("largest", 0, static_cast<std::int64_t>(draw.of)));
  draw.largest = static_cast<std::uint64_t>(largest);
  MUSTER_TRY_ASSIGN(draw.tolerance_l2, fields.text("tolerance_l2"));
  MUSTER_TRY_ASSIGN(draw.tolerance_linf, fields.text("tolerance_linf"));
  MUSTER_TRY_ASSIGN(draw.program, fields.optional_hash("program"));
  MUSTER_TRY(fields.finish());
  const auto tolerance = tolerance_of(draw);
  if (!tolerance) return failure(tolerance.error());
  const std::uint64_t most = std::min(draw.of, max_sealed_segments);
  if (draw.segments.size() + draw.largest <= most) return {};
  return failure(Errc::invalid_input, fields.path("largest") + ": got " +
                                          std::to_string(draw.segments.size()) + " segments and " +
                                          std::to_string(draw.largest) + " more, want at most " +
                                          std::to_string(most) + " in all");
}

std::vector<std::uint64_t> drawn(const ReplayDraw& draw, std::uint64_t count) {
  return choose_segments(draw.of, count, 0, replay_draw_seed(draw.commitment, draw.value), {})
      .uniform;
}

}  // namespace

Hash replay_draw_seed(const Hash& commitment, const Hash& value) {
  return crypto::sha256(
      {as_bytes("muster/replay-draw/v1\n"), ByteView(commitment.bytes), ByteView(value.bytes)});
}

ReplayDraw draw_replay(const RunOutline& outline, const Hash& value, std::uint64_t count) {
  ReplayDraw draw;
  draw.commitment = outline.commitment;
  draw.value = value;
  draw.of = outline.segments();
  draw.segments = drawn(draw, count);
  return draw;
}

std::string encode_replay_draw(const ReplayDraw& draw) {
  return canonical_json({{"v", draw_version},
                         {"commitment", draw.commitment.to_hex()},
                         {"value", draw.value.to_hex()},
                         {"source", draw.source},
                         {"of", draw.of},
                         {"segments", draw.segments},
                         {"largest", draw.largest},
                         {"tolerance_l2", draw.tolerance_l2},
                         {"tolerance_linf", draw.tolerance_linf},
                         {"program", draw.program ? Json(draw.program->to_hex()) : Json(nullptr)}});
}

Result<ReplayDraw> parse_replay_draw(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_canonical_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "draw"));
  MUSTER_TRY_ASSIGN(const std::string v, fields.text("v"));
  if (v != draw_version) {
    return failure(Errc::invalid_input, "draw.v: got \"" + v.substr(0, 40) + "\", want \"" +
                                            std::string(draw_version) + "\"");
  }
  ReplayDraw draw;
  MUSTER_TRY_ASSIGN(draw.commitment, fields.hash("commitment"));
  MUSTER_TRY_ASSIGN(draw.value, fields.hash("value"));
  MUSTER_TRY_ASSIGN(draw.source, fields.text("source"));
  MUSTER_TRY_ASSIGN(const auto of, fields.integer("of", 1, most_segments));
  draw.of = static_cast<std::uint64_t>(of);
  MUSTER_TRY_ASSIGN(draw.segments, segment_list(fields, "segments", draw.of));
  MUSTER_TRY(read_demands(fields, draw));
  if (draw.source.empty() || draw.source.size() > most_source) {
    return failure(Errc::invalid_input, "draw.source: want 1 to 200 characters");
  }
  if (draw.segments.empty() || draw.segments != drawn(draw, draw.segments.size())) {
    return failure(Errc::invalid_input,
                   "draw.segments: not those that the value and the commitment draw");
  }
  return draw;
}

Result<std::optional<Tolerance>> tolerance_of(const ReplayDraw& draw) {
  if (draw.tolerance_l2.empty() && draw.tolerance_linf.empty()) return std::optional<Tolerance>();
  const auto l2 = decimal_of(draw.tolerance_l2);
  const auto linf = decimal_of(draw.tolerance_linf);
  if (l2 && linf && *l2 > 0 && *l2 < 1 && *linf > 0 && *linf < 1) {
    return std::optional(Tolerance{*l2, *linf});
  }
  return failure(Errc::invalid_input,
                 "tolerance: want l2 and linf, both above 0 and below 1, or none");
}

}  // namespace muster::attestation
