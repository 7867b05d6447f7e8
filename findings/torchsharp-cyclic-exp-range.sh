#!/usr/bin/env bash
# CyclicLR in mode ExpRange decays by the cycle, and not by the step.
#
# Versions: TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# Guess: the amplitude is gamma^step, as in PyTorch: with gamma 0.9 and 3 steps up, the first peak is 0.1 + 0.4 * 0.9^3
#        = 0.392.
# Seen: the first peak is 0.1 + 0.4 * 0.9 = 0.46, the second 0.424: gamma^cycle. A gamma of 0.99994, usual in Python,
#       then does nothing.
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

var optimizer = optim.SGD([new TorchSharp.Modules.Parameter(zeros(1))], 0.1, momentum: 0.9);
var schedule = optim.lr_scheduler.CyclicLR(optimizer, 0.1, 0.5, 3, gamma: 0.9, mode: optim.lr_scheduler.impl.CyclicLR.Mode.ExpRange);
var rates = new List<double>();
for (var step = 0; step < 10; step++)
{
    rates.Add(optimizer.ParamGroups.First().LearningRate);
    schedule.step();
}

Console.WriteLine($"seen:    {string.Join(" ", rates.Select(r => r.ToString("F3")))}");
Console.WriteLine($"PyTorch: {string.Join(" ", Enumerable.Range(0, 10).Select(Expected).Select(r => r.ToString("F3")))}");
return Math.Abs(rates[3] - 0.46) < 1e-9 && Math.Abs(rates[9] - 0.424) < 1e-9 ? 0 : 1;

static double Expected(int step)
{
    var place = step % 6;
    return 0.1 + 0.4 * (place <= 3 ? place : 6 - place) / 3.0 * Math.Pow(0.9, step);
}
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
dotnet out/finding.dll
