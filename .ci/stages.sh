# Sourced by .ci/run and .ci/nightly after scripts/stages.sh: what the stages do.

clang=build-clang    # second compiler; also the flags for clang-tidy
sanitized=build-asan # clang with ASan, UBSan and coverage for libFuzzer
export CI=true
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1:abort_on_error=0}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}
unset CXX CXXFLAGS CPPFLAGS LDFLAGS MUSTER_BUILD MUSTER_OPTIMIZATION  # The same run for everyone.

# Clang links with lld: five times as fast as the default with sanitized programs.
build_clang() {
  MUSTER_BUILD=$clang CXX=clang++ CXX_LD=lld MUSTER_OPTIMIZATION=1 scripts/build
}

build_sanitized() {
  # One build for both: libFuzzer needs the coverage of the libraries, not just of its targets.
  MUSTER_BUILD=$sanitized CXX=clang++ CXX_LD=lld MUSTER_OPTIMIZATION=1 scripts/build \
    --meson "-Db_sanitize=address,undefined -Db_lundef=false -Dfuzz=true
             -Dcpp_args=['-gline-tables-only','-fsanitize=fuzzer-no-link']
             -Dcpp_link_args=-fsanitize=fuzzer-no-link"
}

# What runs on several threads at once, under ThreadSanitizer.
threaded=build-tsan
build_threaded() {  # Not optimised: one short program runs of it.
  MUSTER_BUILD=$threaded CXX=clang++ CXX_LD=lld MUSTER_OPTIMIZATION=0 scripts/build \
    --meson "-Db_sanitize=thread -Db_lundef=false -Dcpp_args=-gline-tables-only" tests/cli/http_test
}
run_threaded() { run_suites "$threaded" 10 http; }

# run_suites FOLDER MULTIPLIER [argument of meson test...]
run_suites() {
  local folder=$1 patience=$2
  shift 2
  rm -f "$folder/meson-logs/testlog.json"
  meson test -C "$folder" --no-rebuild --print-errorlogs --timeout-multiplier "$patience" "$@"
  summarise testlog "$folder/meson-logs/testlog.json"
}

# Product sources that a change touches, or whose header it touches; at most 20, so that the time
# is bounded. A clone that is level with origin/main has its newest 5 commits looked at.
changed_sources() {
  local base
  base=$(git merge-base origin/main HEAD 2>/dev/null)
  if [[ -z $base || $base == "$(git rev-parse HEAD)" ]]; then
    base=$(git rev-list --max-count=6 HEAD | tail -1)
  fi
  git diff --name-only --diff-filter=d "$base" -- '*.cpp' '*.hpp' | sed 's/\.hpp$/.cpp/' | sort -u |
    product_sources | head -20
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

# fuzz SECONDS: every target looks for new inputs, from its corpus on, which the tests have replayed; as
# many at once as there are processors. Each target counts as one.
fuzz() {
  local seconds=$1 target name result results passed=0 failed=0
  results=$(mktemp -d -p "$run_folder")
  mkdir -p "$run_folder/empty"
  export -f fuzz_one
  export run_folder
  printf '%s\0' "$sanitized"/tests/fuzz/*_fuzz |
    xargs -0 -P "$(nproc)" -I '{}' bash -c 'fuzz_one "$@"' fuzz '{}' "$seconds" "$results"
  for target in "$sanitized"/tests/fuzz/*_fuzz; do
    name=$(basename "$target" _fuzz)
    result=$results/$name
    if [[ -f $result.passed ]]; then
      passed=$((passed + 1))
      continue
    fi
    failed=$((failed + 1))
    echo "$name:"
    tail -40 "$result.output"
    echo "the input, in base64:"
    cat "$result"/crash-* "$result"/timeout-* "$result"/oom-* 2>/dev/null | base64
  done
  echo "$passed passed, $failed failed"
  [[ $failed == 0 ]]
}

# fuzz_one TARGET SECONDS RESULTS: what it printed, what it found, and a file if it passed.
fuzz_one() {
  local target=$1 seconds=$2 name result corpus
  name=$(basename "$target" _fuzz)
  result=$3/$name
  corpus=tests/fuzz/corpus/$name
  [[ -d $corpus ]] || corpus=$run_folder/empty
  mkdir "$result"
  "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 \
    -artifact_prefix="$result/" "$result" "$corpus" >"$result.output" 2>&1 && touch "$result.passed"
  # One that fails stops no other.
  return 0
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
