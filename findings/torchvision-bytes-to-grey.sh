#!/usr/bin/env bash
# Contrast and saturation of 8-bit pictures mix with black instead of grey.
#
# Versions: TorchVision 0.107.0 and TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# Guess: adjust_contrast and adjust_saturation by 0 give grey, of 8-bit pictures as of floats; rgb_to_grayscale keeps
#        the type.
# Seen: rgb_to_grayscale of bytes answers in floats of 0 to 1, which the two then mix with bytes of 0 to 255: a light
#       grey becomes black. With three channels asked it throws, for bytes only.
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

var bytes = full([3, 4, 4], 180, dtype: uint8);
var floats = bytes.to(float32) / 255;
var lines = new[]
{
    $"contrast 0: floats {F.adjust_contrast(floats, 0).mean().item<float>() * 255:F0}, bytes {F.adjust_contrast(bytes, 0).to(float32).mean().item<float>():F0}",
    $"saturation 0: floats {F.adjust_saturation(floats, 0).mean().item<float>() * 255:F0}, bytes {F.adjust_saturation(bytes, 0).to(float32).mean().item<float>():F0}",
    $"grey of bytes: {F.rgb_to_grayscale(bytes).dtype}",
    $"three channels of floats: {F.rgb_to_grayscale(floats, 3).mean().item<float>() * 255:F0}, of bytes: {Threw(() => F.rgb_to_grayscale(bytes, 3).cpu())}",
};
foreach (var line in lines)
    Console.WriteLine(line);

return lines[0] == "contrast 0: floats 180, bytes 0" && lines[1] == "saturation 0: floats 180, bytes 0" && lines[2] == "grey of bytes: Float32"
    && lines[3] == "three channels of floats: 180, of bytes: InvalidOperationException" ? 0 : 1;

static string Threw(Func<Tensor> call)
{
    try
    {
        return string.Join(" x ", call().shape);
    }
    catch (Exception exception)
    {
        return exception.GetType().Name;
    }
}
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
dotnet out/finding.dll
