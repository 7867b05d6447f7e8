#!/usr/bin/env bash
# Packs the library, and trains and draws with the package from a new program outside the repository, as a user would.
# It is the check before a release.
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
    Darwin) backend="libtorch-cpu-osx-arm64" skia="SkiaSharp" ;;
    *) backend="libtorch-cpu-linux-x64" skia="SkiaSharp.NativeAssets.Linux.NoDependencies" ;;
esac
version_of() { sed -n "s|.*<$1Version>\(.*\)</$1Version>.*|\1|p" Directory.Packages.props; }
libtorch=$(version_of LibTorch)
skiasharp=$(version_of SkiaSharp)
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
    <PackageReference Include="$skia" Version="$skiasharp" />
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

Images.WriteGrid("smoke.png", rand(4, 1, 8, 8) * 2 - 1, columns: 2);
using var grid = Images.Read("smoke.png");
if (grid.shape is not [1, 3, 22, 22])
    throw new InvalidOperationException($"The picture read back is {grid}");
Console.WriteLine("Five steps, ten samples and a picture: the package works.");
END
(cd "$work/app" && dotnet build -v q "-clp:ErrorsOnly;NoSummary" --nologo -o "$work/out" </dev/null)

for file in README.md lib/net10.0/GanKit.dll lib/net10.0/GanKit.xml; do
    [ -s "$work/packages/gankit/$version/$file" ] || { complain "The package lacks $file." && exit 1; }
done

say "Running it"
cd "$work"
dotnet out/Smoke.dll
