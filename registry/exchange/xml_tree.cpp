#include "registry/exchange/xml_tree.hpp"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <memory>

namespace muster::exchange {
namespace {

const char* chars(const xmlChar* text) { return reinterpret_cast<const char*>(text); }

std::string string_of(const xmlChar* text) { return text == nullptr ? "" : chars(text); }

std::string trimmed(const std::string& text) {
  constexpr std::string_view white = " \t\r\n";
  const auto first = text.find_first_not_of(white);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

/// Builds the tree from what libxml2 tells, and stops it at the first fault.
class TreeBuilder final {
 public:
  void start(XmlElement element) {
    if (failed_) return;
    if (open_.size() == max_xml_depth) {
      return fail("elements stand more than " + std::to_string(max_xml_depth) + " deep");
    }
    if (++elements_ > max_xml_elements) {
      return fail("more than " + std::to_string(max_xml_elements) + " elements; split it");
    }
    if (has_long_namespace(element)) {
      return fail("a namespace of more than " + std::to_string(max_namespace_bytes) + " bytes");
    }
    element.line = line();
    open_.push_back(std::move(element));
  }

  void end() {
    if (failed_ || open_.empty()) return;
    XmlElement element = std::move(open_.back());
    open_.pop_back();
    element.text = trimmed(element.text);
    if (open_.empty()) {
      root_ = std::move(element);
    } else {
      open_.back().children.push_back(std::move(element));
    }
  }

  void text(std::string_view piece) {
    if (!failed_ && !open_.empty()) open_.back().text += piece;
  }

  void fail(const std::string& message) { fail(message, line()); }

  void fail(const std::string& message, std::uint64_t line) {
    if (failed_) return;
    failed_ = true;
    message_ = "line " + std::to_string(line) + ": " + message;
    xmlStopParser(parser_);
  }

  void watch(xmlParserCtxt* parser) { parser_ = parser; }

  Result<XmlElement> result() && {
    if (failed_) return failure(Errc::invalid_input, message_);
    return std::move(root_);
  }

 private:
  /// The tree has the namespace beside each name.
  [[nodiscard]] static bool has_long_namespace(const XmlElement& element) {
    const auto is_long = [](const XmlName& name) {
      return name.space.size() > max_namespace_bytes;
    };
    return is_long(element.name) ||
           std::ranges::any_of(element.attributes, is_long, &XmlAttribute::name);
  }

  [[nodiscard]] std::uint64_t line() const {
    const int line = parser_->input == nullptr ? 0 : parser_->input->line;
    return line < 0 ? 0 : static_cast<std::uint64_t>(line);
  }

  xmlParserCtxt* parser_ = nullptr;
  std::vector<XmlElement> open_;
  XmlElement root_;
  std::size_t elements_ = 0;
  bool failed_ = false;
  std::string message_;
};

TreeBuilder& builder(void* user) { return *static_cast<TreeBuilder*>(user); }

extern "C" void muster_xml_start(void* user, const xmlChar* local, const xmlChar* prefix,
                                 const xmlChar* space, int /*namespaces*/,
                                 const xmlChar** /*declared*/, int count, int /*defaulted*/,
                                 const xmlChar** attributes) {
  constexpr std::ptrdiff_t fields = 5;  // name, prefix, namespace, first and past the last of it
  XmlElement element{.name = {string_of(space), string_of(local), string_of(prefix)}};
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const xmlChar** at = attributes + i * fields;
    element.attributes.push_back({{string_of(at[2]), string_of(at[0]), string_of(at[1])},
                                  std::string(chars(at[3]), chars(at[4]))});
  }
  builder(user).start(std::move(element));
}

extern "C" void muster_xml_end(void* user, const xmlChar* /*local*/, const xmlChar* /*prefix*/,
                               const xmlChar* /*space*/) {
  builder(user).end();
}

extern "C" void muster_xml_text(void* user, const xmlChar* text, int size) {
  builder(user).text({chars(text), static_cast<std::size_t>(size)});
}

extern "C" void muster_xml_type(void* user, const xmlChar* /*name*/, const xmlChar* /*public_id*/,
                                const xmlChar* /*system_id*/) {
  builder(user).fail("a document type declaration is not taken");
}

extern "C" void muster_xml_error(void* user, xmlErrorPtr error) {
  if (error == nullptr || error->level < XML_ERR_ERROR) return;
  const std::string text = error->message == nullptr ? "not well-formed" : error->message;
  builder(user).fail("XML: " + trimmed(text),
                     error->line < 0 ? 0 : static_cast<std::uint64_t>(error->line));
}

/// What the builder wants to hear. All else, entities above all, has no handler.
xmlSAXHandler handlers() {
  xmlSAXHandler sax{};
  sax.initialized = XML_SAX2_MAGIC;
  sax.startElementNs = muster_xml_start;
  sax.endElementNs = muster_xml_end;
  sax.characters = muster_xml_text;
  sax.cdataBlock = muster_xml_text;
  sax.ignorableWhitespace = muster_xml_text;
  sax.internalSubset = muster_xml_type;
  sax.serror = muster_xml_error;
  return sax;
}

}  // namespace

Result<XmlElement> parse_xml(std::string_view text) {
  if (text.size() > max_xml_bytes) {
    return failure(Errc::invalid_input,
                   "line 1: longer than " + std::to_string(max_xml_bytes) + " bytes; split it");
  }
  xmlInitParser();
  TreeBuilder tree;
  xmlSAXHandler sax = handlers();
  const std::unique_ptr<xmlParserCtxt, void (*)(xmlParserCtxt*)> parser(
      xmlCreatePushParserCtxt(&sax, &tree, nullptr, 0, nullptr), xmlFreeParserCtxt);
  if (!parser) return failure(Errc::unavailable, "XML: no memory");
  tree.watch(parser.get());
  // NOENT makes "&amp;" in attributes "&"; without a type declaration there is nothing else to
  // replace.
  xmlCtxtUseOptions(parser.get(), XML_PARSE_NONET | XML_PARSE_NOENT);
  const int problem = xmlParseChunk(parser.get(), text.data(), static_cast<int>(text.size()), 1);
  if (problem != 0 || parser->wellFormed == 0) tree.fail("XML: not well-formed");
  return std::move(tree).result();
}

}  // namespace muster::exchange
