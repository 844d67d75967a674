#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/check.hpp"
#include "registry/exchange/document.hpp"
#include "registry/exchange/profile.hpp"
#include "registry/exchange/xml_document.hpp"

using namespace muster;
using namespace muster::exchange;

// XML that is taken is a valid JSON-LD document with the same events; XML that is not is refused
// with a line.
int fuzz_epcis_xml(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto converted = json_of_xml(text);
  const auto document = read_xml_document(text);
  MUSTER_CHECK(converted || !document);
  if (!converted) {
    MUSTER_CHECK(converted.error().message.starts_with("line "));
    return 0;
  }
  MUSTER_CHECK(document.has_value() == document_faults(converted->value).empty());
  if (!document) return 0;
  const auto json = read_json_document(converted->value.dump());
  MUSTER_CHECK(json && json->events == document->events);
  HashContext same = json->hashing;
  same.expands_all = false;
  for (const Json& event : document->events) {
    MUSTER_CHECK(pre_hash(event, document->hashing) == pre_hash(event, same));
  }
  return 0;
}
