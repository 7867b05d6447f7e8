#!/usr/bin/env bash
# center_crop of an odd margin is one pixel higher and further left than torchvision and Pillow users expect.
#
# Versions: TorchVision 0.107.0 and TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# Guess: the corner is round((size - crop) / 2) as in torchvision, half to even: 2 for 3 pixels of 6.
# Seen: the corner is cut off to 1, so for margins of 3, 7, 11 ... the crop is another than in Python; for 1, 5, 9 ...
#       it is the same.
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
    <PackageReference Include="TorchVision" Version="0.107.0" />
    <PackageReference Include="TorchSharp" Version="0.107.0" />
    <PackageReference Include="libtorch-cpu-linux-x64" Version="2.10.0" />
  </ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torchvision.transforms.functional;

var row = arange(8, dtype: float32).reshape(1, 1, 8).expand(1, 8, 8);
var wrong = new List<string>();
foreach (var size in new[] { 7, 6, 5, 4, 3, 1 })
{
    var first = (int)F.center_crop(row, size, size)[0, 0, 0].item<float>();
    var python = (int)Math.Round((8 - size) / 2.0, MidpointRounding.ToEven);
    Console.WriteLine($"margin {8 - size}: column {first}, torchvision {python}");
    if (first != python)
        wrong.Add($"{8 - size}");
}

return string.Join(" ", wrong) == "3 7" ? 0 : 1;
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
dotnet out/finding.dll
