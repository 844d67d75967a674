#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/exchange/capture_store.hpp"
#include "registry/exchange/document_lines.hpp"
#include "registry/exchange/import.hpp"
#include "registry/exchange/profile.hpp"
#include "registry/json_schema/pointer.hpp"

using namespace muster;
using namespace muster::exchange;

namespace {

void check_faults(std::string_view text, const Json& document) {
  const auto last = 1 + std::count(text.begin(), text.end(), '\n');
  for (const DocumentFault& fault : document_faults(document, 100)) {
    const std::uint64_t line = document_lines(text, {fault.pointer}).front();
    MUSTER_CHECK(line >= 1 && line <= static_cast<std::uint64_t>(last));
    const auto tokens = json_schema::pointer_tokens(fault.pointer);
    MUSTER_CHECK(tokens && !fault.message.empty());
    const Json* at = &document;
    for (const std::string& token : *tokens) {
      at = json_schema::step_into(*at, token);
      MUSTER_CHECK(at != nullptr);
    }
  }
}

void check_import(const Document& document) {
  const registry::State state;
  const Resolver resolver("r.example");
  const Hash bytes = crypto::sha256("document");
  const Imported imported = import_document(document, bytes, state, resolver, {.org = "o"});
  MUSTER_CHECK(imported.events.size() == document.events.size());
  for (std::size_t i = 0; i < imported.events.size(); ++i) {
    const ImportedEvent& event = imported.events[i];
    MUSTER_CHECK((event.status == ImportedEvent::Status::draft) == event.message.empty());
    MUSTER_CHECK(event.source.pointer == document.pointer_to(i));
  }
  for (const StatementDraft& draft : imported.drafts) {
    const std::string line = encode_draft(draft);
    const auto again = parse_draft(line);
    MUSTER_CHECK(again && encode_draft(*again) == line);
  }
}

}  // namespace

// A document that is taken comes out as it went in, with the same hashes, and every event of it is
// mapped or said not to be. One that is refused is refused with pointers to what is there.
int fuzz_epcis(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = parse_foreign_json(text);
  const auto document = read_json_document(text);
  MUSTER_CHECK(json || !document);
  if (!json) return 0;
  check_faults(text, *json);
  const bool valid = document_faults(*json).empty();
  MUSTER_CHECK(valid || !document);
  // What is valid is read, but for namespaces that would make much of little.
  MUSTER_CHECK(!valid || document ||
               document.error().message.find("a namespace of more than") != std::string::npos);
  if (!document) return 0;
  MUSTER_CHECK(document_json(*document) == *json);
  const auto again = read_json_document(document_json(*document).dump());
  MUSTER_CHECK(again && again->events == document->events);
  for (const Json& event : document->events) {
    MUSTER_CHECK(is_event_hash_uri(event_hash_uri(event, document->hashing)));
    MUSTER_CHECK(pre_hash(event, document->hashing) == pre_hash(event, again->hashing));
    MUSTER_CHECK(content_hash(event, document->hashing) == content_hash(event, again->hashing));
  }
  check_import(*document);
  return 0;
}
