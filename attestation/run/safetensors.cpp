#include "attestation/run/safetensors.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>

#include "ledger/base/check.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::attestation {
namespace {

constexpr std::string_view metadata_key = "__metadata__";
constexpr std::size_t length_bytes = 8;

constexpr std::array<TensorType, 20> types{{
    {"BOOL", 8}, {"F4", 4},      {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"U8", 8},
    {"I8", 8},   {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F8_E8M0", 8}, {"I16", 16},
    {"U16", 16}, {"F16", 16},    {"BF16", 16},   {"I32", 32},    {"U32", 32},
    {"F32", 32}, {"C64", 64},    {"F64", 64},    {"I64", 64},    {"U64", 64},
}};

std::uint64_t read_u64le(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = length_bytes; i-- > 0;) value = value << 8U | bytes[i];
  return value;
}

/// A whole number of the header that fits, else nothing.
std::optional<std::uint64_t> whole(const Json& value) {
  const bool is_whole =
      value.is_number_unsigned() || (value.is_number_integer() && value.get<std::int64_t>() >= 0);
  return is_whole ? std::optional(value.get<std::uint64_t>()) : std::nullopt;
}

/// The bytes that a shape takes, nothing where that is no whole number or too many to count.
std::optional<std::uint64_t> bytes_of(const TensorType& type,
                                      std::span<const std::uint64_t> shape) {
  std::uint64_t bits = type.bits;
  for (const std::uint64_t side : shape) {
    if (side != 0 && bits > std::numeric_limits<std::uint64_t>::max() / side) return std::nullopt;
    bits *= side;
  }
  if (bits % 8 != 0) return std::nullopt;
  return bits / 8;
}

Result<std::vector<std::uint64_t>> numbers(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const Json* list, fields.array(key));
  std::vector<std::uint64_t> values;
  for (const Json& item : *list) {
    const auto value = whole(item);
    if (!value) {
      return failure(Errc::invalid_input,
                     fields.path(key) + ": got " + json_kind(item) + ", want whole numbers");
    }
    values.push_back(*value);
  }
  return values;
}

Result<TensorInfo> tensor_of(const std::string& name, const Json& object) {
  const std::string where = "tensor \"" + name + "\"";
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(object, where));
  MUSTER_TRY_ASSIGN(const std::string type, fields.text("dtype"));
  TensorInfo tensor{name, find_tensor_type(type), {}, 0, 0};
  if (tensor.type == nullptr) {
    return failure(Errc::invalid_input,
                   fields.path("dtype") + ": got \"" + type + "\", which the format does not have");
  }
  MUSTER_TRY_ASSIGN(tensor.shape, numbers(fields, "shape"));
  MUSTER_TRY_ASSIGN(const auto range, numbers(fields, "data_offsets"));
  MUSTER_TRY(fields.finish());
  if (range.size() != 2 || range[0] > range[1]) {
    return failure(Errc::invalid_input,
                   fields.path("data_offsets") + ": want a beginning and an end behind it");
  }
  tensor.begin = range[0];
  tensor.end = range[1];
  const auto wanted = bytes_of(*tensor.type, tensor.shape);
  if (!wanted || *wanted != tensor.end - tensor.begin) {
    return failure(Errc::invalid_input,
                   fields.path("data_offsets") + ": got " +
                       std::to_string(tensor.end - tensor.begin) + " bytes, want " +
                       (wanted ? std::to_string(*wanted) : "whole bytes") + " for the shape");
  }
  return tensor;
}

Result<void> take_metadata(const Json& object, std::map<std::string, std::string>& metadata) {
  if (!object.is_object()) {
    return failure(Errc::invalid_input, "__metadata__: got " + json_kind(object) + ", want texts");
  }
  for (const auto& [key, value] : object.items()) {
    if (!value.is_string()) {
      return failure(Errc::invalid_input,
                     "__metadata__." + key + ": got " + json_kind(value) + ", want a text");
    }
    metadata.emplace(key, value.get<std::string>());
  }
  return {};
}

/// Whether the ranges follow each other from the first byte of the data to the last.
Result<void> check_ranges(std::vector<TensorInfo>& tensors, std::uint64_t data_bytes) {
  std::ranges::sort(tensors, [](const TensorInfo& a, const TensorInfo& b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  std::uint64_t next = 0;
  for (const TensorInfo& tensor : tensors) {
    if (tensor.begin != next) {
      return failure(Errc::invalid_input,
                     "tensor \"" + tensor.name + "\".data_offsets: begins at " +
                         std::to_string(tensor.begin) + ", where the one before ends at " +
                         std::to_string(next));
    }
    next = tensor.end;
  }
  if (next != data_bytes) {
    return failure(Errc::invalid_input,
                   "safetensors: the tensors end at byte " + std::to_string(next) +
                       " of the data, of which there are " + std::to_string(data_bytes));
  }
  return {};
}

/// How long the header is, by the first bytes of a file of so many bytes in all.
Result<std::uint64_t> header_length(ByteView begin, std::uint64_t file_bytes) {
  if (begin.size() < length_bytes) {
    return failure(Errc::invalid_input, "safetensors: got " + std::to_string(begin.size()) +
                                            " bytes, want 8 with the length of a header");
  }
  const std::uint64_t length = read_u64le(begin);
  if (length <= max_safetensors_header && length <= file_bytes - length_bytes) return length;
  return failure(Errc::invalid_input, "safetensors: a header of " + std::to_string(length) +
                                          " bytes, in a file of " + std::to_string(file_bytes) +
                                          "; at most " + std::to_string(max_safetensors_header));
}

/// What the header says, held to a file of so many bytes.
Result<SafetensorsIndex> index_of(std::string_view text, std::uint64_t file_bytes) {
  if (!text.starts_with('{')) {
    return failure(Errc::invalid_input, "safetensors: the header does not begin with \"{\"");
  }
  auto header = parse_foreign_json(text);
  if (!header) return failure(std::move(header.error()).during("safetensors header"));
  SafetensorsIndex index{{}, {}, length_bytes + text.size()};
  for (const auto& [name, value] : header->items()) {
    if (name == metadata_key) {
      MUSTER_TRY(take_metadata(value, index.metadata));
    } else {
      MUSTER_TRY_ASSIGN(TensorInfo tensor, tensor_of(name, value));
      index.tensors.push_back(std::move(tensor));
    }
  }
  MUSTER_TRY(check_ranges(index.tensors, file_bytes - index.data_begin));
  return index;
}

}  // namespace

const TensorType* find_tensor_type(std::string_view name) {
  const auto* const found = std::ranges::find(types, name, &TensorType::name);
  return found == types.end() ? nullptr : found;
}

const TensorInfo* SafetensorsIndex::find(std::string_view name) const {
  const auto found = std::ranges::find(tensors, name, &TensorInfo::name);
  return found == tensors.end() ? nullptr : &*found;
}

Result<SafetensorsIndex> read_safetensors(ByteView bytes) {
  MUSTER_TRY_ASSIGN(const std::uint64_t length, header_length(bytes, bytes.size()));
  return index_of(as_text(bytes.subspan(length_bytes, static_cast<std::size_t>(length))),
                  bytes.size());
}

Result<SafetensorsIndex> read_safetensors(const ByteSource& file) {
  Bytes head(static_cast<std::size_t>(std::min<std::uint64_t>(length_bytes, file.size())));
  MUSTER_TRY(file.read(0, head));
  MUSTER_TRY_ASSIGN(const std::uint64_t length, header_length(head, file.size()));
  head.resize(static_cast<std::size_t>(length));
  MUSTER_TRY(file.read(length_bytes, head));
  return index_of(as_text(head), file.size());
}

ByteView tensor_bytes(ByteView file, const SafetensorsIndex& index, const TensorInfo& tensor) {
  return file.subspan(static_cast<std::size_t>(index.data_begin + tensor.begin),
                      static_cast<std::size_t>(tensor.end - tensor.begin));
}

SafetensorsHead safetensors_head(std::span<const TensorToWrite> tensors,
                                 const std::map<std::string, std::string>& metadata) {
  SafetensorsHead head{{}, std::vector<std::size_t>(tensors.size())};
  std::iota(head.order.begin(), head.order.end(), std::size_t{0});
  std::ranges::sort(head.order, [&](std::size_t a, std::size_t b) {
    return tensors[a].type->bits != tensors[b].type->bits
               ? tensors[a].type->bits > tensors[b].type->bits
               : tensors[a].name < tensors[b].name;
  });
  Json header = Json::object();
  if (!metadata.empty()) header[std::string(metadata_key)] = metadata;
  std::uint64_t end = 0;
  for (const std::size_t place : head.order) {
    const TensorToWrite& tensor = tensors[place];
    const auto size = bytes_of(*tensor.type, tensor.shape);
    MUSTER_CHECK(size.has_value());
    const std::uint64_t begin = end;
    end += *size;
    const bool is_new = header
                            .emplace(tensor.name, Json{{"data_offsets", {begin, end}},
                                                       {"dtype", tensor.type->name},
                                                       {"shape", tensor.shape}})
                            .second;
    MUSTER_CHECK(is_new);
  }
  std::string text = header.dump();
  text.resize((text.size() + length_bytes - 1) / length_bytes * length_bytes, ' ');
  for (std::size_t i = 0; i < length_bytes; ++i) {
    head.bytes.push_back(static_cast<std::uint8_t>(text.size() >> 8 * i));
  }
  append(head.bytes, as_bytes(text));
  return head;
}

Bytes encode_safetensors(std::span<const TensorToWrite> tensors,
                         const std::map<std::string, std::string>& metadata) {
  SafetensorsHead head = safetensors_head(tensors, metadata);
  Bytes file = std::move(head.bytes);
  for (const std::size_t place : head.order) {
    const TensorToWrite& tensor = tensors[place];
    MUSTER_CHECK(bytes_of(*tensor.type, tensor.shape) == tensor.bytes.size());
    append(file, tensor.bytes);
  }
  return file;
}

}  // namespace muster::attestation
