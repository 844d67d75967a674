#include "sampler/vectors_tool/file.hpp"

namespace muster::vectors {
namespace {

// What is wrong with a case; empty if it passes.
std::string complaint(const Case& given, const Kinds& kinds) {
  const auto kind = kinds.find(given.kind());
  if (kind == kinds.end()) return "unknown kind \"" + given.kind() + "\"";
  const auto values = kind->second(given);
  if (!values) return values.error().message;
  for (const auto& [name, expected] : given.expected().items()) {
    const auto value = values->find(name);
    if (value == values->end()) return name + ": this kind computes no such value";
    if (!agrees(expected, value->second)) {
      return name + ": got " + value->second.text() + ", want " + expected.dump();
    }
  }
  return "";
}

}  // namespace

const std::set<std::string>& skipped_kinds() {
  static const std::set<std::string> names = {"ticket_order", "index_prefix_shuffle"};
  return names;
}

Result<std::vector<Case>> cases_of(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_foreign_json(text));
  if (!json.is_object() || !json.contains("format") || json.at("format") != "sampler-vectors-1") {
    return failure(Errc::invalid_input, "format: want an object of format \"sampler-vectors-1\"");
  }
  if (!json.contains("cases") || !json.at("cases").is_array()) {
    return failure(Errc::invalid_input, "cases: want a list");
  }
  std::vector<Case> cases;
  for (const Json& item : json.at("cases")) {
    auto made = Case::parse(item);
    if (!made) {
      return failure(std::move(made.error()).during("case " + std::to_string(cases.size() + 1)));
    }
    cases.push_back(*std::move(made));
  }
  return cases;
}

Tally evaluate(const std::vector<Case>& cases, const Kinds& kinds) {
  Tally tally;
  std::map<std::string, std::size_t> skipped;
  for (const Case& given : cases) {
    if (skipped_kinds().contains(given.kind())) {
      ++skipped[given.kind()];
      ++tally.skipped;
      continue;
    }
    const std::string problem = complaint(given, kinds);
    ++(problem.empty() ? tally.passed : tally.failed);
    if (!problem.empty()) {
      tally.lines.push_back("FAILED " + given.id() + " (" + given.kind() + "): " + problem);
    }
  }
  for (const auto& [kind, count] : skipped) {
    tally.lines.push_back("skipped " + std::to_string(count) + " of kind " + kind +
                          ": superseded ticket format");
  }
  return tally;
}

}  // namespace muster::vectors
