#!/usr/bin/env bash
# Trains a DCGAN on Fashion-MNIST and draws what it learnt: one command on a bare machine.
#
#   eng/demo.sh [OPTIONS OF examples/Dcgan]      for example: eng/demo.sh --epochs 1
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=prerequisites.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/prerequisites.sh"

# What the demo asks of the example. Options given to this script come after, and win.
OUTPUT=artifacts/demo
OPTIONS=(--output "$OUTPUT")

cd "$ROOT"
require_dotnet
require_libstdcxx
want_fashion_mnist

say "Building"
dotnet build -c Release -v q "-clp:ErrorsOnly;NoSummary" --nologo examples/Dcgan </dev/null

say "Training"
SECONDS=0
dotnet run -c Release --no-build --project examples/Dcgan -- "${OPTIONS[@]}" "$@"

say "Done in $((SECONDS / 60)) min $((SECONDS % 60)) s. The picture is $ROOT/$OUTPUT/samples.png"
