using System.Buffers.Binary;

namespace GanKit.Checkpoints;

/// <summary>One file in a zip archive, as the archive's directory has it.</summary>
/// <param name="Archive">The archive.</param>
/// <param name="Name">Its name with folders.</param>
/// <param name="Method">0 for bytes as they are, 8 for deflated ones.</param>
/// <param name="IsEncrypted">Whether it has a password.</param>
/// <param name="Start">Where in the archive its own header is.</param>
/// <param name="PackedLength">Its bytes in the archive.</param>
/// <param name="Length">Its bytes when unpacked.</param>
internal sealed record ZipEntry(
    StorageData Archive, string Name, int Method, bool IsEncrypted, long Start, long PackedLength, long Length)
{
    private const int HeaderSize = 30;
    private const int Stored = 0;
    private const int Deflated = 8;

    // Deflate can't pack better than this.
    private const long BestRatio = 1_032;

    /// <summary>Whether it is packed.</summary>
    internal bool IsPacked => Method != Stored;

    /// <summary>
    /// Its bytes, unpacked where need be. Its checksum is not compared: PyTorch can be told to write none.
    /// </summary>
    /// <exception cref="CheckpointFormatException">
    /// It is not where the directory says, or packed in another way.
    /// </exception>
    internal StorageData Open()
    {
        try
        {
            if (IsEncrypted)
                throw new CheckpointFormatException("it has a password.");
            var header = Archive.Slice(Start, HeaderSize).ToArray().AsSpan();
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) != 0x04034b50)
                throw new CheckpointFormatException($"it should begin at byte {Start} of the archive, and does not.");
            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
            var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
            var data = Archive.Slice(Start + HeaderSize + nameLength + extraLength, PackedLength);
            return Method switch
            {
                Stored when PackedLength == Length => data,
                Deflated when Length >= 0 && Length / BestRatio <= PackedLength => new DeflatedData(data, Length),
                Stored or Deflated =>
                    throw new CheckpointFormatException($"{Length} bytes can't be kept in {PackedLength}."),
                _ => throw new CheckpointFormatException(
                    $"it is packed by method {Method}; 0 (stored) and 8 (deflated) are read."),
            };
        }
        catch (CheckpointFormatException error)
        {
            throw new CheckpointFormatException($"entry '{Name}': {error.Message}", error);
        }
    }
}
