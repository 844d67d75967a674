#include "attestation/run/safetensors.hpp"

#include <doctest/doctest.h>

#include "tests/support/must.hpp"

namespace muster::attestation {
namespace {

using muster::test::must;
using muster::test::must_fail;

/// A file of that header and so many bytes of data.
Bytes file_of(const std::string& header, std::size_t data) {
  Bytes file;
  for (std::size_t i = 0; i < 8; ++i) {
    file.push_back(static_cast<std::uint8_t>(header.size() >> 8 * i));
  }
  append(file, as_bytes(header));
  file.resize(file.size() + data, 7);
  return file;
}

std::string tensor(const std::string& name, const std::string& type, const std::string& shape,
                   const std::string& range) {
  return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":[" + shape +
         "],\"data_offsets\":[" + range + "]}";
}

}  // namespace

TEST_CASE("a file as other tools write it is read: padding, any order, metadata, empty tensors") {
  const Bytes file =
      file_of("{\"__metadata__\":{\"format\":\"pt\"}," + tensor("b", "BF16", "2,3", "4,16") + "," +
                  tensor("a", "F32", "", "0,4") + "," + tensor("c", "I64", "0,5", "16,16") + "," +
                  tensor("d", "F4", "4", "16,18") + "}     ",
              18);
  const SafetensorsIndex index = must(read_safetensors(file));
  REQUIRE(index.tensors.size() == 4);
  CHECK(index.tensors[0].name == "a");
  CHECK(index.tensors[0].shape.empty());
  CHECK(index.metadata.at("format") == "pt");
  CHECK(index.find("b")->type->name == "BF16");
  CHECK(tensor_bytes(file, index, *index.find("b")).size() == 12);
  CHECK(tensor_bytes(file, index, *index.find("c")).empty());
  CHECK(index.find("e") == nullptr);
}

TEST_CASE("what was written is read as it was, the widest type first") {
  const Bytes bytes{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  const auto* const f32 = find_tensor_type("F32");
  const std::vector<TensorToWrite> tensors{
      {"z", find_tensor_type("U8"), {4}, ByteView(bytes).first(4)},
      {"y", f32, {2}, ByteView(bytes).last(8)},
      {"x", f32, {1, 1}, ByteView(bytes).first(4)}};
  const Bytes file = encode_safetensors(tensors, {{"step", "3"}});
  const SafetensorsIndex index = must(read_safetensors(file));
  CHECK(index.data_begin % 8 == 0);
  CHECK(index.metadata.at("step") == "3");
  REQUIRE(index.tensors.size() == 3);
  CHECK(index.tensors[0].name == "x");
  CHECK(index.tensors[1].name == "y");
  CHECK(index.tensors[2].name == "z");
  for (const TensorToWrite& one : tensors) {
    const auto read = tensor_bytes(file, index, *index.find(one.name));
    CHECK(to_bytes(read) == to_bytes(one.bytes));
  }
}

TEST_CASE("a header that does not fit its file is refused by the field that is wrong") {
  const auto why = [](const std::string& header, std::size_t data) {
    return must_fail(read_safetensors(file_of("{" + header + "}", data)));
  };
  const auto says = [](const std::string& message, const std::string& part) {
    CAPTURE(message);
    CHECK(message.find(part) != std::string::npos);
  };
  says(why(tensor("a", "F32", "2", "0,4"), 4), "tensor \"a\".data_offsets: got 4 bytes, want 8");
  says(why(tensor("a", "F32", "1", "4,8"), 8), "where the one before ends at 0");
  says(why(tensor("a", "U8", "4", "0,4") + "," + tensor("b", "U8", "4", "2,6"), 6),
       "tensor \"b\".data_offsets: begins at 2");
  says(why(tensor("a", "U8", "4", "0,4") + "," + tensor("a", "U8", "4", "4,8"), 8), "twice");
  says(why(tensor("a", "U8", "4", "0,4"), 5), "end at byte 4 of the data, of which there are 5");
  says(why(tensor("a", "U8", "4", "0,4"), 3), "of which there are 3");
  says(why(tensor("a", "U8", "4", "4,0"), 4), "an end behind it");
  says(why(tensor("a", "F33", "4", "0,4"), 4), "\"F33\", which the format does not have");
  says(why(tensor("a", "U8", "-4", "0,4"), 4), "want whole numbers");
  says(why(tensor("a", "U8", "4.0", "0,4"), 4), "want whole numbers");
  says(why(tensor("a", "F4", "3", "0,1"), 1), "want whole bytes");
  says(why(tensor("a", "F64", "4294967296,4294967296,4294967296", "0,4"), 4), "want whole bytes");
  says(why("\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"x\":1}", 1), "x");
  says(why("\"__metadata__\":{\"n\":1}", 0), "__metadata__.n: got");
  says(must_fail(read_safetensors(Bytes{1, 0, 0})), "want 8 with the length");
  says(must_fail(read_safetensors(Bytes{9, 0, 0, 0, 0, 0, 0, 0, '{', '}'})), "a header of 9 bytes");
  says(must_fail(read_safetensors(file_of("[]", 0))), "does not begin with");
}

TEST_CASE("a file cut off anywhere is refused") {
  const Bytes file = file_of("{" + tensor("a", "F32", "2", "0,8") + "}", 8);
  CHECK(read_safetensors(file).has_value());
  for (std::size_t size = 0; size < file.size(); ++size) {
    CHECK_FALSE(read_safetensors(ByteView(file).first(size)).has_value());
  }
}

}  // namespace muster::attestation
