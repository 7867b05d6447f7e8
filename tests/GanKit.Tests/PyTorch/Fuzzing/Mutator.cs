using System.Buffers.Binary;
using System.IO.Compression;

namespace GanKit.Tests.PyTorch;

/// <summary>Damages files as accidents and attackers do, reproducibly.</summary>
/// <param name="random">The source of all choices.</param>
internal sealed class Mutator(Random random)
{
    private static readonly long[] Lengths =
        [0, 1, 2, 127, 128, 255, 256, 65535, 65536, int.MaxValue, uint.MaxValue, long.MaxValue, -1, int.MinValue,
            long.MinValue, 1L << 40];

    /// <summary>Opcodes that move the machine elsewhere than random bytes would.</summary>
    private static readonly byte[] Opcodes = [.. "(.01FNSTUVXLIKMJGc}]{)(tadelpqrhjbuosiRQPB\x80\x81\x82\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96".Select(c => (byte)c)];

    /// <summary>A damaged copy.</summary>
    /// <param name="file">The file.</param>
    /// <param name="others">Files to take pieces from.</param>
    public byte[] Mutate(byte[] file, IReadOnlyList<byte[]> others)
    {
        // Most damage to an archive is found out by the archive; half of it is done inside instead, to reach what reads
        // the pickle.
        if (file.AsSpan().StartsWith("PK"u8) && random.Next(4) > 0)
            return InsideZip(file, entry => Damage(entry, others));
        return Damage(file, others);
    }

    private byte[] Damage(byte[] file, IReadOnlyList<byte[]> others)
    {
        var bytes = new List<byte>(file);
        for (var count = 1 + random.Next(random.Next(10) == 0 ? 40 : 4); count > 0; count--)
            Once(bytes, others);
        return [.. bytes];
    }

    private void Once(List<byte> bytes, IReadOnlyList<byte[]> others)
    {
        // Headers and pickles are at the beginning of most files.
        var at = bytes.Count == 0 ? 0 : random.Next(2) == 0 ? random.Next(bytes.Count) : random.Next(
            Math.Min(bytes.Count, 400));
        switch (random.Next(9))
        {
            case 0 when bytes.Count > 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when bytes.Count > 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2 when bytes.Count > 0:
                bytes[at] = Opcodes[random.Next(Opcodes.Length)];
                break;
            case 3:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 64), bytes.Count - at));
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                var piece = Piece([.. bytes]);
                bytes.InsertRange(at, piece);
                break;
            case 6:
                bytes.InsertRange(at, Piece(others[random.Next(others.Count)]));
                break;
            case 7:
                bytes.InsertRange(
                    at, Enumerable.Range(0, random.Next(1, 200)).Select(_ => Opcodes[random.Next(Opcodes.Length)]));
                break;
            default:
                Overwrite(bytes, at);
                break;
        }
    }

    private byte[] Piece(byte[] file)
    {
        var start = random.Next(file.Length + 1);
        return file[start..Math.Min(file.Length, start + random.Next(1, 256))];
    }

    private void Overwrite(List<byte> bytes, int at)
    {
        var number = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, Lengths[random.Next(Lengths.Length)]);
        var size = 1 << random.Next(4);
        for (var i = 0; i < size && at + i < bytes.Count; i++)
            bytes[at + i] = number[i];
    }

    /// <summary>Changes one entry and packs all of them again, so that the archive itself is sound.</summary>
    private byte[] InsideZip(byte[] file, Func<byte[], byte[]> change)
    {
        using var source = new ZipArchive(new MemoryStream(file));
        var packed = new MemoryStream();
        using (var target = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            var chosen = random.Next(2) == 0
                ? source.Entries.First(entry => entry.Name.EndsWith(".pkl", StringComparison.Ordinal))
                : source.Entries[random.Next(source.Entries.Count)];
            foreach (var entry in source.Entries)
            {
                using var reader = entry.Open();
                var content = new byte[entry.Length];
                reader.ReadExactly(content);
                var level = random.Next(8) == 0 ? CompressionLevel.Optimal : CompressionLevel.NoCompression;
                using var writer = target.CreateEntry(entry.FullName, level).Open();
                writer.Write(entry == chosen ? change(content) : content);
            }
        }

        return packed.ToArray();
    }
}
