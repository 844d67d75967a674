# Sourced by check, .ci/run and .ci/nightly: runs named stages and counts what each reports.
#
#   begin                     forgets earlier counts
#   stage NAME command...     runs the command (or function), indented, and counts its output
#   step NAME command...      the same for what is no test, as a build: counts only if it fails
#   finish                    prints skipped groups and "N passed, N failed"; exits 1 if any failed
#
# A stage that fails does not stop the run: the next ones may still tell something.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 3
summarise() { python3 "$root/scripts/summarise.py" "$@"; }

begin() {
  run_folder=$(mktemp -d)
  use_memory_for_scratch
  trap 'rm -rf "$run_folder"' EXIT
  totals=$run_folder/totals
  : >"$totals"
}

stage() { run_counted stage "$@"; }
step() { run_counted step "$@"; }

# Tests sync what they write thousands of times, and would wait for the disk for most of their time.
# Where Linux has a file system in memory with room and leave to run programs, their folders go there.
use_memory_for_scratch() {
  local memory=/dev/shm wanted=4 room probe
  [[ -z ${TMPDIR:-} && -w $memory ]] || return 0
  room=$(df --output=avail -BG "$memory" 2>/dev/null | tail -1 | tr -dc '0-9')
  [[ ${room:-0} -ge $wanted ]] || return 0
  probe=$(mktemp -p "$memory") || return 0
  printf '#!/bin/sh\n' >"$probe"
  if chmod +x "$probe" && "$probe" 2>/dev/null; then
    rm -rf "$run_folder"
    run_folder=$(mktemp -d -p "$memory")
    chmod 755 "$run_folder"  # Tests run by root have somebody else look into folders of theirs.
    export TMPDIR=$run_folder
  fi
  rm -f "$probe"
}

run_counted() {
  local kind=$1 name=$2 started=$SECONDS status
  shift 2
  echo "== $name"
  # Indented, so that the one plain line with the result is the last of the whole run.
  "$@" </dev/null 2>&1 | tee "$run_folder/output" | sed -u 's/^/   /'
  status=${PIPESTATUS[0]}
  summarise output "$totals" "$kind" "$name" "$status" <"$run_folder/output" || status=1
  echo "== $name: $([[ $status == 0 ]] && echo ok || echo FAILED), $((SECONDS - started)) s"
  return "$status"
}

finish() {
  echo
  summarise totals "$totals"
  exit $?
}
