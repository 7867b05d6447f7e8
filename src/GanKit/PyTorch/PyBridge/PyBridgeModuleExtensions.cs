using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>
/// The verbs of TorchSharp.PyBridge for modules, so that programs written for it need another <c>using</c> and no more.
/// New code is better served by <see cref="PyTorchWeights"/> and <see cref="Weights"/>.
/// </summary>
/// <remarks>
/// Two differences, both with <c>strict: false</c>: a file with weights of other sizes leaves the module as it was, where
/// PyBridge may have loaded a part of it; and a file that has no weight in common with the module is an error, where
/// PyBridge loads nothing.
/// </remarks>
public static partial class PyBridgeModuleExtensions
{
    /// <summary>Loads what <c>torch.save</c> wrote, in any of its formats.</summary>
    /// <param name="module">The module.</param>
    /// <param name="location">The file.</param>
    /// <param name="strict">Whether the names must agree exactly.</param>
    /// <param name="skip">Names that are neither loaded nor missed.</param>
    /// <param name="loadedParameters">Receives, for each of the module's weights, whether it was loaded.</param>
    /// <returns>The module.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">The file does not fit the module.</exception>
    public static Module load_py(
        this Module module, string location, bool strict = true, IList<string>? skip = null,
        Dictionary<string, bool>? loadedParameters = null)
    {
        using var file = PyTorchFile.Open(location);
        return Load(module, file, strict, skip, loadedParameters);
    }

    /// <summary>Loads what <c>torch.save</c> wrote, from a stream.</summary>
    /// <param name="module">The module.</param>
    /// <param name="stream">The file's content; it is read to its end.</param>
    /// <param name="strict">Whether the names must agree exactly.</param>
    /// <param name="skip">Names that are neither loaded nor missed.</param>
    /// <param name="loadedParameters">Receives, for each of the module's weights, whether it was loaded.</param>
    /// <param name="leaveOpen">Whether the stream stays open afterwards.</param>
    /// <returns>The module.</returns>
    /// <exception cref="CheckpointFormatException">The content can't be read.</exception>
    /// <exception cref="StateDictMismatchException">The content does not fit the module.</exception>
    public static Module load_py(
        this Module module, Stream stream, bool strict = true, IList<string>? skip = null,
        Dictionary<string, bool>? loadedParameters = null, bool leaveOpen = false)
    {
        using var owned = leaveOpen ? null : stream;
        using var file = PyTorchFile.Open(stream);
        return Load(module, file, strict, skip, loadedParameters);
    }

    /// <summary>Loads a safetensors file.</summary>
    /// <inheritdoc cref="load_py(Module, string, bool, IList{string}?, Dictionary{string, bool}?)"/>
    public static Module load_safetensors(
        this Module module, string location, bool strict = true, IList<string>? skip = null,
        Dictionary<string, bool>? loadedParameters = null) => module.load_py(location, strict, skip, loadedParameters);

    /// <summary>Loads safetensors from a stream.</summary>
    /// <inheritdoc cref="load_py(Module, Stream, bool, IList{string}?, Dictionary{string, bool}?, bool)"/>
    public static Module load_safetensors(
        this Module module, Stream stream, bool strict = true, IList<string>? skip = null,
        Dictionary<string, bool>? loadedParameters = null, bool leaveOpen = false) =>
        module.load_py(stream, strict, skip, loadedParameters, leaveOpen);

    /// <summary>Loads a folder of Hugging Face's: one file of weights, or several with an index.</summary>
    /// <param name="module">The module.</param>
    /// <param name="path">The folder.</param>
    /// <param name="checkpointName">
    /// The file in it, with or without an extension, for example <c>model</c> for <c>model.safetensors</c> or its
    /// index. By default the only one there is.
    /// </param>
    /// <param name="strict">Whether the names must agree exactly.</param>
    /// <param name="skip">Names that are neither loaded nor missed.</param>
    /// <param name="loadedParameters">Receives, for each of the module's weights, whether it was loaded.</param>
    /// <param name="useTqdm">Ignored: no progress is shown.</param>
    /// <returns>The module.</returns>
    /// <exception cref="FileNotFoundException">There is no such folder or file.</exception>
    /// <exception cref="CheckpointFormatException">A file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">The weights do not fit the module.</exception>
    public static Module load_checkpoint(
        this Module module, string path, string? checkpointName = null, bool strict = true, IList<string>? skip = null,
        Dictionary<string, bool>? loadedParameters = null, bool useTqdm = true)
    {
        var file = checkpointName is null ? path : CheckpointIn(path, checkpointName);
        return module.load_py(file, strict, skip, loadedParameters);
    }

    private static string CheckpointIn(string folder, string name)
    {
        string[] endings = ["", ".safetensors.index.json", ".safetensors", ".bin.index.json", ".bin", ".pth", ".pt"];
        return endings.Select(ending => Path.Combine(folder, name + ending)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException(
                $"'{folder}' has no '{name}', nor '{name}' with one of {string.Join(", ", endings[1..])}.");
    }

    private static Module Load(
        Module module, PyTorchFile file, bool strict, IList<string>? skip, Dictionary<string, bool>? loadedParameters)
    {
        var skipped = skip?.ToHashSet() ?? [];
        var options = new PyTorchLoadOptions { Strict = strict, Ignore = skipped.Contains };
        module.LoadPyTorch(file, options, out var report);
        if (loadedParameters is not null)
        {
            var loaded = report.Loaded.ToHashSet();
            foreach (var name in module.state_dict().Keys)
                loadedParameters[name] = loaded.Contains(name);
        }

        return module;
    }
}
