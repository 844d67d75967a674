#include "cli/exit_code.hpp"

#include "ledger/base/check.hpp"

namespace muster::cli {

ExitCode exit_code_of(Errc code) {
  switch (code) {
    case Errc::invalid_input:
    case Errc::not_found:
      return ExitCode::invalid_input;
    case Errc::refused:
      return ExitCode::negative;
    case Errc::conflict:
    case Errc::unavailable:
    case Errc::corrupt:
      return ExitCode::failed;
  }
  MUSTER_CHECK(false && "a new Errc needs an exit code here");
}

ExitCode exit_code_of(const Error& error) {
  if (error.rule == "signature.invalid") return ExitCode::invalid_input;
  return exit_code_of(error.code);
}

}  // namespace muster::cli
