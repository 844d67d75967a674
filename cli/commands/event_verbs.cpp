#include "cli/commands/event_verbs.hpp"

#include <array>

namespace muster::cli {
namespace {

constexpr std::array verbs = std::to_array<EventVerb>({
    {"party", "register", "org.register", "register an organisation and its first key"},
    {"party", "threshold", "org.threshold", "set how many keys must sign its weighty statements"},
    {"key", "add", "key.add", "bind a further key to a party"},
    {"key", "rotate", "key.rotate", "put a new key in a key's place, with an overlap"},
    {"key", "revoke", "key.revoke", "end a key, and dispute what it signed since", true},
    {"site", "register", "site.register", "register a place"},
    {"product", "register", "product.register", "register a product"},
    {"licence", "grant", "licence.grant", "grant an export licence with its caps"},
    {"licence", "amend", "licence.amend", "change what a licence allows"},
    {"licence", "suspend", "licence.suspend", "let nothing be drawn until it is resumed"},
    {"licence", "resume", "licence.resume", "let a suspended licence be drawn on again"},
    {"licence", "revoke", "licence.revoke", "end a licence", true},
    {"eus", "submit", "eus.submit", "state use and site as an end user"},
    {"screen", "record", "screen.result", "record what screening of parties against lists found"},
    {"chip", "reserve", "id.reserve", "reserve a block of chip ids"},
    {"chip", "package", "chip.package", "make chips: they get a custodian"},
    {"chip", "enrol", "chip.enrol", "bind device keys to chips"},
    {"chip", "test", "chip.test", "record test results"},
    {"chip", "install", "install", "install chips at a site"},
    {"chip", "uninstall", "uninstall", "take installed chips out"},
    {"chip", "lose", "loss.declare", "declare chips lost", true},
    {"chip", "steal", "theft.declare", "declare chips stolen", true},
    {"chip", "recover", "recover", "record chips that were found again"},
    {"chip", "resolve", "quarantine.lift", "rule on quarantined chips"},
    {"chip", "retire", "retire", "retire chips"},
    {"chip", "destroy", "destroy", "destroy chips before a witness", true},
    {"chip", "exit-read", "exit.read", "file a last log head before chips leave"},
    {"board", "attach", "asm.attach", "attach chips or assemblies to a parent"},
    {"board", "detach", "asm.detach", "detach them"},
    {"pack", "fill", "pack", "pack chips or assemblies and close the container"},
    {"pack", "empty", "unpack", "open a container"},
    {"ship", "release", "release", "release chips to a receiver, drawing on a licence"},
    {"ship", "cancel", "release.cancel", "take a release back"},
    {"ship", "arrive", "arrive", "record arrival at the receiver's site"},
    {"ship", "accept", "accept", "accept custody, of all or some items"},
    {"ship", "refuse", "refuse", "refuse items of a shipment"},
    {"choke", "check-in", "choke.checkin", "check a shipment in at a chokepoint"},
    {"choke", "hold", "choke.hold", "hold items"},
    {"choke", "clear", "choke.clear", "lift holds and let a shipment go on"},
    {"roster", "commit", "freeze.commit", "commit frame, heads and declarations of a window"},
    {"run", "file", "run.declare", "file a declared run from its prepared parts"},
    {"run", "amend", "run.amend", "amend a declared run"},
    {"device-log", "commit", "heads.commit", "commit reported log heads"},
    {"plan", "register-vrf", "vrf.register", "register the Verifier's VRF key"},
    {"plan", "abandon", "plan.abandon", "abandon a plan; stays visible for ever"},
    {"query", "open", "query.open", "ask a Prover about an anomaly"},
    {"query", "answer", "query.answer", "answer a query with evidence"},
    {"query", "close", "query.close", "close a query: consistent or hit"},
    {"case", "open", "finding.open", "open a finding"},
    {"case", "resolve", "finding.close", "close a finding"},
});

}  // namespace

std::span<const EventVerb> event_verbs() { return verbs; }

}  // namespace muster::cli
