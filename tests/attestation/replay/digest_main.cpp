// Prints the digests of two short runs. Built at several levels of optimisation: all print the
// same.

#include <iostream>

#include "attestation/replay/trainer.hpp"
#include "tests/attestation/replay/small_run.hpp"

int main() {
  using namespace muster::attestation;
  for (const ModelKind kind : {ModelKind::mlp, ModelKind::transformer}) {
    const TrainingSpec spec = test::small_spec(kind);
    const TrainingText text = test::small_text();
    const Trainer trainer(spec, text, 2);
    TrainingState state = trainer.initial();
    while (state.step < spec.steps) trainer.advance(state);
    std::cout << model_kind_name(kind) << ' ' << state_digest(state).to_hex() << '\n';
  }
}
