# Sourced by .ci/run and .ci/nightly after scripts/stages.sh: what the stages do.

clang=build-clang    # second compiler; also the flags for clang-tidy
sanitized=build-asan # clang with ASan, UBSan and coverage for libFuzzer
export CI=true
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1:abort_on_error=0}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}
unset CXX CXXFLAGS CPPFLAGS LDFLAGS MUSTER_BUILD MUSTER_OPTIMIZATION  # The same run for everyone.

build_clang() {
  MUSTER_BUILD=$clang CXX=clang++ MUSTER_OPTIMIZATION=1 scripts/build
}

# The programs that read what an adversary writes, and what they stand on. .ci/nightly builds all.
sanitized_tests=(base crypto sql ledger tiles registry attestation)

build_sanitized() {
  # One build for both: libFuzzer needs the coverage of the libraries, not just of its targets.
  local targets=()
  if [[ ${1:-} != all ]]; then
    targets=(tests/ledger/{base,crypto,sql,ledger,tiles}_test tests/registry/registry_test
      tests/attestation/attestation_test)
  fi
  MUSTER_BUILD=$sanitized CXX=clang++ MUSTER_OPTIMIZATION=1 scripts/build \
    --meson "-Db_sanitize=address,undefined -Db_lundef=false -Dfuzz=true
             -Dcpp_args=['-gline-tables-only','-fsanitize=fuzzer-no-link']
             -Dcpp_link_args=-fsanitize=fuzzer-no-link" "${targets[@]}"
}

run_sanitized() { run_suites "$sanitized" 10 "${sanitized_tests[@]}"; }

# run_suites FOLDER MULTIPLIER [argument of meson test...]
run_suites() {
  local folder=$1 patience=$2
  shift 2
  rm -f "$folder/meson-logs/testlog.json"
  meson test -C "$folder" --no-rebuild --print-errorlogs --timeout-multiplier "$patience" "$@"
  summarise testlog "$folder/meson-logs/testlog.json"
}

# Product sources that a change touches, or whose header it touches; at most 48, so that the time
# is bounded. A clone that is level with origin/main has its newest 5 commits looked at.
changed_sources() {
  local base
  base=$(git merge-base origin/main HEAD 2>/dev/null)
  if [[ -z $base || $base == "$(git rev-parse HEAD)" ]]; then
    base=$(git rev-list --max-count=6 HEAD | tail -1)
  fi
  git diff --name-only --diff-filter=d "$base" -- '*.cpp' '*.hpp' | sed 's/\.hpp$/.cpp/' | sort -u |
    product_sources | head -48
}
all_sources() { git ls-files '*.cpp' | product_sources; }
product_sources() {
  grep -E '^(ledger|registry|sampler|attestation|cli)/' |
    while read -r file; do [[ ! -f $file ]] || echo "$file"; done
}

# lint LISTER: clang-tidy on the files that the function names. Each file counts as one.
lint() {
  local files file passed=0 failed=0 results database=$clang
  [[ -d $database ]] || database=$sanitized
  files=$("$1")
  results=$(mktemp -d -p "$run_folder")
  # shellcheck disable=SC2016 # Expanded by the inner shell.
  tr '\n' '\0' <<<"$files" | xargs -0 -P "$(nproc)" -I '{}' bash -c '
    [[ -n $2 ]] || exit 0
    name=${2//\//_}
    clang-tidy --quiet -p "$0" "$2" >"$1/$name" 2>/dev/null || mv "$1/$name" "$1/$name.failed"
  ' "$database" "$results" '{}'
  for file in "$results"/*; do
    case $file in
      *.failed) failed=$((failed + 1)); cat "$file" ;;
      */\*) ;;
      *) passed=$((passed + 1)) ;;
    esac
  done
  echo "$passed passed, $failed failed"
  [[ $failed == 0 ]]
}

# fuzz SECONDS: every target replays its corpus and then looks for new inputs.
fuzz() {
  local seconds=$1 target name found passed=0 failed=0
  for target in "$sanitized"/tests/fuzz/*_fuzz; do
    [[ -x $target ]] || continue
    name=$(basename "$target" _fuzz)
    found=$(mktemp -d -p "$run_folder")
    mkdir -p "$run_folder/empty"
    echo "$name"
    if fuzz_one "$target" "tests/fuzz/corpus/$name" "$found" "$seconds" \
      >"$run_folder/fuzz" 2>&1; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
      tail -40 "$run_folder/fuzz"
      echo "the input, in base64:"
      cat "$found"/crash-* "$found"/timeout-* "$found"/oom-* 2>/dev/null | base64
    fi
  done
  echo "$passed passed, $failed failed"
  [[ $failed == 0 ]]
}

fuzz_one() {
  local target=$1 corpus=$2 found=$3 seconds=$4
  [[ -d $corpus ]] || corpus=$run_folder/empty
  "$target" -runs=0 "$corpus" &&
    "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 \
      -artifact_prefix="$found/" "$found" "$corpus"
}

# Where the shared vectors are at hand, nothing may be left out.
no_skips() {
  [[ -d ../shared ]] || return 0
  local skips
  skips=$(summarise skipped "$totals")
  [[ -z $skips ]] && return 0
  echo "left out, although ../shared is there:"
  echo "$skips"
  return 1
}
