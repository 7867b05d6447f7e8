using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>Saves and loads a network's weights: parameters and buffers under their state-dict names.</summary>
public static class Weights
{
    /// <summary>Writes the weights in TorchSharp's own format (.dat), or leaves what was there before.</summary>
    /// <remarks>
    /// The file is written beside its place, flushed, and renamed, so a crash or a full disk leaves no half-written
    /// checkpoint. Missing folders are created.
    /// </remarks>
    /// <typeparam name="TModule">The network's type.</typeparam>
    /// <param name="module">The network.</param>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <returns>The same network.</returns>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static TModule SaveWeights<TModule>(this TModule module, string path)
        where TModule : nn.Module
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        AtomicFile.Write(path, stream =>
        {
            using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
            module.save(writer);
        });
        return module;
    }

    /// <summary>Reads weights that <see cref="SaveWeights"/> or TorchSharp's <c>save</c> wrote, in place: all of them or none.</summary>
    /// <remarks>
    /// The file is read and checked whole before the first weight changes. Parameters keep their identity and their
    /// device, so that a trainer of the network can go on with them.
    /// </remarks>
    /// <typeparam name="TModule">The network's type.</typeparam>
    /// <param name="module">A network of the same shape as the saved one.</param>
    /// <param name="path">The file.</param>
    /// <returns>The same network.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">The file can't be opened.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is not a weights file, is truncated, or belongs to another network. The network is as it was.
    /// </exception>
    public static TModule LoadWeights<TModule>(this TModule module, string path)
        where TModule : nn.Module
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no weights file '{path}'.", path);
        using var stream = File.OpenRead(path);
        using var reader = new BinaryReader(stream);
        try
        {
            Read(module.state_dict(), reader);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw new InvalidDataException(
                $"'{path}' can't be loaded into this {module.GetType().Name}: {error.Message} It must be a whole file that SaveWeights wrote for a network built with the same sizes.", error);
        }

        return module;
    }

    /// <summary>
    /// TorchSharp's own <c>load</c> overwrites one weight after another until something does not fit, and on a GPU replaces
    /// the parameters that an optimiser holds. So its format is read here: a count, then names and tensors.
    /// </summary>
    private static void Read(Dictionary<string, Tensor> weights, BinaryReader reader)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var count = reader.Read7BitEncodedInt64();
        if (count != weights.Count)
            throw new InvalidDataException($"It holds {count} tensors, but the network has {weights.Count}.");

        var loaded = new Dictionary<string, Tensor>();
        while (loaded.Count < count)
        {
            var name = reader.ReadString();
            if (!weights.TryGetValue(name, out var weight))
                throw new InvalidDataException($"It holds '{name}', which the network has not.");
            var value = empty(weight.shape, weight.dtype, CPU);
            value.Load(reader);
            loaded.Add(name, value);
        }

        foreach (var (name, value) in loaded)
            weights[name].copy_(value);
    }
}
