using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>
/// Loads a network's weights from files of PyTorch, safetensors and TorchSharp, and saves them: parameters and buffers under their
/// state-dict names.
/// </summary>
public static partial class Weights
{
    /// <summary>Writes the weights in the format that the file's name selects, or leaves the old file.</summary>
    /// <remarks>
    /// <para><c>.pth</c>, <c>.pt</c>, <c>.bin</c> and <c>.ckpt</c> are for PyTorch: <c>torch.load</c> gives the state dict.
    /// <c>.safetensors</c> is Hugging Face's format, which programs in many languages read. Any other name, by custom
    /// <c>.dat</c>, gets TorchSharp's own format, which its <c>load</c> reads too.</para>
    /// <para>The file is written beside its place, flushed, and renamed, so a crash or a full disk leaves no half-written
    /// checkpoint. Missing folders are created. A symbolic link is followed, and the file that it leads to replaced; mode and owner stay.
    /// A path that is no regular file, is read-only or has several names (hard links) is refused and left as it was.</para>
    /// </remarks>
    /// <typeparam name="TModule">The network's type.</typeparam>
    /// <param name="module">The network.</param>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <returns>The same network.</returns>
    /// <exception cref="ArgumentException">The module has no weights, or one is of a type that the format has not.
    /// </exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static TModule SaveWeights<TModule>(this TModule module, string path)
        where TModule : nn.Module
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (module.state_dict().Count == 0)
        {
            throw new ArgumentException(
                $"{module.GetType().Name} has no weights to save. Save the network that holds them: what ForInference "
                + "makes of one has none of its own, and a "
                + "module of yours has those that it registers (RegisterComponents)." + NativeAot.Hint(module), nameof(module));
        }

        switch (Path.GetExtension(path).ToUpperInvariant())
        {
            case ".PTH" or ".PT" or ".BIN" or ".CKPT":
                PyTorchFile.Save(path, module);
                break;
            case ".SAFETENSORS":
                SafetensorsFile.Save(path, module.state_dict());
                break;
            default:
                AtomicFile.Write(path, stream =>
                {
                    using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
                    using var scope = NewDisposeScope();
                    // TorchSharp writes the numbers as they lie, and refuses those that do not lie row by row.
                    nn.Module.save_state_dict(writer, module.state_dict().ToDictionary(
                        entry => entry.Key, entry => entry.Value.detach().contiguous()));
                });
                break;
        }

        return module;
    }
}
