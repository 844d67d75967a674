#include "registry/number_reuse.hpp"

#include <algorithm>

#include "ledger/base/file.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/event.hpp"
#include "registry/registry.hpp"

namespace muster::registry {
namespace {

constexpr std::string_view number_reuse_kind = "number-reused";
constexpr std::size_t file_name_digits = 16;

Result<crypto::PublicKey> key_field(FieldReader& fields, std::string_view name) {
  return fields.parsed<crypto::PublicKey>(name);
}

Result<ledger::Envelope> envelope_field(FieldReader& fields, std::string_view name) {
  MUSTER_TRY_ASSIGN(const Json* json, fields.object(name));
  auto envelope = ledger::parse_envelope(canonical_json(*json));
  if (!envelope) return failure(std::move(envelope).error().during(fields.path(name)));
  return envelope;
}

bool is_signed_by(const ledger::Envelope& envelope, const crypto::PublicKey& key) {
  return std::ranges::any_of(envelope.signatures, [&](const ledger::EnvelopeSignature& signature) {
    return ledger::signature_verifies(envelope, signature, key);
  });
}

Result<Event> event_in(const ledger::Envelope& envelope) {
  if (envelope.payload_type != ledger::event_payload_type) {
    return refusal("number_reuse.payload", "got type " + envelope.payload_type);
  }
  auto event = parse_event(envelope.payload, ledger::statement_hash(envelope));
  if (!event) return refusal("number_reuse.payload", event.error().message);
  return event;
}

/// The key of `party` among those whose ids are given; nothing if there is none.
template <class Ids>
std::optional<crypto::PublicKey> key_of_party(const State& state, RowN party, const Ids& ids) {
  const auto& keys = state.tables().keys;
  for (const std::string& id : ids) {
    const RowN row = keys.find(id);
    if (row == no_row || keys[row].party != party) continue;
    auto key = crypto::PublicKey::parse(keys[row].public_key);
    if (key) return std::move(*key);
  }
  return std::nullopt;
}

/// The two statements, if the log has the first and keys of the party signed both.
Result<std::optional<NumberReuse>> found_reuse(const ledger::Log& log, const State& state,
                                               const Submission& submission,
                                               const Prepared& prepared) {
  const Header& header = prepared.event.header;
  const auto& tables = state.tables();
  const RowN stream = tables.streams.find(header.org + "/" + header.stream);
  const auto index = state.numbered(stream, header.number);
  if (!index) return std::optional<NumberReuse>();
  MUSTER_TRY_ASSIGN(auto entries, log.read({*index}, 1));
  if (entries.empty()) return std::optional<NumberReuse>();
  std::vector<std::string> signed_first;
  for (const auto& signature : entries.front().envelope.signatures) {
    signed_first.push_back(signature.keyid.text());
  }
  std::vector<std::string> signed_second;
  for (const CheckedSignature& signature : prepared.signatures) {
    const RowN row = tables.keys.find(signature.keyid);
    // A revoked key may be in anybody's hands.
    const bool counts = signature.verified && row != no_row && tables.keys[row].to == no_index;
    if (counts) signed_second.push_back(signature.keyid);
  }
  const RowN party = tables.parties.find(header.org);
  const auto first_key = key_of_party(state, party, signed_first);
  const auto second_key = key_of_party(state, party, signed_second);
  if (!first_key || !second_key) return std::optional<NumberReuse>();
  return std::optional(NumberReuse{
      {*index}, std::move(entries.front().envelope), submission.envelope, *first_key, *second_key});
}

}  // namespace

std::string encode_number_reuse(const NumberReuse& reuse) {
  return canonical_json({{"first", ledger::envelope_json(reuse.first)},
                         {"first_key", reuse.first_key.text()},
                         {"index", reuse.index.value},
                         {"kind", number_reuse_kind},
                         {"second", ledger::envelope_json(reuse.second)},
                         {"second_key", reuse.second_key.text()},
                         {"v", 1}});
}

Result<NumberReuse> parse_number_reuse(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "number reuse"));
  MUSTER_TRY(fields.integer("v", 1, 1));
  MUSTER_TRY_ASSIGN(const std::string kind, fields.text("kind"));
  if (kind != number_reuse_kind) {
    return failure(Errc::invalid_input, "number reuse.kind: got " + kind + ", want number-reused");
  }
  MUSTER_TRY_ASSIGN(const std::int64_t index, fields.integer("index"));
  MUSTER_TRY_ASSIGN(auto first, envelope_field(fields, "first"));
  MUSTER_TRY_ASSIGN(auto second, envelope_field(fields, "second"));
  MUSTER_TRY_ASSIGN(const auto first_key, key_field(fields, "first_key"));
  MUSTER_TRY_ASSIGN(const auto second_key, key_field(fields, "second_key"));
  MUSTER_TRY(fields.finish());
  return NumberReuse{{static_cast<std::uint64_t>(index)},
                     std::move(first),
                     std::move(second),
                     first_key,
                     second_key};
}

Result<NumberReuseFacts> verify_number_reuse(const NumberReuse& reuse) {
  MUSTER_TRY_ASSIGN(const Event first, event_in(reuse.first));
  MUSTER_TRY_ASSIGN(const Event second, event_in(reuse.second));
  const Header& one = first.header;
  const Header& other = second.header;
  const bool same_number = one.origin == other.origin && one.org == other.org &&
                           one.stream == other.stream && one.number == other.number;
  if (!same_number) {
    return refusal("number_reuse.other", "the two are not of one log, party, stream and number");
  }
  NumberReuseFacts facts{one.origin,
                         one.org,
                         one.stream,
                         one.number,
                         first.statement,
                         second.statement,
                         reuse.first_key == reuse.second_key};
  if (facts.first == facts.second) {
    return refusal("number_reuse.same", "both are statement " + facts.first.to_hex());
  }
  if (!is_signed_by(reuse.first, reuse.first_key) ||
      !is_signed_by(reuse.second, reuse.second_key)) {
    return refusal("number_reuse.signature", "a statement is not signed by the key named for it");
  }
  return facts;
}

void Registry::keep_contradiction(const Submission& submission, const Prepared& prepared,
                                  Outcome& outcome) const {
  const bool reused = outcome.error && outcome.error->rule == "number.reused";
  if (!reused || !options_.evidence) return;
  const auto reuse = found_reuse(*log_, now(), submission, prepared);
  if (!reuse || !*reuse) return;
  const auto facts = verify_number_reuse(**reuse);
  if (!facts) return;
  std::error_code problem;
  std::filesystem::create_directories(*options_.evidence, problem);
  const auto file = *options_.evidence / number_reuse_file_name(*facts);
  const auto written = create_file(file, as_bytes(encode_number_reuse(**reuse) + "\n"));
  // There already: an earlier contradiction under this number is kept, and one convicts.
  if (written || written.error().code == Errc::conflict) {
    outcome.evidence = file;
    // By name: who reads this need not be on this machine.
    outcome.error->message += "; both are kept in evidence/" + file.filename().string();
  } else {
    outcome.error->message += "; they could not be kept: " + written.error().message;
  }
}

std::string number_reuse_file_name(const NumberReuseFacts& facts) {
  const Hash hash =
      crypto::sha256(facts.org + "\n" + facts.stream + "\n" + std::to_string(facts.number));
  return std::string(number_reuse_kind) + "-" + hash.to_hex().substr(0, file_name_digits) + ".json";
}

}  // namespace muster::registry
