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

    /// <summary>Reads weights that <see cref="SaveWeights"/> or TorchSharp's <c>save</c> wrote, in place: all of them or, on an error, none.</summary>
    /// <typeparam name="TModule">The network's type.</typeparam>
    /// <param name="module">A network of the same shape as the saved one.</param>
    /// <param name="path">The file.</param>
    /// <returns>The same network.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a weights file, is truncated, or belongs to another network.</exception>
    public static TModule LoadWeights<TModule>(this TModule module, string path)
        where TModule : nn.Module
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no weights file '{path}'.", path);

        // TorchSharp copies tensor by tensor as it reads, so a file that breaks off would leave the network half loaded.
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var before = module.state_dict().Values.Select(tensor => (Tensor: tensor, Copy: tensor.clone())).ToArray();
        try
        {
            using var stream = File.OpenRead(path);
            using var reader = new BinaryReader(stream);
            module.load(reader);
        }
        catch (Exception error)
        {
            foreach (var (tensor, copy) in before)
                tensor.copy_(copy);
            if (error is OutOfMemoryException or UnauthorizedAccessException)
                throw;
            throw new InvalidDataException(
                $"'{path}' can't be loaded into this {module.GetType().Name}: {error.Message} It must be a whole file that SaveWeights wrote for a network built with the same sizes.", error);
        }

        return module;
    }
}
