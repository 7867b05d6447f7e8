using static TorchSharp.torch.nn;

namespace GanKit;

public static partial class PyBridgeModuleExtensions
{
    /// <summary>Saves the module's state dict in a file that <c>torch.load</c> reads.</summary>
    /// <param name="module">The module.</param>
    /// <param name="location">The file; an existing one is replaced when the new one is whole.</param>
    /// <returns>The module.</returns>
    /// <exception cref="ArgumentException">A weight has no numbers to save.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static Module save_py(this Module module, string location) => module.SavePyTorch(location);

    /// <summary>Saves the module's state dict in a stream, in the format that <c>torch.load</c> reads.</summary>
    /// <param name="module">The module.</param>
    /// <param name="stream">The stream, which is written from its present position on.</param>
    /// <param name="leaveOpen">Whether the stream stays open afterwards.</param>
    /// <returns>The module.</returns>
    /// <exception cref="ArgumentException">A weight has no numbers to save.</exception>
    /// <exception cref="IOException">The stream can't be written.</exception>
    public static Module save_py(this Module module, Stream stream, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(module);
        using var owned = leaveOpen ? null : stream;
        PyTorchFile.Save(stream, module);
        return module;
    }

    /// <summary>Saves the module's state dict in a safetensors file.</summary>
    /// <inheritdoc cref="save_py(Module, string)"/>
    public static Module save_safetensors(this Module module, string location)
    {
        ArgumentNullException.ThrowIfNull(module);
        SafetensorsFile.Save(location, module.state_dict());
        return module;
    }

    /// <summary>Saves the module's state dict in a stream, in the format of safetensors.</summary>
    /// <inheritdoc cref="save_py(Module, Stream, bool)"/>
    public static Module save_safetensors(this Module module, Stream stream, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(module);
        using var owned = leaveOpen ? null : stream;
        SafetensorsFile.Save(stream, module.state_dict());
        return module;
    }
}
