#include <algorithm>
#include <array>
#include <map>

#include "registry/json_schema/compiled.hpp"
#include "registry/json_schema/metaschema.hpp"
#include "registry/json_schema/pointer.hpp"
#include "registry/json_schema/uri.hpp"

namespace muster::json_schema {
namespace {

using Keywords = std::span<const std::string_view>;

constexpr std::array<std::string_view, 9> with_schema{"additionalItems",
                                                      "additionalProperties",
                                                      "contains",
                                                      "else",
                                                      "if",
                                                      "items",
                                                      "not",
                                                      "propertyNames",
                                                      "then"};
constexpr std::array<std::string_view, 4> with_schemas{"allOf", "anyOf", "items", "oneOf"};
constexpr std::array<std::string_view, 4> with_named_schemas{"definitions", "dependencies",
                                                             "patternProperties", "properties"};
/// Those that judge the same value as the schema around them.
constexpr std::array<std::string_view, 4> in_place{"else", "if", "not", "then"};
constexpr std::array<std::string_view, 3> in_place_lists{"allOf", "anyOf", "oneOf"};

/// Schemas within schemas that judge one value, references followed.
constexpr std::size_t most_nesting = 500;

bool is_schema(const Json& value) { return value.is_object() || value.is_boolean(); }

/// Where a schema stands.
struct Position {
  std::string base;      ///< URI that its references start from.
  std::string document;  ///< URI of its document, for messages.
  std::string pointer;   ///< Within the document.

  [[nodiscard]] std::string text() const { return document + "#" + pointer; }
  [[nodiscard]] Position at(std::string_view key) const {
    return {base, document, pointer + "/" + pointer_token(key)};
  }
};

class Loader final {
 public:
  Loader(const Compiled* metaschema, Compiled& into) : metaschema_(metaschema), into_(into) {}

  Result<void> add(Document document) {
    into_.documents.push_back(std::move(document.schema));
    const Json& schema = into_.documents.back();
    const std::string uri = without_fragment(document.uri);
    resources_.insert_or_assign(uri, &schema);
    if (into_.root == nullptr) into_.root = &schema;
    return take(schema, {uri, uri, ""});
  }

  /// Follows every reference, also those in what references lead to.
  Result<void> resolve() {
    while (!pending_.empty()) {
      const Pending next = std::move(pending_.back());
      pending_.pop_back();
      auto target = find(next.uri);
      if (!target) return failure(std::move(target.error()).during(next.position.text()));
      into_.targets[next.schema] = *target;
    }
    return {};
  }

  /// Errors: `invalid_input` if a schema leads back to itself on one and the same value.
  Result<void> check_loops() {
    for (const auto& [schema, place] : into_.places) MUSTER_TRY(visit(*schema, 0));
    return {};
  }

 private:
  struct Pending {
    const Json* schema;
    std::string uri;
    Position position;
  };

  static std::string without_fragment(std::string_view uri) {
    return std::string(uri.substr(0, uri.find('#')));
  }

  static tl::unexpected<Error> bad(const Position& position, const std::string& what) {
    return failure(Errc::invalid_input, position.text() + ": " + what);
  }

  /// Judges a schema by the meta-schema, then reads it.
  Result<void> take(const Json& schema, const Position& position) {
    if (metaschema_ != nullptr) {
      MUSTER_TRY_ASSIGN(const auto faults, evaluate(*metaschema_, *metaschema_->root, schema, 1));
      if (!faults.empty()) {
        return bad({position.base, position.document, position.pointer + faults.front().instance},
                   faults.front().message);
      }
    }
    return walk(schema, position);
  }

  Result<void> walk(const Json& schema, Position position) {
    if (!is_schema(schema)) return bad(position, "want a schema: an object, true or false");
    if (!into_.places.emplace(&schema, position.text()).second || schema.is_boolean()) return {};
    const auto ref = schema.find("$ref");
    const bool refers = ref != schema.end() && ref->is_string();
    if (refers) {
      const std::string uri = resolve_uri(position.base, ref->get_ref<const std::string&>());
      pending_.push_back({&schema, uri, position});
    } else {
      take_id(schema, position);
      MUSTER_TRY(take_patterns(schema, position));
    }
    // Beside a reference nothing judges, but other references may lead there.
    for (const auto& [key, value] : schema.items()) {
      MUSTER_TRY(walk_keyword(key, value, position.at(key)));
    }
    return {};
  }

  Result<void> walk_keyword(std::string_view key, const Json& value, const Position& position) {
    const auto is_in = [key](Keywords list) { return std::ranges::find(list, key) != list.end(); };
    if (is_in(with_schema) && is_schema(value)) return walk(value, position);
    if (is_in(with_schemas) && value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        MUSTER_TRY(walk(value[i], position.at(std::to_string(i))));
      }
    }
    if (is_in(with_named_schemas) && value.is_object()) {
      for (const auto& [name, inner] : value.items()) {
        if (is_schema(inner)) MUSTER_TRY(walk(inner, position.at(name)));
      }
    }
    return {};
  }

  void take_id(const Json& schema, Position& position) {
    const auto id = schema.find("$id");
    if (id == schema.end() || !id->is_string()) return;
    const std::string& text = id->get_ref<const std::string&>();
    const std::string uri = resolve_uri(position.base, text);
    if (text.starts_with('#')) {  // a name for this schema, no new base
      resources_.emplace(uri, &schema);
      return;
    }
    position.base = without_fragment(uri);
    resources_.insert_or_assign(position.base, &schema);
    bases_[&schema] = position.base;
  }

  Result<void> take_pattern(const Json& key, std::string_view text, const Position& position) {
    auto pattern = Pattern::compile(text);
    if (!pattern) return failure(std::move(pattern.error()).during(position.text()));
    into_.patterns.emplace(&key, std::move(*pattern));
    return {};
  }

  Result<void> take_patterns(const Json& schema, const Position& position) {
    const auto pattern = schema.find("pattern");
    if (pattern != schema.end() && pattern->is_string()) {
      MUSTER_TRY(
          take_pattern(*pattern, pattern->get_ref<const std::string&>(), position.at("pattern")));
    }
    const auto properties = schema.find("patternProperties");
    if (properties == schema.end() || !properties->is_object()) return {};
    for (const auto& [text, inner] : properties->items()) {
      MUSTER_TRY(take_pattern(inner, text, position.at("patternProperties").at(text)));
    }
    return {};
  }

  Result<const Json*> find(const std::string& uri) {
    const auto by_name = resources_.find(uri);
    if (by_name != resources_.end()) return by_name->second;
    const std::string resource = without_fragment(uri);
    auto found = resources_.find(resource);
    if (found == resources_.end() && resource == metaschema_uri) {
      MUSTER_TRY(add({resource, parse_foreign_json(metaschema_text).value()}));
      found = resources_.find(resource);
    }
    if (found == resources_.end()) {
      return failure(Errc::invalid_input, "$ref: no document is called " + resource);
    }
    const UriParts parts = split_uri(uri);
    const auto decoded = percent_decoded(parts.fragment.value_or(""));
    const auto tokens = decoded ? pointer_tokens(*decoded) : std::nullopt;
    if (!tokens) return failure(Errc::invalid_input, "$ref: nothing is called " + uri);
    return follow(*found->second, {resource, resource, ""}, *tokens, uri);
  }

  Result<const Json*> follow(const Json& from, Position position,
                             const std::vector<std::string>& tokens, const std::string& uri) {
    const Json* at = &from;
    for (const std::string& token : tokens) {
      at = step_into(*at, token);
      if (at == nullptr) return failure(Errc::invalid_input, "$ref: nothing stands at " + uri);
      position = position.at(token);
      const auto base = bases_.find(at);
      if (base != bases_.end()) position.base = base->second;
    }
    // A schema below a keyword that nobody knows was not read yet.
    if (!into_.places.contains(at)) MUSTER_TRY(take(*at, position));
    return at;
  }

  enum class Mark { open, done };

  Result<void> visit(const Json& schema, std::size_t depth) {
    const auto mark = marks_.find(&schema);
    if (mark != marks_.end() && mark->second == Mark::done) return {};
    const auto place = into_.places.find(&schema);
    const std::string where = place == into_.places.end() ? "" : place->second;
    if (mark != marks_.end()) {
      return failure(Errc::invalid_input, where + ": leads back to itself");
    }
    if (depth > most_nesting) {
      return failure(Errc::invalid_input,
                     where + ": schemas nested deeper than " + std::to_string(most_nesting));
    }
    marks_[&schema] = Mark::open;
    for (const Json* next : beside(schema)) MUSTER_TRY(visit(*next, depth + 1));
    marks_[&schema] = Mark::done;
    return {};
  }

  /// The schemas that `schema` hands its own value to.
  std::vector<const Json*> beside(const Json& schema) const {
    std::vector<const Json*> list;
    if (const auto target = into_.targets.find(&schema); target != into_.targets.end()) {
      return {target->second};
    }
    if (!schema.is_object()) return list;
    for (const std::string_view key : in_place) {
      const auto found = schema.find(key);
      if (found != schema.end()) list.push_back(&*found);
    }
    for (const std::string_view key : in_place_lists) {
      const auto found = schema.find(key);
      if (found == schema.end()) continue;
      for (const Json& inner : *found) list.push_back(&inner);
    }
    if (const auto found = schema.find("dependencies"); found != schema.end()) {
      for (const Json& inner : *found) {
        if (is_schema(inner)) list.push_back(&inner);
      }
    }
    return list;
  }

  const Compiled* metaschema_;
  Compiled& into_;
  std::map<std::string, const Json*, std::less<>> resources_;
  std::unordered_map<const Json*, std::string> bases_;
  std::unordered_map<const Json*, Mark> marks_;
  std::vector<Pending> pending_;
};

}  // namespace

Result<void> load_schema(Document document, std::vector<Document> others,
                         const Compiled* metaschema, Compiled& into) {
  Loader loader(metaschema, into);
  MUSTER_TRY(loader.add(std::move(document)));
  for (Document& other : others) MUSTER_TRY(loader.add(std::move(other)));
  MUSTER_TRY(loader.resolve());
  return loader.check_loops();
}

}  // namespace muster::json_schema
