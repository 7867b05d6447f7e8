namespace GanKit.Checkpoints;

/// <summary>
/// A file with PyTorch's weights, open for reading: what <c>torch.save</c> writes in any of its formats, safetensors, and
/// TorchSharp's own. Nothing in it is ever executed.
/// </summary>
public sealed partial class PyTorchFile : IDisposable
{
    private readonly CheckpointContent _content;
    private readonly string? _temporaryCopy;

    private PyTorchFile(string name, CheckpointContent content, string? temporaryCopy)
    {
        (Name, _content, _temporaryCopy) = (name, content, temporaryCopy);
        (var found, OtherTensors, var lists) = StateDictFinder.Find(content.Root);
        StateDicts = AverageCompletion.Complete(found, lists);
    }

    /// <summary>How it is written.</summary>
    public CheckpointFormat Format => _content.Format;

    /// <summary>The saved value, as plain .NET values; tensors are not read yet.</summary>
    public object? Root => _content.Root;

    /// <summary>Its name in messages: the path in quotation marks, or the stream.</summary>
    public string Name { get; }

    /// <summary>
    /// The networks in it: dictionaries of tensors at any depth, and modules that were saved whole, under their
    /// state-dict names. The states of optimisers are not among them, nor losses, metrics and random states beside networks.
    /// Averages that a file keeps as lists, or without buffers, have the names and the buffers of the raw weights beside them.
    /// </summary>
    public IReadOnlyList<PyTorchStateDict> StateDicts { get; }

    /// <summary>Dictionaries of tensors that are no networks.</summary>
    internal IReadOnlyList<PyTorchStateDict> OtherTensors { get; }

    /// <summary>
    /// Texts that stand beside the tensors: the <c>__metadata__</c> of safetensors, the <c>metadata</c> of an index.
    /// Empty in other formats.
    /// </summary>
    public IReadOnlyDictionary<string, string> Metadata => _content.Metadata;

    /// <summary>Opens a file. The numbers of tensors stay in it until they are asked for.</summary>
    /// <param name="path">
    /// The file, of any name: its content tells the format. Or a folder with an index of safetensors files.
    /// </param>
    /// <returns>The open file; dispose it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="CheckpointFormatException">It can't be read.</exception>
    /// <exception cref="IOException">The file system failed.</exception>
    public static PyTorchFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!Path.Exists(path))
        {
            var place = Path.IsPathRooted(path) ? "" : $" in '{Environment.CurrentDirectory}'";
            throw new FileNotFoundException($"There is no file '{path}'{place}.", path);
        }

        return Open(path, $"'{path}'");
    }

    /// <summary>Opens what a stream holds, by way of a temporary file.</summary>
    /// <param name="stream">The content; it is read to its end and stays open.</param>
    /// <returns>The open file; dispose it.</returns>
    /// <exception cref="CheckpointFormatException">It can't be read.</exception>
    /// <exception cref="IOException">The file system failed.</exception>
    public static PyTorchFile Open(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return OpenCopyAsync(copy =>
        {
            stream.CopyTo(copy);
            return Task.CompletedTask;
        }).GetAwaiter().GetResult();
    }

    /// <summary>Opens what a stream holds, such as a download, by way of a temporary file; no thread waits for the stream.</summary>
    /// <remarks>
    /// The copying is asynchronous as far as the stream's own reading is. What is read of the copy to open it (the directory and
    /// names, no numbers) takes moments.
    /// </remarks>
    /// <param name="stream">The content; it is read to its end and stays open.</param>
    /// <param name="cancellationToken">Ends the copying; the temporary file is deleted.</param>
    /// <returns>The open file; dispose it.</returns>
    /// <exception cref="CheckpointFormatException">It can't be read.</exception>
    /// <exception cref="IOException">The file system or the stream failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Task<PyTorchFile> OpenAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return OpenCopyAsync(copy => stream.CopyToAsync(copy, cancellationToken));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _content.Dispose();
        if (_temporaryCopy is not null)
            File.Delete(_temporaryCopy);
    }

    /// <summary>The content in a line: <c>dictionary, 3 entries: 'netG', 'optG', 'epoch'</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        const int Shown = 8;
        var root = new TreeBuilder().Build("", Root, "");
        var names = root.Children.Take(Shown).Select(child => $"'{Printable.Text(child.Name, 60)}'");
        var parts = string.Join(", ", root.Children.Count > Shown ? names.Append("...") : names);
        return $"{root.Text}{(parts.Length > 0 ? $": {parts}" : "")}";
    }

    private static async Task<PyTorchFile> OpenCopyAsync(Func<Stream, Task> copyTo)
    {
        TemporaryFile.ClearAbandoned(Path.GetTempPath());
        var path = TemporaryFile.For(Path.Combine(Path.GetTempPath(), "checkpoint"));
        try
        {
            using (var copy = TemporaryFile.Create(path, RegularFile.Private))
                await copyTo(copy).ConfigureAwait(false);
            return Open(path, "The stream", path);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private static PyTorchFile Open(string path, string name, string? temporaryCopy = null)
    {
        var content = CheckpointOpener.Open(path, name);
        try
        {
            return new(name, content, temporaryCopy);
        }
        catch (Exception error)
        {
            content.Dispose();
            if (error is not CheckpointFormatException)
                throw;
            throw new CheckpointFormatException($"{name} can't be read: {error.Message}", error);
        }
    }
}
