#!/usr/bin/env bash
# The first record of TorchSharp's event file for TensorBoard is stamped in .NET's ticks, all others in seconds since 1970.
#
# Versions: TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# Guess: wall times are seconds since 1970, as event.proto says, and ascend.
# Seen: the first is about 6.4e17 seconds, twenty thousand million years ahead of the second; the name of the file has ticks, too.
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

var writer = torch.utils.tensorboard.SummaryWriter("run");
writer.add_scalar("loss", 1, 1);
var file = Directory.GetFiles("run").Single();
var bytes = File.ReadAllBytes(file);
var times = new List<double>();
for (var at = 0; at < bytes.Length;)
{
    var length = (int)BitConverter.ToInt64(bytes, at);
    times.Add(BitConverter.ToDouble(bytes, at + 13)); // field 1, the first of each event
    at += 16 + length;
}

Console.WriteLine($"{Path.GetFileName(file)}: wall times {string.Join(", ", times)}; now is {DateTimeOffset.UtcNow.ToUnixTimeSeconds()}");
return times is [> 6e17, < 1e11] ? 0 : 1;
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
dotnet out/finding.dll
