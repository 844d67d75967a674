#include "cli/verification.hpp"

#include <algorithm>

#include "cli/entry_ranges.hpp"
#include "cli/print/number.hpp"

namespace muster::cli {
namespace {

Json faults_json(const std::vector<ledger::AuditFault>& faults) {
  Json list = Json::array();
  for (const ledger::AuditFault& fault : faults) {
    list.push_back({{"index", fault.index ? Json(fault.index->value) : Json(nullptr)},
                    {"count", fault.count},
                    {"code", fault.code},
                    {"expected", fault.expected},
                    {"found", fault.found}});
  }
  return list;
}

bool did(const Verification& result, std::string_view mode) {
  return std::ranges::find(result.modes, mode) != result.modes.end();
}

/// What the answer is about: never more than was looked at.
std::string headline(const Verification& result) {
  if (!result.log.good()) return "NOT VALID.";
  if (result.whole()) return "Everything verifies.";
  std::string modes;
  for (const std::string& mode : result.modes) modes += (modes.empty() ? "" : ", ") + mode;
  return "What was looked at verifies: " + modes + ".";
}

Json sample_json(const Verification& result) {
  if (!result.sample) return nullptr;
  const auto [population, drawn] = *result.sample;
  Json chances = Json::array();
  for (const SampleChance& chance : sample_chances(population, drawn)) {
    chances.push_back({{"bad", chance.bad}, {"probability", chance.probability}});
  }
  const auto finds = sample_finds(population, drawn);
  return {{"population", population},
          {"drawn", drawn},
          {"seed", result.sample_seed},
          {"finds", std::move(chances)},
          {"found_with_95_percent", finds ? Json(*finds) : Json(nullptr)}};
}

void add_signature_facts(const Verification& result, print::Facts& facts) {
  facts.rows.emplace_back("signatures", print::grouped(result.log.signatures));
  if (result.trusted > 0) {
    facts.rows.emplace_back("taken for verified",
                            "signatures of the first " + print::grouped(result.trusted));
  }
  if (!result.sample) return;
  const auto [population, drawn] = *result.sample;
  facts.rows.emplace_back("sample", print::grouped(drawn) + " of " + print::grouped(population) +
                                        " entries, seed " + result.sample_seed);
  for (const SampleChance& chance : sample_chances(population, drawn)) {
    facts.rows.emplace_back("of " + print::grouped(chance.bad) + " bad ones it finds one",
                            "with probability " + chance.probability);
  }
  const auto finds = sample_finds(population, drawn);
  facts.rows.emplace_back("found with 95 %",
                          finds ? print::grouped(*finds) + " or more bad ones" : "none");
}

print::Facts facts_of(const Verification& result) {
  const ledger::LogAudit& log = result.log;
  print::Facts facts{"", {{"entries", print::grouped(result.entries)}}};
  if (did(result, "log")) {
    facts.rows.emplace_back("root", log.head.root.to_hex());
    add_signature_facts(result, facts);
  }
  if (did(result, "rules")) {
    facts.rows.emplace_back("judged by the rules", print::grouped(result.judged));
    facts.rows.emplace_back("chips that they name", print::grouped(result.items));
  }
  if (did(result, "log")) {
    facts.rows.emplace_back("manifests", print::grouped(log.blobs));
    facts.rows.emplace_back("checkpoints", print::grouped(log.checkpoints));
  }
  if (!result.key.empty()) facts.rows.emplace_back("key that it names", result.key);
  if (result.vouched) {
    facts.rows.emplace_back("signed for by --key",
                            "the first " + print::grouped(*result.vouched) + " entries");
  }
  if (!result.skipped.empty()) facts.rows.emplace_back("not done", result.skipped);
  facts.rows.emplace_back("faults", print::grouped(std::uint64_t{log.faults.size()}) +
                                        (log.complete ? "" : " and more"));
  if (did(result, "log")) {
    facts.rows.emplace_back("damaged entries", ranges_text(ledger::damaged_entries(log)));
  }
  if (result.spilled_bytes > 0) {
    facts.rows.emplace_back("state in the scratch file",
                            print::grouped(result.spilled_bytes >> 20U) + " MiB");
  }
  facts.rows.emplace_back("time", result.seconds + " s");
  return facts;
}

}  // namespace

void print_verification(Context& context, const Verification& result) {
  const ledger::LogAudit& log = result.log;
  auto printer = context.printer();
  printer.paragraph(headline(result), log.good() ? print::Tone::good : print::Tone::bad);
  printer.facts(facts_of(result));
  for (const ledger::AuditFault& fault : log.faults) printer.lines(ledger::describe(fault) + "\n");
  const bool has_root = did(result, "log");
  printer.json({{"valid", log.good()},
                {"entries", result.entries},
                {"root", has_root ? Json(log.head.root.to_hex()) : Json(nullptr)},
                {"statements_verified", log.signatures},
                {"statements_judged", result.judged},
                {"items_judged", result.items},
                {"checkpoints", log.checkpoints},
                {"manifests", log.blobs},
                {"modes", result.modes},
                {"whole", result.whole()},
                {"trusted", result.trusted},
                {"sample", sample_json(result)},
                {"verifier_key", result.key.empty() ? Json(nullptr) : Json(result.key)},
                {"vouched", result.vouched ? Json(*result.vouched) : Json(nullptr)},
                {"skipped", result.skipped.empty() ? Json(nullptr) : Json(result.skipped)},
                {"spilled_bytes", result.spilled_bytes},
                {"seconds", result.seconds},
                {"complete", log.complete},
                {"damaged", ranges_json(ledger::damaged_entries(log))},
                {"faults", faults_json(log.faults)}});
}

}  // namespace muster::cli
