#!/usr/bin/env bash
# The kernel of gaussian_blur is upside down: nothing in the middle, most at the corners.
#
# Versions: TorchVision 0.107.0 and TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# Guess: a bright pixel becomes a hill, as exp(-x^2 / (2 sigma^2)) says, 0.147 in the middle of 3 x 3 at sigma 1.5.
# Seen: it becomes a ring with 0 in the middle and 0.25 at each corner, whatever sigma is: the exponential is missing,
#       and the weights are x^2 themselves.
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

var picture = zeros(1, 5, 5);
picture[0, 2, 2] = 1f;
var seen = new List<string>();
foreach (var sigma in new[] { 0.5f, 1.5f })
{
    var blurred = F.gaussian_blur(picture, 3, sigma);
    seen.Add($"middle {blurred[0, 2, 2].item<float>():F3}, side {blurred[0, 2, 1].item<float>():F3}, corner {blurred[0, 1, 1].item<float>():F3}");
    Console.WriteLine($"sigma {sigma}: {seen[^1]}");
}

return seen.All(s => s == "middle 0.000, side 0.000, corner 0.250") ? 0 : 1;
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
dotnet out/finding.dll
