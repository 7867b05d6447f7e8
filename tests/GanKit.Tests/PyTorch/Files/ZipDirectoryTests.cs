using System.Buffers.Binary;
using static GanKit.Tests.PyTorch.TorchBytes;

namespace GanKit.Tests.PyTorch;

/// <summary>Directories that lie in their 64-bit numbers.</summary>
public class ZipDirectoryTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void Read_NegativeSizes_AreRefused(int place)
    {
        // The last entry, which nothing refers to, would take what others have too much.
        var entries = Entries();
        entries.Remove("archive/version");
        entries["archive/unused"] = [1];
        var file = Zip(entries);
        var header = file.AsSpan(0, file.AsSpan().LastIndexOf("archive/unused"u8)).LastIndexOf("PK\u0001\u0002"u8);
        var extra = new byte[4 + 16];
        (extra[0], extra[2], extra[4], extra[12]) = (1, 16, 1, 1);
        var end = file.AsSpan(^22..).ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(
            end.AsSpan(12), BinaryPrimitives.ReadInt32LittleEndian(end.AsSpan(12)) + extra.Length);
        file.AsSpan(header + 20, 8).Fill(0xff);
        file[header + 30] = (byte)extra.Length;
        byte[] sound = [.. file[..^22], .. extra, .. end];
        BinaryPrimitives.WriteInt64LittleEndian(extra.AsSpan(4 + place), long.MinValue / 2);
        byte[] broken = [.. file[..^22], .. extra, .. end];

        Assert.Equal([1, 2, 3], Vector(Read(sound, CheckpointFormat.PyTorchZip)));
        Assert.Contains("-46116", Refuses(broken, CheckpointFormat.PyTorchZip).Message, StringComparison.Ordinal);
    }
}
