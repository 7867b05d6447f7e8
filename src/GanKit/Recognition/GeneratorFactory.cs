using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>Builds the generator that a file with PyTorch's weights belongs to, with those weights in it.</summary>
public static class GeneratorFactory
{
    // Tied weights repeat once; no network known here has any.
    private const double MostRepetition = 4;

    /// <summary>
    /// Says what is in a file, as <see cref="PyTorchFile.Inspect"/> does, and which networks it holds. No tensor is read. Without libtorch
    /// networks are named by a few telling weights alone.
    /// </summary>
    /// <param name="path">The file, of any format that <see cref="PyTorchFile.Open(string)"/> reads, or a folder.</param>
    /// <param name="families">The networks to recognise; <see cref="NetworkFamily.Known"/> unless stated.</param>
    /// <returns>The summary; its text is a report for a terminal.</returns>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="CheckpointFormatException">It can't be read.</exception>
    /// <exception cref="IOException">The file system failed.</exception>
    public static CheckpointSummary Inspect(string path, IReadOnlyList<NetworkFamily>? families = null) => PyTorchFile.Inspect(
        path, weights => NetworkRecognition.Of(weights, families).SelectMany(found => found.Network is not { } network ? [found.ToString()]
            : (string[])[
                found.ToString(), $"{Printable.Number(network.Layout().ParameterCount)} parameters; {network.Use}", .. found.Notes,
            ]));

    /// <summary>Recognises a file's generator, builds it and loads it.</summary>
    /// <remarks>
    /// <code>
    /// using var generator = GeneratorFactory.FromCheckpoint("horse2zebra/latest_net_G.pth");
    /// using var zebra = generator.call(Images.Read("horse.jpg"));
    /// </code>
    /// </remarks>
    /// <param name="path">The file, of any format that <see cref="PyTorchFile.Open(string)"/> reads.</param>
    /// <returns>The network, on the CPU, in evaluation mode; the caller owns it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">
    /// It holds no known generator, or several; the message says what it holds.
    /// </exception>
    public static Module<Tensor, Tensor> FromCheckpoint(string path) => FromCheckpoint(path, new());

    /// <summary>Recognises a file's generator, builds it and loads it, under options of your own.</summary>
    /// <param name="path">The file, of any format that <see cref="PyTorchFile.Open(string)"/> reads.</param>
    /// <param name="options">Which generator, and which families are known.</param>
    /// <returns>The network, on the CPU, in evaluation mode; the caller owns it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">
    /// It holds no known generator, or several; the message says what it holds.
    /// </exception>
    public static Module<Tensor, Tensor> FromCheckpoint(string path, GeneratorOptions options) =>
        FromCheckpoint(path, options, out _);

    /// <summary>Recognises a file's generator, builds it and loads it, and tells what it is.</summary>
    /// <param name="path">The file, of any format that <see cref="PyTorchFile.Open(string)"/> reads.</param>
    /// <param name="options">Which generator, and which families are known.</param>
    /// <param name="recognition">The network, with its inputs and outputs in <see cref="NetworkSpec.Use"/>.</param>
    /// <returns>The network, on the CPU, in evaluation mode; the caller owns it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">
    /// It holds no known generator, or several; the message says what it holds.
    /// </exception>
    public static Module<Tensor, Tensor> FromCheckpoint(
        string path, GeneratorOptions options, out NetworkRecognition recognition)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var file = PyTorchFile.Open(path);
        (var generator, recognition, var loading) = Build(file, options);
        try
        {
            generator.LoadWeights(file, loading, out _).eval();
            return generator;
        }
        catch
        {
            generator.Dispose();
            throw;
        }
    }

    /// <summary>Recognises a file's generator, builds it and loads it off the caller's thread.</summary>
    /// <remarks>
    /// As <see cref="FromCheckpoint(string, GeneratorOptions)"/>, on threads of the pool, which block while they read. With a token that can
    /// be cancelled it takes the memory of the weights once more (<see cref="Weights.LoadWeightsAsync(Module, string,
    /// PyTorchLoadOptions?, CancellationToken)"/>). No dispose scope of the caller's has the network.
    /// </remarks>
    /// <param name="path">The file, of any format that <see cref="PyTorchFile.Open(string)"/> reads.</param>
    /// <param name="options">Which generator, and which families are known.</param>
    /// <param name="cancellationToken">Ends the loading; what was built is freed.</param>
    /// <returns>
    /// The network, on the CPU, in evaluation mode, which the caller owns; and what it is, in its
    /// <see cref="NetworkSpec.Use"/> what it takes and gives.
    /// </returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">
    /// It holds no known generator, or several; the message says what it holds.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<(Module<Tensor, Tensor> Generator, NetworkRecognition Recognition)> FromCheckpointAsync(
        string path, GeneratorOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var file = await Task.Run(() => PyTorchFile.Open(path), cancellationToken).ConfigureAwait(false);
        var (generator, recognition, loading) =
            await Task.Run(() => Build(file, options ?? new()), CancellationToken.None).ConfigureAwait(false);
        try
        {
            await generator.LoadWeightsAsync(file, loading, cancellationToken).ConfigureAwait(false);
            generator.eval();
            return (generator, recognition);
        }
        catch
        {
            generator.Dispose();
            throw;
        }
    }

    private static (Module<Tensor, Tensor> Generator, NetworkRecognition Recognition, PyTorchLoadOptions Loading) Build(
        PyTorchFile file, GeneratorOptions options)
    {
        var choice = GeneratorChoice.Choose(file, options);
        RequireSubstance(choice.StateDict, file);
        NativeBackend.EnsureLoaded();
        return (choice.Recognition.Network!.Build(), choice.Recognition,
            new() { Key = choice.StateDict.Key, KeyMap = choice.Recognition.KeyMap });
    }

    /// <summary>
    /// A tiny file can claim a gigantic network by repeating the same numbers; its building would take the memory.
    /// </summary>
    private static void RequireSubstance(PyTorchStateDict weights, PyTorchFile file)
    {
        var claimed = weights.Values.Sum(tensor => (double)tensor.ByteCount);
        var held = weights.StoredByteCount;
        if (claimed > MostRepetition * held)
        {
            throw new CheckpointFormatException(
                $"{file.Name} can't be read: its weights repeat the same {Printable.Bytes(held)} " +
                $"until they are {claimed / held:F0} times as many.");
        }
    }
}
