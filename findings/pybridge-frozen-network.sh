#!/usr/bin/env bash
# load_py freezes a network whose weights come from PyTorch: none of its parameters has gradients any more.
#
# Versions: TorchSharp.PyBridge 1.4.4, TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# Guess: loading weights changes weights; what is trained stays trained, as with PyTorch's load_state_dict.
# Seen: the tensors of a state dict are detached in PyTorch, so its files say requires_grad=False, and load_py
#       copies that into the network: it runs, and its weights have no gradients. load_safetensors leaves it as it was.
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
    <PackageReference Include="TorchSharp.PyBridge" Version="1.4.4" />
    <PackageReference Include="libtorch-cpu-linux-x64" Version="2.10.0" />
  </ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using TorchSharp;
using TorchSharp.PyBridge;
using static TorchSharp.torch;

using var network = nn.Linear(3, 5);
// As torch.save(network.state_dict(), "weights.pth") writes it: detached tensors.
var detached = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach());
PyTorchPickler.PickleStateDict("weights.pth", detached);
network.load_py("weights.pth");
var pth = Trained();
foreach (var parameter in network.parameters())
    parameter.requires_grad = true;
Safetensors.SaveStateDict("weights.safetensors", detached);
network.load_safetensors("weights.safetensors");
var seen = $"with gradients: after load_py {pth} of 2, after load_safetensors {Trained()} of 2";
Console.WriteLine(seen);
return seen == "with gradients: after load_py 0 of 2, after load_safetensors 2 of 2" ? 0 : 1;

int Trained() => network.parameters().Count(parameter => parameter.requires_grad);
CS
dotnet build -c Release -v q --nologo -o out >build.log 2>&1 || { cat build.log; exit 1; }
dotnet out/finding.dll
