using System.Diagnostics;
using System.Globalization;
using GanKit.Checkpoints;
using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary>The checkpoints that are measured, and the memory that reading one takes.</summary>
internal static class Checkpoints
{
    private const long Layers = 125;
    private const long Width = 1000; // 4 MB a layer

    internal static nn.Module Network()
    {
        var network = nn.Sequential();
        for (var i = 0; i < Layers; i++)
            network.append(nn.Linear(Width, Width));
        return network;
    }

    internal static void ReadAndForget(string path)
    {
        using var file = PyTorchFile.Open(path);
        foreach (var tensor in file.StateDicts[0].Read().Values)
            tensor.Dispose();
    }

    /// <summary>Prints, for each format, how much the resident memory's peak grows while a process of its own reads the file.</summary>
    internal static void MeasureMemory()
    {
        var folder = Directory.CreateTempSubdirectory("gankit-benchmark-");
        using (var network = Network())
        {
            foreach (var format in new[] { "pth", "safetensors", "dat" })
                network.SaveWeights(Path.Combine(folder.FullName, $"weights.{format}"));
        }

        foreach (var file in folder.GetFiles())
        {
            var command = BenchmarkBuild.This.Command("checkpoint-memory", file.FullName);
            using var child = Process.Start(command[0], command.Skip(1));
            child.WaitForExit();
        }

        folder.Delete(recursive: true);
    }

    internal static void MeasureMemory(string path)
    {
        zeros(1).Dispose(); // libtorch's own memory is not the reader's
        var before = Status("VmRSS");
        ReadAndForget(path);
        var (peak, size) = (Status("VmHWM") - before, new FileInfo(path).Length);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Path.GetFileName(path)}: {size / 1e6:F0} MB, peak {peak / 1e6:F0} MB, {(double)peak / size:F2} times its size"));
    }

    private static long Status(string name) => 1024 * long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
