namespace GanKit.Checkpoints;

/// <summary>
/// Reads a pickle from front to back through a small window. Announced lengths are compared with what is left before
/// anything is allocated, and long stretches can be kept as references into the file.
/// </summary>
/// <param name="source">The bytes, of which the pickle need not be the first nor the last.</param>
/// <param name="name">How errors call it: <c>the file</c>, <c>entry 'archive/data.pkl'</c>...</param>
/// <param name="start">Where the pickle begins.</param>
internal sealed class PickleInput(StorageData source, string name, long start = 0)
{
    // Lines are class names, numbers and texts of the oldest protocols.
    private const int LongestLine = 1 << 26;

    private readonly byte[] _window = new byte[Math.Clamp(source.Length - start, 0, 1 << 16)];
    private long _windowStart = start;
    private int _windowLength;
    private int _next;

    internal string Name => name;

    /// <summary>The next byte's place in the source.</summary>
    internal long Position => _windowStart + _next;

    /// <summary>How many bytes follow.</summary>
    internal long Remaining => source.Length - Position;

    internal byte ReadByte()
    {
        if (_next == _windowLength)
            Refill();
        return _window[_next++];
    }

    /// <summary>Fills a small span.</summary>
    internal void Read(Span<byte> destination)
    {
        Demand(destination.Length);
        while (!destination.IsEmpty)
        {
            if (_next == _windowLength)
                Refill();
            var count = Math.Min(destination.Length, _windowLength - _next);
            _window.AsSpan(_next, count).CopyTo(destination);
            _next += count;
            destination = destination[count..];
        }
    }

    internal byte[] ReadBytes(long count)
    {
        Demand(count);
        var bytes = new byte[count];
        Read(bytes);
        return bytes;
    }

    /// <summary>Passes over bytes that stay in the file.</summary>
    internal StorageData Skip(long count)
    {
        Demand(count);
        var skipped = source.Slice(Position, count);
        var target = Position + count;
        if (target <= _windowStart + _windowLength)
            _next = (int)(target - _windowStart);
        else
            (_windowStart, _windowLength, _next) = (target, 0, 0);
        return skipped;
    }

    /// <summary>The bytes up to the next line feed, which is passed over.</summary>
    internal byte[] ReadLine()
    {
        var line = new List<byte>();
        for (var next = ReadByte(); next != '\n'; next = ReadByte())
        {
            if (line.Count == LongestLine)
                throw new CheckpointFormatException($"a line of text has more than {LongestLine} bytes.");
            line.Add(next);
        }

        return [.. line];
    }

    /// <exception cref="CheckpointFormatException">Fewer than <paramref name="count"/> bytes follow.</exception>
    internal void Demand(long count)
    {
        if (count < 0 || count > Remaining)
        {
            throw new CheckpointFormatException(
                $"{(ulong)count} bytes should follow, but only {Remaining} do: it is truncated or corrupt.");
        }
    }

    private void Refill()
    {
        Demand(1);
        (_windowStart, _next) = (Position, 0);
        _windowLength = (int)Math.Min(_window.Length, source.Length - _windowStart);
        source.Read(_windowStart, _window.AsSpan(0, _windowLength));
    }
}
