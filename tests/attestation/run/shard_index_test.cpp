#include "attestation/run/shard_index.hpp"

#include <doctest/doctest.h>

#include "tests/support/must.hpp"

namespace muster::attestation {
namespace {

using muster::test::must;
using muster::test::must_fail;

std::string index_text(const std::string& total, const std::string& map) {
  return R"({"metadata":{"total_size":)" + total + R"(},"weight_map":{)" + map + "}}";
}

constexpr auto both_files = R"("a":"one.safetensors","b":"two.safetensors")";

/// Headers of two files with a tensor each, of four and eight bytes.
struct TwoFiles {
  SafetensorsIndex one = header("a", "U8", 4);
  SafetensorsIndex two = header("b", "F64", 1);

  static SafetensorsIndex header(const std::string& name, std::string_view type,
                                 std::uint64_t count) {
    const TensorType* const kind = find_tensor_type(type);
    return {{{name, kind, {count}, 0, count * kind->bits / 8}}, {}, 16};
  }

  /// What is wrong with an index of these files; nothing where all is well.
  [[nodiscard]] std::string fault_of(const std::string& total, const std::string& map) const {
    const std::vector<NamedTensors> files{{"one.safetensors", &one}, {"two.safetensors", &two}};
    const ShardIndex index = must(parse_shard_index(index_text(total, map)));
    const auto held = check_shard_index(index, files, must(places_of_tensors(files)));
    return held ? "" : held.error().message;
  }
};

}  // namespace

TEST_CASE("an index is read as tools write it, whatever they write besides into it") {
  const ShardIndex index = must(
      parse_shard_index("{\n \"metadata\": {\n  \"total_parameters\": 5,\n  \"total_size\": 12\n },"
                        "\n \"weight_map\": {\"model.embed.weight\": "
                        "\"model-00001-of-00002.safetensors\"},\n \"made_by\": \"a tool\"}\n"));
  CHECK(index.total_size == 12);
  CHECK(index.files.at("model.embed.weight") == "model-00001-of-00002.safetensors");
}

TEST_CASE("each wrong field of an index is named") {
  const auto why = [](const std::string& text) { return must_fail(parse_shard_index(text)); };
  CHECK(why("{") != "");
  CHECK(why("[]") == "index: got an array, want an object");
  CHECK(why(R"({"weight_map":{}})").starts_with("index.metadata"));
  CHECK(why(R"({"metadata":{},"weight_map":{}})").starts_with("index.metadata.total_size"));
  CHECK(why(R"({"metadata":{"total_size":1}})").starts_with("index.weight_map"));
  CHECK(why(index_text("-1", "")).starts_with("index.metadata.total_size"));
  CHECK(why(index_text("1.5", "")).starts_with("index.metadata.total_size"));
  CHECK(why(index_text("\"12\"", "")).starts_with("index.metadata.total_size"));
  CHECK(why(index_text("1", R"("a":7)")) ==
        "index.weight_map.\"a\": got an integer, want the name of a file");
  // A tensor that stands there twice is a key that does.
  CHECK(why(index_text("1", R"("a":"x.safetensors","a":"y.safetensors")")).find("a") !=
        std::string::npos);
}

TEST_CASE("an index names files beside it and no others") {
  for (const char* name :
       {"../x.safetensors", "/x.safetensors", "a/x.safetensors", "..", "a\\\\x.safetensors",
        ".safetensors", "", "x.bin", "x\\u0000.safetensors", "x\\n.safetensors"}) {
    CAPTURE(name);
    const std::string why =
        must_fail(parse_shard_index(index_text("1", R"("a":")" + std::string(name) + "\"")));
    CHECK(why.starts_with("index.weight_map.\"a\": got \""));
    CHECK(why.ends_with("without slashes, that ends in .safetensors"));
  }
}

TEST_CASE("files are held to their index: each tensor in the file it names, no other, all bytes") {
  const TwoFiles two;
  CHECK(two.fault_of("12", both_files) == "");
  CHECK(two.fault_of("11", both_files) ==
        "index.metadata.total_size: got 11, and the tensors have 12 bytes");
  CHECK(
      two.fault_of("12", R"("a":"two.safetensors","b":"two.safetensors")") ==
      "index.weight_map.\"a\": got \"two.safetensors\", and the tensor is in \"one.safetensors\"");
  CHECK(two.fault_of("12", R"("a":"one.safetensors","b":"three.safetensors")") ==
        "index.weight_map.\"b\": got \"three.safetensors\", and there is no such file");
  CHECK(two.fault_of("12", R"("a":"one.safetensors","c":"two.safetensors")") ==
        "index.weight_map.\"c\": got \"two.safetensors\", and the tensor is in no file");
}

TEST_CASE("a file that an index names has no tensor that it does not, and others are left alone") {
  TwoFiles two;
  CHECK(two.fault_of("4", R"("a":"one.safetensors")") == "");
  two.one.tensors.push_back({"c", find_tensor_type("U8"), {1}, 4, 5});
  CHECK(two.fault_of("4", R"("a":"one.safetensors")") ==
        "index.weight_map: does not name tensor \"c\", which is in \"one.safetensors\"");
}

TEST_CASE("a tensor in two files is in neither") {
  const TwoFiles two;
  const std::vector<NamedTensors> files{{"one.safetensors", &two.one},
                                        {"two.safetensors", &two.one}};
  CHECK(must_fail(places_of_tensors(files)) ==
        "tensor \"a\" is in \"one.safetensors\" and in \"two.safetensors\", want it in one file");
}

}  // namespace muster::attestation
