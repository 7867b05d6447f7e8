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
    rm -f "$results/coverage.xml"
    arguments+=(--coverage --coverage-output-format cobertura --coverage-output coverage.xml
        --coverage-settings "$ROOT/eng/coverage.config")
fi

say "Testing"
status=0
dotnet test --solution GanKit.sln -c Release --no-build --results-directory "$results" \
    ${arguments[@]+"${arguments[@]}"} </dev/null || status=$?

if $coverage && [ -e "$results/coverage.xml" ]; then
    # The first line-rate in the file is that of everything measured, and GanKit.dll is all that is measured.
    rate=$(sed -n 's/.*<coverage [^>]*line-rate="\([0-9.]*\)".*/\1/p' "$results/coverage.xml" | sed -n 1p)
    say "Line coverage of GanKit: $(awk -v rate="$rate" 'BEGIN { printf "%.1f", 100 * rate }') %"
fi

if $format; then
    say "Checking the format"
    dotnet format GanKit.sln --verify-no-changes --no-restore </dev/null || {
        [ "$status" -ne 0 ] || status=1
        complain "The format is not right. To repair it, type:  dotnet format"
    }
fi
exit "$status"
