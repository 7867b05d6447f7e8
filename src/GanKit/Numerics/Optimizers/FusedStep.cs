using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>What the steps of all fused optimisers have in common.</summary>
internal static class FusedStep
{
    /// <summary>The loss, where a step is given the function that computes it, and its gradients with it.</summary>
    internal static Tensor? Evaluate(Func<Tensor>? closure)
    {
        using var _ = enable_grad();
        return closure?.Invoke();
    }

    /// <summary>
    /// The parameters of each group that have a gradient, as PyTorch skips the others; null where one of them is nothing
    /// for a kernel, before anything was changed.
    /// </summary>
    /// <param name="groups">The optimiser's groups.</param>
    /// <param name="stateOf">What it keeps for a parameter.</param>
    /// <param name="isSupported">Whether the kernel takes the parameter.</param>
    internal static List<(TOptions Options, List<FusedEntry<TState>> Entries)>? Collect<TState, TOptions>(
        IEnumerable<ParamGroup> groups, Func<Parameter, OptimizerState> stateOf, Func<TOptions, Tensor, bool> isSupported)
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
                if (gradient.is_sparse || !isSupported(options, parameter) || !parameter.IsDense())
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
