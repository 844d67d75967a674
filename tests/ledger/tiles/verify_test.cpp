// What verify_tiles says of good logs, of damaged ones, and of logs that their operator forged.

#include <algorithm>

#include "ledger/crypto/sha256.hpp"
#include "ledger/tiles/blob_path.hpp"
#include "tests/ledger/tiles/verify_support.hpp"

using namespace muster;
using namespace muster::ledger;
using namespace muster::test;

TEST_CASE("logs of every kind of edge verify, whatever their entries are") {
  for (const std::size_t size :
       {0U, 1U, 2U, 255U, 256U, 257U, 511U, 512U, 600U, 65'536U, 65'900U}) {
    CAPTURE(size);
    const auto entries = opaque_entries(size);
    const TileVerification result = verified(tiled_log(entries));
    CHECK(result.good());
    CHECK(named(result).empty());
    CHECK(result.form == EntryForm::opaque);
    CHECK(result.entries == size);
    CHECK(result.bundles == tiles_of_level(0, {size}));
    CHECK(result.checkpoint.size == TreeSize{size});
  }
}

TEST_CASE("entries of Muster's own are known by the first one, and their chain is checked") {
  const TileVerification result = verified(tiled_log(chained_entries(520)));

  CHECK(result.good());
  CHECK(result.form == EntryForm::chained);
  CHECK(result.entries == 520);
  CHECK(result.hash_tiles == 3 + 1);
}

TEST_CASE("several threads find what one finds") {
  FileMap files = tiled_log(opaque_entries(256 * 40 + 9));
  files["tile/0/007"][40] ^= 1U;
  files["tile/entries/031"][3] ^= 1U;
  files.erase("tile/0/020");
  auto options = options_for_tests();
  const auto alone = verified(files, options);
  options.threads = 4;

  CHECK(verified(files, options).faults == alone.faults);
  CHECK(alone.faults.size() == 5);
}

TEST_CASE("any changed byte of any file of a small log is found") {
  for (const auto& entries : {chained_entries(3), opaque_entries(40)}) {
    const FileMap good = tiled_log(entries);
    for (const auto& file : good) {
      const std::string& path = file.first;
      const Bytes& bytes = file.second;
      for (std::size_t at = 0; at < bytes.size(); ++at) {
        CAPTURE(path);
        CAPTURE(at);
        FileMap bad = good;
        bad[path][at] ^= 1U;
        REQUIRE_FALSE(verified(bad).good());
      }
    }
  }
}

TEST_CASE("any file that is missing, empty, cut by one or longer by one is found and named") {
  const auto entries = opaque_entries(256 * 3 + 5);
  const FileMap good = tiled_log(entries);
  for (const auto& file : good) {
    const std::string& path = file.first;
    const Bytes& bytes = file.second;
    if (path == "checkpoint") continue;
    CAPTURE(path);
    const bool is_bundle = path.starts_with("tile/entries");
    const std::string kind = is_bundle ? "bundle" : "tile";
    FileMap bad = good;
    bad.erase(path);
    CHECK(named(verified(bad)) == Names{kind + ".missing " + path});
    bad[path] = {};
    CHECK(named(verified(bad)) == Names{(is_bundle ? "bundle.truncated " : "tile.length ") + path});
    bad[path] = bytes;
    bad[path].pop_back();
    CHECK(named(verified(bad)) == Names{(is_bundle ? "bundle.truncated " : "tile.length ") + path});
    bad[path] = bytes;
    bad[path].push_back(0);
    CHECK(named(verified(bad)) == Names{(is_bundle ? "bundle.trailing " : "tile.length ") + path});
    bad[path].resize(max_checkpoint_bytes + 256 * 65'537);
    CHECK(named(verified(bad)) == Names{kind + ".length " + path});
  }
}

TEST_CASE("a wrong hash is named at its level, and an entry that was changed up to the root") {
  const auto entries = opaque_entries(256 * 3 + 5);

  CHECK(named(changed(entries, [](FileMap& files) { files["tile/0/001"][32 * 7] ^= 1U; })) ==
        Names{"tile.hash tile/0/001 hash 7"});
  CHECK(named(changed(entries, [](FileMap& files) { files["tile/0/003.p/5"][159] ^= 1U; })) ==
        Names{"tile.hash tile/0/003.p/5 hash 4"});
  CHECK(named(changed(entries, [](FileMap& files) { files["tile/1/000.p/3"][64] ^= 1U; })) ==
        Names{"tile.hash tile/1/000.p/3 hash 2"});
  CHECK(named(changed(entries, [](FileMap& files) { files["tile/entries/001"].back() ^= 1U; })) ==
        Names{"tile.hash tile/0/001 hash 255", "tile.hash tile/1/000.p/3 hash 1",
              "tree.root checkpoint"});
}

TEST_CASE("where data is missing the stored hashes above it keep the rest of the tree in view") {
  FileMap files = tiled_log(opaque_entries(256 * 3 + 5));
  files.erase("tile/0/001");
  files.erase("tile/entries/001");
  files["tile/0/002"][0] ^= 1U;

  CHECK(named(verified(files)) == Names{"bundle.missing tile/entries/001",
                                        "tile.missing tile/0/001", "tile.hash tile/0/002 hash 0"});
  files.erase("tile/1/000.p/3");
  CHECK(named(verified(files)).back() == "tree.root checkpoint");
}

TEST_CASE("partial tiles may go once the full one is there, or stay and must then agree") {
  const auto entries = opaque_entries(600);
  FileMap files = tiled_log(entries);
  for (const std::size_t size : {3U, 100U, 256U + 8U, 512U + 1U}) {
    for (auto& [path, bytes] : tiled_log(std::span(entries).first(size))) {
      if (path != "checkpoint") files.try_emplace(path, bytes);
    }
  }
  const auto result = verified(files);
  CHECK(named(result).empty());
  CHECK(result.leftovers == 2 * 4 + 1);  // tile and bundle of four sizes, and tile/1/000.p/1

  files["tile/0/000.p/3"][40] ^= 1U;
  files["tile/entries/001.p/8"].back() ^= 1U;
  files["tile/0/001.p/8"].push_back(0);
  CHECK(named(verified(files)) == Names{"tile.partial tile/0/000.p/3", "tile.length tile/0/001.p/8",
                                        "bundle.partial tile/entries/001.p/8"});
}

TEST_CASE("a log of an older checkpoint is read from the full tiles of the newer one") {
  const auto entries = opaque_entries(600);
  FileMap files = tiled_log(entries);
  const FileMap before = tiled_log(std::span(entries).first(300));
  files["checkpoint"] = before.at("checkpoint");
  CHECK(named(verified(files)) == Names{"tile.missing tile/1/000.p/1"});  // no full one yet
  files["tile/1/000.p/1"] = before.at("tile/1/000.p/1");
  CHECK(verified(files).good());

  files["tile/0/001"][32 * 43] ^= 1U;
  CHECK(named(verified(files)) == Names{"tile.hash tile/0/001 hash 43"});
}

TEST_CASE("hashes alone are checked where nobody may have the entries") {
  FileMap files = tiled_log(opaque_entries(600));
  std::erase_if(files, [](const auto& file) { return file.first.starts_with("tile/entries"); });
  auto options = options_for_tests();
  CHECK(verified(files).faults.size() == 3);

  options.hashes_only = true;
  CHECK(verified(files, options).good());
  CHECK(verified(files, options).hash_tiles == 4);
  files["tile/0/001"][0] ^= 1U;
  CHECK(named(verified(files, options)) ==
        Names{"tile.hash tile/1/000.p/2 hash 1", "tree.root checkpoint"});
}

TEST_CASE("what an operator forges in its own log shows in the chain, and not to who looks away") {
  const auto good = chained_entries(600);
  const auto again = [&](std::size_t at, const auto& change) {
    auto entries = good;
    Entry entry = must(parse_entry(entries[at]));
    change(entry);
    entries[at] = to_bytes(encode_entry(entry));
    auto options = options_for_tests();
    options.entries = EntryForm::opaque;
    CHECK(verified(tiled_log(entries), options).good());
    return named(verified(tiled_log(entries)));
  };

  // A changed entry breaks the chain at the next one, within a bundle and across two.
  CHECK(again(100, [](Entry& entry) { entry.envelope.payload += " "; }) ==
        Names{"entry.previous tile/entries/000 entry 101"});
  CHECK(again(255, [](Entry& entry) { entry.envelope.payload += " "; }) ==
        Names{"entry.previous tile/entries/001 entry 256"});
  CHECK(
      again(0, [](Entry& entry) { entry.previous.bytes[0] = 1; }) ==
      Names{"entry.previous tile/entries/000 entry 0", "entry.previous tile/entries/000 entry 1"});
  CHECK(again(599, [](Entry& entry) { entry.index.value = 600; }) ==
        Names{"entry.index tile/entries/002.p/88 entry 599"});
  CHECK(again(599, [](Entry& entry) { entry.accepted_at.ms -= 10'000; }) ==
        Names{"entry.accepted_at tile/entries/002.p/88 entry 599"});
  CHECK(again(256, [](Entry& entry) { entry.accepted_at.ms -= 10'000; }) ==
        Names{"entry.accepted_at tile/entries/001 entry 256",
              "entry.previous tile/entries/001 entry 257"});
}

TEST_CASE("an entry in another spelling is named, and so is a whole log that should be Muster's") {
  auto entries = chained_entries(5);
  entries[2].push_back(' ');
  CHECK(named(verified(tiled_log(entries))) ==
        Names{"entry.not_canonical tile/entries/000.p/5 entry 2",
              "entry.previous tile/entries/000.p/5 entry 3"});

  auto options = options_for_tests();
  options.entries = EntryForm::chained;
  const auto names = named(verified(tiled_log(opaque_entries(3)), options));
  CHECK(names.size() == 3);
  CHECK(names[0] == "entry.not_canonical tile/entries/000.p/3 entry 0");
}

TEST_CASE("blobs must hash to their names, and those that entries name must be there") {
  const auto entries = chained_entries(4);
  FileMap files = tiled_log(entries);
  const Hash name = crypto::sha256("manifest");
  files[blob_path(name)] = to_bytes("manifest");
  auto options = options_for_tests();
  options.named_blobs = [&](const Entry& entry) {
    return entry.index.value == 2 ? std::vector<Hash>{name} : std::vector<Hash>();
  };
  CHECK(verified(files, options).good());
  CHECK(verified(files, options).blobs == 1);

  files[blob_path(name)][0] = 'M';
  CHECK(named(verified(files, options)) == Names{"blob.hash " + blob_path(name)});
  files.erase(blob_path(name));
  CHECK(named(verified(files, options)) == Names{"blob.missing tile/entries/000.p/4 entry 2"});
}

TEST_CASE("files that are no part of the format are counted and passed over") {
  FileMap files = tiled_log(opaque_entries(300));
  for (const char* junk : {".state/treeState", "checkpoint.5", "index.html", "tile/0/000.p/300",
                           "tile/0/1", "blob/ab/cd", "tile/0/000.tmp", "tile/9/x1/y", "blob/00/"}) {
    files[junk] = to_bytes("junk");
  }

  const auto result = verified(files);

  CHECK(result.good());
  CHECK(result.other_files == 9);
  CHECK(result.other_names.size() == 9);
}

TEST_CASE("the verification stops at its limit of faults and says so") {
  FileMap files = tiled_log(opaque_entries(600));
  for (auto& byte : files["tile/0/000"]) byte ^= 1U;
  auto options = options_for_tests();
  options.max_faults = 10;

  const auto result = verified(files, options);

  CHECK(result.faults.size() == 10);
  CHECK_FALSE(result.complete);
  CHECK_FALSE(result.good());
}
