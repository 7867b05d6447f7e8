#!/usr/bin/env bash
# The transparent colour of a PNG with 16 bits is read with its bytes swapped, and a PNG that breaks off is read without an error.
#
# Versions: SixLabors.ImageSharp 2.1.13.
# Guess: pixels of the colour in tRNS have alpha 0, as in PNG's specification; a file that breaks off amid its pixels throws, as in
#        Pillow 11.1 (OSError: image file is truncated).
# Seen: the pixel 1000 (0x03E8) of tRNS 1000 is opaque, and the metadata say 59395 (0xE803); of the file cut after half of its pixels the
#       first rows come, the others are transparent black, and nothing is thrown. (Cut within its first IDAT chunk it throws.)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="SixLabors.ImageSharp" Version="2.1.13" />
  </ItemGroup>
</Project>
XML
base64 -d >grey.png <<'PNG'
iVBORw0KGgoAAAANSUhEUgAAAAYAAAAEEAAAAADY/83cAAAAAnRSTlMD6PNv9LEAAAAhSURBVHgBATQAy/8AAAAABwAOABUAHAAj
AAPoA+8D9gP9BAQEC6mfE78AAAAeSURBVAAH0AfXB94H5QfsB/MAC7gLvwvGC80L1AvbGmcOxUFujkwAAAAASUVORK5CYII=
PNG
cat >Program.cs <<'CS'
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

var file = File.ReadAllBytes("grey.png"); // 6 x 4 pixels of 1000 y + 7 x, not packed, in two IDAT chunks
using var whole = Image.Load<Rgba64>(file);
var transparent = whole.Metadata.GetPngMetadata().TransparentL16!.Value.PackedValue;
using var half = Image.Load<Rgba64>(file[..107]);
Console.WriteLine($"pixel (0, 1): {whole[0, 1]}; the transparent colour is said to be {transparent}");
Console.WriteLine($"cut after half: the first pixel of each row is {string.Join(", ", Enumerable.Range(0, 4).Select(y => half[0, y]))}");
return whole[0, 1] == new Rgba64(1000, 1000, 1000, 65535) && transparent == 59395 && half[0, 3] == default && half[1, 0].R == 7 ? 0 : 1;
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
dotnet out/finding.dll
