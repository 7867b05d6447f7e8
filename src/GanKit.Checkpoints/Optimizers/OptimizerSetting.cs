using TorchSharp.Modules;

namespace GanKit.Checkpoints;

/// <summary>A number that a group of parameters is trained with, such as <c>lr</c>, under PyTorch's name.</summary>
/// <param name="Name">PyTorch's name for it.</param>
/// <param name="Write">Its value in PyTorch's terms.</param>
/// <param name="Parse">Makes what takes PyTorch's value over; null where the value is of another kind.</param>
internal sealed record OptimizerSetting<TOptions>(
    string Name, Func<TOptions, object?> Write, Func<object?, Action<TOptions>?> Parse)
    where TOptions : OptimizerOptions
{
    /// <summary>What PyTorch assumes of files from before there was such a setting.</summary>
    internal object? Missing { get; private init; }

    /// <summary>Whether null is not written.</summary>
    internal bool IsOptional { get; private init; }

    /// <summary>What has to be done after the setting, and those before it, were taken over.</summary>
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
