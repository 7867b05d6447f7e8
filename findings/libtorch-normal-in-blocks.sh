#!/usr/bin/env bash
# The first latent of a seed is another one in a batch of 1 than in one of 64, unless its length is a multiple of 16.
#
# Versions: TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# Guess: randn draws in order, so that more rows of one seed begin with the same rows.
# Seen: of 1 x 100 and 64 x 100 of one seed, numbers 84 to 99 of the first row differ: the last 16 of a whole tensor are drawn
#       anew, unless its size is a multiple of 16. A tensor that is not contiguous is drawn number by number, and all agree.
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

Console.WriteLine($"randn of 100: {First((rows, source) => randn([rows, 100], generator: source))} of 100 equal");
Console.WriteLine($"randn of 96: {First((rows, source) => randn([rows, 96], generator: source))} of 96 equal");
Console.WriteLine($"one by one: {First((rows, source) => empty(rows, 100, 2).select(2, 0).normal_(0, 1, source))} of 100 equal");

static long First(Func<long, Generator, Tensor> draw)
{
    using Generator one = new(7), other = new(7);
    return draw(1, one)[0].eq(draw(64, other)[0]).sum().item<long>();
}
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
seen=$(dotnet out/finding.dll | paste -sd';')
echo "$seen"
[ "$seen" = "randn of 100: 84 of 100 equal;randn of 96: 96 of 96 equal;one by one: 100 of 100 equal" ]
