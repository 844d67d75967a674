// `attest request` and `attest check`: a run done again where the Verifier may see no weights.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/replay/confidential_desk.hpp"

namespace muster::cli {
namespace {

void add_request_verb(CLI::App& attest, Context& context) {
  auto& wish = context.keep<DrawWish>();
  CLI::App& verb = add_verb(
      attest, "request", "draw segments of a run that is done again at its owner's", context, [&] {
        auto printer = context.printer();
        return draw_for_room(wish, printer, context.options().dry_run);
      });
  verb.add_option("transcript", wish.transcript, "transcript.json as it was committed to")
      ->required();
  verb.add_option("--value", wish.value,
                  "64 hex digits that nobody knew when it was committed to: of a beacon, or yours")
      ->required();
  verb.add_option("--source", wish.source, "where the value comes from, in words")->required();
  verb.add_option("--out", wish.out, "the draw's file")->required();
  verb.add_option("--segments", wish.segments, "as of `attest replay`");
  verb.add_option("--largest", wish.largest, "further ones, with the largest updates");
  verb.add_option("--forged", wish.forged, "share of the segments that a forger needs")
      ->check(CLI::Range(0.0, 1.0));
  verb.add_option("--target", wish.target, "probability to draw one of them")
      ->check(CLI::Range(0.0, 1.0));
  verb.add_option("--tolerance-l2", wish.tolerance_l2, "as of `attest replay`");
  verb.add_option("--tolerance-linf", wish.tolerance_linf, "as of `attest replay`");
  verb.add_option("--with", wish.program, "the program that must do the segments again");
}

void add_check_verb(CLI::App& attest, Context& context) {
  auto& wish = context.keep<SealedCheckWish>();
  CLI::App& verb =
      add_verb(attest, "check", "judge the sealed result of such a replay", context, [&] {
        auto printer = context.printer();
        return check_sealed(wish, printer);
      });
  verb.add_option("result", wish.result, "the sealed result; its openings lie beside it")
      ->required();
  verb.add_option("--request", wish.draw, "the draw that it answers")->required();
  verb.add_option("--transcript", wish.transcript, "transcript.json as it was committed to")
      ->required();
  verb.add_option("--key", wish.key, "the public key of who ran it")->required();
  verb.add_option("--muster", wish.muster, "SHA-256 of the muster that must have compared");
  verb.add_option("--forged", wish.forged, "share of the segments that a forger needs")
      ->check(CLI::Range(0.0, 1.0));
}

}  // namespace

void add_attest_room_commands(CLI::App& app, Context& context) {
  CLI::App& attest = noun(app, "attest", "evidence from devices, judged");
  add_request_verb(attest, context);
  add_check_verb(attest, context);
}

}  // namespace muster::cli
