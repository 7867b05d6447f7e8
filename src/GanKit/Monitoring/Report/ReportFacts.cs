using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace GanKit.Monitoring;

/// <summary>What a report says of a run that does not change: options, networks, the machine.</summary>
internal sealed record ReportFacts(string Title, IReadOnlyList<(string Name, string Value)> Rows)
{
    internal static IEnumerable<ReportFacts> Of(ITrainer trainer, IReadOnlyDictionary<string, string> notes, FitPlan plan)
    {
        if (notes.Count > 0)
            yield return new("Notes", [.. notes.Select(note => (note.Key, note.Value))]);
        yield return new("Trainer", [.. Run(plan), .. Options(trainer.Options)]);
        yield return new("Networks", [.. Network("generator", trainer.Generator), .. Network("discriminator", trainer.Discriminator)]);
        yield return new("Environment", [.. Environment(trainer)]);
    }

    private static IEnumerable<(string, string)> Run(FitPlan plan)
    {
        if (plan.Epochs is { } epochs)
            yield return ("Epochs asked for", Text(epochs));
        if (plan.TotalSteps is { } steps)
            yield return ("Steps asked for", Text(steps));
        if (plan.StepsPerEpoch is { } perEpoch)
            yield return ("Steps an epoch", Text(perEpoch));
    }

    private static IEnumerable<(string, string)> Options(TrainerOptions options) =>
        from property in typeof(TrainerOptions).GetProperties(BindingFlags.Instance | BindingFlags.Public)
        let value = property.GetValue(options)
        where value is not null
        select (property.Name, Text(value));

    private static IEnumerable<(string, string)> Network(string side, nn.Module network)
    {
        var weights = network.parameters().ToArray();
        yield return (side, network.GetName());
        yield return ($"{side}'s weights", Text(weights.Sum(weight => weight.numel())));
        var fixedOnes = weights.Where(weight => !weight.requires_grad).Sum(weight => weight.numel());
        if (fixedOnes > 0)
            yield return ($"{side}'s weights that are not trained", Text(fixedOnes));
    }

    private static IEnumerable<(string, string)> Environment(ITrainer trainer)
    {
        var info = GanKitInfo.Collect();
        yield return ("GanKit", info.Version);
        yield return ("TorchSharp", info.TorchSharpVersion);
        yield return ("libtorch", info.LibtorchVersion ?? "not loaded");
        yield return ("device of the training", trainer.Device.ToString());
        foreach (var model in info.GpuModels)
            yield return ("GPU", model);
        yield return ("threads of an operation", $"{Text(info.Threads)} of {Text(info.Processors)} processors, {info.ProcessorInstructions}");
        yield return ("system", info.OperatingSystem);
        yield return ("runtime", info.Runtime);
    }

    private static string Text(object value) => value switch
    {
        bool truth => truth ? "yes" : "no",
        Precision precision => precision.Name,
        Delegate => "one of the program's own",
        LearningRateSchedule schedule => Name(schedule),
        ITuple pair => $"({string.Join(", ", Enumerable.Range(0, pair.Length).Select(i => Text(pair[i]!)))})",
        long or int => string.Create(CultureInfo.InvariantCulture, $"{value:N0}"),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Name(LearningRateSchedule schedule)
    {
        var name = schedule.GetType().Name;
        return name.EndsWith("Schedule", StringComparison.Ordinal) && name.Length > 8 ? name[..^8] : name;
    }
}
