using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>A number that a group of parameters is trained with, such as <c>lr</c>, under PyTorch's name.</summary>
/// <param name="Name">PyTorch's name for it.</param>
/// <param name="Write">Its value in PyTorch's terms.</param>
/// <param name="Parse">Makes what takes PyTorch's value over; null where the value is of another kind.</param>
internal sealed record OptimizerSetting<TOptions>(
    string Name, Func<TOptions, object?> Write, Func<object?, Action<TOptions>?> Parse)
    where TOptions : OptimizerOptions
{
    /// <summary>PyTorch's value for files that are older than the setting.</summary>
    internal object? Missing { get; private init; }

    /// <summary>Whether null is not written.</summary>
    internal bool IsOptional { get; private init; }

    /// <summary>An action after this setting, and those before it, were taken over.</summary>
    internal Action<TOptions> Then { get; init; } = _ => { };

    internal static OptimizerSetting<TOptions> LearningRate { get; } = new(
        "lr",
        options => options.LearningRate,
        value => OptimizerNumbers.ToDouble(value) is { } rate
            ? options => (options.LearningRate, options.InitialLearningRate) = (rate, rate)
            : null);

    /// <summary>The rate that a schedule began with. A file has it where there was a schedule, TorchSharp always.</summary>
    internal static OptimizerSetting<TOptions> InitialLearningRate { get; } = new(
        "initial_lr",
        options => options.InitialLearningRate == options.LearningRate ? null : options.InitialLearningRate,
        value => value is null ? _ => { }
        : OptimizerNumbers.ToDouble(value) is { } rate ? options => options.InitialLearningRate = rate
            : null)
    { IsOptional = true };

    internal static OptimizerSetting<TOptions> Number(string name, FieldOf<TOptions, double?> field) => new(
        name,
        options => field(options),
        value => OptimizerNumbers.ToDouble(value) is { } number ? options => field(options) = number : null);

    internal static OptimizerSetting<TOptions> Flag(string name, FieldOf<TOptions, bool?> field) => new(
        name, options => field(options), value => value is bool flag ? options => field(options) = flag : null)
    { Missing = false };

    internal static OptimizerSetting<TOptions> Pair(
        string name, FieldOf<TOptions, double?> first, FieldOf<TOptions, double?> second) => new(
        name,
        options => new object?[] { first(options), second(options) },
        value => value is IReadOnlyList<object?> { Count: 2 } pair
            && OptimizerNumbers.ToDouble(pair[0]) is { } a && OptimizerNumbers.ToDouble(pair[1]) is { } b
            ? options => (first(options), second(options)) = (a, b)
            : null);

    /// <summary>A choice of PyTorch's among ways to compute the same: written, and not read.</summary>
    internal static OptimizerSetting<TOptions> Fixed(string name, object? value) => new(name, _ => value, _ => _ => { });

    /// <summary>Makes what takes the setting of a file's group over.</summary>
    /// <exception cref="StateDictMismatchException">The group has no such setting, or one of another kind.</exception>
    internal Action<TOptions> Read(PyTorchDict group)
    {
        var value = group.GetValueOrDefault(Name) ?? Missing;
        var take = Parse(value) ?? throw new StateDictMismatchException(
            $"a group of parameters has {(value is null ? "no setting" : $"'{value}' for the setting")} '{Name}'");
        return take + Then;
    }
}

/// <summary>A field of TorchSharp's, to read and to write.</summary>
internal delegate ref TField FieldOf<in TOwner, TField>(TOwner owner);

/// <summary>A tensor that an optimiser keeps for each parameter, such as <c>exp_avg</c>, under PyTorch's name.</summary>
/// <param name="Name">PyTorch's name for it.</param>
/// <param name="Field">Where TorchSharp has it.</param>
/// <param name="IsUsed">Whether these options make use of it. PyTorch keeps none otherwise.</param>
/// <param name="IsOptional">Whether TorchSharp has null where it is not used; it has zeros otherwise.</param>
/// <param name="IsLate">Whether it may be missing although it is used: it is made in the first step.</param>
/// <param name="IsNegated">Whether, with these options, TorchSharp keeps the negative of what PyTorch keeps.</param>
internal sealed record OptimizerSlot<TState, TOptions>(
    string Name, FieldOf<TState, Tensor?> Field, Func<TOptions, bool> IsUsed, bool IsOptional = false, bool IsLate = false,
    Func<TOptions, bool>? IsNegated = null)
    where TState : OptimizerState
    where TOptions : OptimizerOptions;

/// <summary>How the state of one kind of optimiser is written in PyTorch and in TorchSharp.</summary>
internal abstract class OptimizerFormat
{
    /// <summary>PyTorch's name of the optimiser.</summary>
    internal abstract string Name { get; }

    /// <summary>Whether it is that kind of optimiser.</summary>
    internal abstract bool IsOf(optim.Optimizer optimizer);

    /// <summary>The settings of a group of parameters, in PyTorch's order.</summary>
    internal abstract PyTorchDict WriteOptions(OptimizerOptions options);

    /// <summary>The state of a parameter; null before its first step.</summary>
    internal abstract PyTorchDict? WriteState(OptimizerState state, OptimizerOptions options);

    /// <summary>Checks the settings of a group, and returns what takes them over.</summary>
    /// <exception cref="StateDictMismatchException">There is a setting missing, or one of another kind.</exception>
    internal abstract Action<OptimizerOptions> ReadOptions(PyTorchDict group);

    /// <summary>Checks what a file keeps for a parameter, and returns what takes it over.</summary>
    /// <param name="saved">Its state in the file; null where it never had a gradient.</param>
    /// <param name="group">The settings of its group in the file.</param>
    /// <param name="parameter">The parameter.</param>
    /// <exception cref="StateDictMismatchException">There is a tensor missing, or one of another shape.</exception>
    internal abstract Action<OptimizerState> ReadState(PyTorchDict? saved, PyTorchDict group, Parameter parameter);
}
