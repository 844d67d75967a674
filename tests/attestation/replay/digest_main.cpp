// Prints the digests of two short runs. Built at several levels of optimisation: all print the
// same. With a folder, writes there what portable_main.cpp reads.

#include <fstream>
#include <iostream>

#include "attestation/replay/trainer.hpp"
#include "tests/attestation/replay/small_run.hpp"

namespace {

using namespace muster;
using namespace muster::attestation;

void write_file(const std::string& path, ByteView bytes) {
  std::ofstream(path, std::ios::binary) << as_text(bytes);
}

void write_inputs(const std::string& folder, const TrainingSpec& spec, const TrainingText& text,
                  const Trainer& trainer) {
  const std::string stem = folder + "/" + std::string(model_kind_name(spec.model));
  Bytes starts;
  for (std::uint64_t step = 0; step < spec.steps; ++step) {
    for (const std::size_t start : text.samples(trainer.seed(), step, spec)) {
      for (unsigned shift = 0; shift < 32; shift += 8) {
        starts.push_back(static_cast<std::uint8_t>(start >> shift));
      }
    }
  }
  write_file(folder + "/text", text.bytes());
  write_file(stem + ".state", state_bytes(trainer.initial()));
  write_file(stem + ".starts", starts);
}

}  // namespace

int main(int count, char** arguments) {
  for (const ModelKind kind : {ModelKind::mlp, ModelKind::transformer}) {
    const TrainingSpec spec = test::small_spec(kind);
    const TrainingText text = test::small_text();
    const Trainer trainer(spec, text, 2);
    if (count == 2) write_inputs(arguments[1], spec, text, trainer);
    TrainingState state = trainer.initial();
    while (state.step < spec.steps) trainer.advance(state);
    std::cout << model_kind_name(kind) << ' ' << state_digest(state).to_hex() << '\n';
  }
}
