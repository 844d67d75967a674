#include "cli/report/verdict.hpp"

namespace muster::report {

std::string_view verdict_class(Verdict verdict) {
  switch (verdict) {
    case Verdict::none:
      return "";
    case Verdict::good:
      return "good";
    case Verdict::warn:
      return "warn";
    case Verdict::bad:
      return "bad";
    case Verdict::neutral:
      return "neutral";
  }
  return "";
}

std::string_view verdict_sign(Verdict verdict) {
  switch (verdict) {
    case Verdict::none:
      return "";
    case Verdict::good:
      return "✓";
    case Verdict::warn:
      return "!";
    case Verdict::bad:
      return "×";
    case Verdict::neutral:
      return "i";
  }
  return "";
}

std::string_view verdict_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::none:
      return "";
    case Verdict::good:
      return "in order";
    case Verdict::warn:
      return "attention";
    case Verdict::bad:
      return "problem";
    case Verdict::neutral:
      return "note";
  }
  return "";
}

}  // namespace muster::report
