#include "cli/remote/route_answers.hpp"

#include <algorithm>
#include <charconv>

#include "cli/remote/proven_parts.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t most_route_bytes = std::size_t{1} << 26U;
constexpr std::string_view page_limit = "1000";

/// What a request is made of.
struct RouteTarget {
  std::string path{};
  std::string query{};
  std::uint64_t most = 0;  ///< Things of a list; 0: all.

  void add(std::string_view name, std::string_view value) {
    query += (query.empty() ? "?" : "&") + std::string(name) + "=" + percent_encoded(value);
  }
};

Result<std::uint64_t> whole_number(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem == std::errc() && end == text.data() + text.size()) return value;
  return failure(Errc::invalid_input, "--limit: got \"" + text + "\", want a whole number");
}

/// Errors: `invalid_input` for an option that the route has no parameter for.
Result<RouteTarget> target_of(const Context& context, const RouteVerb& route,
                              const AskedVerb& asked) {
  RouteTarget target{.path = std::string(route.path)};
  for (const auto& [option, values] : asked.given) {
    const std::string in_path = "{" + option + "}";
    const auto at = target.path.find(in_path);
    if (at != std::string::npos) {
      target.path.replace(at, in_path.size(), percent_encoded(values.back()));
      continue;
    }
    const auto known = std::ranges::find(route.parameters, option, &RouteParameter::option);
    if (known == route.parameters.end()) {
      return failure(Errc::invalid_input,
                     "--" + option + ": takes the whole log, which your credential does not read");
    }
    if (option == "limit" && !route.list.empty()) {
      MUSTER_TRY_ASSIGN(target.most, whole_number(values.back()));
    } else {
      target.add(known->parameter, values.back());
    }
  }
  if (!context.options().as_of.empty()) target.add("at", context.options().as_of);
  return target;
}

Result<Json> ask(const ServerCalls& calls, const std::string& target) {
  MUSTER_TRY_ASSIGN(const std::string text,
                    calls.body({.target = target, .most_bytes = most_route_bytes}));
  MUSTER_TRY_ASSIGN(Json json, parse_foreign_json(text));
  if (json.is_object()) return json;
  return failure(Errc::invalid_input, "the server's answer: want an object");
}

/// All pages as one list, or as many things as are wanted.
Result<Json> ask_pages(const ServerCalls& calls, const RouteVerb& route, RouteTarget target) {
  target.add("limit", page_limit);
  const std::string list(route.list);
  Json all = Json::array();
  std::string after;
  while (true) {
    const std::string page = after.empty() ? "" : "&after=" + percent_encoded(after);
    MUSTER_TRY_ASSIGN(Json json, ask(calls, target.path + target.query + page));
    const auto found = json.find(list);
    if (found == json.end() || !found->is_array()) {
      return failure(Errc::invalid_input, "the server's answer: want a list of " + list);
    }
    for (Json& one : *found) {
      if (target.most != 0 && all.size() == target.most) return Json{{list, std::move(all)}};
      all.push_back(std::move(one));
    }
    const Json next = json.value("next", Json());
    // A page that brings nothing new would bring it for ever.
    if (!next.is_string() || next == after || found->empty()) return Json{{list, std::move(all)}};
    after = next.get<std::string>();
  }
}

std::string value_text(const Json& value) {
  if (value.is_null()) return "-";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

print::Table table_of(const Json& rows, std::span<const std::string_view> columns) {
  print::Table table;
  std::vector<std::string> names(columns.begin(), columns.end());
  if (names.empty() && !rows.empty() && rows.front().is_object()) {
    for (const auto& [name, value] : rows.front().items()) {
      if (!value.is_structured()) names.push_back(name);
    }
  }
  for (const std::string& name : names) table.columns.push_back({name});
  for (const Json& row : rows) {
    std::vector<print::Cell> cells;
    for (const std::string& name : names) {
      cells.emplace_back(row.is_object() ? value_text(row.value(name, Json())) : value_text(row));
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

bool is_proven(const Json& proven, const std::string& name) {
  if (!proven.is_object()) return false;
  const Json& members = proven["members"];
  return std::ranges::find(members, Json(name)) != members.end();
}

void print_sentences(print::Printer& printer, const std::string& heading, const Json& sentences) {
  printer.heading(heading);
  for (const Json& one : sentences) printer.paragraph("* " + one.get<std::string>());
}

/// The answer for people: each member with whether it is proven.
void print_answer(print::Printer& printer, const RouteVerb& route, const Json& answer,
                  const ProvenParts& parts) {
  print::Facts facts;
  for (const auto& [name, value] : answer.items()) {
    const bool is_table = name == route.rows && value.is_array() && !value.empty();
    if (is_table) continue;
    const std::string word = is_proven(parts.proven, name) ? "proven: " : "";
    facts.rows.emplace_back(name, word + value_text(value));
  }
  printer.facts(facts);
  const auto rows = answer.find(std::string(route.rows));
  if (!route.rows.empty() && rows != answer.end() && rows->is_array()) {
    printer.table(table_of(*rows, route.columns));
  }
  if (parts.proven.is_object()) {
    print_sentences(printer, "Proven", parts.proven["sentences"]);
    print_sentences(printer, "The server's word", parts.proven["but"]);
    printer.note("what does not say proven is the server's word");
  } else {
    printer.note("all of this is the server's word" +
                 (parts.why_not.empty() ? std::string() : ": " + parts.why_not));
  }
}

/// The members that are not proven.
Json rest_of(const Json& answer, const Json& proven) {
  Json rest = Json::array();
  for (const auto& [name, value] : answer.items()) {
    if (!is_proven(proven, name)) rest.push_back(name);
  }
  return rest;
}

Result<ProvenParts> proven_parts(const RemoteRegistry::Impl& remote, const RouteVerb& route,
                                 const RouteTarget& target, const Json& answer) {
  // Proofs are of the present, and of rosters as they are counted whole.
  if (!target.query.empty()) return ProvenParts{};
  switch (route.proof) {
    case RouteProof::chip:
      return proven_of_chip(remote, answer);
    case RouteProof::roster:
      return proven_of_roster(remote, answer);
    case RouteProof::entry:
      return proven_of_entry(remote, answer);
    case RouteProof::none:
      break;
  }
  return ProvenParts{};
}

/// A book whose difference is beyond its limit is a finding, as of the verb itself.
ExitCode finding_in(const Json& answer) {
  const auto judgement = answer.find("judgement");
  const bool beyond = judgement != answer.end() && judgement->is_object() &&
                      judgement->value("beyond", Json()) == true;
  return beyond ? ExitCode::negative : ExitCode::done;
}

ExitCode print_list(Context& context, const RouteVerb& route, Json answer) {
  auto printer = context.printer();
  const std::string list(route.list);
  printer.table(table_of(answer[list], route.columns));
  printer.note("all of this is the server's word");
  if (!route.lines) {
    answer.update({{"proven", nullptr}, {"servers_word", Json::array({list})}});
    printer.json(answer);
    return ExitCode::done;
  }
  for (Json& line : answer[list]) {
    if (line.is_object()) line.update({{"servers_word", rest_of(line, {})}, {"proven", nullptr}});
    printer.json_line(line);
  }
  return ExitCode::done;
}

}  // namespace

Result<ExitCode> answer_by_route(Context& context, const RouteVerb& route, const AskedVerb& asked) {
  MUSTER_TRY_ASSIGN(RemoteRegistry* const registry, context.remote());
  const RemoteRegistry::Impl& remote = registry->impl();
  MUSTER_TRY_ASSIGN(const RouteTarget target, target_of(context, route, asked));
  if (!route.list.empty()) {
    MUSTER_TRY_ASSIGN(Json answer, ask_pages(remote.calls, route, target));
    return print_list(context, route, std::move(answer));
  }
  MUSTER_TRY_ASSIGN(Json answer, ask(remote.calls, target.path + target.query));
  MUSTER_TRY_ASSIGN(ProvenParts parts, proven_parts(remote, route, target, answer));
  auto printer = context.printer();
  print_answer(printer, route, answer, parts);
  const ExitCode code = finding_in(answer);
  Json rest = rest_of(answer, parts.proven);
  answer.update({{"proven", std::move(parts.proven)}, {"servers_word", std::move(rest)}});
  printer.json(answer);
  return code;
}

}  // namespace muster::cli
