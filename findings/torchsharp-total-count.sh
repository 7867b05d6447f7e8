#!/usr/bin/env bash
# Tensor.TotalCount, said to be the number of live tensors, grows by one for each Parameter and never comes back.
#
# Versions: TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# Guess: after a layer is disposed and the collector has run, the count is what it was before.
# Seen: 100 layers of two parameters leave 200 behind, while the statistics of the dispose scopes are even.
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
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

Make(1);
Collect();
var before = Tensor.TotalCount;
Make(100);
Collect();
var left = Tensor.TotalCount - before;
Console.WriteLine($"100 layers of 2 parameters, disposed and collected: TotalCount grew by {left}");
return left == 200 ? 0 : 1;

[MethodImpl(MethodImplOptions.NoInlining)]
static void Make(int count)
{
    for (var i = 0; i < count; i++)
        nn.Linear(2, 2).Dispose();
}

static void Collect()
{
    for (var i = 0; i < 5; i++)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
dotnet out/finding.dll
