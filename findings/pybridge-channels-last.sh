#!/usr/bin/env bash
# load_py into weights that lie channels last puts numbers in the wrong places, without an error.
#
# Versions: TorchSharp.PyBridge 1.4.4, TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# Guess: how the network's weights lie in memory does not matter: they become those of the file.
# Seen: the file's strides are laid over the network's memory, so weights that lie in another order (channels last, or a
#       transposed matrix) get the file's bytes in the file's order. load_safetensors gives the right ones.
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
    <PackageReference Include="TorchSharp.PyBridge" Version="1.4.4" />
    <PackageReference Include="libtorch-cpu-linux-x64" Version="2.10.0" />
  </ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using TorchSharp;
using TorchSharp.PyBridge;
using static TorchSharp.torch;

using var written = nn.Conv2d(2, 4, 3, bias: false);
written.save_py("weights.pth");
written.save_safetensors("weights.safetensors");
using var read = nn.Conv2d(2, 4, 3, bias: false);
read.weight = new(read.weight.detach().permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)); // the same weights, channels last
read.load_py("weights.pth");
var pth = Same();
read.load_safetensors("weights.safetensors");
var seen = $"same weights: after load_py {pth}, after load_safetensors {Same()}";
Console.WriteLine(seen);
return seen == "same weights: after load_py False, after load_safetensors True" ? 0 : 1;

bool Same() => written.weight.equal(read.weight).all().item<bool>();
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
dotnet out/finding.dll
