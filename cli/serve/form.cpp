#include "cli/serve/form.hpp"

#include <algorithm>
#include <set>

#include "cli/serve/problem.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::serve {
namespace {

constexpr std::size_t etag_digits = 32;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Calls `use` with each element of a comma-separated header, until it says true.
template <class Use>
bool any_element(std::string_view header, const Use& use) {
  while (!header.empty()) {
    const auto comma = header.find(',');
    if (use(trimmed(header.substr(0, comma)))) return true;
    if (comma == std::string_view::npos) return false;
    header.remove_prefix(comma + 1);
  }
  return false;
}

std::string_view without_parameters(std::string_view element) {
  return trimmed(element.substr(0, element.find(';')));
}

bool is_known_tag(std::string_view header, const std::string& tag) {
  return any_element(header, [&](std::string_view one) {
    if (one.starts_with("W/")) one.remove_prefix(2);
    return one == "*" || one == tag;
  });
}

std::string csv_field(const Json& value) {
  std::string text;
  if (value.is_string()) {
    text = value.get<std::string>();
  } else if (!value.is_null()) {
    text = json_text(value);
  }
  const bool formula = value.is_string() && !text.empty() &&
                       std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  if (formula) text.insert(text.begin(), '\'');
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

/// The rows of a list.
Json rows_of(const Answer& answer) {
  return answer.lines ? rows_of_lines(*answer.lines) : answer.json.at(answer.list);
}

std::string ndjson_of(Answer& answer) {
  if (answer.lines) return std::move(*answer.lines);
  std::string text;
  for (const Json& row : answer.json.at(answer.list)) text += json_text(row) + "\n";
  return text;
}

/// The rows as an array, in their own room: the end of each line becomes a comma.
std::string array_of(std::string lines) {
  if (lines.empty()) return "[]";
  std::ranges::replace(lines, '\n', ',');
  lines.back() = ']';
  lines.insert(lines.begin(), '[');
  return lines;
}

/// The whole answer as JSON, its rows where their name sorts.
http::Response whole_response(Answer& answer) {
  if (!answer.lines) return json_response(answer.status, answer.json);
  answer.json[answer.list] = nullptr;
  std::string text;
  for (const auto& [name, value] : answer.json.items()) {
    text += (text.empty() ? "{" : ",") + json_text(name) + ":";
    text += name == answer.list ? array_of(std::move(*answer.lines)) : json_text(value);
  }
  text += "}";
  return {.status = answer.status, .body = text + "\n", .content_type = "application/json"};
}

http::Response list_response(Answer& answer, const char* type) {
  http::Response response{.status = answer.status, .content_type = type};
  response.body = std::string_view(type) == csv_type ? csv_of(rows_of(answer)) : ndjson_of(answer);
  // Lines have no room for it.
  if (answer.json.contains("next") && answer.json["next"].is_string()) {
    response.headers.push_back({"Muster-Next", answer.json["next"].get<std::string>()});
  }
  return response;
}

void add_tag(const http::Request& request, http::Response& response) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!reads || response.status != 200) return;
  const std::string tag =
      "\"" + crypto::sha256(response.body).to_hex().substr(0, etag_digits) + "\"";
  response.headers.push_back({"ETag", tag});
  const bool says_how_long = std::ranges::any_of(
      response.headers, [](const http::Header& one) { return one.name == "Cache-Control"; });
  if (!says_how_long) response.headers.push_back({"Cache-Control", "private, no-cache"});
  if (!is_known_tag(request.header("If-None-Match"), tag)) return;
  response.status = 304;
  response.body.clear();
}

}  // namespace

bool accepts(std::string_view accept, std::string_view media_type) {
  if (trimmed(accept).empty()) return true;
  const std::string range = std::string(media_type.substr(0, media_type.find('/'))) + "/*";
  return any_element(accept, [&](std::string_view element) {
    const std::string_view one = without_parameters(element);
    return one == "*/*" || one == range || one == media_type;
  });
}

bool asks_for(std::string_view accept, std::string_view media_type) {
  return any_element(
      accept, [&](std::string_view element) { return without_parameters(element) == media_type; });
}

Json rows_of_lines(std::string_view lines) {
  Json rows = Json::array();
  while (!lines.empty()) {
    const auto end = lines.find('\n');
    rows.push_back(parse_json(lines.substr(0, end)).value_or(Json()));
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
  }
  return rows;
}

std::string csv_of(const Json& rows) {
  std::set<std::string> names;
  for (const Json& row : rows) {
    for (const auto& one : row.items()) names.insert(one.key());
  }
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ",") + csv_field(name);
  if (!names.empty()) text += "\r\n";
  for (const Json& row : rows) {
    std::string line;
    for (const std::string& name : names) {
      line += (name == *names.begin() ? "" : ",") + csv_field(row.value(name, Json()));
    }
    text += line + "\r\n";
  }
  return text;
}

http::Response in_wanted_form(const http::Request& request, Answer answer) {
  const std::string_view accept = request.header("Accept");
  http::Response response;
  if (answer.raw) {
    response = std::move(*answer.raw);
  } else if (!answer.list.empty() && asks_for(accept, ndjson_type)) {
    response = list_response(answer, ndjson_type);
  } else if (!answer.list.empty() && asks_for(accept, csv_type)) {
    response = list_response(answer, csv_type);
  } else if (accepts(accept, "application/json")) {
    response = whole_response(answer);
  } else {
    return problem({Errc::invalid_input,
                    "Accept: this route gives application/json, and where it lists things "
                    "application/x-ndjson and text/csv",
                    rule_accept});
  }
  for (http::Header& header : answer.headers) response.headers.push_back(std::move(header));
  add_tag(request, response);
  return response;
}

}  // namespace muster::serve
