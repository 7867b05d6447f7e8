using System.Collections.ObjectModel;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace GanKit.Checkpoints;

/// <summary>Tells a file's format by its first bytes, and opens it with the reader of that format.</summary>
internal static class CheckpointOpener
{
    /// <param name="path">The file or folder.</param>
    /// <param name="name">Its name in messages.</param>
    /// <exception cref="CheckpointFormatException">
    /// It is of no format known here, or broken. The message begins with the name.
    /// </exception>
    internal static CheckpointContent Open(string path, string name) => Guarded(name, () =>
    {
        if (Directory.Exists(path))
        {
            var file = CheckpointFolder.Choose(path);
            return Open(file, $"its file '{Path.GetFileName(file)}'");
        }

        if (RegularFile.OtherKind(path) is { } kind)
            throw new CheckpointFormatException($"it is {kind}, not a file. Read a pipe with PyTorchFile.Open(Stream).");
        var head = HeadOf(path);
        return ShardedReader.Recognizes(head) ? ShardedReader.Open(path) : OpenFile(path, head);
    });

    /// <summary>Opens a file that an index names, which can't be an index itself.</summary>
    /// <inheritdoc cref="Open"/>
    internal static CheckpointContent OpenShard(string path, string name) =>
        Guarded(name, () => OpenFile(path, HeadOf(path)));

    private static CheckpointContent Guarded(string name, Func<CheckpointContent> open)
    {
        try
        {
            return open();
        }
        catch (Exception error) when (error
            is CheckpointFormatException or InvalidDataException or FormatException or OverflowException
            or ArgumentException or IndexOutOfRangeException or InvalidOperationException or EndOfStreamException
            or JsonException)
        {
            throw new CheckpointFormatException($"{name} can't be read: {error.Message}", error);
        }
    }

    /// <summary>
    /// Opens a file for reading. It may be renamed, deleted and replaced meanwhile, as everywhere but on Windows.
    /// </summary>
    internal static SafeFileHandle OpenHandle(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);

    internal static byte[] HeadOf(string path)
    {
        var head = new byte[ForeignFormat.HeadLength];
        using var file = RegularFile.OpenRead(path);
        return head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }

    private static CheckpointContent OpenFile(string path, ReadOnlySpan<byte> head)
    {
        if (SafetensorsReader.Recognizes(head))
            return SafetensorsReader.Open(path);

        if (TorchReader.Recognize(head) is { } format)
            return TorchReader.Open(path, format);
        if (ForeignFormat.DescribeKnownText(head) is { } text)
            throw new CheckpointFormatException(text);
        if (TorchSharpReader.Recognizes(head))
            return TorchSharpReader.Open(path);
        if (PickleFile.Recognizes(head))
            return TorchReader.Open(path, CheckpointFormat.Pickle);
        throw new CheckpointFormatException(ForeignFormat.Describe(path, head)
            ?? ForeignFormat.DescribeText(head)
            ?? "it is of no known format: torch.save (zip or legacy), a pickle, safetensors, or TorchSharp's .dat; or it "
            + "breaks off in its first bytes.");
    }
}

/// <summary>The content of a file, found by the reader of one format, and the object that keeps the file open.</summary>
internal sealed record CheckpointContent(CheckpointFormat Format, object? Root, IDisposable Source) : IDisposable
{
    /// <summary>Texts that the format keeps beside the tensors; most have none.</summary>
    internal IReadOnlyDictionary<string, string> Metadata { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    public void Dispose() => Source.Dispose();
}
