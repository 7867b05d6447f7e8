#!/usr/bin/env bash
# affine takes the nearest pixel whatever interpolation it is told.
#
# Versions: TorchVision 0.107.0 and TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# Guess: InterpolationMode.Bilinear blends neighbours, as it does in rotate.
# Seen: the result of Bilinear is that of Nearest to the bit, while rotate by the same angle differs between the two.
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

var picture = arange(36, dtype: float32).reshape(1, 6, 6) / 35;
Tensor Affine(InterpolationMode mode) => F.affine(picture, [0f, 0f], 30f, [0, 0], 1f, mode);
Tensor Rotate(InterpolationMode mode) => F.rotate(picture, 30f, mode);
var affine = (Affine(InterpolationMode.Bilinear) - Affine(InterpolationMode.Nearest)).abs().max().item<float>();
var rotate = (Rotate(InterpolationMode.Bilinear) - Rotate(InterpolationMode.Nearest)).abs().max().item<float>();
Console.WriteLine($"bilinear and nearest differ by up to {affine:F3} in affine, {rotate:F3} in rotate");
return affine == 0 && rotate > 0.01 ? 0 : 1;
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
dotnet out/finding.dll
