#!/usr/bin/env bash
# A GIF of few colours that are near each other loses some, even with a table that has each of them.
#
# Versions: SixLabors.ImageSharp 2.1.13.
# Guess: 100 colours fit into a table of 256, so each encoder's table keeps them, as Pillow's quantize(256) does; surely that of a
#        PaletteQuantizer that is given these colours, without dithering.
# Seen: of 100 colours that differ in their lower 3 bits WuQuantizer keeps 1, and PaletteQuantizer with these very colours keeps 1: colours whose
#       upper 5 bits are the same become one. OctreeQuantizer keeps all of up to 255, and 255 of 256.
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
cat >Program.cs <<'CS'
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing.Processors.Quantization;

var plain = new QuantizerOptions { Dither = null, MaxColors = 256 };
var palette = new PaletteQuantizer(Enumerable.Range(0, 100).Select(i => new Color(Near(i))).ToArray(), plain);
int octree = Kept(100, new OctreeQuantizer(plain)), wu = Kept(100, new WuQuantizer(plain)), given = Kept(100, palette);
int full = Kept(255, new OctreeQuantizer(plain)), over = Kept(256, new OctreeQuantizer(plain));
Console.WriteLine($"of 100 near colours Octree keeps {octree}, Wu {wu}, a palette of these very colours {given}");
Console.WriteLine($"of 255 Octree keeps {full}, of 256 {over}");
return octree == 100 && wu < 100 && given < 100 && full == 255 && over < 256 ? 0 : 1;

static Rgb24 Near(int i) => new((byte)(96 + i % 7), (byte)(96 + i / 7 % 7), (byte)(96 + i / 49));

static int Kept(int colours, IQuantizer quantizer)
{
    using var image = new Image<Rgb24>(colours, 1);
    for (var i = 0; i < colours; i++)
        image[i, 0] = Near(i);
    using var file = new MemoryStream();
    image.SaveAsGif(file, new GifEncoder { Quantizer = quantizer, ColorTableMode = GifColorTableMode.Local });
    using var read = Image.Load<Rgb24>(file.ToArray());
    return Enumerable.Range(0, colours).Count(i => read[i, 0] == image[i, 0]);
}
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
dotnet out/finding.dll
