namespace GanKit;

/// <summary>A bare pickle, as <c>pickle.dump</c> writes it. Tensors in it are whole files of torch.save, as bytes.</summary>
internal static class PickleFile
{
    internal static object? Read(StorageData file, PickleContext context) => PickleMachine.Load(new(file, "the pickle"), context);

    /// <summary>
    /// Whether a file begins as a pickle does. Protocols from 2 on say so in their first bytes, which might also be the count
    /// of tensors in a file of TorchSharp's; there a name's length and the name follow. Older ones begin with what they hold.
    /// </summary>
    internal static bool Matches(ReadOnlySpan<byte> head) => head switch
    {
        [0x80, >= 2 and <= 5, var next, .. var rest] => OpcodeTable.Find(next) is not null && !IsName(rest, next),
        [(byte)'(', (byte)'d' or (byte)'l' or (byte)'t' or (byte)'i' or (byte)'c', ..]
            or [(byte)']' or (byte)'}', (byte)'q', 0 or 1, ..]
            or [(byte)'c', (byte)'_' or (>= (byte)'a' and <= (byte)'z'), ..] => head.IndexOfAny((byte)'\n', (byte)'q') > 0,
        _ => false,
    };

    private static bool IsName(ReadOnlySpan<byte> text, int length) =>
        length > 0 && text.Length >= length && text[..length].IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;
}
