#!/usr/bin/env python3
"""What R and scipy take for the sizes that sampler_bench computes, beside Muster in one run.

Usage: sampler_peers.py SAMPLER_BENCH

Prints core time of the smallest n by bisection (which is what users of these packages write), and
what they answer. R comes with Debian's r-base-core, scipy with python3-scipy; what is missing is
left out by name.
"""

import json
import shutil
import statistics
import subprocess
import sys
import time

POPULATION = 10_000_000
RUNS = (10, 1_000, 100_000)
TARGET = 0.95

R_PROGRAM = """
smallest <- function(N, k, t) {
  low <- 0; high <- N - k + 1
  while (high - low > 1) {
    n <- (low + high) %/% 2
    if (phyper(0, k, N - k, n, lower.tail = FALSE) >= t) high <- n else low <- n
  }
  high
}
for (k in c(RUNS)) {
  times <- replicate(5, {
    start <- proc.time()[["user.self"]]
    for (i in 1:400) n <<- smallest(POPULATION, k, TARGET)
    (proc.time()[["user.self"]] - start) / 400
  })
  cat(k, n, median(times) * 1e6, "\\n")
}
"""


def by_r():
    """(k, n, microseconds) of R's phyper."""
    program = R_PROGRAM.replace("RUNS", ", ".join(map(str, RUNS)))
    program = program.replace("POPULATION", str(POPULATION)).replace("TARGET", str(TARGET))
    out = subprocess.run(["Rscript", "-e", program], check=True, capture_output=True, text=True)
    for line in out.stdout.splitlines():
        k, n, micros = line.split()
        yield int(float(k)), int(float(n)), float(micros)


def by_scipy(hypergeom):
    """(k, n, microseconds) of scipy's hypergeom.sf."""
    for k in RUNS:
        times = []
        for _ in range(5):
            start = time.process_time()
            low, high = 0, POPULATION - k + 1
            while high - low > 1:
                n = (low + high) // 2
                if hypergeom.sf(0, POPULATION, k, n) >= TARGET:
                    high = n
                else:
                    low = n
            times.append(time.process_time() - start)
        yield k, high, statistics.median(times) * 1e6


def by_muster(bench):
    """Microseconds of Muster's smallest n by k, from the benchmark's own JSON."""
    out = subprocess.run(
        [bench, "--benchmark_filter=^smallest_sample/", "--benchmark_format=json",
         "--benchmark_repetitions=5", "--benchmark_report_aggregates_only=true"],
        check=True, capture_output=True, text=True)
    for row in json.loads(out.stdout)["benchmarks"]:
        if row.get("aggregate_name") == "median":
            yield int(row["run_name"].split("/")[1]), row["cpu_time"] / 1000


def main():
    """Prints one line for each k and package."""
    muster = dict(by_muster(sys.argv[1]))
    rows = [("Muster", k, None, muster[k]) for k in RUNS]
    if shutil.which("Rscript"):
        rows += [("R phyper", *row) for row in by_r()]
    else:
        print("left out: R is not installed (r-base-core)")
    try:
        from scipy.stats import hypergeom
        rows += [("scipy hypergeom", *row) for row in by_scipy(hypergeom)]
    except ImportError:
        print("left out: scipy is not installed (python3-scipy)")
    for name, k, n, micros in rows:
        print(f"{name:16} k={k:<8} n={n or '':<10} {micros:12.3f} us  {micros / muster[k]:10.0f} x")


if __name__ == "__main__":
    main()
