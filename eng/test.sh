#!/usr/bin/env bash
# Builds everything and runs every test: one command on a bare machine.
#
#   eng/test.sh [--coverage] [--format] [TEST OPTIONS]
#
#   --coverage   also measures how many of GanKit's lines the tests run, and prints the figure
#   --format     also checks that `dotnet format` would change nothing
#   the rest goes to the test program, for example: eng/test.sh --filter-class "*HingeTests"
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=prerequisites.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/prerequisites.sh"

coverage=false
format=false
arguments=()
for argument in "$@"; do
    case $argument in
        --coverage) coverage=true ;;
        --format) format=true ;;
        --help | -h)
            sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
            exit 0
            ;;
        *) arguments+=("$argument") ;;
    esac
done

cd "$ROOT"
require_dotnet
require_libstdcxx

say "Building"
dotnet build GanKit.sln -c Release -v q "-clp:ErrorsOnly;NoSummary" --nologo </dev/null

results=$ROOT/artifacts/test-results
if $coverage; then
    rm -f "$results"/*.cobertura.xml
    arguments+=(--coverage --coverage-output-format cobertura --coverage-settings "$ROOT/eng/coverage.config")
fi

say "Testing"
# One test program after the other, since each uses every core. A filter may leave one of them without tests (exit code 8), but not all.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
dotnet test --solution GanKit.sln -c Release --no-build --results-directory "$results" --max-parallel-test-modules 1 \
    --ignore-exit-code 8 ${arguments[@]+"${arguments[@]}"} </dev/null 2>&1 | tee "$log" || status=$?
if [ "$status" -eq 0 ] && ! grep -Eq '^ *(succeeded|skipped): *[1-9]' "$log"; then
    complain "No test ran."
    status=1
fi

if $coverage && ls "$results"/*.cobertura.xml >"$log" 2>&1; then
    # Each test program wrote which lines of GanKit.dll it ran; a line counts once, and as run where any of them ran it.
    say "Line coverage of GanKit: $(cat "$results"/*.cobertura.xml | awk '
        match($0, / filename="[^"]*"/) { file = substr($0, RSTART, RLENGTH) }
        match($0, /<line number="[0-9]+" hits="[0-9]+"/) {
            split(substr($0, RSTART, RLENGTH), part, "\"")
            line = file part[2]
            if (!(line in ran)) { lines++; ran[line] = 0 }
            if (part[4] > 0 && !ran[line]) { covered++; ran[line] = 1 }
        }
        END { printf "%.1f", lines ? 100 * covered / lines : 0 }') %"
fi

if $format; then
    say "Checking the format"
    dotnet format GanKit.sln --verify-no-changes --no-restore </dev/null || {
        [ "$status" -ne 0 ] || status=1
        complain "The format is not right. To repair it, type:  dotnet format"
    }
fi
exit "$status"
