#pragma once

#include <string>

#include "cli/audit/line_appraisal.hpp"

namespace muster::cli {

/// A finding that follows from the register, or from what no log says.
struct LineFinding {
  std::string code;
  std::string severity;  ///< As in an appraisal: "query" or "open".
  std::string expected;
  std::string found;
};

/// Adds the finding to the line's codes and report; the verdict stays.
void add_finding(const LineFinding& finding, LineAppraisal& line);

/// The same, and a consistent line becomes a query.
void add_query(const std::string& code, const std::string& expected, const std::string& found,
               LineAppraisal& line);

/// Whoever has the key of the enroller can enrol any device in the chip's place: a query where that
/// key is not trusted any more.
void add_disputed(const Enrolment& enrolled, LineAppraisal& line);

}  // namespace muster::cli
