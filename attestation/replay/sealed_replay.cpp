// What leaves the room of a replay: grades, powers of ten, and whether they answer the draw.

#include <algorithm>
#include <cmath>

#include "attestation/replay/confidential.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/base/timestamp.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {
namespace {

constexpr std::string_view sealed_version = "muster/sealed-replay/v1";

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

bool is_check_code(std::string_view code) {
  return !code.empty() && code.size() <= 64 &&
         code.find_first_not_of("abcdefghijklmnopqrstuvwxyz_.") == std::string_view::npos;
}

/// Checks that nobody made: absent where all were.
Result<void> read_not_judged(FieldReader& fields, SealedReplay& sealed) {
  if (!fields.has("not_judged")) return {};
  MUSTER_TRY_ASSIGN(const Json* list, fields.array("not_judged"));
  const bool is_list = !list->empty() && list->size() <= max_sealed_not_judged &&
                       std::ranges::all_of(*list, [](const Json& item) {
                         return item.is_string() && is_check_code(item.get<std::string>());
                       });
  if (!is_list) {
    return failure(Errc::invalid_input, fields.path("not_judged") + ": want 1 to 16 codes");
  }
  for (const Json& item : *list) sealed.not_judged.push_back(item.get<std::string>());
  return {};
}

tl::unexpected<Error> differs(const std::string& what) {
  return failure(Errc::invalid_input, "sealed replay: " + what);
}

}  // namespace

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
  Json json({{"v", sealed_version},
             {"draw", sealed.draw.to_hex()},
             {"commitment", sealed.commitment.to_hex()},
             {"text_root", sealed.text_root.to_hex()},
             {"states_root", sealed.states_root.to_hex()},
             {"looked_at_all", sealed.looked_at_all},
             {"faults", std::move(faults)},
             {"segments", std::move(segments)},
             {"openings", sealed.openings.to_hex()},
             {"muster", sealed.muster.to_hex()},
             {"program", sealed.program ? Json(sealed.program->to_hex()) : Json(nullptr)},
             {"walls", sealed.has_walls},
             {"at", sealed.at}});
  if (!sealed.not_judged.empty()) json["not_judged"] = sealed.not_judged;
  return canonical_json(json);
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
  MUSTER_TRY(read_not_judged(fields, sealed));
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

Result<void> check_sealed_replay(const SealedReplay& sealed, const ReplayDraw& draw,
                                 const RunOutline& outline) {
  if (sealed.draw != crypto::sha256(encode_replay_draw(draw))) return differs("of another draw");
  if (draw.commitment != outline.commitment || sealed.commitment != draw.commitment ||
      draw.of != outline.segments()) {
    return differs("of another transcript");
  }
  if (sealed.text_root != outline.data_root || sealed.states_root != outline.states_root) {
    return differs("other roots than the transcript's");
  }
  if (outline.is_external && !draw.program) {
    return differs("of a model that only a program of others does again, and the draw names none");
  }
  if (!outline.is_external && !sealed.not_judged.empty()) {
    return differs("checks that nobody made, of a model that the trainer knows");
  }
  if (sealed.program != draw.program) return differs("done by another program than was asked for");
  std::vector<std::uint64_t> done;
  done.reserve(sealed.segments.size());
  for (const SealedSegment& segment : sealed.segments) {
    if (segment.segment >= draw.of) return differs("a segment that the run does not have");
    if (segment.grade == ReplayGrade::within && draw.tolerance_l2.empty()) {
      return differs("a segment within a tolerance, and the draw states none");
    }
    if (segment.grade == ReplayGrade::exact &&
        (segment.l2_below != "0" || segment.linf_below != "0")) {
      return differs("a segment that is exact at a distance");
    }
    done.push_back(segment.segment);
  }
  if (!std::ranges::includes(done, draw.segments)) {
    return differs("a segment that was drawn is not in it");
  }
  if (sealed.faults.empty() && done.size() != draw.segments.size() + draw.largest) {
    return differs("not as many segments as were asked for");
  }
  return {};
}

}  // namespace muster::attestation
