#include "attestation/run/shard_index.hpp"

#include <algorithm>
#include <set>

#include "ledger/base/json_fields.hpp"

namespace muster::attestation {
namespace {

constexpr std::size_t most_file_name = 255;
constexpr std::string_view tensor_file_ending = ".safetensors";

std::string in_quotes(std::string_view text) {
  return "\"" + std::string(text.substr(0, most_file_name)) + "\"";
}

tl::unexpected<Error> wrong_index(const std::string& what) {
  return failure(Errc::invalid_input, what);
}

/// A name of a file in the same folder, and of no other place.
bool is_plain_file_name(std::string_view name) {
  return name.size() > tensor_file_ending.size() && name.size() <= most_file_name &&
         name.ends_with(tensor_file_ending) && std::ranges::all_of(name, [](char c) {
           return c >= ' ' && c != '\x7F' && c != '/' && c != '\\';
         });
}

Result<std::uint64_t> total_size_of(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(const Json* metadata, fields.object("metadata"));
  MUSTER_TRY_ASSIGN(FieldReader own, FieldReader::open(*metadata, fields.path("metadata")));
  MUSTER_TRY_ASSIGN(const auto total, own.integer("total_size"));
  return static_cast<std::uint64_t>(total);
}

}  // namespace

Result<ShardIndex> parse_shard_index(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_foreign_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "index"));
  ShardIndex index;
  MUSTER_TRY_ASSIGN(index.total_size, total_size_of(fields));
  MUSTER_TRY_ASSIGN(const Json* map, fields.object("weight_map"));
  for (const auto& [tensor, file] : map->items()) {
    const std::string where = "index.weight_map." + in_quotes(tensor);
    if (!file.is_string()) {
      return wrong_index(where + ": got " + json_kind(file) + ", want the name of a file");
    }
    const auto& name = file.get_ref<const std::string&>();
    if (!is_plain_file_name(name)) {
      return wrong_index(where + ": got " + in_quotes(name) +
                         ", want the name of a file beside the index, without slashes, that ends "
                         "in .safetensors");
    }
    index.files.emplace(tensor, name);
  }
  return index;
}

Result<TensorPlaces> places_of_tensors(std::span<const NamedTensors> files) {
  TensorPlaces places;
  for (std::size_t i = 0; i < files.size(); ++i) {
    for (const TensorInfo& tensor : files[i].header->tensors) {
      const auto [place, is_new] = places.try_emplace(tensor.name, TensorPlace{i, &tensor});
      if (is_new) continue;
      return wrong_index("tensor " + in_quotes(tensor.name) + " is in " +
                         in_quotes(files[place->second.file].file) + " and in " +
                         in_quotes(files[i].file) + ", want it in one file");
    }
  }
  return places;
}

Result<void> check_shard_index(const ShardIndex& index, std::span<const NamedTensors> files,
                               const TensorPlaces& places) {
  std::set<std::string_view> names;
  for (const NamedTensors& item : files) names.insert(item.file);
  std::set<std::string_view> used;
  std::uint64_t total = 0;
  for (const auto& item : index.files) {
    const std::string where =
        "index.weight_map." + in_quotes(item.first) + ": got " + in_quotes(item.second);
    if (!names.contains(item.second)) return wrong_index(where + ", and there is no such file");
    const auto place = places.find(item.first);
    if (place == places.end()) return wrong_index(where + ", and the tensor is in no file");
    const std::string_view own = files[place->second.file].file;
    if (own != item.second) return wrong_index(where + ", and the tensor is in " + in_quotes(own));
    used.insert(own);
    total += place->second.tensor->end - place->second.tensor->begin;
  }
  for (const auto& item : places) {
    const std::string_view file = files[item.second.file].file;
    if (!used.contains(file) || index.files.contains(std::string(item.first))) continue;
    return wrong_index("index.weight_map: does not name tensor " + in_quotes(item.first) +
                       ", which is in " + in_quotes(file));
  }
  if (index.total_size == total) return {};
  return wrong_index("index.metadata.total_size: got " + std::to_string(index.total_size) +
                     ", and the tensors have " + std::to_string(total) + " bytes");
}

}  // namespace muster::attestation
