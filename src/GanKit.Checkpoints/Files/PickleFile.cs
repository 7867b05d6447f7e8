using System.Buffers;

namespace GanKit.Checkpoints;

/// <summary>A bare pickle, as <c>pickle.dump</c> writes it. Tensors in it are files of torch.save, as bytes.</summary>
internal static class PickleFile
{
    private static readonly SearchValues<byte> OfModules =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."u8);

    internal static object? Read(StorageData file, PickleContext context) =>
        PickleMachine.Load(new(file, "the pickle"), context);

    /// <summary>
    /// Whether a file begins as a pickle does. Protocols from 2 on say so in their first bytes; older ones begin with what
    /// they hold, which is a container or an object in all files of interest.
    /// </summary>
    internal static bool Recognizes(ReadOnlySpan<byte> head) => head switch
    {
        [0x80, >= 2 and <= 5, ..] => true,
        [(byte)'(', var first, ..] => "dlticNISV"u8.Contains(first),
        [(byte)']' or (byte)'}', (byte)'q', ..] => true,
        [(byte)'c', var letter, ..] when letter == '_' || char.IsAsciiLetterLower((char)letter) =>
            head.IndexOf((byte)'\n') is > 0 and var end && !head[1..end].ContainsAnyExcept(OfModules), // a text goes on
        _ => false,
    };
}
