namespace GanKit.Checkpoints;

/// <summary>
/// Bytes of which it is not known yet what they are for: long ones, which may be a NumPy array's and had better stay in the
/// file, and those of Python 2, whose <c>str</c> is text and bytes in one.
/// </summary>
internal sealed class PickleBytes(StorageData data, bool isText) : PicklePlaceholder
{
    /// <summary>Shorter ones are read at once.</summary>
    internal const int Short = 1 << 12;

    private const int LongestValue = 1 << 28;

    private object? _value;

    /// <summary>The bytes themselves, unread.</summary>
    internal StorageData Data => data;

    internal override object? Resolve() => _value ??= Decode();

    private object Decode()
    {
        if (data.Length > LongestValue)
        {
            throw new CheckpointFormatException(
                $"it holds {data.Length} bytes that are no tensor's; at most {LongestValue} are read.");
        }

        var bytes = data.ToArray();
        return isText ? PickleText.DecodePython2(bytes) : bytes;
    }
}
