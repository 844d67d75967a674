#include "cli/replay/run_review.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "cli/print/number.hpp"
#include "cli/print/utf8.hpp"

namespace muster::cli {
namespace {

using namespace attestation;

Json faults_json(const RunReview& review) {
  Json faults = Json::array();
  for (const RunFaultAt& fault : review.faults) {
    faults.push_back(
        {{"code", run_fault_code(fault.fault)}, {"step", fault.step}, {"detail", fault.detail}});
  }
  for (const std::uint64_t step : review.uncommitted) {
    faults.push_back({{"code", "run.uncommitted"},
                      {"step", step},
                      {"detail", "not the state that was committed to"}});
  }
  return faults;
}

Json segments_json(const RunReview& review) {
  Json segments = Json::array();
  for (const SegmentReplay& replay : review.replays) {
    Json segment{{"from", replay.from},
                 {"to", replay.to},
                 {"grade", replay_grade_name(replay.grade)},
                 {"claimed", replay.claimed.to_hex()},
                 {"recomputed", replay.recomputed.to_hex()},
                 {"l1", short_number(replay.weights.l1)},
                 {"l2", short_number(replay.weights.l2)},
                 {"linf", short_number(replay.weights.linf)},
                 {"cosine", short_number(replay.weights.cosine)},
                 {"update_norm", short_number(replay.update_norm)}};
    if (review.external) {
      segment["state_l2"] = short_number(replay.first.l2);
    } else {
      segment["first_l2"] = short_number(replay.first.l2);
      segment["second_l2"] = short_number(replay.second.l2);
    }
    segments.push_back(std::move(segment));
  }
  return segments;
}

Json declared_json(const RunReview& review) {
  if (!review.declared) return nullptr;
  Json otherwise = Json::array();
  for (const DeclaredOtherwise& item : review.declared->otherwise) {
    otherwise.push_back({{"step", item.step}, {"shard", item.shard}});
  }
  return {{"code", declared_otherwise_code},
          {"declared", review.declared->declared},
          {"compared", review.declared->compared},
          {"otherwise", std::move(otherwise)}};
}

Json tolerance_json(const std::optional<Tolerance>& tolerance) {
  if (!tolerance) return nullptr;
  return {{"l2", short_number(tolerance->l2)}, {"linf", short_number(tolerance->linf)}};
}

Json program_json(const RunReview& review) {
  if (!review.program) return nullptr;
  const ReplayProgram& program = *review.program;
  return {{"path", program.path()},
          {"sha256", program.digest()},
          {"executor", print::visible(program.executor())},
          {"walls", program.has_walls()},
          {"network", program.limits().has_network},
          {"seconds", short_number(program.seconds())},
          {"cpu_seconds", short_number(program.cpu_seconds())},
          {"failure", review.program_failure ? Json(print::visible(review.program_failure->message))
                                             : Json()}};
}

Json external_json(const RunReview& review) {
  const ExternalSpec& spec = review.external->spec;
  Json figures = Json::array();
  for (const auto& [code, text] : review.external->figures) {
    figures.push_back({{"code", code}, {"text", text}});
  }
  Json tokens = nullptr;
  if (const auto count = spec.tokens()) tokens = *count;
  return {{"name", spec.name},
          {"code", spec.code.to_hex()},
          {"declared_parameters", spec.parameters},
          {"declared_flop", spec.flop().text()},
          {"declared_tokens", std::move(tokens)},
          {"order", data_order_name(spec.order)},
          {"figures", std::move(figures)},
          {"jump", review.external->jump ? Json(short_number(*review.external->jump)) : Json()}};
}

Json not_judged_json(const RunReview& review) {
  Json list = Json::array();
  for (const NotJudged& item : review.not_judged) {
    list.push_back({{"check", item.check}, {"why", item.why}, {"remedy", item.remedy}});
  }
  return list;
}

Json review_json(const RunReview& review) {
  Json json{{"commitment", review.commitment},
            {"commitment_given", review.is_given},
            {"checkpoints", review.outline.checkpoints()},
            {"segments", review.segment_count()},
            {"faults", faults_json(review)},
            {"replayed", segments_json(review)},
            {"declared", declared_json(review)},
            {"tolerance", tolerance_json(review.tolerance)},
            {"program", program_json(review)},
            {"forged_assumed", review.forged},
            {"detection", short_number(review.detection())},
            {"memorisation_p", short_number(memorisation_p_value(review.remembered))},
            {"clean", review.is_clean()}};
  if (!review.external) return json;
  json["external"] = external_json(review);
  json["not_judged"] = not_judged_json(review);
  json["memorisation_p"] = nullptr;
  if (review.is_judged()) return json;
  json["detection"] = nullptr;
  if (review.is_clean()) json["clean"] = nullptr;
  return json;
}

void print_faults(print::Printer& printer, const RunReview& review) {
  print::Table table{.columns = {{"fault"}, print::number_column("step"), {"why"}}};
  for (const RunFaultAt& fault : review.faults) {
    table.rows.push_back(
        {std::string(run_fault_code(fault.fault)), print::grouped(fault.step), fault.detail});
  }
  for (const std::uint64_t step : review.uncommitted) {
    table.rows.push_back(
        {"run.uncommitted", print::grouped(step), "not the state that was committed to"});
  }
  if (review.declared) {
    for (const DeclaredOtherwise& item : review.declared->otherwise) {
      table.rows.push_back({std::string(declared_otherwise_code), print::grouped(item.step),
                            "shard " + std::to_string(item.shard) +
                                ": declared are other chunks than this run had"});
    }
  }
  if (!table.rows.empty()) printer.table(table);
}

void print_replays(print::Printer& printer, const RunReview& review) {
  print::Table table{.columns = {{"segment"},
                                 {"grade"},
                                 {"update, l2"},
                                 {"off line"},
                                 {"l2 apart"},
                                 {"linf apart"},
                                 {"cosine apart"}}};
  table.rows.reserve(review.replays.size());
  for (const SegmentReplay& replay : review.replays) {
    const auto sign = std::ranges::find(review.signs, replay.from, &SegmentSign::from);
    const bool has_line = sign != review.signs.end() && sign->off_line;
    table.rows.push_back(
        {print::grouped(replay.from) + " to " + print::grouped(replay.to),
         {std::string(replay_grade_name(replay.grade)),
          replay.grade == ReplayGrade::mismatched ? print::Tone::bad : print::Tone::good},
         short_number(replay.update_norm),
         has_line ? short_number(*sign->off_line) : std::string("-"),
         short_number(replay.weights.l2),
         short_number(replay.weights.linf),
         short_number(replay.weights.cosine)});
  }
  if (!table.rows.empty()) printer.table(table);
}

/// What nobody looked at, and what would help.
void print_not_judged(print::Printer& printer, const RunReview& review) {
  print::Table table{.columns = {{"not judged"}, {"why"}, {"what helps"}}};
  for (const NotJudged& item : review.not_judged) {
    table.rows.push_back({item.check, item.why, item.remedy.empty() ? "-" : item.remedy});
  }
  if (!table.rows.empty()) printer.table(table);
}

/// FLOP of the segments that were done again; those of a model of others are its Prover's word.
std::string flop_text(const RunReview& review) {
  const std::uint64_t steps = review.outline.checkpoint_every * review.replays.size();
  if (!review.external) return print::grouped(review.flop_per_step * steps);
  const auto each = stats::Decimal::parse(review.external->spec.flop_per_step).value();
  return (each * stats::Decimal::from_integer(steps)).text() + ", as the Prover declares";
}

void add_external_facts(const RunReview& review, print::Facts& facts) {
  const ExternalReview& external = *review.external;
  facts.rows.push_back({"model", "of others: " + external.spec.name});
  facts.rows.push_back({"its code", external.spec.code.to_hex()});
  facts.rows.push_back({"declared parameters", print::grouped(external.spec.parameters)});
  facts.rows.push_back({"declared FLOP in all", external.spec.flop().text()});
  for (const auto& [code, text] : external.figures) facts.rows.push_back({code, text});
  facts.rows.push_back({"order of data", external.spec.order == DataOrder::seeded
                                             ? "by the seed"
                                             : "THE PROVER'S OWN CHOICE"});
  if (external.jump) {
    facts.rows.push_back({"largest update", short_number(*external.jump) + " times the median"});
  }
}

std::string tolerance_text(const std::optional<Tolerance>& tolerance) {
  if (!tolerance) return "none: every bit counts";
  return "l2 " + short_number(tolerance->l2) + " of the update, linf " +
         short_number(tolerance->linf);
}

std::string walls_text(const ReplayProgram& program) {
  if (!program.limits().has_network) return "no network, own processes, limits";
  return program.has_walls() ? "own processes, limits; THE NETWORK WAS ALLOWED"
                             : "limits only: NO WALLS, AND THE NETWORK WAS ALLOWED";
}

void print_facts(print::Printer& printer, const RunReview& review) {
  const double share =
      static_cast<double>(review.replays.size()) / static_cast<double>(review.segment_count());
  print::Facts facts{
      "",
      {{"commitment", review.commitment},
       {"drawn uniformly", print::grouped(std::uint64_t{review.choice.uniform.size()})},
       {"largest updates", print::grouped(std::uint64_t{review.choice.largest.size()})},
       {"share of training", short_number(100 * share) + " %"},
       {"FLOP of it", flop_text(review)},
       {"tolerance", tolerance_text(review.tolerance)},
       {"memorisation, p", review.external
                               ? std::string("-")
                               : short_number(memorisation_p_value(review.remembered))}}};
  if (review.external) add_external_facts(review, facts);
  if (review.declared) {
    facts.rows.push_back({"declared steps", print::grouped(review.declared->compared) + " of " +
                                                print::grouped(review.declared->declared) +
                                                " compared"});
  }
  if (review.program) {
    const ReplayProgram& program = *review.program;
    facts.rows.push_back({"done again by", program.path()});
    facts.rows.push_back({"its SHA-256", program.digest()});
    facts.rows.push_back({"calls itself", print::visible(program.executor())});
    facts.rows.push_back({"ran with", walls_text(program)});
    facts.rows.push_back({"it took", short_number(program.seconds()) + " s, processor " +
                                         short_number(program.cpu_seconds()) + " s"});
  }
  printer.facts(facts);
}

/// Where the beginning of a run was not made again: it may have been chosen.
std::string unseeded_words(const RunReview& review) {
  if (std::ranges::find(review.not_judged, "run.unseeded", &NotJudged::check) ==
      review.not_judged.end()) {
    return {};
  }
  return " The initial weights are NOT JUDGED: they may have been chosen.";
}

std::string verdict_of(const RunReview& review) {
  const std::string replayed = std::to_string(review.replays.size());
  if (!review.is_clean()) {
    return "NOT CONSISTENT with its transcript. Segments that lead to another end: " +
           std::to_string(review.count(ReplayGrade::mismatched)) + " of " + replayed +
           ". Faults in the checkpoints: " +
           std::to_string(review.faults.size() + review.uncommitted.size()) + "." +
           (review.declared && !review.declared->otherwise.empty()
                ? " What was declared of the chips' memory is not this run's."
                : "");
  }
  if (!review.is_judged()) {
    return "NOT JUDGED: the transcript names a model of others, " + review.external->spec.name +
           ", which the built-in trainer cannot do again, and no program was given. That the "
           "checkpoints look like those of a run shows nothing. Give one with --with PROGRAM: "
           "attestation/replay/README.md says what it gets and leaves.";
  }
  const std::string own =
      review.is_given ? ""
                      : " The transcript is the folder's own word: the one that was committed to "
                        "goes into --transcript.";
  const std::string how = review.count(ReplayGrade::exact) == review.replays.size()
                              ? "to the bit"
                              : "to the bit or within the tolerance";
  return "CONSISTENT with its transcript: " + replayed + " of " +
         std::to_string(review.segment_count()) + " segments replayed " + how +
         ". If forged segments number " + std::to_string(review.forged) +
         " or more, this draw holds one with probability " + short_number(review.detection()) +
         ". That these steps were trained on the chips named for them is not shown by this." +
         unseeded_words(review) + own;
}

}  // namespace

std::string short_number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", value);
  return text.data();
}

std::size_t RunReview::count(ReplayGrade grade) const {
  return static_cast<std::size_t>(std::ranges::count(replays, grade, &SegmentReplay::grade));
}

bool RunReview::is_clean() const {
  return faults.empty() && uncommitted.empty() && count(ReplayGrade::mismatched) == 0 &&
         (!declared || declared->otherwise.empty());
}

double RunReview::detection() const {
  return replay_detection(segment_count(), forged, choice.uniform.size());
}

void print_review(print::Printer& printer, const RunReview& review) {
  print_faults(printer, review);
  print_replays(printer, review);
  print_facts(printer, review);
  print_not_judged(printer, review);
  if (review.program_failure) {
    printer.paragraph("Not all was done again: the program failed.", print::Tone::bad);
    printer.lines(review.program_failure->message + "\n");
  }
  printer.paragraph(verdict_of(review));
  printer.json(review_json(review));
}

}  // namespace muster::cli
