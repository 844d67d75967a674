#include "cli/replay/confidential_desk.hpp"

#include <algorithm>
#include <cmath>

#include "attestation/replay/external_transcript.hpp"
#include "attestation/replay/segments.hpp"
#include "cli/document_limit.hpp"
#include "cli/print/number.hpp"
#include "cli/print/utf8.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/envelope.hpp"

namespace muster::cli {
namespace {

using namespace attestation;

constexpr std::string_view sealed_payload_type = "application/vnd.muster.sealed-replay+json";
constexpr std::uint64_t most_paper_bytes = std::uint64_t{256} << 20U;

/// What a transcript of any kind of model commits to.
Result<RunOutline> read_outline(const std::string& path) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(path, max_document_bytes));
  auto transcript = parse_any_transcript(text);
  if (!transcript) return failure(std::move(transcript.error()).during(path));
  return outline_of(*transcript);
}

Result<Hash> file_digest(const std::string& path) {
  MUSTER_TRY_ASSIGN(const Bytes bytes, read_regular_file(path, max_file_bytes));
  return crypto::sha256(bytes);
}

/// What a uniform draw finds, and what it costs.
struct DrawPower {
  std::uint64_t count;
  std::uint64_t forged;
  std::uint64_t drawn;
  std::uint64_t done;  // with those of the largest updates

  [[nodiscard]] double exact() const { return replay_detection(count, forged, drawn); }
  /// 1 - (1 - phi)^q, phi the share of forged segments: a lower bound of `exact`.
  [[nodiscard]] double independent() const {
    const double phi = static_cast<double>(forged) / static_cast<double>(count);
    return 1 - std::pow(1 - phi, static_cast<double>(drawn));
  }
  [[nodiscard]] double cost() const {
    return static_cast<double>(done) / static_cast<double>(count);
  }
};

void add_power(const DrawPower& power, print::Facts& facts) {
  facts.rows.push_back({"if forged are", print::grouped(power.forged) + " of " +
                                             print::grouped(power.count) + " segments"});
  facts.rows.push_back({"one is drawn with", short_number(power.exact()) + "; 1-(1-phi)^q = " +
                                                 short_number(power.independent())});
  facts.rows.push_back({"share of training", short_number(100 * power.cost()) + " %"});
}

Json power_json(const DrawPower& power) {
  return {{"segments", power.count},
          {"forged_assumed", power.forged},
          {"drawn", power.drawn},
          {"detection", short_number(power.exact())},
          {"detection_independent", short_number(power.independent())},
          {"cost_share", short_number(power.cost())}};
}

std::string list_text(const std::vector<std::uint64_t>& numbers) {
  std::string text;
  for (const std::uint64_t number : numbers) {
    text += (text.empty() ? "" : ", ") + std::to_string(number);
  }
  return text;
}

/// What was not done again is a segment that did not lead to its end: a fault stands beside it.
std::vector<SealedSegment> sealed_segments(const RunReview& review) {
  std::vector<std::uint64_t> all = review.choice.uniform;
  all.insert(all.end(), review.choice.largest.begin(), review.choice.largest.end());
  std::ranges::sort(all);
  const std::uint64_t every = review.outline.checkpoint_every;
  std::vector<SealedSegment> segments;
  segments.reserve(all.size());
  for (const std::uint64_t segment : all) {
    const auto done = std::ranges::find(review.replays, segment * every, &SegmentReplay::from);
    segments.push_back(done != review.replays.end()
                           ? sealed_segment(*done, every)
                           : SealedSegment{segment, ReplayGrade::mismatched, "inf", "inf", "inf"});
  }
  return segments;
}

std::vector<SealedFault> sealed_faults(const RunReview& review) {
  std::vector<SealedFault> faults;
  faults.reserve(review.faults.size() + review.uncommitted.size());
  for (const RunFaultAt& fault : review.faults) {
    faults.push_back({std::string(run_fault_code(fault.fault)), fault.step});
  }
  for (const std::uint64_t step : review.uncommitted) faults.push_back({"run.uncommitted", step});
  if (faults.size() > max_sealed_faults) faults.resize(max_sealed_faults);
  return faults;
}

std::vector<std::uint64_t> numbers_of(const std::vector<SealedSegment>& segments) {
  std::vector<std::uint64_t> numbers;
  numbers.reserve(segments.size());
  for (const SealedSegment& segment : segments) numbers.push_back(segment.segment);
  return numbers;
}

void print_sealed(print::Printer& printer, const SealedReplay& sealed) {
  print::Table table{.columns = {print::number_column("segment"),
                                 {"grade"},
                                 {"l2 at most"},
                                 {"linf at most"},
                                 {"cosine at most"}}};
  table.rows.reserve(sealed.segments.size());
  for (const SealedSegment& segment : sealed.segments) {
    const bool is_bad = segment.grade == ReplayGrade::mismatched;
    table.rows.push_back({print::grouped(segment.segment),
                          {std::string(replay_grade_name(segment.grade)),
                           is_bad ? print::Tone::bad : print::Tone::good},
                          segment.l2_below,
                          segment.linf_below,
                          segment.cosine_below});
  }
  printer.table(table);
  print::Table faults{.columns = {{"fault"}, print::number_column("step")}};
  faults.rows.reserve(sealed.faults.size());
  for (const SealedFault& fault : sealed.faults) {
    faults.rows.push_back({print::visible(fault.code), print::grouped(fault.step)});
  }
  if (!faults.rows.empty()) printer.table(faults);
  print::Facts facts{
      "",
      {{"commitment", sealed.commitment.to_hex()},
       {"draw", sealed.draw.to_hex()},
       {"checkpoints", sealed.looked_at_all ? std::string("all were looked at")
                                            : std::string("ONLY THE ENDS of these segments")},
       {"compared by muster", sealed.muster.to_hex()},
       {"done again by",
        sealed.program ? sealed.program->to_hex() : std::string("the built-in trainer")},
       {"at", sealed.at}}};
  for (const std::string& check : sealed.not_judged) {
    facts.rows.push_back({"not judged", print::visible(check)});
  }
  if (sealed.program && !sealed.has_walls) {
    facts.rows.push_back({"which had", std::string("A NETWORK, OR NO WALLS")});
  }
  printer.facts(facts);
}

Result<ledger::Envelope> read_result(const SealedCheckWish& wish) {
  MUSTER_TRY_ASSIGN(const std::string text,
                    read_text_file(wish.result, ledger::max_envelope_text_bytes));
  auto envelope = ledger::parse_envelope(text);
  if (!envelope) return failure(std::move(envelope.error()).during(wish.result));
  if (envelope->payload_type != sealed_payload_type) {
    return failure(Errc::invalid_input, wish.result + ": got \"" + envelope->payload_type +
                                            "\", want " + std::string(sealed_payload_type));
  }
  auto key = crypto::PublicKey::parse(wish.key);
  if (!key) return failure(std::move(key.error()).during("--key"));
  const bool is_signed =
      std::ranges::any_of(envelope->signatures, [&](const ledger::EnvelopeSignature& signature) {
        return ledger::signature_verifies(*envelope, signature, *key);
      });
  if (is_signed) return envelope;
  return tl::unexpected<Error>(Error{
      Errc::invalid_input, wish.result + ": no signature of the key given", "signature.invalid"});
}

Result<SealedReplay> read_sealed(const SealedCheckWish& wish, const ReplayDraw& draw,
                                 const RunOutline& outline) {
  MUSTER_TRY_ASSIGN(const ledger::Envelope envelope, read_result(wish));
  auto sealed = parse_sealed_replay(envelope.payload);
  if (!sealed) return failure(std::move(sealed.error()).during(wish.result));
  MUSTER_TRY(check_sealed_replay(*sealed, draw, outline));
  const std::string path = wish.result + ".openings";
  MUSTER_TRY_ASSIGN(const std::string openings, read_text_file(path, most_paper_bytes));
  if (crypto::sha256(openings) != sealed->openings) {
    return failure(Errc::invalid_input, path + ": not the openings that were sealed");
  }
  auto opened = check_openings(openings, outline, numbers_of(sealed->segments));
  if (!opened) return failure(std::move(opened.error()).during(path));
  return sealed;
}

Result<bool> is_wanted_muster(const SealedCheckWish& wish, const SealedReplay& sealed) {
  if (wish.muster.empty()) return true;
  auto wanted = Hash::from_hex(wish.muster);
  if (!wanted) return failure(std::move(wanted.error()).during("--muster"));
  return *wanted == sealed.muster;
}

std::string verdict_of(const SealedReplay& sealed, bool is_wanted, const DrawPower& power) {
  constexpr std::string_view trust =
      " This is the word of who holds the key: that this program ran, on the run that was "
      "committed "
      "to. The signature shows no more, and the openings show only which states were judged.";
  if (!sealed.is_clean()) {
    return "NOT CONSISTENT with its transcript, says who ran it." + std::string(trust);
  }
  if (!is_wanted) return "NOT TAKEN: compared by another muster than the one given.";
  return "CONSISTENT with its transcript, says who ran it: " +
         std::to_string(sealed.segments.size()) + " of " + std::to_string(power.count) +
         " segments." + std::string(trust);
}

}  // namespace

Result<ExitCode> draw_for_room(const DrawWish& wish, print::Printer& printer, bool dry_run) {
  MUSTER_TRY_ASSIGN(const RunOutline outline, read_outline(wish.transcript));
  if (outline.is_external && wish.program.empty()) {
    return failure(Errc::invalid_input,
                   wish.transcript +
                       ": names a model of others, which the built-in trainer cannot "
                       "do again: give the program that must do it, --with PROGRAM");
  }
  auto value = Hash::from_hex(wish.value);
  if (!value) return failure(std::move(value.error()).during("--value"));
  const std::uint64_t count = outline.segments();
  if (count > max_drawn_segments) {
    return failure(Errc::invalid_input, wish.transcript + ": got " + std::to_string(count) +
                                            " segments, want at most " +
                                            std::to_string(max_drawn_segments));
  }
  const std::uint64_t uniform = wish.segments == 0
                                    ? enough_segments(count, wish.forged, wish.target)
                                    : std::min(wish.segments, count);
  ReplayDraw draw = draw_replay(outline, *value, uniform);
  draw.source = wish.source;
  draw.largest = std::min(wish.largest, count - uniform);
  draw.tolerance_l2 = wish.tolerance_l2;
  draw.tolerance_linf = wish.tolerance_linf;
  if (!wish.program.empty()) {
    MUSTER_TRY_ASSIGN(draw.program, file_digest(wish.program));
  }
  const std::string text = encode_replay_draw(draw);
  MUSTER_TRY(parse_replay_draw(text));  // what no reader takes is not written
  if (!dry_run) MUSTER_TRY(create_file(wish.out, as_bytes(text)));
  const DrawPower power{count, forged_segments(count, wish.forged), uniform,
                        uniform + draw.largest};
  print::Facts facts{"",
                     {{"commitment", draw.commitment.to_hex()},
                      {"value", draw.value.to_hex()},
                      {"segments", list_text(draw.segments)},
                      {"largest updates", print::grouped(draw.largest)},
                      {"SHA-256", crypto::sha256(text).to_hex()}}};
  add_power(power, facts);
  printer.facts(facts);
  printer.paragraph(
      "The value must not have been known when the transcript was committed to: then nobody could "
      "choose what is drawn, and anybody draws it again from the value and the commitment.");
  printer.json({{"draw", parse_json(text).value()},
                {"sha256", crypto::sha256(text).to_hex()},
                {"power", power_json(power)}});
  return ExitCode::done;
}

Result<ReplayDraw> read_replay_draw(const std::filesystem::path& path) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(path, most_paper_bytes));
  auto draw = parse_replay_draw(text);
  if (!draw) return failure(std::move(draw.error()).during(path.string()));
  return draw;
}

Result<ExitCode> seal_review(const RunReview& review, const ReplayDraw& draw,
                             std::span<const Hash> leaves, const Sealing& sealing,
                             print::Printer& printer) {
  SealedReplay sealed;
  sealed.draw = crypto::sha256(encode_replay_draw(draw));
  sealed.commitment = draw.commitment;
  sealed.text_root = review.outline.data_root;
  sealed.states_root = review.outline.states_root;
  sealed.looked_at_all = sealing.looked_at_all;
  sealed.faults = sealed_faults(review);
  sealed.segments = sealed_segments(review);
  for (const NotJudged& item : review.not_judged) sealed.not_judged.push_back(item.check);
  const auto numbers = numbers_of(sealed.segments);
  const std::string openings = encode_openings(review.outline, leaves, numbers);
  sealed.openings = crypto::sha256(openings);
  MUSTER_TRY_ASSIGN(sealed.muster, file_digest("/proc/self/exe"));
  if (review.program) {
    sealed.program = draw.program;
    sealed.has_walls = review.program->has_walls() && !review.program->limits().has_network;
  }
  sealed.at = sealing.at;
  const std::vector<const crypto::Signer*> signers{sealing.signer};
  MUSTER_TRY_ASSIGN(const ledger::Envelope envelope,
                    ledger::sign_envelope(std::string(sealed_payload_type),
                                          encode_sealed_replay(sealed), signers));
  if (!sealing.is_dry) {
    MUSTER_TRY(create_file(sealing.out + ".openings", as_bytes(openings)));
    MUSTER_TRY(create_file(sealing.out, as_bytes(ledger::encode_envelope(envelope))));
  }
  print_sealed(printer, sealed);
  printer.paragraph(sealed.is_clean()
                        ? "CONSISTENT with its transcript. Sealed: " + sealing.out
                        : "NOT CONSISTENT with its transcript. Sealed: " + sealing.out);
  printer.json({{"sealed", parse_json(encode_sealed_replay(sealed)).value()},
                {"clean", sealed.is_clean()},
                {"result", sealing.out},
                {"openings", sealing.out + ".openings"}});
  return sealed.is_clean() ? ExitCode::done : ExitCode::negative;
}

Result<ExitCode> check_sealed(const SealedCheckWish& wish, print::Printer& printer) {
  MUSTER_TRY_ASSIGN(const ReplayDraw draw, read_replay_draw(wish.draw));
  MUSTER_TRY_ASSIGN(const RunOutline outline, read_outline(wish.transcript));
  MUSTER_TRY_ASSIGN(const SealedReplay sealed, read_sealed(wish, draw, outline));
  MUSTER_TRY_ASSIGN(const bool is_wanted, is_wanted_muster(wish, sealed));
  const DrawPower power{draw.of, forged_segments(draw.of, wish.forged), draw.segments.size(),
                        sealed.segments.size()};
  print_sealed(printer, sealed);
  print::Facts facts{"", {{"value from", print::visible(draw.source)}, {"signed by", wish.key}}};
  add_power(power, facts);
  printer.facts(facts);
  const bool is_taken = sealed.is_clean() && is_wanted;
  printer.paragraph(verdict_of(sealed, is_wanted, power));
  printer.json({{"clean", sealed.is_clean()},
                {"taken", is_taken},
                {"looked_at_all", sealed.looked_at_all},
                {"sealed", parse_json(encode_sealed_replay(sealed)).value()},
                {"power", power_json(power)}});
  return is_taken ? ExitCode::done : ExitCode::negative;
}

}  // namespace muster::cli
