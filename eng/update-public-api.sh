#!/usr/bin/env bash
# Writes the packages' public surface, as it is now, to PublicAPI.Unshipped.txt of each. Review the difference as you would
# code: a line that goes is a break for users. At a release, the lines move to PublicAPI.Shipped.txt.
#
#   eng/update-public-api.sh
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=prerequisites.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/prerequisites.sh"

require_dotnet

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Packages that others depend on come first.
for package in GanKit.Checkpoints GanKit GanKit.ImageSharp; do
    cd "$ROOT/src/$package"
    say "Asking the analyser what $package does not declare"
    unshipped=PublicAPI.Unshipped.txt
    printf '#nullable enable\n' >"$unshipped"
    # With nothing declared, the analyser reports each public symbol once.
    if ! dotnet build -c Release -v q --nologo --no-incremental --no-dependencies -p:TreatWarningsAsErrors=false >"$log" </dev/null; then
        cat "$log" >&2
        complain "$package does not build."
        exit 1
    fi
    # What was removed since the last release is marked so, as the analyser asks (RS0017).
    {
        sed -n "s/.* RS0016: Symbol '\(.*\)' is not part of the declared public API.*/\1/p" "$log"
        sed -n "s/.* RS0017: Symbol '\(.*\)' is part of the declared API, but .*/*REMOVED*\1/p" "$log"
    } | LC_ALL=C sort -u >>"$unshipped"
    say "$(($(wc -l <"$unshipped") - 1)) lines in src/$package/$unshipped"
done
