// Device logs: reading and appraising beside the raw hash rate on records of the same size, the
// law of due instants, and the emulator.

#include <benchmark/benchmark.h>

#include <functional>

#include "attestation/appraise/appraise.hpp"
#include "attestation/device/emulated_chip.hpp"
#include "attestation/device/log_reader.hpp"
#include "attestation/device/log_stream.hpp"
#include "attestation/device/log_twin.hpp"
#include "attestation/run/synthetic_run.hpp"
#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"

namespace {

using namespace muster;
using namespace muster::attestation;

const Timestamp start{1'782'864'000'000};

Timestamp day(std::int64_t days) { return Timestamp{start.ms + days * ms_per_day}; }

ChipId chip_number(std::uint64_t number) {
  return ChipId::from_parts({.block = 1, .ordinal = number, .random = number});
}

EmulatedChip made(std::uint64_t number, std::string_view rate) {
  const Hash seed = emulated_chip_seed(crypto::sha256("bench"), chip_number(number));
  return EmulatedChip(chip_number(number), seed, emulated_profile(*SnapshotRate::parse(rate)),
                      day(0));
}

const Bytes nonce(32, 7);

// A chip with hourly snapshots over `days`: 24 entries a day.
struct HourlyLife {
  HourlyLife(std::int64_t days, const MemoryAt& memory) : chip(made(1, "24")) {
    enrolled = chip.sealed_head(nonce);
    chip.run(day(days), memory);
    read = chip.read_out(nonce);
    subject.chip = chip.chip();
    subject.device_key = chip.device_key();
    subject.head = ByteView(read.head);
    subject.log = ByteView(read.log);
    subject.openings = read.openings;
    subject.nonce = nonce;
    subject.ledgered_heads = {{enrolled, day(0)}};
    subject.window = {day(0), day(days)};
    subject.held = {subject.window};
    subject.presence = Presence::bench;
    subject.policy.now = day(days);
  }
  EmulatedChip chip;
  Bytes enrolled;
  ReadOut read;
  Subject subject{.chip = chip_number(1),
                  .policy = {.rate = *SnapshotRate::parse("24"), .now = {}}};
};

void count_entries(benchmark::State& state, std::size_t entries) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(entries));
}

constexpr std::size_t piece_bytes = std::size_t{1} << 17U;
constexpr std::int64_t long_days = 2000;  // 48,000 entries, 13 MB

void raw_sha256_of_the_same_records(benchmark::State& state) {
  const HourlyLife life(long_days, idle_memory);
  const DeviceLog log = read_log(life.read.log);
  for (auto _ : state) {
    for (const LogPoint& point : log.points) {
      benchmark::DoNotOptimize(
          crypto::sha256(ByteView(life.read.log).subspan(point.offset, point.size)));
    }
  }
  count_entries(state, log.points.size());
  state.counters["bytes_per_entry"] =
      static_cast<double>(life.read.log.size()) / static_cast<double>(log.points.size());
}
BENCHMARK(raw_sha256_of_the_same_records);

void read_chain_and_schema(benchmark::State& state) {
  const HourlyLife life(long_days, idle_memory);
  std::size_t entries = 0;
  for (auto _ : state) {
    const DeviceLog log = read_log(life.read.log);
    MUSTER_CHECK(log.findings.items().empty());
    entries = log.points.size();
  }
  count_entries(state, entries);
}
BENCHMARK(read_chain_and_schema);

void stream_chain_and_schema(benchmark::State& state) {
  const HourlyLife life(long_days, idle_memory);
  std::uint64_t entries = 0;
  for (auto _ : state) {
    LogStream stream;
    for (ByteView rest = life.read.log; !rest.empty();) {
      const ByteView piece = rest.first(std::min(rest.size(), piece_bytes));
      stream.feed(piece);
      rest = rest.subspan(piece.size());
    }
    const StreamedLog log = stream.end();
    MUSTER_CHECK(log.findings.items().empty());
    entries = log.entries;
  }
  count_entries(state, entries);
}
BENCHMARK(stream_chain_and_schema);

/// The twin of a long log, and what is done with each piece of it.
void ingest(benchmark::State& state, const std::function<void(LogStream&, ByteView log)>& take) {
  const HourlyLife life(long_days, idle_memory);
  Bytes twin;
  TwinWriter writer;
  MUSTER_CHECK(writer.feed(life.read.log, twin) && writer.end(twin));
  std::uint64_t entries = 0;
  for (auto _ : state) {
    TwinReader reader;
    LogStream stream;
    Bytes log;
    for (ByteView rest = twin; !rest.empty();) {
      const ByteView piece = rest.first(std::min(rest.size(), piece_bytes));
      log.clear();
      MUSTER_CHECK(reader.feed(piece, log).has_value());
      take(stream, log);
      rest = rest.subspan(piece.size());
    }
    MUSTER_CHECK(reader.end(log) && stream.end().findings.items().empty());
    entries = reader.entries();
  }
  count_entries(state, entries);
  state.counters["bytes_per_entry"] =
      static_cast<double>(twin.size()) / static_cast<double>(entries);
}

// From lines of NDJSON to the bytes of the entries, every field judged.
void ingest_ndjson(benchmark::State& state) {
  ingest(state, [](LogStream&, ByteView log) { benchmark::DoNotOptimize(log.data()); });
}
BENCHMARK(ingest_ndjson);

// The same, and chain and schema of the entries checked.
void ingest_ndjson_and_check(benchmark::State& state) {
  ingest(state, [](LogStream& stream, ByteView log) { stream.feed(log); });
}
BENCHMARK(ingest_ndjson_and_check);

void write_lines(benchmark::State& state) {
  const HourlyLife life(long_days, idle_memory);
  std::uint64_t entries = 0;
  for (auto _ : state) {
    Bytes twin;
    TwinWriter writer;
    MUSTER_CHECK(writer.feed(life.read.log, twin) && writer.end(twin));
    entries = writer.entries();
  }
  count_entries(state, entries);
}
BENCHMARK(write_lines);

void appraise_idle_log(benchmark::State& state) {
  const HourlyLife life(long_days, idle_memory);
  std::uint64_t entries = 0;
  for (auto _ : state) {
    const Appraisal result = appraise(life.subject);
    MUSTER_CHECK(result.verdict == ChipVerdict::consistent);
    entries = result.coverage.entries;
  }
  count_entries(state, entries);
}
BENCHMARK(appraise_idle_log);

void appraise_training_log_with_openings(benchmark::State& state) {
  SyntheticRunSpec spec{.run = *RunId::parse("bench"), .seed = {}, .window = {day(0), day(200)}};
  const SyntheticRun run(spec);
  const std::array<Seat, 1> seats{Seat{chip_number(1), 0}};
  HourlyLife life(200, run.memory(seats[0]));
  const DeclarationIndex index({{run.full_declaration(seats), true}});
  life.subject.declarations = &index;
  std::uint64_t entries = 0;
  for (auto _ : state) {
    const Appraisal result = appraise(life.subject);
    MUSTER_CHECK(result.verdict == ChipVerdict::consistent);
    entries = result.coverage.entries;
  }
  count_entries(state, entries);
}
BENCHMARK(appraise_training_log_with_openings);

void due_instants_of_a_year(benchmark::State& state) {
  const SnapshotLaw law(crypto::sha256("secret"), *SnapshotRate::parse("0.1"));
  for (auto _ : state) benchmark::DoNotOptimize(law.due(0, 365 * 24 * ms_per_powered_hour));
}
BENCHMARK(due_instants_of_a_year)->Unit(benchmark::kMicrosecond);

void emulate_ninety_days_training(benchmark::State& state) {
  const SyntheticRun run({.run = *RunId::parse("bench"), .seed = {}, .window = {day(0), day(90)}});
  std::uint64_t number = 0;
  for (auto _ : state) {
    EmulatedChip chip = made(++number, "0.1");
    chip.run(day(90), run.memory({chip.chip(), 0}));
    benchmark::DoNotOptimize(chip.read_out(nonce));
  }
}
BENCHMARK(emulate_ninety_days_training)->Unit(benchmark::kMicrosecond);

void appraise_ninety_days_training(benchmark::State& state) {
  const SyntheticRun run({.run = *RunId::parse("bench"), .seed = {}, .window = {day(0), day(90)}});
  EmulatedChip chip = made(1, "0.1");
  const Bytes enrolled = chip.sealed_head(nonce);
  const std::array<Seat, 1> seats{Seat{chip.chip(), 0}};
  chip.run(day(90), run.memory(seats[0]));
  const ReadOut read = chip.read_out(nonce);
  const DeclarationIndex index({{run.full_declaration(seats), true}});
  const Subject subject{.chip = chip.chip(),
                        .device_key = chip.device_key(),
                        .head = ByteView(read.head),
                        .log = ByteView(read.log),
                        .openings = read.openings,
                        .nonce = nonce,
                        .ledgered_heads = {{enrolled, day(0)}},
                        .declarations = &index,
                        .window = {day(0), day(90)},
                        .held = {{day(0), day(90)}},
                        .presence = Presence::bench,
                        .policy = {.rate = *SnapshotRate::parse("0.1"), .now = day(90)}};
  for (auto _ : state) MUSTER_CHECK(appraise(subject).verdict == ChipVerdict::consistent);
}
BENCHMARK(appraise_ninety_days_training)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
