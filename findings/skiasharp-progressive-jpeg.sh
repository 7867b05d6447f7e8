#!/usr/bin/env bash
# A progressive JPEG that breaks off after its first scans is a success; one that is not progressive is incomplete.
#
# Versions: SkiaSharp and SkiaSharp.NativeAssets.Linux.NoDependencies 4.155.0.
# Guess: GetPixels returns IncompleteInput for any JPEG that breaks off, as Pillow refuses both.
# Seen: of a grey progressive picture of 45 x 37 pixels in 579 bytes, all from 192 bytes on are a Success but for a few lengths
#       within headers, though the later scans and the end are missing; Pillow 11.1 refuses each. The same picture written again,
#       not progressive, is a Success at its full length alone, and at none within 20 bytes of its end.
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
    <PackageReference Include="SkiaSharp" Version="4.155.0" />
    <PackageReference Include="SkiaSharp.NativeAssets.Linux.NoDependencies" Version="4.155.0" />
  </ItemGroup>
</Project>
XML
base64 -d >progressive.jpg <<'JPEG'
/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAx
NDQ0Hyc5PTgyPC4zNDL/wgALCAAlAC0BAREA/8QAFwABAQEBAAAAAAAAAAAAAAAAAwQFBv/aAAgBAQAAAAHiaGoZ8xqHoXNWlnoy
3dqHyXeh1//EABkQAAMBAQEAAAAAAAAAAAAAAAABAhIRIf/aAAgBAQABBQJSKRSKRSZ8UCgUCgUCgUigUikUCgUCgUGRSYM8EhCX
ika4f//EABYQAAMAAAAAAAAAAAAAAAAAADAxQP/aAAgBAQAGPwIqh//EAB8QAAICAgIDAQAAAAAAAAAAAAABESFRYTFBcZGhwf/a
AAgBAQABPyGw0ouUpyc+h+hRsSL9NCLKRgFVMFBeMmfRD6UUZaZUvhD1JYkRGCRaHhFTgSIIESmhbZiqEou5P//aAAgBAQAAABC1
5IQD/8QAIBABAAMAAgIDAQEAAAAAAAAAAQARITFBUfBxkaHx0f/aAAgBAQABPxBQKYU8ZNQE3r/ZT5g4nKNFhMFYM5fxlBqniqYi
BQXyagol1XRTnuygoZz5T1l1aQf4xlKBL03j+wKXVmbTktvSnVdEJRwa02VOk+9jAIAwea8EIRUKpB76zQW781UwIViUp+wRZZvf
PxNjTzfR3KwOBfMClwdlbHTrMs2/qUHHA0+YbTzVeITh0KY+5L2IaBGiAFy/GReyx5Pif//Z
JPEG
cat >Program.cs <<'CS'
using SkiaSharp;

var progressive = File.ReadAllBytes("progressive.jpg");
using var bitmap = SKBitmap.Decode(progressive);
using var again = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
var plain = again.ToArray();

var seen = $"progressive: {Count(progressive)} of {progressive.Length - 192} lengths from 192 on are a Success; "
    + $"not progressive: {Enumerable.Range(plain.Length - 20, 20).Count(length => Succeeds(plain, length))} of the last 20";
Console.WriteLine(seen);
return Count(progressive) > 300 && !Enumerable.Range(plain.Length - 20, 18).Any(length => Succeeds(plain, length)) ? 0 : 1;

static int Count(byte[] file) => Enumerable.Range(192, file.Length - 192).Count(length => Succeeds(file, length));

static bool Succeeds(byte[] file, int length)
{
    using var data = SKData.CreateCopy(file[..length]);
    using var codec = SKCodec.Create(data);
    if (codec is null)
        return false;
    var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
    using var pixels = new SKBitmap(info);
    return codec.GetPixels(info, pixels.GetPixels()) == SKCodecResult.Success;
}
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
dotnet out/finding.dll
