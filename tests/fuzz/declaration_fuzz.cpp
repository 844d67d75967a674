// The input is three documents parted by zero bytes. A declaration that is accepted prints as it
// was read.

#include <string>

#include "attestation/run/declaration.hpp"
#include "attestation/run/declaration_index.hpp"
#include "ledger/base/check.hpp"

int fuzz_declaration(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  using namespace muster::attestation;
  const std::string_view text = as_text(ByteView(data, size));
  const std::size_t first = std::min(text.find('\0'), text.size());
  const std::string_view rest = text.substr(std::min(first + 1, text.size()));
  const std::size_t second = std::min(rest.find('\0'), rest.size());
  const DeclarationFiles files{std::string(text.substr(0, first)),
                               std::string(rest.substr(0, second)),
                               std::string(rest.substr(std::min(second + 1, rest.size())))};
  auto declared = parsed_declaration(files);
  if (!declared) return 0;
  const DeclarationFiles again = encoded_declaration(*declared);
  MUSTER_CHECK(again.metadata == files.metadata);
  MUSTER_CHECK(again.assignments == files.assignments);
  MUSTER_CHECK(again.steps == files.steps);
  MUSTER_CHECK(millibytes_per_parameter(declared->metadata) > 0);
  const DeclarationIndex index({{std::move(*declared), true}});
  MUSTER_CHECK(index.filed().size() == 1);
  return 0;
}
