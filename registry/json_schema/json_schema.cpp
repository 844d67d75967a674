#include "registry/json_schema/json_schema.hpp"

#include "ledger/base/check.hpp"
#include "registry/json_schema/compiled.hpp"
#include "registry/json_schema/metaschema.hpp"

namespace muster::json_schema {
namespace {

const Compiled& metaschema() {
  static const Compiled compiled = [] {
    Compiled made;
    auto document = parse_foreign_json(metaschema_text);
    MUSTER_CHECK(document.has_value());
    const auto loaded =
        load_schema({std::string(metaschema_uri), std::move(*document)}, {}, nullptr, made);
    MUSTER_CHECK(loaded.has_value());
    return made;
  }();
  return compiled;
}

}  // namespace

struct Schema::Compiled : json_schema::Compiled {};

Schema::Schema(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Schema::Schema(Schema&&) noexcept = default;
Schema& Schema::operator=(Schema&&) noexcept = default;
Schema::~Schema() = default;

Result<Schema> Schema::compile(Document document, std::vector<Document> others, Options options) {
  auto compiled = std::make_unique<Compiled>();
  compiled->options = options;
  MUSTER_TRY(load_schema(std::move(document), std::move(others), &metaschema(), *compiled));
  return Schema(std::move(compiled));
}

Result<std::vector<Fault>> Schema::faults(const Json& instance, std::size_t most) const {
  MUSTER_CHECK(most > 0);
  return evaluate(*compiled_, *compiled_->root, instance, most);
}

}  // namespace muster::json_schema
