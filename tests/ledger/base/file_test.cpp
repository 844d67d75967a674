#include "ledger/base/file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/must.hpp"

using namespace muster;
using muster::test::must;
using muster::test::must_fail;

namespace {

std::filesystem::path fresh_folder(const std::string& name) {
  const auto folder = std::filesystem::temp_directory_path() /
                      ("muster-" + name + "-" + std::to_string(::getpid()));
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

}  // namespace

TEST_CASE("a file is replaced whole, created once, and never left half-written") {
  const auto folder = fresh_folder("file");
  const auto path = folder / "a.json";

  must(create_file(path, as_bytes("one")));
  CHECK(must_fail(create_file(path, as_bytes("two"))).find("exists already") != std::string::npos);
  CHECK(must(read_text_file(path)) == "one");
  must(write_file_atomically(path, as_bytes("three")));
  CHECK(must(read_text_file(path)) == "three");

  CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);
  std::filesystem::remove_all(folder);
}

TEST_CASE("a file is moved to a new name, over another one only when that is asked for") {
  const auto folder = fresh_folder("move");
  must(create_file(folder / "a", as_bytes("a")));
  must(create_file(folder / "b", as_bytes("b")));

  CHECK(move_file(folder / "a", folder / "b").error().code == Errc::conflict);
  CHECK(must(read_text_file(folder / "a")) == "a");
  must(move_file(folder / "a", folder / "c"));
  must(replace_file(folder / "c", folder / "b"));

  CHECK(must(read_text_file(folder / "b")) == "a");
  CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);
  CHECK(move_file(folder / "missing", folder / "d").error().code == Errc::not_found);
  std::filesystem::remove_all(folder);
}

TEST_CASE("reading names the file and the reason") {
  CHECK(must_fail(read_file("/nonexistent/x")) ==
        "opening /nonexistent/x: No such file or directory");
  CHECK(must_fail(read_file("/tmp")).find("got a folder, want a file") != std::string::npos);
}

TEST_CASE("a regular file is read up to a limit, and nothing else is opened") {
  const auto folder = fresh_folder("regular");
  must(create_file(folder / "a", as_bytes("four")));
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);

  CHECK(as_text(must(read_regular_file(folder / "a", 4))) == "four");
  const auto longer = read_regular_file(folder / "a", 3);
  REQUIRE_FALSE(longer);
  CHECK(longer.error().rule == file_too_long);
  CHECK(must_fail(read_regular_file(folder / "pipe", 9)).ends_with("not a regular file"));
  CHECK(must_fail(read_regular_file(folder, 9)).ends_with("not a regular file"));
  CHECK(read_regular_file(folder / "absent", 9).error().code == Errc::not_found);
  std::filesystem::remove_all(folder);
}

TEST_CASE("bytes are read in pieces from where they lie: of a file none stays in memory") {
  const auto folder = fresh_folder("pieces");
  Bytes bytes(2 * max_piece_bytes + 3);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
  must(create_file(folder / "long", bytes));

  std::size_t longest = 0;
  for (const bool in_memory : {true, false}) {
    const ByteSource source =
        in_memory ? ByteSource(bytes) : must(ByteSource::open(folder / "long"));
    CHECK(source.size() == bytes.size());
    Bytes poured;
    must(source.pour(1, bytes.size() - 1, [&](ByteView piece) -> Result<void> {
      if (!in_memory) longest = std::max(longest, piece.size());
      append(poured, piece);
      return {};
    }));
    CHECK(poured == Bytes(bytes.begin() + 1, bytes.end()));
    Bytes middle(5);
    must(source.read(max_piece_bytes - 2, middle));
    CHECK(std::equal(middle.begin(), middle.end(), bytes.begin() + max_piece_bytes - 2));
  }
  CHECK(longest == max_piece_bytes);
  std::filesystem::remove_all(folder);
}

TEST_CASE("a file that is cut off while it is read in pieces is an error that says where") {
  const auto folder = fresh_folder("cut");
  must(create_file(folder / "file", as_bytes("0123456789")));
  const ByteSource source = must(ByteSource::open(folder / "file"));
  std::filesystem::resize_file(folder / "file", 4);

  Bytes into(10);
  const auto read = source.read(0, into);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Errc::unavailable);
  CHECK(read.error().message.find("became shorter meanwhile: ends at byte 4 of 10") !=
        std::string::npos);
  CHECK(must_fail(ByteSource::open(folder)).find("not a regular file") != std::string::npos);
  CHECK(ByteSource::open(folder / "none").error().code == Errc::not_found);
  std::filesystem::remove_all(folder);
}

TEST_CASE("a file is made of pieces, and not at all if one of them cannot be had") {
  const auto folder = fresh_folder("made");
  must(create_file_in_pieces(folder / "whole", [](const ByteSink& sink) -> Result<void> {
    MUSTER_TRY(sink(as_bytes("one, ")));
    return sink(as_bytes("two"));
  }));
  CHECK(must(read_text_file(folder / "whole")) == "one, two");

  const auto half =
      create_file_in_pieces(folder / "half", [](const ByteSink& sink) -> Result<void> {
        MUSTER_TRY(sink(as_bytes("one, ")));
        return failure(Errc::unavailable, "there is no two");
      });
  CHECK(half.error().message == "there is no two");
  CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);
  std::filesystem::remove_all(folder);
}
