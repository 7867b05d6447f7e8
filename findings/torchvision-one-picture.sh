#!/usr/bin/env bash
# adjust_hue leaves one picture as it is, and normalize refuses it: both want a batch.
#
# Versions: TorchVision 0.107.0 and TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# Guess: shapes (3, H, W) and (1, 3, H, W) get the same colours, as in torchvision; adjust_hue says only that it wants
#        an image tensor.
# Seen: the hue of (1, 3, H, W) turns, that of (3, H, W) stays without a word; normalize takes the height for the number
#       of channels and throws.
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

var picture = tensor(new[] { 0.9f, 0.2f, 0.1f }).reshape(3, 1, 1).expand(3, 4, 4).contiguous();
var batch = picture.unsqueeze(0);
var hueOfOne = (F.adjust_hue(picture, 0.3) - picture).abs().max().item<float>();
var hueOfBatch = (F.adjust_hue(batch, 0.3) - batch).abs().max().item<float>();
double[] mean = [0.5, 0.5, 0.5], deviation = [0.5, 0.5, 0.5];
var normalized = F.normalize(batch, mean, deviation);
var refused = "";
try
{
    F.normalize(picture, mean, deviation);
}
catch (ArgumentException exception)
{
    refused = exception.Message;
}

Console.WriteLine($"hue turned by 0.3 changes a batch of one by up to {hueOfBatch:F2}, one picture by {hueOfOne:F2}");
Console.WriteLine($"normalize of a batch of one: {string.Join(" x ", normalized.shape)}; of one picture: {refused}");
return hueOfBatch > 0.5 && hueOfOne == 0 && refused != "" ? 0 : 1;
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
dotnet out/finding.dll
