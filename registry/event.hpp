#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/json.hpp"
#include "ledger/base/timestamp.hpp"
#include "registry/body.hpp"
#include "registry/field.hpp"
#include "registry/item.hpp"

namespace muster::registry {

struct Kind;

inline constexpr std::int64_t event_version = 1;
inline constexpr std::size_t max_inline_chips = 64;

/// A list of items that is kept as a blob beside the log.
struct ManifestRef {
  Hash sha256;
  std::uint64_t bytes = 0;
  std::uint64_t items = 0;
  Hash root;  ///< RFC 6962 root over the item leaves.
  std::string schema;

  friend bool operator==(const ManifestRef&, const ManifestRef&) = default;
};

/// What a statement is about.
enum class SubjectForm : std::uint8_t { none, chips, manifest, container };

struct Subjects {
  SubjectForm form = SubjectForm::none;
  std::vector<ChipId> chips;
  ManifestRef manifest;
  std::string container;
};

/// What every statement says beside its body.
struct Header {
  std::string origin;
  std::string kind;
  std::string org;
  std::string stream;
  std::uint64_t number = 0;
  std::optional<std::string> on_behalf_of;
  Timestamp event_time;
  std::string zone;
  std::optional<std::string> site;
  Subjects subjects;
  std::vector<std::optional<Hash>> expects;
  std::vector<Hash> refs;
  Json evidence = Json::array();
};

/// A parsed statement: header, body checked against its kind's fields, and, after `attach_items`,
/// the items that it is about.
///
/// Moves but does not copy: cells borrow from its body.
struct Event {
  Event() = default;
  Event(Event&&) = default;
  Event& operator=(Event&&) = default;

  Header header;
  const Kind* kind = nullptr;
  Json body;
  Hash statement;
  ItemTable items;
  std::unique_ptr<Event> was{};      ///< Of a replacement: what it replaces, as it was said,
  std::unique_ptr<Event> instead{};  ///< and what takes its place.

  [[nodiscard]] Body fields() const { return Body(body); }
};

/// The fields of the header, as schemas and messages have them. The only place that names them.
[[nodiscard]] std::span<const Field> header_fields();

/// Reads the payload of an event statement: canonical JSON, known kind, every field of the right
/// type, none unknown. `statement` names it in the log.
/// Errors: `invalid_input`; rules `event.kind`, `event.field`, `event.unknown_field`.
Result<Event> parse_event(std::string_view payload, const Hash& statement);

/// Reads the items: from the header's list, or from the manifest that `blobs` must have. Checks
/// manifests that stand in the body as well. The event borrows the blob's text.
/// Errors: `invalid_input`, rules `manifest.*` and `items.*`, naming the line.
Result<void> attach_items(Event& event, const BlobSource& blobs);

/// The canonical JSON value of a header and a body: what `parse_event` reads.
[[nodiscard]] Json event_json(const Header& header, const Json& body);

/// Every manifest reference in the statement: that of the subjects and those in the body.
[[nodiscard]] std::vector<ManifestRef> manifests_of(const Event& event);

[[nodiscard]] Json manifest_json(const ManifestRef& ref);
/// Requires: checked by `check_field` with type manifest.
[[nodiscard]] ManifestRef manifest_of(const Json& value);

}  // namespace muster::registry
