#!/usr/bin/env bash
# Trains a DCGAN on Fashion-MNIST and draws what it learnt: one command on a bare machine.
#
#   eng/demo.sh [OPTIONS OF examples/Dcgan]      for example: eng/demo.sh --epochs 1
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=prerequisites.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/prerequisites.sh"

# What of the example's options matters here; the example reads them all.
output=$ROOT/artifacts/demo
images=
options=()
while [ $# -gt 0 ]; do
    case $1 in
        --output) [ $# -gt 1 ] && output=$2 && shift || options+=("$1") ;;
        --output[=:]*) output=${1#--output?} ;;
        --images | --images[=:]*) images=given && options+=("$1") ;;
        *) options+=("$1") ;;
    esac
    shift
done

caller=$PWD
cd "$ROOT"
require_dotnet
require_libstdcxx
[ -n "$images" ] || want_fashion_mnist

say "Building"
dotnet build -c Release -v q "-clp:ErrorsOnly;NoSummary" --nologo examples/Dcgan </dev/null
program=$(dotnet msbuild examples/Dcgan -p:Configuration=Release -getProperty:TargetPath </dev/null)

say "Training"
SECONDS=0
# Relative paths are the caller's.
cd "$caller"
dotnet "$program" --output "$output" ${options[@]+"${options[@]}"}

[ -e "$output/samples.png" ] || exit 0 # --help draws nothing
output=$(cd -- "$output" && pwd)
say "Done in $((SECONDS / 60)) min $((SECONDS % 60)) s. The picture is $output/samples.png"
