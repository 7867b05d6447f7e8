#!/usr/bin/env bash
# Buffers that are not persistent are in no enumeration, and to() leaves them as they are.
#
# Versions: TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# Guess: buffers(include_nonpersistent: true), the default, lists them, and to(float64) converts them, both as in PyTorch.
# Seen: they are not listed, and keep their type where the persistent buffer beside them gets the new one: a network
#       with a mask of that kind fails, or mixes types, after to().
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

using var module = new Holder();
var listed = module.buffers(recurse: true, include_nonpersistent: true).Count();
module.to(ScalarType.Float64);
var seen = $"listed {listed} of 2; after to(float64) kept is {module.Kept.dtype}, mask is {module.Mask.dtype}";
Console.WriteLine(seen);
return seen == "listed 1 of 2; after to(float64) kept is Float64, mask is Float32" ? 0 : 1;

internal sealed class Holder : nn.Module
{
    internal Holder() : base(nameof(Holder))
    {
        register_buffer("kept", zeros(1));
        register_buffer("mask", zeros(1), persistent: false);
    }

    internal Tensor Kept => _internal_buffers["kept"].Item1;

    internal Tensor Mask => _internal_buffers["mask"].Item1;
}
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
dotnet out/finding.dll
