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
  trap 'rm -rf "$run_folder"' EXIT
  totals=$run_folder/totals
  : >"$totals"
}

stage() { run_counted stage "$@"; }
step() { run_counted step "$@"; }

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
