// One golden payload of every kind, with every field that it may have. Its bytes are frozen: what
// signs and names a statement. With MUSTER_ACCEPT=1 missing or changed files are rewritten and the
// test fails once.

#include <cstdlib>
#include <filesystem>
#include <set>

#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/crypto/vrf_ed25519.hpp"
#include "registry/json_schema/json_schema.hpp"
#include "registry/kind.hpp"
#include "registry/schema.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

const std::filesystem::path payload_folder =
    std::filesystem::path(source_root) / "tests/vectors/registry/payloads";

/// The public key of Example 16 of RFC 9381 (appendix B.3, ECVRF-EDWARDS25519-SHA512-TAI): what
/// the rules want of this suite.
constexpr const char* sample_vrf_key =
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

std::string sample_hash(std::string_view of) { return crypto::sha256(std::string(of)).to_hex(); }

std::string sample_chip(std::uint64_t ordinal) {
  return ChipId::from_parts({.block = 7, .ordinal = ordinal, .random = 99}).to_string();
}

Json sample_manifest(std::string_view schema) {
  return {{"sha256", sample_hash("bytes")},
          {"bytes", 400},
          {"items", 2},
          {"root", sample_hash("root")},
          {"schema", std::string(schema)}};
}

Json sample_record(std::span<const Field> fields);

std::string sample_text(const Field& field) {
  const auto choices = choices_of(field);
  return choices.empty() ? "text of " + std::string(field.name) : std::string(choices.front());
}

/// A value that `field` allows, always the same.
Json sample(const Field& field) {
  const std::string name(field.name);
  switch (field.type) {
    case FieldType::text:
      return sample_text(field);
    case FieldType::texts:
      return Json::array({sample_text(field)});
    case FieldType::name:
      return name + "-1";
    case FieldType::names:
      return {name + "-1", name + "-2"};
    case FieldType::country:
      return "SG";
    case FieldType::countries:
      return {"SG", "US"};
    case FieldType::integer:
    case FieldType::positive:
      return 7;
    case FieldType::decimal:
      return "4.5e3";
    case FieldType::boolean:
      return true;
    case FieldType::hash:
    case FieldType::public_key:
      return sample_hash(name);
    case FieldType::hashes:
      return Json::array({sample_hash(name)});
    case FieldType::hex:
      return name == "vrf_key" ? sample_vrf_key : "00ff";
    case FieldType::time:
      return "2026-02-03T04:05:06.789Z";
    case FieldType::window:
      return {{"from", "2026-01-01T00:00:00.000Z"}, {"to", "2027-01-01T00:00:00.000Z"}};
    case FieldType::chip:
      return sample_chip(3);
    case FieldType::chips:
    case FieldType::lines:
      return {sample_chip(3), sample_chip(4)};
    case FieldType::roles:
      return Json::array({"prover"});
    case FieldType::manifest:
      return sample_manifest("steps");
    case FieldType::record:
      return sample_record(field.inner);
    case FieldType::records:
      return Json::array({sample_record(field.inner)});
    case FieldType::object:
      return {{"a", 1}};
    case FieldType::expects:
      break;
  }
  return nullptr;
}

Json sample_record(std::span<const Field> fields) {
  Json record = Json::object();
  for (const Field& field : fields) record[std::string(field.name)] = sample(field);
  return record;
}

/// A payload of the kind with every field that it knows.
Json sample_payload(const Kind& kind) {
  Json body = sample_record(kind.body);
  if (kind.replaces) {
    for (const char* inner : {"event", "was"}) body[inner] = sample_payload(*find_kind("retire"));
  }
  Json subjects = Json::object();
  Json expects = Json::array();
  const bool listed = kind.subjects != TakesSubjects::none &&
                      kind.subjects != TakesSubjects::container &&
                      kind.subjects != TakesSubjects::optional_manifest;
  if (listed) {
    subjects["chips"] = {sample_chip(1), sample_chip(2)};
    const bool follows = kind.expects != Expects::absent;
    for (const char* of : {"one", "two"}) {
      expects.push_back(follows ? Json(sample_hash(of)) : Json(nullptr));
    }
    if (!kind.columns.empty()) {
      body["items"] = Json::array({sample_record(kind.columns), sample_record(kind.columns)});
    }
  } else if (kind.subjects == TakesSubjects::container) {
    subjects["container"] = "crate-1";
    expects.push_back(sample_hash("one"));
  } else if (kind.subjects == TakesSubjects::optional_manifest) {
    subjects["manifest"] = sample_manifest(kind.name);
  }
  Json evidence = Json::array();
  evidence.push_back({{"sha256", sample_hash("photo")}, {"type", "image/jpeg"}});
  return {{"v", 1},
          {"origin", "test.example/registry"},
          {"kind", std::string(kind.name)},
          {"org", "party-1"},
          {"stream", "main"},
          {"number", 5},
          {"on_behalf_of", "party-2"},
          {"event_time", "2026-02-03T04:05:06.789Z"},
          {"zone", "+08:00"},
          {"site", "site-1"},
          {"subjects", subjects},
          {"expects", expects},
          {"refs", Json::array({sample_hash("ref")})},
          {"body", body},
          {"evidence", evidence}};
}

/// The rule that refuses the payload as such; "read" if it is read.
std::string reading(const Json& payload) {
  const auto event = parse_event(canonical_json(payload), Hash{});
  return event ? "read" : event.error().rule;
}

bool is_valid(const json_schema::Schema& schema, const Json& payload) {
  return must(schema.faults(payload)).empty();
}

json_schema::Schema compiled(const Kind& kind) {
  Json schema = muster::registry::json_schema(kind);
  schema.erase("$schema");  // no keyword in it changed its meaning since draft-07
  return must(json_schema::Schema::compile({"https://test.example/kind", schema}));
}

/// Neither the reader nor the schema takes a payload with one thing about its body wrong.
void check_body_faults(const Kind& kind, const Json& payload, const json_schema::Schema& schema) {
  const auto faulty = [&](const Json& changed, const char* rule) {
    CHECK_MESSAGE(reading(changed) == rule, changed["body"].dump());
    CHECK_MESSAGE(!is_valid(schema, changed), changed["body"].dump());
  };
  Json unknown = payload;
  unknown["body"]["no_such_field"] = 1;
  faulty(unknown, "event.unknown_field");
  for (const Field& field : kind.body) {
    Json wrong = payload;
    wrong["body"][std::string(field.name)] = nullptr;
    faulty(wrong, "event.field");
    Json missing = payload;
    missing["body"].erase(std::string(field.name));
    if (field.required) {
      faulty(missing, "event.field");
    } else {
      CHECK_MESSAGE(is_valid(schema, missing), field.name);
    }
  }
}

bool accepts_golden() { return std::getenv("MUSTER_ACCEPT") != nullptr; }

void check_golden(const std::string& name, const std::string& want) {
  const auto path = payload_folder / name;
  const auto stands = read_text_file(path);
  if (stands && *stands == want) return;
  if (accepts_golden()) must(write_file_atomically(path, as_bytes(want)));
  FAIL_CHECK(name << " is not the payload of its kind"
                  << (accepts_golden() ? ": rewritten" : "; MUSTER_ACCEPT=1 rewrites it"));
}

}  // namespace

TEST_CASE("the golden payload of every kind is read, is valid by its schema, and keeps its bytes") {
  std::set<std::string> names;
  for (const Kind* kind : kinds()) {
    CAPTURE(kind->name);
    const Json payload = sample_payload(*kind);
    const std::string text = canonical_json(payload);
    names.insert(std::string(kind->name) + ".json");
    check_golden(std::string(kind->name) + ".json", text + "\n");

    const auto event = must(parse_event(text, Hash{}));
    CHECK(canonical_json(event_json(event.header, event.body)) == text);
    CHECK(is_valid(compiled(*kind), payload));
  }
  for (const auto& entry : std::filesystem::directory_iterator(payload_folder)) {
    const std::string name = entry.path().filename().string();
    CHECK_MESSAGE((names.contains(name) || name == "README.md"), name);
  }
}

TEST_CASE("the golden registration of a VRF key brings a key of its suite") {
  const Json body = sample_payload(*find_kind("vrf.register"))["body"];

  CHECK(body["suite"] == "ECVRF-EDWARDS25519-SHA512-TAI");
  const Bytes key = must(bytes_from_hex(body["vrf_key"].get<std::string>()));
  CHECK(crypto::VrfEd25519PublicKey::from_bytes(key).has_value());
}

TEST_CASE("a body with a field missing, unknown or of another type is refused by name of rule") {
  for (const Kind* kind : kinds()) {
    CAPTURE(kind->name);
    check_body_faults(*kind, sample_payload(*kind), compiled(*kind));
  }
}
