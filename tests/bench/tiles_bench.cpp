// What tiles cost: proofs from them, a whole log verified, a log exported. Run by hand, as
// ledger_bench. The logs are made in $TMPDIR: a million leaves of 300 bytes are 340 MB.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <fstream>

#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/log.hpp"
#include "ledger/store/memory_store.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "ledger/tiles/bundle.hpp"
#include "ledger/tiles/export.hpp"
#include "ledger/tiles/tile_tree.hpp"
#include "ledger/tiles/verify.hpp"
#include "tests/support/folder.hpp"

namespace {

using namespace muster;
using namespace muster::ledger;
namespace fs = std::filesystem;

constexpr const char* origin = "bench.example/log";

crypto::Ed25519Signer keeper() { return crypto::Ed25519Signer(crypto::sha256("keeper").bytes); }

VerifierKey keeper_key() { return VerifierKey(origin, keeper().public_key()); }

/// A tiled log in a folder that goes with it. Made without the exporter, which waits for the disk.
class MadeLog {
 public:
  /// `entry(i, previous leaf hash)` gives entry i.
  template <class EntryMaker>
  MadeLog(std::uint64_t size, const EntryMaker& entry) : folder_("bench-log") {
    Hash previous;
    for (std::uint64_t first = 0; first < size; first += tile_width) {
      std::vector<Bytes> entries;
      for (std::uint64_t i = first; i < std::min(size, first + tile_width); ++i) {
        entries.push_back(entry(i, previous));
        previous = leaf_hash(entries.back());
        add(previous);
      }
      const auto width = static_cast<unsigned>(entries.size());
      write({TileId::Kind::entries, 0, first / tile_width, width}, encode_bundle(entries).value());
    }
    for (unsigned level = 0; level < tile_levels; ++level) flush(level);
    head_ = {range_.size(), range_.root()};
    const Checkpoint checkpoint{origin, head_.size, head_.root, {}};
    std::ofstream(path() / "checkpoint") << sign_checkpoint(checkpoint, origin, keeper());
  }

  [[nodiscard]] const fs::path& path() const { return folder_.path(); }
  [[nodiscard]] const TreeHead& head() const { return head_; }

 private:
  struct Level {
    std::uint64_t number = 0;
    std::vector<Hash> hashes;
  };

  void add(const Hash& leaf) {
    range_.append(leaf, [this](const Subtree& subtree) {
      if (subtree.height % tile_height != 0) return;
      Level& level = levels_.at(subtree.height / tile_height);
      level.hashes.push_back(subtree.hash);
      if (level.hashes.size() == tile_width) flush(subtree.height / tile_height);
    });
  }
  void flush(unsigned number) {
    Level& level = levels_.at(number);
    if (level.hashes.empty()) return;
    const auto width = static_cast<unsigned>(level.hashes.size());
    write({TileId::Kind::hashes, number, level.number, width}, encode_hashes(level.hashes));
    level.hashes.clear();
    ++level.number;
  }
  void write(const TileId& tile, const Bytes& bytes) {
    const fs::path file = path() / tile_path(tile);
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << as_text(bytes);
  }

  test::Folder folder_;
  CompactRange range_;
  std::array<Level, tile_levels> levels_;
  TreeHead head_;
};

const MadeLog& opaque_million() {
  static const MadeLog log(1'000'000, [](std::uint64_t i, const Hash&) {
    Bytes entry(300, static_cast<std::uint8_t>(i));
    std::ranges::copy(u64be(i), entry.begin());
    return entry;
  });
  return log;
}

/// Entries of Muster's own around one statement of 100 bytes: 500 bytes each.
const MadeLog& chained_log() {
  static const MadeLog log(300'000, [](std::uint64_t i, const Hash& previous) {
    static const auto signer = keeper();
    static const std::vector<const crypto::Signer*> signers{&signer};
    static const Envelope envelope =
        sign_envelope(std::string(event_payload_type), std::string(100, 'x'), signers).value();
    return to_bytes(encode_entry({{1'000}, envelope, {i}, previous}));
  });
  return log;
}

void verify_log(benchmark::State& state, const MadeLog& log, TileVerifyOptions options) {
  options.threads = static_cast<unsigned>(state.range(0));
  for (auto _ : state) {
    const auto result = verify_tiles(folder_source(log.path()), options).value();
    if (!result.good()) state.SkipWithError("does not verify");
  }
  const auto leaves = static_cast<std::int64_t>(log.head().size.value);
  state.SetItemsProcessed(state.iterations() * leaves);
}

void verify_opaque(benchmark::State& state) {
  verify_log(state, opaque_million(), {.key = keeper_key()});
}
BENCHMARK(verify_opaque)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

void verify_hashes_only(benchmark::State& state) {
  verify_log(state, opaque_million(), {.key = keeper_key(), .hashes_only = true});
}
BENCHMARK(verify_hashes_only)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

void verify_chained(benchmark::State& state) {
  verify_log(state, chained_log(), {.key = keeper_key()});
}
BENCHMARK(verify_chained)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

/// The floor of the first: the hashes of a leaf and a node for each leaf, and nothing read.
void hash_only(benchmark::State& state) {
  const Bytes leaf(301, 7);
  const Bytes node(65, 1);
  for (auto _ : state) {
    benchmark::DoNotOptimize(crypto::sha256(leaf));
    benchmark::DoNotOptimize(crypto::sha256(node));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(hash_only);

/// Proofs of random leaves, one by one, with `kept` tiles in memory.
void prove_from_tiles(benchmark::State& state) {
  const MadeLog& log = opaque_million();
  auto tree = TileTree::open(log.head(), hash_tiles_of(folder_source(log.path())),
                             static_cast<std::size_t>(state.range(0)))
                  .value();
  crypto::SeededRandom random("tiles");
  std::vector<LogIndex> indexes;
  for (int i = 0; i < 50'000; ++i) indexes.push_back({random.below(log.head().size.value)});
  for (const LogIndex index : indexes) benchmark::DoNotOptimize(tree.inclusion(index).value());
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(tree.inclusion(indexes[next]).value());
    next = (next + 1) % indexes.size();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(prove_from_tiles)->ArgName("kept")->Arg(8)->Arg(4'096);

/// Proofs of 100,000 random leaves of a million at once, no tile kept from before.
void prove_many_from_tiles(benchmark::State& state) {
  const MadeLog& log = opaque_million();
  crypto::SeededRandom random("many");
  std::vector<LogIndex> indexes;
  for (int i = 0; i < 100'000; ++i) indexes.push_back({random.below(log.head().size.value)});
  for (auto _ : state) {
    auto tree = TileTree::open(log.head(), hash_tiles_of(folder_source(log.path())), 64).value();
    benchmark::DoNotOptimize(tree.inclusions(indexes).value());
  }
  state.SetItemsProcessed(state.iterations() * 100'000);
}
BENCHMARK(prove_many_from_tiles);

/// A log in SQLite with 200,000 entries of 300 bytes.
struct StoredLog {
  test::Folder folder{"bench-store"};
  std::unique_ptr<SqliteStore> store = SqliteStore::create(folder.path() / "log.db").value();

  StoredLog() {
    for (std::uint64_t first = 0; first < 200'000; first += 10'000) {
      std::vector<Bytes> entries;
      for (std::uint64_t i = first; i < first + 10'000; ++i) {
        entries.emplace_back(300, static_cast<std::uint8_t>(i));
        std::ranges::copy(u64be(i), entries.back().begin());
      }
      benchmark::DoNotOptimize(store->append({first}, entries, {}).value());
    }
  }
};

StoredLog& stored_log() {
  static StoredLog log;
  return log;
}

/// The same from SQLite: 20,000 leaves of 200,000.
void prove_many_from_sqlite(benchmark::State& state) {
  Store& store = *stored_log().store;
  crypto::SeededRandom random("stored");
  std::vector<LogIndex> indexes;
  for (int i = 0; i < 20'000; ++i) indexes.push_back({random.below(200'000)});
  for (auto _ : state) {
    auto tree = TileTree::open(store.head().value(), hash_tiles_of(store), 64).value();
    benchmark::DoNotOptimize(tree.inclusions(indexes).value());
  }
  state.SetItemsProcessed(state.iterations() * 20'000);
}
BENCHMARK(prove_many_from_sqlite);

void prove_from_sqlite_kept(benchmark::State& state) {
  Store& store = *stored_log().store;
  auto tree = TileTree::open(store.head().value(), hash_tiles_of(store)).value();
  crypto::SeededRandom random("kept");
  for (int i = 0; i < 20'000; ++i) {
    benchmark::DoNotOptimize(tree.inclusion({random.below(200'000)}).value());
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(tree.inclusion({random.below(200'000)}).value());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(prove_from_sqlite_kept);

void export_whole_log(benchmark::State& state) {
  Store& store = *stored_log().store;
  const TreeHead head = store.head().value();
  const std::string note = sign_checkpoint({origin, head.size, head.root, {}}, origin, keeper());
  for (auto _ : state) {
    const test::Folder folder("bench-export");
    benchmark::DoNotOptimize(
        export_tiles(store, note, folder.path(), {.key = keeper_key()}).value());
  }
  state.SetItemsProcessed(state.iterations() * 200'000);
}
BENCHMARK(export_whole_log)->MeasureProcessCPUTime()->UseRealTime()->Iterations(2);

}  // namespace

BENCHMARK_MAIN();
