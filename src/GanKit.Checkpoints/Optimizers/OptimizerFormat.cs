using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>How the state of one kind of optimiser is written in PyTorch and in TorchSharp.</summary>
internal abstract class OptimizerFormat
{
    /// <summary>PyTorch's name of the optimiser.</summary>
    internal abstract string Name { get; }

    /// <summary>Whether it is that kind of optimiser.</summary>
    internal abstract bool IsOf(optim.Optimizer optimizer);

    /// <summary>The settings of a group of parameters, in PyTorch's order.</summary>
    internal abstract PyTorchDict WriteOptions(OptimizerOptions options);

    /// <summary>What was kept for a parameter; null before its first step.</summary>
    internal abstract PyTorchDict? WriteState(OptimizerState state, OptimizerOptions options);

    /// <summary>Checks the settings of a group, and returns what takes them over.</summary>
    /// <exception cref="StateDictMismatchException">There is a setting missing, or one of another kind.</exception>
    internal abstract Action<OptimizerOptions> ReadOptions(PyTorchDict group);

    /// <summary>Checks what a file keeps for a parameter, and returns what takes it over.</summary>
    /// <param name="saved">What the file keeps for it; null where it never had a gradient.</param>
    /// <param name="group">The settings of its group in the file.</param>
    /// <param name="parameter">The parameter.</param>
    /// <exception cref="StateDictMismatchException">There is a tensor missing, or one of another shape.</exception>
    internal abstract Action<OptimizerState> ReadState(PyTorchDict? saved, PyTorchDict group, Parameter parameter);
}
