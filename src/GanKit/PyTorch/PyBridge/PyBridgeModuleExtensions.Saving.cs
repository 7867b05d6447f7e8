using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

public static partial class PyBridgeModuleExtensions
{
    /// <summary>Writes the weights so that <c>torch.load</c> reads them as a state dict.</summary>
    /// <param name="module">The module.</param>
    /// <param name="location">The file; it is replaced whole or not at all.</param>
    /// <param name="skip">Names that are left out.</param>
    /// <returns>The module.</returns>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static Module save_py(this Module module, string location, IList<string>? skip = null)
    {
        PyTorchFile.Save(location, StateWithout(module, skip));
        return module;
    }

    /// <summary>Writes the weights into a stream so that <c>torch.load</c> reads them as a state dict.</summary>
    /// <param name="module">The module.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="skip">Names that are left out.</param>
    /// <param name="leaveOpen">Whether the stream stays open afterwards.</param>
    /// <returns>The module.</returns>
    /// <exception cref="IOException">The stream can't be written.</exception>
    public static Module save_py(this Module module, Stream stream, IList<string>? skip = null, bool leaveOpen = false)
    {
        using var owned = leaveOpen ? null : stream;
        PyTorchFile.Save(stream, StateWithout(module, skip));
        return module;
    }

    /// <summary>Writes the weights as safetensors.</summary>
    /// <inheritdoc cref="save_py(Module, string, IList{string}?)"/>
    public static Module save_safetensors(this Module module, string location, IList<string>? skip = null)
    {
        SafetensorsFile.Save(location, StateWithout(module, skip));
        return module;
    }

    /// <summary>Writes the weights as safetensors into a stream.</summary>
    /// <inheritdoc cref="save_py(Module, Stream, IList{string}?, bool)"/>
    public static Module save_safetensors(
        this Module module, Stream stream, IList<string>? skip = null, bool leaveOpen = false)
    {
        using var owned = leaveOpen ? null : stream;
        SafetensorsFile.Save(stream, StateWithout(module, skip));
        return module;
    }

    private static Dictionary<string, Tensor> StateWithout(Module module, IList<string>? skip)
    {
        ArgumentNullException.ThrowIfNull(module);
        var skipped = skip?.ToHashSet() ?? [];
        return module.state_dict().Where(entry => !skipped.Contains(entry.Key)).ToDictionary();
    }
}
