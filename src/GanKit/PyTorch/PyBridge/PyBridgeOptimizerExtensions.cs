using static TorchSharp.torch.optim;

namespace GanKit;

/// <summary>
/// The verbs of TorchSharp.PyBridge for optimisers, so that programs written for it need another <c>using</c> and no
/// more. New code is better served by <see cref="PyTorchOptimizers"/>.
/// </summary>
public static class PyBridgeOptimizerExtensions
{
    /// <summary>Loads the state of an optimiser that <c>torch.save(optimizer.state_dict(), location)</c> wrote.</summary>
    /// <param name="optimizer">Adam, AdamW, SGD or RMSprop.</param>
    /// <param name="location">The file.</param>
    /// <returns>The optimiser.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">The state does not fit the optimiser.</exception>
    public static Optimizer load_py(this Optimizer optimizer, string location) => optimizer.LoadPyTorch(location);

    /// <summary>Loads the state of an optimiser from a stream.</summary>
    /// <param name="optimizer">Adam, AdamW, SGD or RMSprop.</param>
    /// <param name="stream">The file's content; it is read to its end.</param>
    /// <param name="leaveOpen">Whether the stream stays open afterwards.</param>
    /// <returns>The optimiser.</returns>
    /// <exception cref="CheckpointFormatException">The content can't be read.</exception>
    /// <exception cref="StateDictMismatchException">The state does not fit the optimiser.</exception>
    public static Optimizer load_py(this Optimizer optimizer, Stream stream, bool leaveOpen = false)
    {
        using var owned = leaveOpen ? null : stream;
        using var file = PyTorchFile.Open(stream);
        return optimizer.LoadPyTorch(file);
    }

    /// <summary>
    /// Saves the optimiser's state in a file, for <c>optimizer.load_state_dict(torch.load(location))</c>.
    /// </summary>
    /// <param name="optimizer">Adam, AdamW, SGD or RMSprop.</param>
    /// <param name="location">The file; an existing one is replaced when the new one is whole.</param>
    /// <returns>The optimiser.</returns>
    /// <exception cref="ArgumentException">It is another kind of optimiser.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static Optimizer save_py(this Optimizer optimizer, string location)
    {
        PyTorchFile.Save(location, optimizer.ToPyTorch());
        return optimizer;
    }

    /// <summary>Saves the optimiser's state in a stream.</summary>
    /// <param name="optimizer">Adam, AdamW, SGD or RMSprop.</param>
    /// <param name="stream">The stream, which is written from its present position on.</param>
    /// <param name="leaveOpen">Whether the stream stays open afterwards.</param>
    /// <returns>The optimiser.</returns>
    /// <exception cref="ArgumentException">It is another kind of optimiser.</exception>
    /// <exception cref="IOException">The stream can't be written.</exception>
    public static Optimizer save_py(this Optimizer optimizer, Stream stream, bool leaveOpen = false)
    {
        using var owned = leaveOpen ? null : stream;
        PyTorchFile.Save(stream, optimizer.ToPyTorch());
        return optimizer;
    }
}
