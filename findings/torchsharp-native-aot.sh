#!/usr/bin/env bash
# A network has no parameters in a program that is published with native AOT, and nothing says so.
#
# Versions: TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0, .NET 10. Needs clang and zlib1g-dev.
# Guess: TorchSharp registers fields by reflection; native AOT keeps those that the program uses, or the build warns of the module.
# Seen: the program builds (its warnings name TorchSharp, not the module) and computes, but parameters() of a module that calls
#       RegisterComponents is empty, so an optimiser has nothing to train and a state dict nothing to save. With the program as a
#       TrimmerRootAssembly it has them.
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
    <ImplicitUsings>enable</ImplicitUsings>
    <InvariantGlobalization>true</InvariantGlobalization>
    <PublishAot>true</PublishAot>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="TorchSharp" Version="0.107.0" />
    <PackageReference Include="libtorch-cpu-linux-x64" Version="2.10.0" />
    <TrimmerRootAssembly Include="finding" Condition="'$(Keep)' == 'true'" />
  </ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using TorchSharp;
using static TorchSharp.torch;

using var network = new Network();
using var input = ones(1, 2);
Console.WriteLine($"output {network.call(input).shape[1]} wide, {network.parameters().Count()} parameters, Linear by itself {nn.Linear(2, 3).parameters().Count()}");

sealed class Network : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _layer;

    public Network()
        : base(nameof(Network))
    {
        _layer = nn.Linear(2, 3);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _layer.call(input);
}
CS
seen() {
    rm -rf bin obj
    dotnet publish -c Release -v q --nologo "$@" -o out >build.log 2>&1 || { cat build.log; exit 1; }
    out/finding
}
plain=$(seen)
kept=$(seen -p:Keep=true)
printf 'native AOT: %s\nkept:       %s\n' "$plain" "$kept"
[ "$plain" = "output 3 wide, 0 parameters, Linear by itself 2" ] && [ "$kept" = "output 3 wide, 2 parameters, Linear by itself 2" ]
