#!/usr/bin/env bash
# One seed draws other normal numbers on one processor than on another: initial weights, latents and noise.
#
# Versions: TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# Guess: the kernels of a processor may round sums in their own way, but a seed gives the same random numbers.
# Seen: with ATEN_CPU_CAPABILITY=default and =avx2, 16 normal numbers or more of one seed differ in their last bits,
#       fewer do not, and uniform ones are equal. (It needs a processor with AVX2.)
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

foreach (var count in new[] { 15, 16, 2000 })
{
    manual_seed(7);
    using var normal = empty(count).normal_();
    Console.WriteLine($"normal {count} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(normal.bytes))[..16]}");
}

manual_seed(7);
using var uniform = empty(2000).uniform_(0, 1);
Console.WriteLine($"uniform 2000 {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(uniform.bytes))[..16]}");
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
ATEN_CPU_CAPABILITY=default dotnet out/finding.dll >default.txt
ATEN_CPU_CAPABILITY=avx2 dotnet out/finding.dll >avx2.txt
seen=$(paste -d' ' default.txt avx2.txt | awk '{ printf "%s %s %s; ", $1, $2, $3 == $6 ? "equal" : "differ" }')
echo "$seen"
[ "$seen" = "normal 15 equal; normal 16 differ; normal 2000 differ; uniform 2000 equal; " ]
