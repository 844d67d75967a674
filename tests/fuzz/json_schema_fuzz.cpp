#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/check.hpp"
#include "registry/json_schema/json_schema.hpp"
#include "registry/json_schema/pointer.hpp"

using namespace muster;

// A line with a schema, then an instance. Every fault points at a value that is there, and one
// fault is told exactly where several are.
int fuzz_json_schema(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line = text.find('\n');
  if (line == std::string_view::npos) return 0;
  auto schema = parse_foreign_json(text.substr(0, line));
  const auto instance = parse_foreign_json(text.substr(line + 1));
  if (!schema || !instance) return 0;
  const auto compiled =
      json_schema::Schema::compile({"s", std::move(*schema)}, {}, {.most_steps = 100'000});
  if (!compiled) return 0;
  const auto all = compiled->faults(*instance, 100);
  const auto first = compiled->faults(*instance);
  if (!all || !first) return 0;
  MUSTER_CHECK(all->empty() == first->empty());
  for (const json_schema::Fault& fault : *all) {
    const auto tokens = json_schema::pointer_tokens(fault.instance);
    MUSTER_CHECK(tokens);
    const Json* at = &*instance;
    for (const std::string& token : *tokens) {
      at = json_schema::step_into(*at, token);
      MUSTER_CHECK(at != nullptr);
    }
    MUSTER_CHECK(!fault.message.empty());
  }
  return 0;
}
