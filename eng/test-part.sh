#!/usr/bin/env bash
# One of the jobs that eng/test.sh runs several of at once: it exports WORK and RESULTS.
#
#   eng/test-part.sh format                 checks white space and the order of usings; the build checks the rest of the style
#   eng/test-part.sh GanKit.Tests/2/8       runs the second of eight parts of a test program
#
# It prints a line; the rest goes into files of $WORK, so that jobs do not talk at the same time.
set -uo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.." || exit 1

job=$1
name=${job//\//.}
log=$WORK/$name.log
code=0

if [ "$job" = format ]; then
    result="is right"
    dotnet format whitespace GanKit.sln --verify-no-changes --no-restore >"$log" 2>&1 </dev/null || {
        code=$?
        echo "!! The format is not right. To repair it, type:  dotnet format" >>"$log"
    }
else
    IFS=/ read -r program part <<<"$job"
    arguments=()
    [ ! -e "$WORK/arguments" ] || while IFS= read -r -d '' argument; do arguments+=("$argument"); done <"$WORK/arguments"
    export GANKIT_TEST_PART=$part GANKIT_RUNNING_TEST=$WORK/$name.running
    # Where the program lies, its folder's name says for which platform it was built.
    dotnet "tests/$program/bin/Release/net10.0/"*"/$program.dll" --no-ansi --progress off \
        --results-directory "$RESULTS/$name" ${arguments[@]+"${arguments[@]}"} >"$log" 2>&1 </dev/null || code=$?
    result=$(sed -n 's/^ *succeeded: *\([0-9]*\).*/\1/p' "$log" | tail -n 1)
    result="${result:-no} tests passed"
fi

echo "$code" >"$WORK/$name.code"
[ "$code" -ne 8 ] || code=0 # a part has none of the tests asked for
if [ "$code" -eq 0 ]; then
    echo "-- $job: ${result:-} in $SECONDS s"
else
    echo "!! $job: failed (code $code) after $SECONDS s"
    exit 1 # with 255, xargs would stop
fi
