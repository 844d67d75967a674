// A log is exported as the specification says, bit by bit, and over nothing else.

#include <algorithm>

#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/tiles/blob_path.hpp"
#include "tests/ledger/tiles/export_support.hpp"

using namespace muster;
using namespace muster::ledger;
using namespace muster::test;

namespace {

namespace fs = std::filesystem;

/// A store whose leaf hash `index` is not that of its entry; without one, no blob is what its name
/// says.
class LyingStore final : public Store {
 public:
  LyingStore(Store& inner, std::optional<std::uint64_t> index) : inner_(&inner), index_(index) {}
  Result<CompactRange> compact_range() override { return inner_->compact_range(); }
  Result<TreeHead> append(TreeSize, std::span<const Bytes>, std::span<const Blob>) override {
    return failure(Errc::unavailable, "read only");
  }
  Result<std::vector<Bytes>> read(LogIndex first, std::size_t count) override {
    return inner_->read(first, count);
  }
  Result<std::vector<Hash>> leaf_hashes(LogIndex first, std::size_t count) override {
    auto hashes = inner_->leaf_hashes(first, count);
    const std::uint64_t at = index_.value_or(UINT64_MAX) - first.value;
    if (hashes && at < hashes->size()) (*hashes)[at].bytes[0] ^= 1U;
    return hashes;
  }
  Result<std::vector<Hash>> subtree_hashes(unsigned level, std::uint64_t first,
                                           std::size_t count) override {
    return inner_->subtree_hashes(level, first, count);
  }
  Result<Bytes> blob(const Hash& sha256) override {
    auto bytes = inner_->blob(sha256);
    if (bytes && !index_) bytes->front() ^= 1U;
    return bytes;
  }
  Result<std::vector<Hash>> blob_hashes() override { return inner_->blob_hashes(); }
  Result<void> settle() override { return inner_->settle(); }
  Result<void> retire() override { return inner_->retire(); }
  Result<void> put_checkpoint(std::string_view text) override {
    return inner_->put_checkpoint(text);
  }
  Result<std::vector<std::string>> checkpoints() override { return inner_->checkpoints(); }
  Result<std::optional<std::string>> newest_checkpoint() override {
    return inner_->newest_checkpoint();
  }
  Result<std::vector<std::string>> newest_checkpoints(std::uint64_t skip,
                                                      std::size_t count) override {
    return inner_->newest_checkpoints(skip, count);
  }
  Result<std::vector<std::string>> structural_problems() override {
    return inner_->structural_problems();
  }

 private:
  Store* inner_;
  std::optional<std::uint64_t> index_;
};

}  // namespace

TEST_CASE("an export has exactly the files that the specification asks for") {
  for (const std::size_t size : {0U, 1U, 255U, 256U, 257U, 512U, 900U, 65'536U}) {
    CAPTURE(size);
    const auto entries = chained_entries(size);
    MemoryStore store;
    append_entries(store, entries);
    const Folder folder("export");

    const Exported result = must(exported(store, folder.path() / "log"));

    CHECK(files_in(folder.path() / "log") == tiled_log(entries));
    CHECK(result.after == TreeSize{size});
    CHECK(result.bundles == tiles_of_level(0, {size}));
    CHECK(faults_in(folder.path() / "log").empty());
  }
}

TEST_CASE("a growing log is exported step by step, each time whole and only with what is new") {
  const auto entries = chained_entries(3'000);
  MemoryStore store;
  const Folder folder("grow");
  crypto::SeededRandom random("grow");
  std::uint64_t size = 0;
  std::uint64_t steps = 0;
  std::uint64_t files = 0;
  while (size < entries.size()) {
    size = std::min<std::uint64_t>(entries.size(), size + random.below(400));
    CAPTURE(size);
    append_entries(store, std::span(entries).first(size));
    const Exported result = must(exported(store, folder.path()));
    REQUIRE(result.after == TreeSize{size});
    REQUIRE(faults_in(folder.path()).empty());
    files += result.bundles;
    ++steps;
  }

  CHECK(files <= 12 + steps);  // each full bundle once, and a partial one a step
  FileMap left = files_in(folder.path());
  for (const auto& [path, bytes] : tiled_log(entries)) CHECK(left[path] == bytes);
  for (const auto& [path, bytes] : left) {
    const auto partial = path.find(".p/");
    if (partial != std::string::npos) CHECK_FALSE(left.contains(path.substr(0, partial)));
  }
  const Exported again = must(exported(store, folder.path() / ""));
  CHECK(again == Exported{.before = {3'000}, .after = {3'000}});
}

TEST_CASE("blobs go along, each once") {
  MemoryStore store;
  const auto entries = chained_entries(3);
  const Hash name = crypto::sha256("manifest");
  must(store.append({0}, entries, std::vector<Blob>{{name, to_bytes("manifest")}}));
  const Folder folder("blobs");

  CHECK(must(exported(store, folder.path())).blobs == 1);

  CHECK(as_text(must(read_file(folder.path() / blob_path(name)))) == "manifest");
  CHECK(must(exported(store, folder.path())).blobs == 0);
}

TEST_CASE("a blob that is not what its name says is not published, nor is the log") {
  MemoryStore store;
  const auto entries = chained_entries(3);
  const Hash name = crypto::sha256("manifest");
  must(store.append({0}, entries, std::vector<Blob>{{name, to_bytes("manifest")}}));
  LyingStore lying(store, std::nullopt);
  const Folder folder("bad-blob");

  const auto refused = exported(lying, folder.path());

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::corrupt);
  CHECK(refused.error().message == "blob " + name.to_hex() + ": hashes to " +
                                       crypto::sha256("lanifest").to_hex() +
                                       "; nothing is published");
  CHECK_FALSE(fs::exists(folder.path() / blob_path(name)));
  CHECK_FALSE(fs::exists(folder.path() / "checkpoint"));
  CHECK(must(exported(store, folder.path())).blobs == 1);
}

TEST_CASE("hashes alone can be exported, and the entries later") {
  const auto entries = chained_entries(700);
  MemoryStore store;
  const Folder folder("hashes");
  auto hashes_only = export_options();
  hashes_only.hashes_only = true;
  append_entries(store, std::span(entries).first(300));
  must(exported(store, folder.path(), hashes_only));
  append_entries(store, std::span(entries).first(600));
  CHECK(must(exported(store, folder.path(), hashes_only)).bundles == 0);
  CHECK(faults_in(folder.path(), true).empty());
  CHECK(faults_in(folder.path()).size() == 3);

  append_entries(store, entries);
  CHECK(must(exported(store, folder.path())).bundles == 3);
  CHECK(faults_in(folder.path()).empty());
}

TEST_CASE("signatures that witnesses added to the checkpoint stay while it says the same") {
  MemoryStore store;
  append_entries(store, chained_entries(5));
  const Folder folder("cosigned");
  must(exported(store, folder.path()));
  Note note = must(parse_note(must(read_text_file(folder.path() / "checkpoint"))));
  note.signatures.push_back({"witness.example/w1", 7, Bytes(72, 4)});
  must(write_file_atomically(folder.path() / "checkpoint", as_bytes(encode_note(note))));

  CHECK_FALSE(must(exported(store, folder.path())).is_signed_anew);
  CHECK(must(read_text_file(folder.path() / "checkpoint")) == encode_note(note));

  Note other = note;
  other.signatures[1].name = "witness.example/w2";
  must(export_tiles(store, encode_note(other), folder.path(), export_options()));
  const Note joined = must(parse_note(must(read_text_file(folder.path() / "checkpoint"))));
  CHECK(joined.signatures.size() == 3);
  append_entries(store, chained_entries(6));
  must(exported(store, folder.path()));
  CHECK(must(parse_note(must(read_text_file(folder.path() / "checkpoint")))).signatures.size() ==
        1);
}

TEST_CASE("a folder that holds something else is left alone") {
  MemoryStore store;
  append_entries(store, chained_entries(300));
  const Folder folder("other");
  const auto refused = [&](const fs::path& path) {
    const FileMap before = fs::is_directory(path) ? files_in(path) : FileMap();
    const auto result = exported(store, path);
    REQUIRE_FALSE(result);
    if (fs::is_directory(path)) CHECK(files_in(path) == before);
    return result.error();
  };
  std::ofstream(folder.path() / "thesis.tex") << "years of work";
  CHECK(refused(folder.path()).code == Errc::conflict);
  CHECK(refused(folder.path() / "thesis.tex").code == Errc::invalid_input);

  // A log of another origin, one of another history, one that is longer, and one by another key.
  const auto with_checkpoint = [&](const std::string& name, const std::string& text) {
    fs::create_directory(folder.path() / name);
    std::ofstream(folder.path() / name / "checkpoint") << text;
    return refused(folder.path() / name);
  };
  const auto entries = chained_entries(300);
  Checkpoint head = head_of(std::span(entries).first(10));
  head.origin = "other.example/log";
  CHECK(with_checkpoint("origin", signed_head(head)).code == Errc::conflict);
  CHECK(with_checkpoint("history", signed_head(head_of(opaque_entries(10)))).code ==
        Errc::conflict);
  CHECK(with_checkpoint("longer", signed_head(head_of(chained_entries(301)))).code ==
        Errc::conflict);
  CHECK(with_checkpoint("key", signed_head(head_of(entries), 2)).code == Errc::conflict);
  CHECK(with_checkpoint("junk", "junk").code == Errc::conflict);
  // The checkpoint of an empty log is a beginning of every log of that origin and key.
  fs::create_directory(folder.path() / "empty");
  std::ofstream(folder.path() / "empty" / "checkpoint") << signed_head(head_of({}));
  CHECK(exported(store, folder.path() / "empty"));
}

TEST_CASE("a tile that is there with other bytes stops the export before the checkpoint") {
  MemoryStore store;
  append_entries(store, chained_entries(300));
  const Folder folder("taken");
  must(exported(store, folder.path()));
  const FileMap before = files_in(folder.path());
  append_entries(store, chained_entries(600));
  std::ofstream(folder.path() / "tile" / "0" / "001") << "something else";

  const auto result = exported(store, folder.path());

  REQUIRE_FALSE(result);
  CHECK(result.error().code == Errc::conflict);
  CHECK(result.error().message.find("tile/0/001") != std::string::npos);
  CHECK(files_in(folder.path()).at("checkpoint") == before.at("checkpoint"));
}

TEST_CASE("an export that mends brings back every file that is gone, and no other changes") {
  MemoryStore store;
  append_entries(store, chained_entries(700));
  const Hash name = crypto::sha256("manifest");
  const Bytes more = chained_entries(701).back();
  must(store.append({700}, std::span(&more, 1), std::vector<Blob>{{name, to_bytes("manifest")}}));
  const Folder folder("mend");
  must(exported(store, folder.path()));
  const FileMap whole = files_in(folder.path());
  auto mend = export_options();
  mend.mend = true;
  for (const auto& file : whole) {
    if (file.first == "checkpoint" || file.first.starts_with(".export/")) continue;
    CAPTURE(file.first);
    fs::remove(folder.path() / file.first);

    must(exported(store, folder.path()));
    CHECK(fs::exists(folder.path() / file.first) == file.first.starts_with("blob/"));
    must(exported(store, folder.path(), mend));

    CHECK(files_in(folder.path()) == whole);
  }
  std::ofstream(folder.path() / "tile" / "0" / "001") << "something else";
  CHECK(exported(store, folder.path(), mend).error().code == Errc::conflict);
  CHECK(must(read_text_file(folder.path() / "tile" / "0" / "001")) == "something else");
}

TEST_CASE("a log that contradicts itself is not published") {
  MemoryStore store;
  append_entries(store, chained_entries(600));
  for (const std::uint64_t index : {0U, 255U, 300U, 599U}) {
    CAPTURE(index);
    LyingStore lying(store, index);
    const Folder folder("lying");

    const auto result = exported(lying, folder.path());

    REQUIRE_FALSE(result);
    CHECK_FALSE(fs::exists(folder.path() / "checkpoint"));
  }
}

TEST_CASE("a checkpoint that is not this log's is not exported") {
  MemoryStore store;
  append_entries(store, chained_entries(30));
  const Folder folder("checkpoint");
  const auto code = [&](const std::string& text) {
    const auto result = export_tiles(store, text, folder.path() / "log", export_options());
    REQUIRE_FALSE(result);
    CHECK_FALSE(fs::exists(folder.path() / "log"));
    return result.error().code;
  };
  CHECK(code("text") == Errc::invalid_input);
  CHECK(code(signed_head(head_of(chained_entries(30)), 2)) == Errc::refused);
  CHECK(code(signed_head(head_of(chained_entries(31)))) == Errc::invalid_input);
  CHECK(code(signed_head(head_of(opaque_entries(30)))) == Errc::invalid_input);
}

TEST_CASE("a dry run says what would be done and does nothing") {
  MemoryStore store;
  append_entries(store, chained_entries(600));
  const Folder folder("dry");
  auto options = export_options();
  options.dry_run = true;

  const Exported would = must(exported(store, folder.path() / "log", options));

  CHECK_FALSE(fs::exists(folder.path() / "log"));
  CHECK(must(exported(store, folder.path() / "log")) == would);
}
