#include "registry/submission.hpp"

#include "ledger/crypto/key_id.hpp"

namespace muster::registry {
namespace {

Error refused_type(const ledger::Envelope& envelope) {
  return {Errc::invalid_input,
          "event.payload_type: got \"" + envelope.payload_type + "\", want \"" +
              std::string(ledger::event_payload_type) + "\"",
          "event.payload_type"};
}

const crypto::PublicKey* find_key(const KeyRing& ring, const std::string& id) {
  const auto found = ring.find(id);
  return found == ring.end() ? nullptr : &found->second;
}

}  // namespace

Prepared read_event(const ledger::Envelope& envelope) {
  Prepared prepared;
  prepared.statement = ledger::statement_hash(envelope);
  if (envelope.payload_type != ledger::event_payload_type) {
    prepared.error = refused_type(envelope);
    return prepared;
  }
  auto event = parse_event(envelope.payload, prepared.statement);
  if (event) {
    prepared.event = std::move(event.value());
  } else {
    prepared.error = std::move(event.error());
  }
  return prepared;
}

void read_items(Prepared& prepared, const BlobSource& blobs) {
  auto attached = attach_items(prepared.event, blobs);
  if (!attached) prepared.error = std::move(attached.error());
}

Prepared prepare(const ledger::Envelope& envelope, const BlobSource& blobs) {
  Prepared prepared = read_event(envelope);
  if (!prepared.error) read_items(prepared, blobs);
  return prepared;
}

Prepared prepare(const Submission& submission) {
  return prepare(submission.envelope, [&](const Hash& hash) -> const Bytes* {
    for (const ledger::Blob& blob : submission.blobs) {
      if (blob.sha256 == hash) return &blob.bytes;
    }
    return nullptr;
  });
}

std::optional<Index32> entry_of_number(const State& state, const Header& header) {
  return state.numbered(state.tables().streams.find(header.org + "/" + header.stream),
                        header.number);
}

bool is_by_its_party(const State& state, const Prepared& prepared) {
  const RowN party = state.tables().parties.find(prepared.event.header.org);
  const auto is_good = [](const CheckedSignature& one) { return one.known && one.verified; };
  const auto is_of_party = [&](const CheckedSignature& one) {
    const RowN key = state.tables().keys.find(one.keyid);
    return key != no_row && state.tables().keys[key].party == party;
  };
  return party != no_row && std::ranges::all_of(prepared.signatures, is_good) &&
         std::ranges::any_of(prepared.signatures, is_of_party);
}

std::optional<Error> number_reused(const State& state, const Prepared& prepared) {
  const Header& header = prepared.event.header;
  const auto index = entry_of_number(state, header);
  if (!index) return std::nullopt;
  const Hash& first = state.tables().statements[*index].hash;
  if (first == prepared.statement) return std::nullopt;
  return refusal("number.reused", "number " + std::to_string(header.number) + " of stream " +
                                      header.stream + " is statement " + first.to_hex() + ", got " +
                                      prepared.statement.to_hex())
      .value();
}

void check_proof(Prepared& prepared) {
  if (prepared.error || prepared.event.kind->proof == nullptr) return;
  auto proved = prepared.event.kind->proof(prepared.event);
  if (!proved) prepared.error = std::move(proved.error());
}

void add_brought_keys(const Event& event, KeyRing& ring) {
  std::vector<std::string> keys = brought_keys(event);
  if (event.kind->name == "log.genesis") keys.push_back(event.fields().text("operator_key"));
  for (const std::string& text : keys) {
    const auto key = crypto::PublicKey::parse(text);
    if (key) ring.emplace(crypto::KeyId::of(*key).text(), *key);
  }
}

std::vector<CheckedSignature> checked_signatures(const ledger::Envelope& envelope,
                                                 const KeyRing& registered,
                                                 const KeyRing& brought) {
  std::vector<CheckedSignature> list;
  for (const ledger::EnvelopeSignature& signature : envelope.signatures) {
    const std::string& id = signature.keyid.text();
    const auto* key = find_key(registered, id);
    if (key == nullptr) key = find_key(brought, id);
    list.push_back(
        {.keyid = id,
         .known = key != nullptr,
         .verified = key != nullptr && ledger::signature_verifies(envelope, signature, *key)});
  }
  return list;
}

}  // namespace muster::registry
