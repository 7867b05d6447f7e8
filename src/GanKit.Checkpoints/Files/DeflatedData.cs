using System.IO.Compression;

namespace GanKit.Checkpoints;

/// <summary>
/// Packed bytes, unpacked while they are read. After a read that goes back, they are kept in memory where they are not too many; otherwise
/// unpacking begins again, a limited number of times. The unpacker is disposed at the end of the bytes; one that has not reached it is
/// freed with the object.
/// </summary>
/// <param name="packed">The bytes as they stand.</param>
/// <param name="length">How many they should unpack to; more are never made.</param>
internal sealed class DeflatedData(StorageData packed, long length) : StorageData, IDisposable
{
    private const int MostKept = 1 << 28;
    private const int MostBeginnings = 100;

    private DeflateStream? _stream;
    private byte[]? _kept;
    private int _beginnings;
    private long _position;

    internal override long Length => length;

    internal override bool IsPacked => true;

    internal override void Read(long offset, Span<byte> destination)
    {
        Check(offset, destination.Length);
        if (_kept is null && _beginnings > 0 && offset < _position && length <= MostKept)
            Keep();
        if (_kept is not null)
            _kept.AsSpan((int)offset, destination.Length).CopyTo(destination);
        else
            Unpack(offset, destination);
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
    }

    private void Keep()
    {
        var kept = new byte[length];
        Unpack(0, kept);
        _kept = kept;
    }

    private void Unpack(long offset, Span<byte> destination)
    {
        try
        {
            SkipTo(offset);
            Fill(destination);
            if (_position == length)
                Dispose();
        }
        catch (InvalidDataException error)
        {
            throw new CheckpointFormatException($"packed bytes are broken after {_position} of {length}.", error);
        }
    }

    private void SkipTo(long offset)
    {
        if (_stream is null || offset < _position)
        {
            Dispose();
            if (++_beginnings > MostBeginnings)
                throw new CheckpointFormatException(
                    $"{length} packed bytes are unpacked more than {MostBeginnings} times.");
            _stream = new DeflateStream(new StorageStream(packed), CompressionMode.Decompress);
            _position = 0;
        }

        Span<byte> skipped = stackalloc byte[4096];
        while (_position < offset)
            Fill(skipped[..(int)Math.Min(skipped.Length, offset - _position)]);
    }

    private void Fill(Span<byte> destination)
    {
        var count = _stream!.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        _position += count;
        if (count < destination.Length)
            throw new CheckpointFormatException($"packed bytes end after {_position} of {length}.");
    }
}
