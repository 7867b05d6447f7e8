using System.Buffers.Binary;

namespace GanKit.Checkpoints;

/// <summary>Tells what optimiser a state belongs to.</summary>
internal static class OptimizerReader
{
    private const int LargestNumber = 8;

    // The entries that an optimiser keeps for each parameter; before its first step, its settings tell.
    private static readonly (string Entry, string Kind)[] ByEntry =
    [
        ("exp_inf", "Adamax"), ("mu_product", "NAdam"), ("acc_delta", "Adadelta"), ("square_avg", "RMSprop"),
        ("exp_avg_sq", "Adam"),
        ("exp_avg", "Lion"), ("sum", "Adagrad"), ("prev", "Rprop"), ("momentum_buffer", "SGD"),
    ];

    private static readonly string[] ShownSettings = ["lr", "betas", "momentum", "alpha", "weight_decay"];

    internal static OptimizerSummary Read(string key, PyTorchDict optimizer)
    {
        var groups = (optimizer.GetValueOrDefault("param_groups") as List<object?> ?? []).OfType<PyTorchDict>().ToArray();
        var states = ((PyTorchDict)optimizer.GetValueOrDefault("state")!).Values.OfType<PyTorchDict>().ToArray();
        var settings = groups.FirstOrDefault() ?? [];
        var options = ShownSettings
            .Where(name => settings.TryGetValue(name, out var value) && value is not (null or 0L or 0.0))
            .Select(name => $"{name} {PlainValues.Describe(settings.GetValueOrDefault(name)) ?? "of its own"}");
        return new(
            key, KindOf(states, settings),
            groups.Sum(group => (group.GetValueOrDefault("params") as List<object?>)?.Count ?? 0),
            states.Length == 0 ? 0 : states.Max(state => StepOf(state.GetValueOrDefault("step"))),
            string.Join(", ", options));
    }

    private static string KindOf(PyTorchDict[] states, PyTorchDict settings)
    {
        var kind = ByEntry.FirstOrDefault(known => states.Any(state => state.TryGetValue(known.Entry, out _))).Kind
            ?? OptimizerFormats.KindOf(settings) ?? "optimiser";
        if (kind is not ("Adam" or OptimizerFormats.AdamOrAdamW))
            return kind;

        // Without weight decay they are the same altogether.
        kind = OptimizerFormats.KindOfAdam(settings);
        return kind == OptimizerFormats.AdamOrAdamW && settings.GetValueOrDefault("weight_decay") is null or 0L or 0.0 ? "Adam" : kind;
    }

    /// <summary>
    /// The count of steps, a number or since PyTorch 1.12 a tensor of one: the only tensors that are looked into.
    /// </summary>
    private static long? StepOf(object? step)
    {
        switch (step)
        {
            case long count:
                return count;
            case double count:
                return ToCount(count);
            case PyTorchTensor { ElementCount: 1 } tensor when tensor.Dtype.ElementSize <= LargestNumber:
                Span<byte> bytes = stackalloc byte[LargestNumber];
                try
                {
                    tensor.Storage.Read(tensor.Offset * tensor.Dtype.ElementSize, bytes[..tensor.Dtype.ElementSize]);
                }
                catch (CheckpointFormatException)
                {
                    return null;
                }

                return tensor.Dtype.Name switch
                {
                    "float32" => ToCount(BinaryPrimitives.ReadSingleLittleEndian(bytes)),
                    "float64" => ToCount(BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
                    "int32" => BinaryPrimitives.ReadInt32LittleEndian(bytes),
                    "int64" => BinaryPrimitives.ReadInt64LittleEndian(bytes),
                    _ => null,
                };
            default:
                return null;
        }
    }

    private static long? ToCount(double count) => count is >= 0 and < 1e15 ? (long)count : null;
}
