// The inspector of played audits as a program of its own, for tests of the Prover's side.

#include "cli/scenario/auditor.hpp"

int main() { return muster::cli::scenario::auditor_main(); }
