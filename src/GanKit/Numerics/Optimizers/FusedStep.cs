using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// TorchSharp's optimisers with steps of libtorch's kernels. Each has the name of its base, because TorchSharp writes that name into files
/// of states and reads no other: so either can read the other's files.
/// </summary>
internal static partial class Fused;

/// <summary>A parameter that has a gradient in this step, and what its optimiser keeps for it.</summary>
internal sealed record FusedEntry<TState>(Parameter Parameter, Tensor Gradient, TState State)
    where TState : OptimizerState
{
    /// <summary>Tensors of one call are of one type and on one device.</summary>
    internal (DeviceType, int, ScalarType) Kind { get; } = (Parameter.device_type, Parameter.device_index, Parameter.dtype);
}

/// <summary>The common part of all fused optimisers' steps.</summary>
internal static class FusedStep
{
    /// <summary>Takes a step.</summary>
    /// <param name="closure">Computes the loss, and its gradients with it; or null.</param>
    /// <param name="groups">The optimiser's groups.</param>
    /// <param name="stateOf">The state of a parameter.</param>
    /// <param name="isSupported">Whether the kernel takes a parameter.</param>
    /// <param name="stepByStep">The same step tensor by tensor, where the kernel does not take one of them.</param>
    /// <param name="step">The kernel's step of one group.</param>
    /// <returns>The loss, where there is a closure.</returns>
    internal static Tensor? Run<TState, TOptions>(
        Func<Tensor>? closure, IEnumerable<ParamGroup> groups, Func<Parameter, OptimizerState> stateOf, Func<Tensor, bool> isSupported,
        Action stepByStep, Action<TOptions, List<FusedEntry<TState>>> step)
        where TState : OptimizerState
        where TOptions : OptimizerOptions
    {
        Tensor? loss;
        using (enable_grad())
            loss = closure?.Invoke();
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        if (Collect<TState, TOptions>(groups, stateOf, isSupported) is { } collected)
            collected.ForEach(group => step(group.Options, group.Entries));
        else
            stepByStep();
        return loss;
    }

    /// <summary>
    /// The parameters of each group that have a gradient, as PyTorch skips the others; null where the kernel does not take one of them,
    /// before anything was changed.
    /// </summary>
    private static List<(TOptions Options, List<FusedEntry<TState>> Entries)>? Collect<TState, TOptions>(
        IEnumerable<ParamGroup> groups, Func<Parameter, OptimizerState> stateOf, Func<Tensor, bool> isSupported)
        where TState : OptimizerState
        where TOptions : OptimizerOptions
    {
        List<(TOptions, List<FusedEntry<TState>>)> collected = [];
        foreach (var group in groups)
        {
            var (options, entries) = ((TOptions)group.Options, new List<FusedEntry<TState>>());
            foreach (var parameter in group.Parameters)
            {
                if (parameter.grad is not { } gradient)
                    continue;
                if (gradient.is_sparse || !isSupported(parameter) || !parameter.IsDense())
                    return null;
                entries.Add(new(parameter, gradient.OrderedAs(parameter), (TState)stateOf(parameter)));
            }

            collected.Add((options, entries));
        }

        return collected;
    }

    /// <summary>Those that a kernel takes in one call.</summary>
    internal static IEnumerable<IReadOnlyList<FusedEntry<TState>>> Calls<TState, TKey>(
        this List<FusedEntry<TState>> entries, Func<FusedEntry<TState>, TKey> key)
        where TState : OptimizerState => entries.GroupBy(key).Select(call => call.ToArray());

    internal static Tensor[] Parameters<TState>(this IReadOnlyList<FusedEntry<TState>> entries)
        where TState : OptimizerState => [.. entries.Select(entry => entry.Parameter)];

    internal static Tensor[] Gradients<TState>(this IReadOnlyList<FusedEntry<TState>> entries)
        where TState : OptimizerState => [.. entries.Select(entry => entry.Gradient)];

    internal static Tensor[] Kept<TState>(this IReadOnlyList<FusedEntry<TState>> entries, Func<TState, Tensor> tensor)
        where TState : OptimizerState => [.. entries.Select(entry => tensor(entry.State))];
}
