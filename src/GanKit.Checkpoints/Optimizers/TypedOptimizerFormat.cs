using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <inheritdoc cref="OptimizerFormat"/>
/// <typeparam name="TOptimizer">TorchSharp's optimiser.</typeparam>
/// <typeparam name="TState">The state of a parameter.</typeparam>
/// <typeparam name="TOptions">The settings of a group of parameters.</typeparam>
internal sealed class TypedOptimizerFormat<TOptimizer, TState, TOptions>(string name) : OptimizerFormat
    where TOptimizer : optim.Optimizer
    where TState : OptimizerState
    where TOptions : OptimizerOptions, new()
{
    internal override string Name => name;

    /// <summary>Tells classes of one kind apart that keep their state differently.</summary>
    internal Func<TOptimizer, bool> IsMeant { get; init; } = _ => true;

    internal required IReadOnlyList<OptimizerSetting<TOptions>> Settings { get; init; }

    internal required IReadOnlyList<OptimizerSlot<TState, TOptions>> Slots { get; init; }

    /// <summary>The count of steps; null where the optimiser does not count.</summary>
    internal FieldOf<TState, long>? Steps { get; init; }

    internal override bool IsOf(optim.Optimizer optimizer) => optimizer is TOptimizer own && IsMeant(own);

    internal override PyTorchDict WriteOptions(OptimizerOptions options)
    {
        var group = new PyTorchDict();
        foreach (var setting in Settings)
        {
            var value = setting.Write((TOptions)options);
            if (value is not null || !setting.IsOptional)
                group[setting.Name] = value;
        }

        return group;
    }

    internal override PyTorchDict? WriteState(OptimizerState state, OptimizerOptions options)
    {
        var (kept, saved) = ((TState)state, new PyTorchDict());
        if (Steps is not null)
        {
            if (Steps(kept) == 0)
                return null;
            saved["step"] = OptimizerNumbers.FromCount(Steps(kept));
        }

        foreach (var slot in Slots)
        {
            if (slot.IsUsed((TOptions)options) && slot.Field(kept) is { } tensor)
                saved[slot.Name] = slot.IsNegated?.Invoke((TOptions)options) is true ? tensor.neg() : tensor;
        }

        return saved.Count == 0 ? null : saved;
    }

    internal override Action<OptimizerOptions> ReadOptions(PyTorchDict group)
    {
        var settings = Settings.Select(setting => setting.Read(group)).ToArray();
        return options => Array.ForEach(settings, setting => setting((TOptions)options));
    }

    internal override Action<OptimizerState> ReadState(PyTorchDict? saved, PyTorchDict group, Parameter parameter)
    {
        var options = new TOptions();
        ReadOptions(group)(options);
        var count = saved is null || Steps is null ? 0 : OptimizerNumbers.ToCount(saved.GetValueOrDefault("step"))
            ?? throw new StateDictMismatchException("its 'step' is no count");
        var tensors = Slots
            .Select(slot => (Slot: slot, Value: SavedTensor(saved, slot, slot.IsUsed(options), parameter)))
            .ToArray();
        return state =>
        {
            var kept = (TState)state;
            if (Steps is not null)
                Steps(kept) = count;
            foreach (var (slot, value) in tensors)
                Take(kept, slot, value, options, parameter);
        };
    }

    /// <summary>
    /// A tensor of a file or of another optimiser, of the parameter's shape; null where there need be none.
    /// </summary>
    private static object? SavedTensor(
        PyTorchDict? saved, OptimizerSlot<TState, TOptions> slot, bool isUsed, Parameter parameter)
    {
        if (saved is null || !isUsed)
            return null;
        var value = saved.GetValueOrDefault(slot.Name);
        if (value is null && slot.IsLate)
            return null;
        var shape = value switch
        {
            PyTorchTensor { Unreadable: { } reason } =>
                throw new StateDictMismatchException($"its '{slot.Name}' can't be read: {reason}"),
            PyTorchTensor tensor => [.. tensor.Shape],
            Tensor tensor => tensor.shape,
            null => throw new StateDictMismatchException($"its '{slot.Name}' is missing"),
            _ => throw new StateDictMismatchException($"its '{slot.Name}' is no tensor"),
        };
        // Packed data, which may be broken, is unpacked before anything is taken over.
        return shape.AsSpan().SequenceEqual(parameter.shape)
            ? value is PyTorchTensor { Storage.IsPacked: true } packed ? packed.Read() : value
            : throw new StateDictMismatchException(
                $"its '{slot.Name}' is of shape {TensorExtensions.DescribeShape(shape)}, "
                + $"the optimiser's parameter of {parameter.Describe()}");
    }

    /// <summary>
    /// In place where there is a tensor already. PyTorch, too, converts to the parameter's type and device.
    /// </summary>
    private static void Take(
        TState state, OptimizerSlot<TState, TOptions> slot, object? value, TOptions options, Parameter parameter)
    {
        ref var kept = ref slot.Field(state);
        if (value is null && slot.IsOptional && (slot.IsLate || !slot.IsUsed(options)))
        {
            kept?.Dispose();
            kept = null;
            return;
        }

        kept ??= zeros_like(parameter).DetachFromDisposeScope();
        switch (value)
        {
            case PyTorchTensor tensor: tensor.ReadInto(kept); break;
            case Tensor tensor: kept.copy_(tensor); break;
            default: kept.zero_(); break;
        }

        if (slot.IsNegated?.Invoke(options) is true)
            kept.neg_();
    }
}
