// Files of `muster scenario`: worlds, keys, and what is filed of an audit or of an attempt on
// paper. A world that is read writes itself; a document that is judged has been asked something,
// and only the inspector's signature makes it stand.

#include "cli/scenario/audit_parties.hpp"
#include "cli/scenario/paper_bundle.hpp"
#include "cli/scenario/scenario_file.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/hex.hpp"

namespace {

using namespace muster;
namespace play = muster::cli::scenario;

bool inspector_signed(std::string_view text) {
  Json json = parse_canonical_json(text).value();
  const Bytes bytes = bytes_from_hex(json.at("signature").get<std::string>()).value();
  crypto::Ed25519Signature signature{};
  MUSTER_CHECK(bytes.size() == signature.size());
  std::copy(bytes.begin(), bytes.end(), signature.begin());
  const std::string version = json.at("version").get<std::string>();
  json.erase("signature");
  return crypto::ed25519_verifies(play::auditor_signer().public_key(),
                                  as_bytes(version + "\n" + canonical_json(json)), signature);
}

}  // namespace

int fuzz_scenario_files(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);  // NOLINT
  if (const auto world = play::parse_scenario(text)) {
    const std::string written = play::scenario_text(*world);
    const auto again = play::parse_scenario(written);
    MUSTER_CHECK(again && play::scenario_text(*again) == written);
  }
  if (const auto json = parse_json(text)) {
    const auto keys = play::parse_finding_keys(*json);
    if (keys) MUSTER_CHECK(play::parse_finding_keys(play::finding_keys_json(*keys)).has_value());
  }
  if (const auto paper = play::reviewed_paper(text, play::played_keys())) {
    MUSTER_CHECK(!paper->checks.empty());
    MUSTER_CHECK(!paper->stands() || inspector_signed(text));
  }
  if (const auto finding = play::reviewed_finding(text, play::played_keys())) {
    MUSTER_CHECK(!finding->stands() || inspector_signed(text));
  }
  return 0;
}
