#include "cli/pair_facts.hpp"

#include "cli/print/number.hpp"

namespace muster::cli {
namespace {

using ledger::CheckpointRelation;

const char* relation_name(CheckpointRelation relation) {
  switch (relation) {
    case CheckpointRelation::equal:
      return "equal";
    case CheckpointRelation::consistent:
      return "consistent";
    case CheckpointRelation::fork:
      return "fork";
    case CheckpointRelation::unconnected:
      break;
  }
  return "unconnected";
}

void print_relation(print::Printer& printer, CheckpointRelation relation) {
  switch (relation) {
    case CheckpointRelation::equal:
      return printer.paragraph("The same view of the log.", print::Tone::good);
    case CheckpointRelation::consistent:
      return printer.paragraph("One history: the second goes on from the first.",
                               print::Tone::good);
    case CheckpointRelation::fork:
      return printer.paragraph("FORK: whoever signs for this log signed two histories.",
                               print::Tone::bad);
    case CheckpointRelation::unconnected:
      return printer.paragraph(
          "Not connected: nothing shows yet that these are one history, or two. The log owes a "
          "consistency proof; whoever has a copy of the log can look (`muster ledger compare` with "
          "--proof, --tiles or --registry).",
          print::Tone::warn);
  }
}

Json head_json(const ledger::Checkpoint& checkpoint) {
  return {{"size", checkpoint.size.value}, {"root", checkpoint.root.to_hex()}};
}

}  // namespace

Result<std::vector<ledger::VerifierKey>> log_keys(const std::vector<std::string>& texts) {
  std::vector<ledger::VerifierKey> keys;
  for (const std::string& text : texts) {
    auto key = ledger::VerifierKey::parse(text);
    if (!key) return failure(std::move(key).error().during("--key"));
    keys.push_back(std::move(*key));
  }
  return keys;
}

void print_pair(print::Printer& printer, const ledger::PairFacts& facts) {
  print_relation(printer, facts.relation);
  print::Table table{facts.first.origin,
                     {{"checkpoint"}, print::number_column("entries"), print::id_column("root")},
                     {}};
  for (const auto& [name, checkpoint] :
       {std::pair{"first", &facts.first}, std::pair{"second", &facts.second}}) {
    table.rows.push_back({name, print::grouped(checkpoint->size.value), checkpoint->root.to_hex()});
  }
  printer.table(table);
}

Json conviction_json(const Result<ledger::Conviction>& conviction, const ledger::PairFacts* pair) {
  const bool convicts = conviction.has_value();
  const std::string code = convicts ? "" : conviction.error().rule;
  Json json = {
      {"convicts", convicts},
      {"code", convicts ? Json(nullptr) : Json(code.empty() ? "evidence.unreadable" : code)},
      {"reason", convicts ? Json(nullptr) : Json(conviction.error().message)},
      {"kind", convicts ? Json(conviction->kind) : Json(nullptr)},
      {"origin", convicts ? Json(conviction->origin) : Json(nullptr)},
      {"shows", convicts ? Json(conviction->shows) : Json(nullptr)}};
  add_pair(json, pair);
  return json;
}

void add_pair(Json& json, const ledger::PairFacts* facts) {
  json["relation"] = facts == nullptr ? Json(nullptr) : Json(relation_name(facts->relation));
  json["first"] = facts == nullptr ? Json(nullptr) : head_json(facts->first);
  json["second"] = facts == nullptr ? Json(nullptr) : head_json(facts->second);
}

}  // namespace muster::cli
