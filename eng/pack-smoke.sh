#!/usr/bin/env bash
# Packs the library and trains a step with the package, from a new program outside the repository, as a user would.
#
#   eng/pack-smoke.sh
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=prerequisites.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/prerequisites.sh"

cd "$ROOT"
require_dotnet
require_libstdcxx

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=0.0.0-smoke

say "Packing"
dotnet pack src/GanKit -c Release -v q --nologo -p:Version="$version" -o "$work/feed" >"$work/log" </dev/null \
    || { cat "$work/log" >&2 && exit 1; }

# The package must bring TorchSharp and SkiaSharp, and nothing else: no backend, no analyser.
dependencies=$(sed -n 's/.*<dependency id="\([^"]*\)".*/\1/p' "src/GanKit/obj/Release/GanKit.$version.nuspec" | LC_ALL=C sort | tr '\n' ' ')
if [ "$dependencies" != "SkiaSharp TorchSharp " ]; then
    complain "The package depends on $dependencies; allowed are SkiaSharp and TorchSharp."
    exit 1
fi

say "Making a program that uses the package"
case $(uname -s) in
    Darwin) backend="libtorch-cpu-osx-arm64" ;;
    *) backend="libtorch-cpu-linux-x64" ;;
esac
libtorch=$(sed -n 's|.*<LibTorchVersion>\(.*\)</LibTorchVersion>.*|\1|p' Directory.Packages.props)
mkdir "$work/app"
cat >"$work/app/nuget.config" <<END
<configuration>
  <packageSources>
    <add key="smoke" value="$work/feed" />
  </packageSources>
</configuration>
END
# What is restored goes to a folder of its own, so that the smoke version is never left behind; what the user's package
# folder has is taken from there.
cat >"$work/app/Smoke.csproj" <<END
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <InvariantGlobalization>true</InvariantGlobalization>
    <UseCurrentRuntimeIdentifier>true</UseCurrentRuntimeIdentifier>
    <SelfContained>false</SelfContained>
    <RestorePackagesPath>$work/packages</RestorePackagesPath>
    <RestoreFallbackFolders>${NUGET_PACKAGES:-$HOME/.nuget/packages}</RestoreFallbackFolders>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="GanKit" Version="$version" />
    <PackageReference Include="$backend" Version="$libtorch" />
  </ItemGroup>
</Project>
END
cat >"$work/app/Program.cs" <<'END'
using GanKit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

Console.WriteLine(GanKitInfo.Collect());

using var generator = Sequential(Linear(8, 16), ReLU(), Linear(16, 2));
using var discriminator = Sequential(Linear(2, 16), LeakyReLU(0.2), Linear(16, 1));
using var trainer = AdversarialTrainer.Create(generator, discriminator,
    new UnconditionalObjective(latentSize: 8, AdversarialLoss.NonSaturating), new TrainerOptions { Device = Devices.Best });

trainer.Fit(Batches.FromTensor(Toy.EightGaussians(1_000), batchSize: 100), steps: 5);
using var samples = trainer.Sample(10);

if (trainer.StepCount != 5 || samples.shape is not [10, 2] || !isfinite(samples).all().item<bool>())
    throw new InvalidOperationException($"{trainer.StepCount} steps, samples {samples}");
Console.WriteLine("Five steps and ten samples: the package works.");
END
(cd "$work/app" && dotnet build -v q "-clp:ErrorsOnly;NoSummary" --nologo -o "$work/out" </dev/null)

say "Running it"
dotnet "$work/out/Smoke.dll"
