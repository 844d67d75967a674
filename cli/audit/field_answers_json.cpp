#include <algorithm>
#include <array>

#include "cli/audit/field_answers.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t most_field_lines = 1'000'000;
constexpr std::size_t most_answers = 1'000;
constexpr std::array<std::string_view, 5> verdicts{"consistent", "query", "contradicted",
                                                   "not-presented", "open"};

Json answer_json(const FieldAnswer& answer) {
  return {{"answer", answer_name(answer.kind)},
          {"verdict", answer.verdict},
          {"findings", answer.codes},
          {"presence", attestation::presence_name(answer.seen.presence)},
          {"silence", silence_json(answer.seen)},
          {"evidence", answer.evidence ? Json(answer.evidence->to_hex()) : Json()},
          {"report", answer.report.to_hex()},
          {"host", host_word_json(answer.host)},
          {"text", answer.text},
          {"by", answer.by},
          {"why", answer.why},
          {"at", answer.at.to_string()}};
}

Result<Seen> parse_seen(FieldReader& fields) {
  Seen seen;
  MUSTER_TRY_ASSIGN(const std::string level, fields.text("presence"));
  MUSTER_TRY_ASSIGN(seen.presence, parse_presence_level(level, fields.path("presence")));
  MUSTER_TRY_ASSIGN(const Json* silence, fields.any("silence"));
  if (!silence->is_null()) {
    MUSTER_TRY_ASSIGN(FieldReader probes, FieldReader::open(*silence, fields.path("silence")));
    MUSTER_TRY_ASSIGN(const Timestamp before, probes.time("before"));
    MUSTER_TRY_ASSIGN(const Timestamp after, probes.time("after"));
    MUSTER_TRY(probes.finish());
    if (before >= after) {
      return failure(Errc::invalid_input, probes.path("after") + ": want later than before");
    }
    seen.silence = Window{before, after};
  }
  const bool strong = seen.presence >= attestation::Presence::uplink_cut;
  if (!strong || seen.silence) return seen;
  return failure(Errc::invalid_input,
                 fields.path("presence") + ": " + level + " wants both silence probes");
}

Result<std::vector<std::string>> parse_texts(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const Json* list, fields.array(key));
  std::vector<std::string> texts;
  texts.reserve(list->size());
  for (const Json& item : *list) {
    if (!item.is_string()) return failure(Errc::invalid_input, fields.path(key) + ": want texts");
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

/// What must hold between the fields of one answer.
Result<void> check_whole(const FieldAnswer& answer, const std::string& where) {
  if (std::ranges::find(verdicts, answer.verdict) == verdicts.end()) {
    return failure(Errc::invalid_input, where + ".verdict: is none");
  }
  if (answer.by.empty()) return failure(Errc::invalid_input, where + ".by: want who gave it");
  if (answer.kind == AnswerKind::presented) {
    if (answer.evidence && answer.host.silent()) return {};
    return failure(Errc::invalid_input, where +
                                            ": a chip that was presented wants its evidence, "
                                            "and no word of the host");
  }
  if (!answer.evidence && !answer.host.silent() && answer.verdict == "not-presented") return {};
  return failure(Errc::invalid_input, where +
                                          ": a line without a chip wants verdict not-presented, "
                                          "the host's word, and no evidence");
}

Result<FieldAnswer> parse_answer(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  FieldAnswer answer;
  MUSTER_TRY_ASSIGN(const std::string kind, fields.text("answer"));
  MUSTER_TRY_ASSIGN(answer.kind, parse_answer_kind(kind, fields.path("answer")));
  MUSTER_TRY_ASSIGN(answer.verdict, fields.text("verdict"));
  MUSTER_TRY_ASSIGN(answer.codes, parse_texts(fields, "findings"));
  MUSTER_TRY_ASSIGN(answer.seen, parse_seen(fields));
  MUSTER_TRY_ASSIGN(answer.evidence, fields.optional_hash("evidence"));
  MUSTER_TRY_ASSIGN(answer.report, fields.hash("report"));
  MUSTER_TRY_ASSIGN(const Json* host, fields.object("host"));
  MUSTER_TRY_ASSIGN(answer.host, parse_host_word(*host, fields.path("host")));
  MUSTER_TRY_ASSIGN(answer.text, fields.text("text"));
  MUSTER_TRY_ASSIGN(answer.by, fields.text("by"));
  MUSTER_TRY_ASSIGN(answer.why, fields.text("why"));
  MUSTER_TRY_ASSIGN(answer.at, fields.time("at"));
  MUSTER_TRY(fields.finish());
  MUSTER_TRY(check_whole(answer, where));
  return answer;
}

Result<FieldLine> parse_line(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(const std::int64_t number, fields.integer("line", 0, most_field_lines));
  MUSTER_TRY_ASSIGN(const ChipId chip, fields.parsed<ChipId>("chip"));
  MUSTER_TRY_ASSIGN(const Json* answers, fields.array("answers"));
  MUSTER_TRY(fields.finish());
  if (answers->empty() || answers->size() > most_answers) {
    return failure(Errc::invalid_input, fields.path("answers") + ": want 1 to 1000");
  }
  FieldLine line{static_cast<std::uint64_t>(number), chip, {}};
  for (const Json& item : *answers) {
    const std::string place =
        fields.path("answers") + "[" + std::to_string(line.answers.size()) + "]";
    MUSTER_TRY_ASSIGN(FieldAnswer answer, parse_answer(item, place));
    const bool first = line.answers.empty();
    if (first != answer.why.empty()) {
      return failure(Errc::invalid_input,
                     place + ".why: want a reason for a correction and for nothing else");
    }
    if (!first && answer.at < line.answer().at) {
      return failure(Errc::invalid_input, place + ".at: before what it corrects");
    }
    line.answers.push_back(std::move(answer));
  }
  return line;
}

}  // namespace

Json host_word_json(const HostWord& host) {
  return {{"note", host.note ? Json(host.note->to_hex()) : Json()}, {"refused", host.refused}};
}

Result<HostWord> parse_host_word(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  HostWord host;
  MUSTER_TRY_ASSIGN(host.note, fields.optional_hash("note"));
  MUSTER_TRY_ASSIGN(host.refused, fields.text("refused"));
  MUSTER_TRY(fields.finish());
  if (!host.note || host.refused.empty()) return host;
  return failure(Errc::invalid_input, where + ": signed and refused at once");
}

Json field_answers_json(const FieldAnswers& answers) {
  Json lines = Json::array();
  for (const FieldLine& line : answers.lines) {
    Json list = Json::array();
    for (const FieldAnswer& answer : line.answers) list.push_back(answer_json(answer));
    lines.push_back(
        {{"line", line.line}, {"chip", line.chip.to_string()}, {"answers", std::move(list)}});
  }
  return {{"plan", answers.plan},          {"site", answers.site},
          {"kit", answers.kit.to_hex()},   {"opening", answers.opening.to_hex()},
          {"gate", answers.gate.to_hex()}, {"lines", std::move(lines)}};
}

Result<FieldAnswers> parse_field_answers(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "answers"));
  FieldAnswers answers;
  MUSTER_TRY_ASSIGN(answers.plan, fields.text("plan"));
  MUSTER_TRY_ASSIGN(answers.site, fields.text("site"));
  MUSTER_TRY_ASSIGN(answers.kit, fields.hash("kit"));
  MUSTER_TRY_ASSIGN(answers.opening, fields.hash("opening"));
  MUSTER_TRY_ASSIGN(answers.gate, fields.hash("gate"));
  MUSTER_TRY_ASSIGN(const Json* lines, fields.array("lines"));
  MUSTER_TRY(fields.finish());
  if (lines->size() > most_field_lines) {
    return failure(Errc::invalid_input, "answers.lines: too many");
  }
  answers.lines.reserve(lines->size());
  for (std::size_t i = 0; i < lines->size(); ++i) {
    const std::string where = "answers.lines[" + std::to_string(i) + "]";
    MUSTER_TRY_ASSIGN(FieldLine line, parse_line((*lines)[i], where));
    if (!answers.lines.empty() && answers.lines.back().line >= line.line) {
      return failure(Errc::invalid_input, where + ".line: " + std::to_string(line.line) +
                                              " stands twice or out of order; a line is answered "
                                              "once");
    }
    answers.lines.push_back(std::move(line));
  }
  return answers;
}

}  // namespace muster::cli
