#!/usr/bin/env bash
# make_grid throws where the last row is not full, and places pictures higher than the frame around them.
#
# Versions: TorchVision 0.107.0 and TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# Guess: five pictures in rows of three leave one place empty; a frame of 2 pixels is on all four sides.
# Seen: five pictures throw, as do any whose last row lacks one; of four pictures in rows of two the first begins at row
#       0 and column 2, and below the last are 4 empty rows.
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

var refused = "";
try
{
    torchvision.utils.make_grid(ones(5, 3, 4, 4), nrow: 3);
}
catch (Exception exception)
{
    refused = exception.Message.Split('\n')[0];
}

var grid = torchvision.utils.make_grid(ones(4, 3, 4, 4), nrow: 2);
string Rows(long across) => string.Concat(grid[0].amax([across]).data<float>().ToArray().Select(v => v > 0 ? '#' : '.'));
Console.WriteLine($"five in rows of three: {refused}");
Console.WriteLine($"four in rows of two: columns {Rows(0)}, rows {Rows(1)}");
return refused.Contains("index 5 is out of range", StringComparison.Ordinal) || refused.Contains("index 5 out of range", StringComparison.Ordinal)
    ? Rows(0) == "..####..####.." && Rows(1) == "####..####...." ? 0 : 1 : 1;
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
dotnet out/finding.dll
