#!/usr/bin/env bash
# Builds everything and runs every test: one command on a bare machine.
#
#   eng/test.sh [--long] [--coverage] [--format] [TEST OPTIONS]
#
#   --long       also runs what takes over 20 s a test: long trainings, kills, large fuzzing
#   --coverage   also measures how many of GanKit's lines the tests run, and prints the figure
#   --format     also checks that `dotnet format whitespace` would change nothing; the build checks the rest of the style
#   the rest goes to the test programs, for example: eng/test.sh --filter-class "*HingeTests"
#
# The test classes are in parts, the same ones on every machine, and as many processes as there are cores run one part after
# the other: libtorch has one thread in each. OMP_NUM_THREADS=2 gives it two, and there are half as many processes.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=prerequisites.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/prerequisites.sh"

coverage=false
format=false
told=failures # what is printed of what the programs print
parts=10
arguments=()
for argument in "$@"; do
    case $argument in
        --long) arguments+=(--explicit on) ;;
        --coverage) coverage=true ;;
        --format) format=true ;;
        --help | -h)
            sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
            exit 0
            ;;
        *) arguments+=("$argument") ;;
    esac
    case $argument in
        --filter-not-*) ;;
        --filter-*) parts=1 ;; # a few tests: looking for them in every part would take longer than they do
        --long | --coverage | --format) ;;
        -*) told=all ;; # such as --list-tests
    esac
done

cd "$ROOT"
require_dotnet
require_libstdcxx
browser=
if [ "${CI:-}" = true ]; then
    want_chromium & # while the compiler works
    browser=$!
fi

begun=$SECONDS
# GNU's nproc goes by OpenMP's variables.
cores=$(env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc 2>/dev/null || getconf _NPROCESSORS_ONLN)
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}
processes=$((cores / OMP_NUM_THREADS))
[ "$processes" -ge 1 ] || processes=1

say "Building"
# A compiler that runs for seconds does not live to see what counting for a second compilation would bring: a fifth of its time.
DOTNET_TieredPGO=0 dotnet build GanKit.sln -c Release -v q "-clp:ErrorsOnly;NoSummary" --nologo </dev/null

[ -z "$browser" ] || wait "$browser"

export RESULTS=$ROOT/artifacts/test-results
rm -rf "$RESULTS"
if $coverage; then
    arguments+=(--coverage --coverage-output-format cobertura --coverage-settings "$ROOT/eng/coverage.config")
fi

WORK=$(mktemp -d)
export WORK
trap 'rm -rf "$WORK"' EXIT
[ ${#arguments[@]} -eq 0 ] || printf '%s\0' "${arguments[@]}" >"$WORK/arguments"

say "Testing in $processes processes"
{
    ! $format || echo format
    echo GanKit.Composition.Tests/1/1
    for ((part = 1; part <= parts; part++)); do echo "GanKit.Tests/$part/$parts"; done
} >"$WORK/jobs"
status=0
xargs -P "$processes" -n 1 eng/test-part.sh <"$WORK/jobs" || status=1

# What each printed, without its own summary and the long tests that it did not run, which it counts as skipped.
tell() { sed -e '/^Test run summary/,$d' -e '/./!d' -e '/^skipped /{N;/explicit test filtering/d;}' "$1"; }
number() { sed -n "s/^ *$1: *\([0-9]\{1,\}\).*/\1/p" "$2" | tail -n 1; }
total=0 failed=0 succeeded=0 skipped=0 long=0
while read -r job; do
    name=${job//\//.}
    log=$WORK/$name.log
    code=$(cat "$WORK/$name.code" 2>/dev/null || echo unknown)
    case $told:$code in
        failures:0 | failures:8) tell "$log" | sed -n '/^skipped /{N;p;}' ;;
        *) tell "$log" ;;
    esac
    [ "$job" != format ] || continue
    case $code in
        0 | 2 | 8) long=$((long + $(grep -c 'Not run (due to explicit test filtering)' "$log" || true))) ;;
        5) exit 5 ;; # options that the program does not know, which one of them has told
        *)
            complain "$job ended before its tests did, code $code. The last was:"
            explain "$(cat "$WORK/$name.running" 2>/dev/null || echo none)"
            total=$((total + 1)) failed=$((failed + 1)) status=1
            ;;
    esac
    total=$((total + $(number total "$log") + 0)) failed=$((failed + $(number failed "$log") + 0))
    succeeded=$((succeeded + $(number succeeded "$log") + 0)) skipped=$((skipped + $(number skipped "$log") + 0))
done <"$WORK/jobs"
total=$((total - long)) skipped=$((skipped - long))

if [ "$status" -eq 0 ] && [ "$((succeeded + skipped))" -eq 0 ] && ! grep -q -e --list-tests "$WORK/arguments" 2>/dev/null; then
    complain "No test ran."
    status=1
fi

if $coverage && ls "$RESULTS"/*/*.cobertura.xml >"$WORK/files" 2>&1; then
    # Each process wrote which lines of GanKit.dll it ran; a line counts once, and as run where any of them ran it.
    say "Line coverage of GanKit: $(cat "$RESULTS"/*/*.cobertura.xml | awk '
        match($0, / filename="[^"]*"/) { file = substr($0, RSTART, RLENGTH) }
        match($0, /<line number="[0-9]+" hits="[0-9]+"/) {
            split(substr($0, RSTART, RLENGTH), part, "\"")
            line = file part[2]
            if (!(line in ran)) { lines++; ran[line] = 0 }
            if (part[4] > 0 && !ran[line]) { covered++; ran[line] = 1 }
        }
        END { printf "%.1f", lines ? 100 * covered / lines : 0 }') %"
fi

[ "$long" -eq 0 ] || say "$long long tests did not run; to run them too:  eng/test.sh --long"
say "All in $((SECONDS - begun)) s"
[ "$status" -eq 0 ] && echo "Passed" || echo "Failed"
printf '  %s: %d\n' total "$total" failed "$failed" succeeded "$succeeded" skipped "$skipped"
exit "$status"
