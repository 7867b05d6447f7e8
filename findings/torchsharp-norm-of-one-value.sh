#!/usr/bin/env bash
# Normalisations of one value run, and batch normalisation's running variance is NaN from then on while its outputs look well.
#
# Versions: TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# Guess: as in PyTorch, "Expected more than 1 value per channel when training" and "more than 1 spatial element".
# Seen: no exception. BatchNorm1d in training on a batch of one gives zeros, and NaN in running_var for good; InstanceNorm2d on maps
#       of one pixel gives zeros. PyTorch makes these checks in Python, not in libtorch.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
    <SelfContained>false</SelfContained>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="TorchSharp" Version="0.107.0" />
    <PackageReference Include="libtorch-cpu-linux-x64" Version="2.10.0" />
  </ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using TorchSharp;
using static TorchSharp.torch;

using var batch = nn.BatchNorm1d(4);
Console.WriteLine($"outputs below 1e-3: {batch.call(ones(1, 4)).abs().max().item<float>() < 1e-3}");
batch.call(randn(64, 4));
Console.WriteLine($"running_var NaN after a good batch: {batch.running_var!.isnan().all().item<bool>()}");
using var instance = nn.InstanceNorm2d(4);
Console.WriteLine($"instances below 1e-3: {instance.call(ones(2, 4, 1, 1)).abs().max().item<float>() < 1e-3}");
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
seen=$(dotnet out/finding.dll | paste -sd';')
echo "$seen"
[ "$seen" = "outputs below 1e-3: True;running_var NaN after a good batch: True;instances below 1e-3: True" ]
