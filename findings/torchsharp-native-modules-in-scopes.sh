#!/usr/bin/env bash
# The weights of some layers end with the dispose scope in which the layer was made, and those of others don't.
#
# Versions: TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# Guess: a layer made in a dispose scope outlives it, as Linear and Conv2d do, since TorchSharp detaches their parameters.
# Seen: Linear, Conv2d and BatchNorm2d keep their weights; Embedding and GRUCell, whose weights libtorch keeps, lose
#       them: parameters() is empty then, though the layer was not disposed.
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

var layers = new List<(string Name, nn.Module Layer, int Before)>();
using (NewDisposeScope())
{
    foreach (var (name, layer) in new (string, nn.Module)[]
    {
        ("Linear", nn.Linear(3, 4)), ("Conv2d", nn.Conv2d(3, 4, 1)), ("BatchNorm2d", nn.BatchNorm2d(3)),
        ("Embedding", nn.Embedding(3, 4)), ("GRUCell", nn.GRUCell(3, 4)),
    })
        layers.Add((name, layer, layer.parameters().Count()));
}

var seen = string.Join(" ", layers.Select(each => $"{each.Name}:{each.Before}->{each.Layer.parameters().Count()}"));
Console.WriteLine(seen);
return seen == "Linear:2->2 Conv2d:2->2 BatchNorm2d:2->2 Embedding:1->0 GRUCell:4->0" ? 0 : 1;
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
dotnet out/finding.dll
