// Other people's logs, from their folder: the golden log of transparency-dev/tessera.

#include <sys/stat.h>

#include <fstream>

#include "ledger/base/file.hpp"
#include "ledger/tiles/verify.hpp"
#include "tests/ledger/support.hpp"
#include "tests/ledger/tiles/sample_log.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/foreign.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using namespace muster::test;

namespace {

namespace fs = std::filesystem;

constexpr const char* tessera_key =
    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";

TileVerifyOptions tessera_options() { return {.key = must(VerifierKey::parse(tessera_key))}; }

/// A folder with these files in it.
void write_log(const fs::path& folder, const FileMap& files) {
  for (const auto& [path, bytes] : files) {
    fs::create_directories((folder / path).parent_path());
    std::ofstream(folder / path, std::ios::binary) << as_text(bytes);
  }
}

}  // namespace

TEST_CASE("the golden log of tessera verifies, and all its checkpoints are beginnings of it") {
  const auto log = foreign_vectors("ledger/tessera-log");
  if (!log) return;
  auto options = tessera_options();
  for (int i = 0; i <= 15; ++i) {
    const std::string name = "checkpoint." + std::to_string(i);
    options.older.push_back({name, must(read_text_file(*log / name))});
  }

  const TileVerification result = must(verify_tiles(folder_source(*log), options));

  for (const TileFault& fault : result.faults) MESSAGE(describe(fault));
  CHECK(result.good());
  CHECK(result.checkpoint.size == TreeSize{15});
  CHECK(result.form == EntryForm::opaque);
  CHECK(result.leftovers == 28);  // 14 narrower tiles and bundles
  CHECK(result.other_files == 21);
}

TEST_CASE("each older state of the golden log verifies from the same tiles") {
  const auto log = foreign_vectors("ledger/tessera-log");
  if (!log) return;
  const Folder folder("golden");
  fs::copy(*log, folder.path(), fs::copy_options::recursive);
  fs::permissions(folder.path(), fs::perms::owner_all);
  for (std::uint64_t i = 0; i <= 15; ++i) {
    CAPTURE(i);
    const std::string text = must(read_text_file(*log / ("checkpoint." + std::to_string(i))));
    must(write_file_atomically(folder.path() / "checkpoint", as_bytes(text)));
    const auto result = must(verify_tiles(folder_source(folder.path()), tessera_options()));
    CHECK(result.good());
    CHECK(result.entries == i);
    CHECK(result.beyond == 2 * (15 - i));
  }
}

TEST_CASE("what is no log cannot be verified") {
  const Folder folder("no-log");
  const TileVerifyOptions options = tessera_options();

  CHECK(verify_tiles(folder_source(folder.path()), options).error().code == Errc::not_found);
  CHECK(verify_tiles(folder_source(folder.path() / "absent"), options).error().code ==
        Errc::not_found);
  fs::create_directory(folder.path() / "checkpoint");
  CHECK(verify_tiles(folder_source(folder.path()), options).error().code == Errc::invalid_input);
}

TEST_CASE("a pipe, a folder or a link to nowhere in the place of a tile is named, and no trap") {
  const Folder folder("traps");
  write_log(folder.path(), tiled_log(opaque_entries(256 * 3 + 7)));
  const fs::path level = folder.path() / "tile" / "0";
  fs::remove(level / "000");
  REQUIRE(::mkfifo((level / "000").c_str(), 0600) == 0);
  fs::remove(level / "001");
  fs::create_directory(level / "001");
  fs::remove(level / "002");
  fs::create_symlink(level / "002", level / "002");
  fs::create_directory_symlink(folder.path(), folder.path() / "loop");
  const TileVerifyOptions options{.key = must(VerifierKey::parse(tiled_log_key()))};

  const auto result = must(verify_tiles(folder_source(folder.path()), options));

  REQUIRE(result.faults.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(result.faults[i].path == "tile/0/00" + std::to_string(i));
    CHECK(result.faults[i].code == "tile.unreadable");
  }
  CHECK(result.other_files == 1);
}
