using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>Which networks may see several batches in one forward pass: see <see cref="SamplewiseAttribute"/>.</summary>
internal static class Samplewise
{
    private static readonly HashSet<Type> Known =
    [
        typeof(Sequential), typeof(ModuleList<>), typeof(ModuleDict<>), typeof(Identity),
        typeof(Linear), typeof(Embedding), typeof(Conv1d), typeof(Conv2d), typeof(ConvTranspose1d), typeof(ConvTranspose2d),
        typeof(ReLU), typeof(ReLU6), typeof(LeakyReLU), typeof(ELU), typeof(SELU), typeof(GELU), typeof(SiLU), typeof(Mish),
        typeof(Sigmoid), typeof(Tanh), typeof(Softplus),
        typeof(GroupNorm),
        typeof(AvgPool2d), typeof(MaxPool2d), typeof(AdaptiveAvgPool2d), typeof(AdaptiveMaxPool2d),
        typeof(Upsample), typeof(PixelShuffle), typeof(PixelUnshuffle), typeof(ZeroPad2d), typeof(ReflectionPad2d),
        typeof(ReplicationPad2d),
    ];

    // Asked in every step, and a network's modules are many.
    private static readonly ConditionalWeakTable<nn.Module, object> Answers = [];

    /// <summary>Whether all of a network treats each sample by itself.</summary>
    internal static bool Is(nn.Module network) =>
        (bool)Answers.GetValue(network, static asked => asked.WithModules().All(IsModule));

    private static bool IsModule(nn.Module module) => module switch
    {
        // From the back, they may reach the batch's dimension, and so may a norm of several: that depends on what they are given.
        Flatten flatten => flatten.start_dim > 0,
        Unflatten unflatten => unflatten.dim > 0,
        LayerNorm norm => norm.normalized_shape.Length == 1,
        InstanceNorm2d norm => !norm.track_running_stats,
        _ => module.GetType() is var type
            && (Known.Contains(type.IsGenericType ? type.GetGenericTypeDefinition() : type)
                || type.GetCustomAttribute<SamplewiseAttribute>() is not null),
    };

    /// <summary>Runs such a network on several batches at once.</summary>
    /// <param name="network">From samples to outputs of the same number.</param>
    /// <param name="batches">Samples (B, ...) of one shape and type, but for their number.</param>
    /// <returns>The output for each, in the current dispose scope.</returns>
    internal static Tensor[] Run(Func<Tensor, Tensor> network, params IReadOnlyList<Tensor> batches)
    {
        using var scope = NewDisposeScope();
        var outputs = network(batches.Count == 1 ? batches[0] : cat([.. batches]));
        return [.. Split(outputs, batches).Select(output => output.MoveToOuterDisposeScope())];
    }

    /// <summary>The parts of an output that belong to each batch.</summary>
    /// <exception cref="InvalidOperationException">The output has another number of samples than they have together.</exception>
    internal static Tensor[] Split(Tensor outputs, IReadOnlyList<Tensor> batches)
    {
        var counts = batches.Select(batch => batch.shape[0]).ToArray();
        if (outputs.dim() == 0 || outputs.shape[0] != counts.Sum())
        {
            throw new InvalidOperationException(
                $"A network made an output of shape {TensorExtensions.DescribeShape(outputs.shape)} of {counts.Sum()} samples, "
                + $"{string.Join(" and ", counts)} put together because it is [Samplewise]. Such a network gives as many "
                + "outputs as it is given samples, however many those are; take the attribute away if it does not.");
        }

        return outputs.split(counts, 0);
    }

    /// <summary>Whether batches can be joined.</summary>
    internal static bool Fit(Tensor one, Tensor other) =>
        one.dtype == other.dtype && one.device.Matches(other.device)
        && one.shape.AsSpan(1).SequenceEqual(other.shape.AsSpan(1));

    /// <summary>
    /// An output that a user's part may write to, and so no view of an output of several batches: autograd refuses a write there, or loses
    /// the values that it keeps for the others. The library's own parts do not write to their inputs.
    /// </summary>
    /// <param name="part">The part that gets it: a network, a loss.</param>
    /// <param name="output">One of the outputs of <see cref="Run"/>, or any other.</param>
    internal static Tensor For(object part, Tensor output) =>
        part.GetType().Assembly == typeof(Samplewise).Assembly ? output : output.clone();
}
