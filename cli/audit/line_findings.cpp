#include "cli/audit/line_findings.hpp"

namespace muster::cli {

void add_finding(const LineFinding& finding, LineAppraisal& line) {
  line.codes.push_back(finding.code);
  line.report["findings"].push_back({{"code", finding.code},
                                     {"severity", finding.severity},
                                     {"expected", finding.expected},
                                     {"found", finding.found},
                                     {"evidence", Json::array()}});
}

void add_query(const std::string& code, const std::string& expected, const std::string& found,
               LineAppraisal& line) {
  add_finding({code, "query", expected, found}, line);
  if (line.verdict == "consistent") line.verdict = "query";
  line.report["verdict"] = line.verdict;
}

void add_disputed(const Enrolment& enrolled, LineAppraisal& line) {
  if (enrolled.disputed.empty()) return;
  add_query(
      "key.disputed", "an enrolment that its signer's key still vouches for",
      "entry " + std::to_string(enrolled.entry) + " by " + enrolled.by + ": " + enrolled.disputed,
      line);
}

}  // namespace muster::cli
