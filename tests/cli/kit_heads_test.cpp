// Which heads of a chip were filed, and what is asked about those that are not shown.

#include <utility>

#include "cli/audit/line_appraisal.hpp"
#include "cli/audit/opened_kit.hpp"
#include "tests/cli/field_world.hpp"

using namespace muster;
using namespace muster::test;

namespace {

FieldWorld& shared_world() {
  static FieldWorld field("kit-heads");
  return field;
}

}  // namespace

TEST_CASE("every head that was filed can be shown, however many there are") {
  FieldWorld& field = shared_world();
  cli::OpenedKit kit = must(cli::open_kit_file({field.path("kit"), field.code}));
  const auto challenge = cli::kit_challenges(kit.content, must(Hash::from_hex(field.gate)))[0];
  const std::string file = field.path("evidence/" + challenge.chip.to_string() + ".evidence");
  auto shown = must(cli::audit::parsed_evidence(must(read_file(file))));
  const Bytes first = std::exchange(shown.first_head, {});
  const cli::Reading reading = must(cli::reading_for(
      {&kit.plan.plan.request, kit.content.basis.origin}, kit.content.basis.measures,
      must(Timestamp::parse("2026-11-02T10:00:00Z")), attestation::Presence::uplink_cut));
  const auto withheld = [&] {
    const auto line =
        must(cli::line_appraisal(*cli::record_of(kit.content.basis.provers, challenge.chip),
                                 challenge, reading, cli::audit::encoded_evidence(shown)));
    return std::ranges::find(line.codes, "head.withheld") != line.codes.end();
  };
  CHECK(withheld());
  shown.more_heads = {to_bytes("of another chip"), first};
  CHECK_FALSE(withheld());
  CHECK(must(cli::audit::parsed_evidence(cli::audit::encoded_evidence(shown))) == shown);
}

TEST_CASE("a chip that reported no head at the freeze owes an answer, whatever its log says") {
  FieldWorld& field = shared_world();
  cli::OpenedKit kit = must(cli::open_kit_file({field.path("kit"), field.code}));
  const auto challenge = cli::kit_challenges(kit.content, must(Hash::from_hex(field.gate)))[0];
  const Bytes evidence =
      must(read_file(field.path("evidence/" + challenge.chip.to_string() + ".evidence")));
  const cli::Reading reading = must(cli::reading_for(
      {&kit.plan.plan.request, kit.content.basis.origin}, kit.content.basis.measures,
      must(Timestamp::parse("2026-11-02T10:00:00Z")), attestation::Presence::uplink_cut));
  auto& provers = kit.content.basis.provers;
  const auto unreported = [&] {
    const auto line = must(cli::line_appraisal(*cli::record_of(provers, challenge.chip), challenge,
                                               reading, evidence));
    return std::ranges::find(line.codes, "head.unreported") != line.codes.end();
  };
  CHECK_FALSE(unreported());
  for (auto& record : provers) {
    const auto found = record.heads.find(challenge.chip);
    if (found == record.heads.end()) continue;
    std::erase_if(found->second, [&](const cli::ReportedHead& head) {
      return head.accepted_at >= record.window.to;
    });
  }
  CHECK(unreported());
}
