#include "cli/serve/route.hpp"

#include <algorithm>
#include <charconv>

#include "cli/serve/problem.hpp"
#include "ledger/base/utf8.hpp"

namespace muster::serve {
namespace {

constexpr std::size_t most_parameters = 64;

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Text that is UTF-8 without control characters; else nothing.
std::optional<std::string> decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = digit_value(text[i + 1]);
    const int low = digit_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    plain += static_cast<char>(high * 16 + low);
    i += 2;
  }
  const bool controls = std::ranges::any_of(
      plain, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (controls || !is_utf8(plain)) return std::nullopt;
  return plain;
}

Result<std::vector<std::string>> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  if (!path.starts_with('/')) return failure(bad_parameter("path", "want a slash first"));
  for (const std::string_view raw : split(path.substr(1), '/')) {
    auto segment = decoded(raw);
    const bool usable = segment && !segment->empty() && *segment != "." && *segment != ".." &&
                        segment->find('/') == std::string::npos;
    if (!usable && path != "/") {
      return failure(bad_parameter("path", "got a segment that names nothing"));
    }
    segments.push_back(segment ? std::move(*segment) : std::string());
  }
  return segments;
}

/// The parameters by which a template becomes the path; nothing if it never does.
std::optional<std::map<std::string, std::string>> matched(
    const std::string& pattern, const std::vector<std::string>& segments) {
  const auto wanted = split(std::string_view(pattern).substr(1), '/');
  std::map<std::string, std::string> values;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::string_view want = wanted[i];
    if (i >= segments.size()) return std::nullopt;
    if (want.starts_with('{') && want.ends_with("*}")) {
      std::string rest = segments[i];
      for (std::size_t k = i + 1; k < segments.size(); ++k) rest += "/" + segments[k];
      values.emplace(want.substr(1, want.size() - 3), std::move(rest));
      return values;
    }
    if (want.starts_with('{')) {
      values.emplace(want.substr(1, want.size() - 2), segments[i]);
    } else if (want != segments[i]) {
      return std::nullopt;
    }
  }
  return segments.size() == wanted.size() ? std::optional(std::move(values)) : std::nullopt;
}

}  // namespace

Error bad_parameter(const std::string& name, const std::string& why) {
  return {Errc::invalid_input, name + ": " + why, rule_parameter};
}

std::optional<std::string> Asked::given(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::nullopt : std::optional(found->second);
}

Result<std::optional<std::uint64_t>> Asked::number(const std::string& name,
                                                   std::uint64_t most) const {
  const auto text = given(name);
  if (!text) return std::optional<std::uint64_t>();
  std::uint64_t value = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, problem] = std::from_chars(text->data(), end, value);
  if (problem == std::errc() && stop == end && value <= most) return std::optional(value);
  return failure(bad_parameter(
      name, "got \"" + *text + "\", want a whole number up to " + std::to_string(most)));
}

Result<bool> Asked::flag(const std::string& name) const {
  const auto text = given(name);
  if (!text || *text == "0" || *text == "false") return false;
  if (text->empty() || *text == "1" || *text == "true") return true;
  return failure(bad_parameter(name, "got \"" + *text + "\", want true or false"));
}

Result<Found> Router::find(std::string_view method, std::string_view path) const {
  MUSTER_TRY_ASSIGN(const auto segments, segments_of(path));
  const std::string_view wanted = method == "HEAD" ? std::string_view("GET") : method;
  Found found;
  for (const Route& route : routes_) {
    auto values = matched(route.path, segments);
    if (!values) continue;
    found.allowed.push_back(route.method);
    const bool exact = route.method == method;
    if (!exact && (route.method != wanted || found.route != nullptr)) continue;
    if (found.route != nullptr && found.route->method == method) continue;
    found.route = &route;
    found.path = std::move(*values);
  }
  return found;
}

Result<std::map<std::string, std::string>> query_parameters(std::string_view query) {
  std::map<std::string, std::string> values;
  if (query.empty()) return values;
  for (const std::string_view pair : split(query, '&')) {
    const auto equals = pair.find('=');
    auto name = decoded(pair.substr(0, equals));
    auto value = equals == std::string_view::npos ? std::optional<std::string>(std::string())
                                                  : decoded(pair.substr(equals + 1));
    if (!name || name->empty() || !value) {
      return failure(bad_parameter("query", "got what is no name=value"));
    }
    if (values.size() == most_parameters) {
      return failure(bad_parameter("query", "got more parameters than any route has"));
    }
    const std::string known = *name;
    if (!values.emplace(std::move(*name), std::move(*value)).second) {
      return failure(bad_parameter(known, "stands there twice"));
    }
  }
  return values;
}

Result<void> check_known(const std::map<std::string, std::string>& query,
                         const std::vector<std::string>& known) {
  for (const auto& [name, value] : query) {
    if (std::ranges::find(known, name) != known.end()) continue;
    return failure(bad_parameter(name, "this route has no such parameter"));
  }
  return {};
}

}  // namespace muster::serve
