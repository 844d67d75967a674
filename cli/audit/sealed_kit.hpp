#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/audit/challenge.hpp"
#include "cli/audit/kit_basis.hpp"
#include "ledger/base/random.hpp"
#include "ledger/crypto/sealed_secret.hpp"
#include "registry/statement.hpp"

namespace muster::cli {

/// What goes to one site before anybody there may know a line: the signed opening that will be
/// submitted, the drawn chips in its order, and what judging them rests on.
struct KitContent {
  std::string plan;
  std::string site;
  registry::Submission opening;
  std::vector<ChipId> chips;
  KitBasis basis{};
};

/// A code that a person reads out at the gate: 26 characters of Crockford's base32, 130 bits.
[[nodiscard]] std::string fresh_code(Random& random);

/// The code as typed: blanks and hyphens dropped, upper case, O for 0 and I or L for 1 forgiven.
/// Errors: `invalid_input` unless 26 characters remain; the code is not quoted.
Result<std::string> read_code(std::string_view typed);

/// The kit as a file (`muster/kit/v2`): plan and site in the open, all else sealed under the code.
/// The code has 130 bits, so that it is not made slow to try. Errors: those of
/// `crypto::seal_secret`.
Result<Json> seal_kit(const KitContent& content, const std::string& code, Random& random);

/// Errors: `invalid_input` by field; with rule `kit.wrong_code` for another code or changed bytes.
Result<KitContent> open_kit(const Json& file, const std::string& code);

/// The challenges of an opened kit. They need the gate value, which nobody had before.
[[nodiscard]] std::vector<Challenge> kit_challenges(const KitContent& content, const Hash& gate);

}  // namespace muster::cli
