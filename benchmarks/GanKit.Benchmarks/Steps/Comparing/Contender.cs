namespace GanKit.Benchmarks;

/// <summary>An implementation with its settings, as a column of the comparison.</summary>
/// <param name="Name">The column's heading.</param>
/// <param name="Program">What is started.</param>
/// <param name="Arguments">Its arguments for one workload, without the workload's name and the counts.</param>
internal sealed record Contender(string Name, IReadOnlyList<string> Program, Func<string, IReadOnlyList<string>> Arguments)
{
    internal const string GanKit = "gankit";
    internal const string TorchSharp = "torchsharp";
    internal const string PyTorch = "pytorch";
    internal const string GanKitTuned = "gankit tuned";
    internal const string PyTorchTuned = "pytorch tuned";

    /// <summary>All that can be started: PyTorch's only where its command is known.</summary>
    /// <param name="pyTorch">What starts PyTorch's, or nothing.</param>
    /// <param name="precision">What those that are tuned compute in, as the harness spells it.</param>
    internal static IReadOnlyList<Contender> All(IReadOnlyList<string> pyTorch, string precision)
    {
        IReadOnlyList<string> harness = [.. ThisProgram(), "step"];
        List<Contender> all =
        [
            new(GanKit, harness, _ => ["--impl", "gankit"]),
            new(TorchSharp, harness, _ => ["--impl", "torchsharp"]),
            // bfloat16 does not pay for the MLP's small products, on either side.
            new(GanKitTuned, harness, workload => workload == "mlp"
                ? ["--impl", "gankit"]
                : ["--impl", "gankit", "--precision", precision, "--layout", "nhwc"]),
        ];
        if (pyTorch.Count > 0)
        {
            all.Add(new(PyTorch, pyTorch, _ => ["--mode", "reference"]));
            all.Add(new(PyTorchTuned, pyTorch, workload => workload == "mlp"
                ? ["--mode", "tuned"]
                : ["--mode", "tuned", "--precision", precision]));
        }

        return all;
    }

    // Started by `dotnet program.dll`, the program is the first argument of `dotnet`.
    private static string[] ThisProgram() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? [Environment.ProcessPath!, Environment.GetCommandLineArgs()[0]]
        : [Environment.ProcessPath!];
}
