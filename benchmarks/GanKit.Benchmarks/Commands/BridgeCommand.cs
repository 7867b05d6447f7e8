using System.CommandLine;
using System.Diagnostics;
using GanKit.Checkpoints;
using TorchSharp.PyBridge;
using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary><c>bridge</c>: saving and loading weights beside TorchSharp.PyBridge, by turns and each in a process of its own.</summary>
internal static class BridgeCommand
{
    private const int LayerMb = 4; // a layer of 1000 x 1000
    private static readonly string[] Formats = ["pth", "safetensors"];
    private static readonly string[] Verbs = ["load", "save"];
    private static readonly string[] Libraries = ["gankit", "pybridge"];

    internal static Command Create()
    {
        var size = BenchmarkOptions.Count("--mb", "The file's size in MB.", 500, LayerMb);
        var rounds = BenchmarkOptions.Count("--rounds", "How often all take their turn.", 5);
        var runs = BenchmarkOptions.Count("--runs", "Timed runs in a process, after one that is not timed.", 3);
        var one = new Option<string[]>("--one")
        {
            Hidden = true,
            HelpName = "LIBRARY FORMAT VERB FOLDER",
            Arity = new(4, 4),
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("bridge",
            "Saves and loads weights with GanKit and with TorchSharp.PyBridge, by turns: time and peak memory.") { size, rounds, runs, one };
        command.SetAction(line =>
        {
            if (line.GetValue(one) is [var library, var format, var verb, var folder])
                MeasureOne(new(library, format, verb, folder), line.GetValue(size), line.GetValue(runs));
            else
                MeasureAll(line.GetValue(size), line.GetValue(rounds), line.GetValue(runs));
        });
        return command;
    }

    private static void MeasureAll(int size, int rounds, int runs)
    {
        var folder = Directory.CreateTempSubdirectory("gankit-benchmark-");
        try
        {
            using (var network = Network(size))
            {
                foreach (var format in Formats)
                    network.SaveWeights(Path.Combine(folder.FullName, $"weights.{format}"));
            }

            for (var round = 0; round < rounds; round++)
            {
                var turns =
                    from format in Formats
                    from verb in Verbs
                    from library in Libraries
                    select new[] { library, format, verb };
                foreach (var turn in round % 2 == 0 ? turns : turns.Reverse())
                    Start(["bridge", "--mb", $"{size}", "--runs", $"{runs}", "--one", .. turn, folder.FullName]);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Start(string[] arguments)
    {
        var command = BenchmarkBuild.This.Command(arguments);
        using var child = Process.Start(command[0], command.Skip(1));
        child.WaitForExit();
        if (child.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with code {child.ExitCode}.");
    }

    private static void MeasureOne(Turn turn, int size, int runs)
    {
        using var network = Network(size);
        var before = Memory.ResidentMb();
        turn.Run(network);
        var times = Timings.Of(() => turn.Run(network), runs);
        JsonLine.Print(new
        {
            turn.Library,
            turn.Format,
            turn.Verb,
            Mb = size,
            MedianMs = times.Median,
            MinMs = times.Min,
            MaxMs = times.Max,
            PeakGrowthMb = Math.Max(0, Memory.PeakResidentMb() - before),
        });
    }

    private static TorchSharp.Modules.Sequential Network(int size)
    {
        var network = nn.Sequential();
        for (var i = 0; i < size / LayerMb; i++)
            network.append(nn.Linear(1000, 1000));
        return network;
    }

    private sealed record Turn(string Library, string Format, string Verb, string Folder)
    {
        private string Path => System.IO.Path.Combine(Folder, $"{(Verb == "save" ? "saved" : "weights")}.{Format}");

        internal void Run(nn.Module network) => _ = (Library, Verb, Format) switch
        {
            ("gankit", "load", _) => network.LoadWeights(Path),
            ("gankit", "save", _) => Saved(network),
            ("pybridge", "load", "pth") => network.load_py(Path),
            ("pybridge", "load", "safetensors") => network.load_safetensors(Path),
            ("pybridge", "save", "pth") => network.save_py(Path),
            ("pybridge", "save", "safetensors") => network.save_safetensors(Path),
            _ => throw new ArgumentException($"'{this}' is no turn."),
        };

        private nn.Module Saved(nn.Module network)
        {
            network.SaveWeights(Path);
            return network;
        }
    }
}
