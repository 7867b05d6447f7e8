#!/usr/bin/env bash
# Packs the library's packages, and goes through the README's first section as printed there: with the package, a new program outside the
# repository trains, draws and reads its weights. It is the check before a release.
#
#   eng/pack-smoke.sh [--empty] [--publish]
#
#   --empty      takes no package from this machine's cache, as on a new machine: all are downloaded
#   --publish    also publishes the program in the ways of docs/publishing.md, runs each, and prints its size
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=prerequisites.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/prerequisites.sh"

empty=false
publish=false
for argument in "$@"; do
    case $argument in
        --empty) empty=true ;;
        --publish) publish=true ;;
        *) sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit 2 ;;
    esac
done

cd "$ROOT"
require_dotnet
require_libstdcxx

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cache=${NUGET_PACKAGES:-$HOME/.nuget/packages}
# A home of its own: sources and packages of this check are never left behind.
mkdir -p "$work/home/.nuget/NuGet"
cp ~/.nuget/NuGet/NuGet.Config "$work/home/.nuget/NuGet/" 2>/dev/null || true
export HOME=$work/home DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false

# A block of the README, by the comment above it, for this platform.
block() {
    awk -v above="<!-- run: $1 -->" '$0 == above { found = 1; next } found && /^```/ { if (inside) exit; inside = 1; next } inside' README.md |
        if [ "$(uname -s)" = Darwin ]; then
            sed '/SkiaSharp\.NativeAssets\.Linux/d; s/linux-x64/osx-arm64/g'
        else
            cat
        fi
}

say "Packing, by the README's commands"
NUGET_PACKAGES=$cache bash -ec "$(block pack)" >"$work/log" </dev/null || { cat "$work/log" >&2 && exit 1; }
version=$(basename -- ~/packages/GanKit.[0-9]*.nupkg .nupkg) && version=${version#GanKit.}

# Each package must bring these, and nothing else: no backend, no analyser.
while read -r package allowed; do
    dependencies=$(sed -n 's/.*<dependency id="\([^"]*\)".*/\1/p' "src/$package/obj/Release/$package.$version.nuspec" | LC_ALL=C sort | tr '\n' ' ')
    explain "$package.$version.nupkg: $(du -k ~/packages/"$package.$version.nupkg" | cut -f1) kB, depends on $dependencies"
    if [ "$dependencies" != "$allowed " ]; then
        complain "$package depends on $dependencies; allowed are $allowed."
        exit 1
    fi
done <<'END'
GanKit.Checkpoints TorchSharp
GanKit GanKit.Checkpoints SkiaSharp TorchSharp
GanKit.ImageSharp GanKit SixLabors.ImageSharp System.IO.Hashing
END

install=$(block install | grep -v '^dotnet run')
run=$(block install | sed -n 's/^\(dotnet run[^#]*[^# ]\).*/\1/p')
block eight-gaussians >"$work/EightGaussians.cs"
export NUGET_PACKAGES=$work/packages
$empty || export NUGET_FALLBACK_PACKAGES=$cache

say "Making a program, by the README's commands"
explain "$install"
cd "$work"
bash -ec "$install" >"$work/log" </dev/null || { cat "$work/log" >&2 && exit 1; }
for file in README.md THIRD-PARTY-NOTICES.txt lib/net10.0/GanKit.dll lib/net10.0/GanKit.xml buildTransitive/GanKit.targets; do
    [ -s "$work/packages/gankit/$version/$file" ] || { complain "The package lacks $file." && exit 1; }
done
for file in README.md lib/net10.0/GanKit.Checkpoints.dll lib/net10.0/GanKit.Checkpoints.xml; do
    [ -s "$work/packages/gankit.checkpoints/$version/$file" ] || { complain "GanKit.Checkpoints lacks $file." && exit 1; }
done
cd MyGan

say "Running the README's program: $run"
cp "$work/EightGaussians.cs" Program.cs
bash -ec "$run" </dev/null

say "Running one with pictures, a network of its own and its weights"
cat >Program.cs <<'END'
using GanKit;
using GanKit.Checkpoints;
using GanKit.Data;
using GanKit.Monitoring;
using GanKit.Networks;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

Console.WriteLine(GanKitInfo.Collect());

var folder = Directory.CreateTempSubdirectory().FullName;
using var generator = new Mlp();
using var discriminator = Sequential(Flatten(), Linear(192, 16), LeakyReLU(0.2), Linear(16, 1));
using var trainer = AdversarialTrainer.Create(generator, discriminator,
    new UnconditionalObjective(latentSize: 8, AdversarialLoss.NonSaturating, new R1Penalty()),
    new TrainerOptions { Device = Devices.Best, AverageDecay = 0.9 });

trainer.Fit(Batches.FromTensor(rand(100, 3, 8, 8) * 2 - 1, batchSize: 20), steps: 5, callbacks:
    [new SampleGrid(Path.Combine(folder, "samples.png"), every: 5), new MetricsLog(Path.Combine(folder, "log.csv")),
        new TensorBoardLog(Path.Combine(folder, "events")), new TrainingReport(Path.Combine(folder, "report.html"))]);
using var samples = trainer.Sample(10);
if (trainer.StepCount != 5 || samples.shape is not [10, 3, 8, 8] || !isfinite(samples).all().item<bool>())
    throw new InvalidOperationException($"{trainer.StepCount} steps, samples {samples}");

using var latents = randn(4, 8);
using var expected = generator.call(latents);
foreach (var kind in new[] { "dat", "pth", "safetensors" })
{
    generator.SaveWeights(Path.Combine(folder, $"weights.{kind}"));
    using var other = new Mlp();
    other.LoadWeights(Path.Combine(folder, $"weights.{kind}"));
    if (other.parameters().Count() != 5 || (other.call(latents) - expected).abs().max().item<float>() != 0)
        throw new InvalidOperationException($"{kind}: other weights came back.");
}

using (var other = new Mlp().to(float64)) // layers are replaced through their properties
using (var input = randn(1, 8, float64))
    Console.WriteLine(other.call(input).dtype);

using var translator = new ResnetGenerator(blocks: 1, width: 4);
translator.SaveWeights(Path.Combine(folder, "generator.pth"));
if (!GeneratorFactory.Inspect(Path.Combine(folder, "generator.pth")).ToString().Contains("ResnetGenerator"))
    throw new InvalidOperationException("The network is not recognised.");
using var fast = translator.LoadWeights(Path.Combine(folder, "generator.pth")).ForInference();

Images.WriteGrid(Path.Combine(folder, "smoke.png"), rand(4, 1, 8, 8) * 2 - 1, columns: 2);
using var grid = Images.Read(Path.Combine(folder, "smoke.png"));
if (grid.shape is not [1, 3, 22, 22])
    throw new InvalidOperationException($"The picture read back is {grid}");
Directory.Delete(folder, recursive: true);
Console.WriteLine("Five steps, samples, weights and pictures: the package works.");

internal sealed class Mlp : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> _body;
    private readonly TorchSharp.Modules.Parameter _bias;

    public Mlp()
        : base(nameof(Mlp))
    {
        _body = Sequential(Linear(8, 16), ReLU(), Linear(16, 192));
        _bias = Parameter(zeros(192));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => (_body.call(input) + _bias).view(-1, 3, 8, 8).tanh();
}
END
bash -ec "$run" </dev/null

say "Running one with files of weights alone"
dotnet new console -o ../Weights >/dev/null </dev/null && cd ../Weights
dotnet add package GanKit.Checkpoints >/dev/null </dev/null
bash -ec "$(grep 'package libtorch' <<<"$install")" >/dev/null </dev/null
cat >Program.cs <<'END'
using GanKit.Checkpoints;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

using var network = Linear(3, 2);
using var optimizer = optim.Adam(network.parameters());
PyTorchFile.Save("all.pth", new PyTorchDict { ["net"] = network, ["opt"] = optimizer.ToPyTorch() });
using var other = Linear(3, 2).LoadWeights("all.pth").SaveWeights("net.safetensors");
using var file = PyTorchFile.Open("net.safetensors");
using var weight = file.StateDicts[0]["weight"].Read();
if ((weight - network.weight!).abs().max().item<float>() != 0)
    throw new InvalidOperationException("Other weights came back.");
Console.WriteLine(PyTorchFile.Inspect("all.pth"));
END
bash -ec "$run" </dev/null
cd ../MyGan

say "Adding the companion for ImageSharp"
dotnet new console -o ../Companion >/dev/null </dev/null && cd ../Companion
dotnet add package GanKit.ImageSharp >/dev/null </dev/null
bash -ec "$(grep 'package libtorch\|package SkiaSharp' <<<"$install")" >/dev/null </dev/null
cat >Program.cs <<'END'
using GanKit;
using GanKit.Data;
using GanKit.ImageSharp;
using static TorchSharp.torch;

Images.Write("deep.png", rand(1, 8, 8) * 2 - 1, encoder: ImageSharpEncoder.Png16);
using var deep = Images.Read("deep.png", channels: 1, decoder: new ImageSharpDecoder());
var gif = new AnimatedGif("deep.gif");
gif.Add(deep);
gif.Add(-deep);
using var first = Images.Read("deep.gif", channels: 1);
if ((first - deep).abs().max().item<float>() > 0.0041)
    throw new InvalidOperationException("Another picture came back.");
Console.WriteLine($"{gif.FrameCount} frames.");
END
bash -ec "$run" </dev/null
cd ../MyGan

if [ "$(uname -s)" = Linux ]; then
    say "Taking Skia in another version than SkiaSharp's: the build has to stop, and to name the command"
    dotnet add package SkiaSharp.NativeAssets.Linux.NoDependencies --version 4.154.1 >/dev/null </dev/null
    if dotnet build -c Release -r linux-x64 -v q --nologo >"$work/log" </dev/null; then
        complain "The build let SkiaSharp.NativeAssets.Linux.NoDependencies 4.154.1 pass."
        exit 1
    fi
    cure=$(sed -n 's/.*error GANKIT001:.*\(dotnet add package [^ ]* --version [^ ]*\).*/\1/p' "$work/log" | head -n 1)
    explain "$cure"
    bash -ec "$cure" >/dev/null </dev/null
    for runtime in "-r linux-x64" ""; do
        # shellcheck disable=SC2086 # two words or none
        dotnet build -c Release $runtime -v q -warnaserror "-clp:ErrorsOnly;NoSummary" --nologo </dev/null
    done
fi

$publish || exit 0
runtime=${run##*-r } && runtime=${runtime%% *}
ways=$(sed -n 's/^| [^|]* | `\(dotnet publish [^`]*\)`.*/\1/p' "$ROOT/docs/publishing.md")
while read -r way; do
    say "$way"
    rm -rf bin obj
    bash -ec "${way//linux-x64/$runtime} -o published -v q --nologo" </dev/null >"$work/log" || { cat "$work/log" >&2 && exit 1; }
    rm -f published/*.dbg published/*.pdb
    explain "$(du -sm published | cut -f1) MiB"
    published/MyGan </dev/null
    rm -rf published
done <<<"$ways"
