#pragma once

#include "attestation/device/tamper.hpp"
#include "cli/audit/evidence_file.hpp"
#include "tests/cli/audit_world.hpp"

namespace muster::test {

/// A world whose plan of use is drawn, and the kit of its site with the most lines: opened, its
/// opening in the ledger, its chips' answers in a folder.
class FieldWorld final {
 public:
  /// `asked` of the plan, and `measures` of its kits, besides what every world has.
  explicit FieldWorld(const std::string& name, const Words& asked = {}, Words measures = {})
      : world(name, "use", asked), measures_(std::move(measures)) {
    world.hold_ceremony();
    world.json(world.draw());
    std::uint64_t most = 0;
    const Json status = world.json({"kit", "status", "P1"});
    for (const Json& one : status["sites"]) {
      if (one["lines"].get<std::uint64_t>() <= most) continue;
      most = one["lines"].get<std::uint64_t>();
      site = one["site"].get<std::string>();
    }
    must(create_file(path("reference"), as_bytes(canonical_json(reference()))));
    code = make("kit");
    other_code = make("kit2");
    world.json(Words{"kit", "unseal", path("kit"), "--code", code, "--gate", gate, "--out",
                     path("all"), "--statement", path("opening"), "--sheet", path("sheet.csv")});
    world.json({"statement", "submit", path("opening")});
    world.answer("all", "evidence");
    for (std::istringstream lines(text("all")); std::getline(lines, line_);) {
      chips.push_back(must(parse_json(line_)).at("chip").get<std::string>());
    }
    REQUIRE(chips.size() >= 3);
  }

  static Json reference() {
    return {
        {"version", "muster/device-reference/v1"},
        {"source", "tests"},
        {"as_of", "2026-10-01T00:00:00.000Z"},
        {"firmware", Json::array({crypto::sha256("muster/emulated/firmware/1").to_hex()})},
        {"device_code", Json::array({crypto::sha256("muster/emulated/device-code/1").to_hex()})},
        {"revoked", Json::array()}};
  }

  /// Makes a kit of the site. Its code.
  std::string make(const std::string& file) {
    world.json(Words{"kit", "make", "P1", "--site", site, "--vrf-key", path("w/inspector/vrf.key"),
                     "--reference", path("reference"), "--code", path(file + ".code"), "--out",
                     path(file)} +
               measures_ + world.frame_key() + world.by("inspectorate"));
    std::string made = text(file + ".code");
    made.pop_back();
    return made;
  }

  [[nodiscard]] Words desk(const std::string& verb, const std::string& answers) const {
    return {"kit", verb,        path("kit"),   "--code", code, "--gate",
            gate,  "--answers", path(answers), "--by",   "ab"};
  }
  [[nodiscard]] Words appraise(const std::string& folder, const std::string& answers) const {
    return desk("appraise", answers) + Words{"--evidence", path(folder)} + seen();
  }
  [[nodiscard]] Words note(std::size_t chip, const std::string& answer,
                           const std::string& answers) const {
    return desk("note", answers) +
           Words{"--chip", chips[chip], "--answer", answer, "--host-refused", "left the hall"};
  }
  [[nodiscard]] Words close(const Words& answers, const std::string& out) const {
    Words words{"kit",   "close",  path("kit"), "--code", code, "--sign", world.key("inspectorate"),
                "--out", path(out)};
    for (const std::string& one : answers) words = words + Words{"--answers", path(one)};
    return words;
  }
  [[nodiscard]] Words receive(const std::string& result, const std::string& kit = "kit") const {
    return Words{"kit", "receive", "P1", path(result), "--kit", path(kit), "--code", code} +
           world.by("inspectorate");
  }
  static Words seen() {
    return {"--presence",      "uplink-cut",
            "--silent-before", "2026-11-01T09:50:00.000Z",
            "--silent-after",  "2026-11-01T09:58:00.000Z"};
  }
  /// Copies the evidence of `chip` into another folder.
  void give(std::size_t chip, const std::string& to) const {
    std::filesystem::create_directories(path(to));
    const std::string name = chips[chip] + ".evidence";
    std::filesystem::copy(path("evidence/" + name), path(to + "/" + name));
  }

  [[nodiscard]] std::string path(const std::string& name) const { return world.path(name); }
  [[nodiscard]] std::string text(const std::string& name) const {
    return must(read_text_file(path(name)));
  }
  std::uint64_t entries() {
    return world.json({"ledger", "head", "--dry-run"})["size"].get<std::uint64_t>();
  }

  AuditWorld world;
  std::string site;
  std::string code;
  std::string other_code;  ///< Of a second kit of the same lines.
  std::string gate = std::string(64, 'c');
  std::vector<std::string> chips;

 private:
  Words measures_;
  std::string line_;
};

/// What a Prover or a bad stick may do to what a chip presented, one way for each number.
inline Bytes tampered(const Bytes& bytes, std::size_t way) {
  cli::audit::EvidenceFile file = must(cli::audit::parsed_evidence(bytes));
  switch (way % 9) {
    case 1:
      file.log[file.log.size() / 2] ^= 1U;
      break;
    case 2:
      return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 2)};
    case 3:
      file.freeze_head.clear();
      break;
    case 4:
      file.head = to_bytes("no head");
      break;
    case 5:
      file.openings.clear();
      break;
    case 6:
      file.device_key[0] ^= 1U;
      break;
    case 7:
      file.log = attestation::log_without(file.log, 3, 5);
      break;
    case 8:
      return to_bytes("nothing of the kind");
    default:
      return bytes;
  }
  return cli::audit::encoded_evidence(file);
}

}  // namespace muster::test
