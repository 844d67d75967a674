#include "attestation/replay/confidential.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "attestation/replay/parameters.hpp"
#include "attestation/replay/segments.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/base/timestamp.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"

namespace muster::attestation {
namespace {

constexpr std::string_view draw_version = "muster/replay-draw/v1";
constexpr std::string_view sealed_version = "muster/sealed-replay/v1";
constexpr std::size_t most_source = 200;
constexpr auto most_segments = static_cast<std::int64_t>(max_drawn_segments);

Json optional_hash_json(const std::optional<Hash>& hash) {
  return hash ? Json(hash->to_hex()) : Json(nullptr);
}

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

Result<ReplayGrade> grade_named(const std::string& name, const std::string& where) {
  for (const ReplayGrade grade :
       {ReplayGrade::exact, ReplayGrade::within, ReplayGrade::mismatched}) {
    if (replay_grade_name(grade) == name) return grade;
  }
  return failure(Errc::invalid_input,
                 where + ": got \"" + name.substr(0, 40) + "\", want exact, within or mismatched");
}

bool is_bound(std::string_view text) {
  if (text == "0" || text == "inf") return true;
  return text.starts_with("1e") && text.size() > 2 && text.size() <= 6 &&
         text.find_first_not_of("-0123456789", 2) == std::string_view::npos;
}

Result<std::string> bound_of(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text(key));
  if (is_bound(text)) return text;
  return failure(Errc::invalid_input, fields.path(key) + ": want 0, inf or a power of ten");
}

Result<SealedSegment> parse_segment(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  SealedSegment segment;
  MUSTER_TRY_ASSIGN(const auto number, fields.integer("segment"));
  segment.segment = static_cast<std::uint64_t>(number);
  MUSTER_TRY_ASSIGN(const std::string grade, fields.text("grade"));
  MUSTER_TRY_ASSIGN(segment.grade, grade_named(grade, fields.path("grade")));
  MUSTER_TRY_ASSIGN(segment.l2_below, bound_of(fields, "l2_below"));
  MUSTER_TRY_ASSIGN(segment.linf_below, bound_of(fields, "linf_below"));
  MUSTER_TRY_ASSIGN(segment.cosine_below, bound_of(fields, "cosine_below"));
  MUSTER_TRY(fields.finish());
  return segment;
}

Result<SealedFault> parse_fault(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  SealedFault fault;
  MUSTER_TRY_ASSIGN(fault.code, fields.text("code"));
  MUSTER_TRY_ASSIGN(const auto step, fields.integer("step"));
  MUSTER_TRY(fields.finish());
  fault.step = static_cast<std::uint64_t>(step);
  if (fault.code.starts_with("run.") && fault.code.size() <= 64) return fault;
  return failure(Errc::invalid_input, fields.path("code") + ": want a code of a run's faults");
}

Result<void> read_findings(FieldReader& fields, SealedReplay& sealed) {
  MUSTER_TRY_ASSIGN(const Json* faults, fields.array("faults"));
  MUSTER_TRY_ASSIGN(const Json* segments, fields.array("segments"));
  if (faults->size() > max_sealed_faults || segments->size() > max_sealed_segments) {
    return failure(Errc::invalid_input, "sealed: more than " + std::to_string(max_sealed_faults) +
                                            " faults or " + std::to_string(max_sealed_segments) +
                                            " segments");
  }
  sealed.faults.reserve(faults->size());
  sealed.segments.reserve(segments->size());
  for (const Json& item : *faults) {
    MUSTER_TRY_ASSIGN(SealedFault fault, parse_fault(item, fields.path("faults")));
    sealed.faults.push_back(std::move(fault));
  }
  for (const Json& item : *segments) {
    MUSTER_TRY_ASSIGN(SealedSegment segment, parse_segment(item, fields.path("segments")));
    if (!sealed.segments.empty() && sealed.segments.back().segment >= segment.segment) {
      return failure(Errc::invalid_input, fields.path("segments") + ": want rising segments");
    }
    sealed.segments.push_back(std::move(segment));
  }
  return {};
}

std::set<std::uint64_t> ends_of(std::span<const std::uint64_t> segments, std::uint64_t every) {
  std::set<std::uint64_t> steps;
  for (const std::uint64_t segment : segments) {
    steps.insert(segment * every);
    steps.insert((segment + 1) * every);
  }
  return steps;
}

Json hashes_json(std::span<const Hash> hashes) {
  Json list = Json::array();
  for (const Hash& hash : hashes) list.push_back(hash.to_hex());
  return list;
}

/// The leaves of one checkpoint, by shard, and their way to the committed root.
struct OpenedCheckpoint {
  std::vector<Hash> leaves;
  CheckpointOpening opening;
};

Result<OpenedCheckpoint> parse_opened(std::string_view line, std::uint32_t shards) {
  MUSTER_TRY_ASSIGN(const Json json, parse_canonical_json(line));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "opening"));
  MUSTER_TRY_ASSIGN(const std::string opening, fields.text("opening"));
  MUSTER_TRY_ASSIGN(const Json* leaves, fields.array("leaves"));
  MUSTER_TRY(fields.finish());
  OpenedCheckpoint opened;
  opened.leaves.reserve(leaves->size());
  for (const Json& item : *leaves) {
    if (!item.is_string()) return failure(Errc::invalid_input, "opening.leaves: want hashes");
    MUSTER_TRY_ASSIGN(const Hash leaf, Hash::from_hex(item.get_ref<const std::string&>()));
    opened.leaves.push_back(leaf);
  }
  MUSTER_TRY_ASSIGN(opened.opening, parse_opening(opening));
  if (opened.leaves.size() == shards && opened.opening.paths.size() == shards) return opened;
  return failure(Errc::invalid_input, "opening: want a leaf and a path for each of " +
                                          std::to_string(shards) + " shards");
}

bool leads_to_root(const OpenedCheckpoint& opened, const TranscriptCommitment& transcript) {
  const ledger::TreeHead head{{transcript.checkpoints() * transcript.shards},
                              transcript.states_root};
  const std::uint64_t first =
      opened.opening.step / transcript.spec.checkpoint_every * transcript.shards;
  for (std::uint32_t shard = 0; shard < transcript.shards; ++shard) {
    if (!ledger::inclusion_verifies(opened.leaves[shard], ledger::LogIndex{first + shard}, head,
                                    opened.opening.paths[shard])) {
      return false;
    }
  }
  return true;
}

}  // namespace

Hash replay_draw_seed(const Hash& commitment, const Hash& value) {
  return crypto::sha256(
      {as_bytes("muster/replay-draw/v1\n"), ByteView(commitment.bytes), ByteView(value.bytes)});
}

ReplayDraw draw_replay(const TranscriptCommitment& transcript, const Hash& commitment,
                       const Hash& value, std::uint64_t count) {
  ReplayDraw draw;
  draw.commitment = commitment;
  draw.value = value;
  draw.of = transcript.checkpoints() - 1;
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
                         {"program", optional_hash_json(draw.program)}});
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

std::string power_of_ten_above(double value) {
  if (value == 0) return "0";
  if (!std::isfinite(value)) return "inf";
  int exponent = static_cast<int>(std::ceil(std::log10(value)));
  if (std::pow(10.0, exponent) < value) ++exponent;  // the logarithm was rounded
  return "1e" + std::to_string(exponent);
}

SealedSegment sealed_segment(const SegmentReplay& replay, std::uint64_t every) {
  return {replay.from / every, replay.grade, power_of_ten_above(replay.weights.l2),
          power_of_ten_above(replay.weights.linf), power_of_ten_above(replay.weights.cosine)};
}

bool SealedReplay::is_clean() const {
  return faults.empty() && std::ranges::none_of(segments, [](const SealedSegment& segment) {
           return segment.grade == ReplayGrade::mismatched;
         });
}

std::string encode_sealed_replay(const SealedReplay& sealed) {
  Json faults = Json::array();
  for (const SealedFault& fault : sealed.faults) {
    faults.push_back({{"code", fault.code}, {"step", fault.step}});
  }
  Json segments = Json::array();
  for (const SealedSegment& segment : sealed.segments) {
    segments.push_back({{"segment", segment.segment},
                        {"grade", replay_grade_name(segment.grade)},
                        {"l2_below", segment.l2_below},
                        {"linf_below", segment.linf_below},
                        {"cosine_below", segment.cosine_below}});
  }
  return canonical_json({{"v", sealed_version},
                         {"draw", sealed.draw.to_hex()},
                         {"commitment", sealed.commitment.to_hex()},
                         {"text_root", sealed.text_root.to_hex()},
                         {"states_root", sealed.states_root.to_hex()},
                         {"looked_at_all", sealed.looked_at_all},
                         {"faults", std::move(faults)},
                         {"segments", std::move(segments)},
                         {"openings", sealed.openings.to_hex()},
                         {"muster", sealed.muster.to_hex()},
                         {"program", optional_hash_json(sealed.program)},
                         {"walls", sealed.has_walls},
                         {"at", sealed.at}});
}

Result<SealedReplay> parse_sealed_replay(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_canonical_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "sealed"));
  MUSTER_TRY_ASSIGN(const std::string v, fields.text("v"));
  if (v != sealed_version) {
    return failure(Errc::invalid_input, "sealed.v: got \"" + v.substr(0, 40) + "\", want \"" +
                                            std::string(sealed_version) + "\"");
  }
  SealedReplay sealed;
  MUSTER_TRY_ASSIGN(sealed.draw, fields.hash("draw"));
  MUSTER_TRY_ASSIGN(sealed.commitment, fields.hash("commitment"));
  MUSTER_TRY_ASSIGN(sealed.text_root, fields.hash("text_root"));
  MUSTER_TRY_ASSIGN(sealed.states_root, fields.hash("states_root"));
  MUSTER_TRY_ASSIGN(sealed.looked_at_all, fields.boolean("looked_at_all"));
  MUSTER_TRY(read_findings(fields, sealed));
  MUSTER_TRY_ASSIGN(sealed.openings, fields.hash("openings"));
  MUSTER_TRY_ASSIGN(sealed.muster, fields.hash("muster"));
  MUSTER_TRY_ASSIGN(sealed.program, fields.optional_hash("program"));
  MUSTER_TRY_ASSIGN(sealed.has_walls, fields.boolean("walls"));
  MUSTER_TRY_ASSIGN(sealed.at, fields.text("at"));
  MUSTER_TRY(fields.finish());
  const auto at = Timestamp::parse(sealed.at);
  if (!at) return failure(Error(at.error()).during("sealed.at"));
  return sealed;
}

std::string encode_openings(const TranscriptCommitment& transcript, std::span<const Hash> leaves,
                            std::span<const std::uint64_t> segments) {
  const std::uint64_t every = transcript.spec.checkpoint_every;
  std::string text;
  for (const std::uint64_t step : ends_of(segments, every)) {
    const auto own = leaves.subspan(static_cast<std::size_t>(step / every) * transcript.shards,
                                    transcript.shards);
    text +=
        canonical_json({{"leaves", hashes_json(own)},
                        {"opening", encode_opening(open_checkpoint(transcript, leaves, step))}});
    text += "\n";
  }
  return text;
}

Result<void> check_openings(std::string_view text, const TranscriptCommitment& transcript,
                            std::span<const std::uint64_t> segments) {
  std::size_t number = 0;
  for (const std::uint64_t step : ends_of(segments, transcript.spec.checkpoint_every)) {
    const std::string where = "openings line " + std::to_string(++number);
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      return failure(Errc::invalid_input, where + ": want the opening of step " +
                                              std::to_string(step) + ", ended by a line feed");
    }
    auto opened = parse_opened(text.substr(0, end), transcript.shards);
    if (!opened) return failure(std::move(opened.error()).during(where));
    if (opened->opening.step != step || !leads_to_root(*opened, transcript)) {
      return failure(Errc::invalid_input, where + ": does not lead from step " +
                                              std::to_string(step) +
                                              " to the root that was committed to");
    }
    text.remove_prefix(end + 1);
  }
  if (text.empty()) return {};
  return failure(Errc::invalid_input, "openings: more than the ends of the segments");
}

}  // namespace muster::attestation
