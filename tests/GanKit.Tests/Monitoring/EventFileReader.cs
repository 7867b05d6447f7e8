using System.Buffers.Binary;
using Google.Protobuf;
using Tensorboard;

namespace GanKit.Tests.Monitoring;

/// <summary>
/// Reads event files by the definitions of their formats: TensorFlow's TFRecord around messages of event.proto, of which TorchSharp has the
/// classes that Google's compiler makes.
/// </summary>
internal static class EventFileReader
{
    // Castagnoli's polynomial, its bits turned round.
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(value => Enumerable.Range(0, 8).Aggregate(
        (uint)value, (crc, _) => crc >> 1 ^ ((crc & 1) * 0x82F63B78u)))];

    /// <summary>A folder's event files, in the order in which TensorBoard reads them.</summary>
    internal static string[] Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "events.out.tfevents.*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>All events of a file, which holds nothing else; each is as short as protobuf makes it, with no field that is not defined.</summary>
    internal static List<Event> Read(string file)
    {
        var bytes = File.ReadAllBytes(file);
        var events = new List<Event>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(MaskedCrc(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            var body = bytes.AsSpan(at + 12, length).ToArray();
            Assert.Equal(MaskedCrc(body), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            var read = Event.Parser.ParseFrom(new CodedInputStream(body));
            var again = new byte[read.CalculateSize()];
            read.WriteTo(new CodedOutputStream(again));
            Assert.Equal(Sorted(body), Sorted(again));
            events.Add(read);
            at += 16 + length;
        }

        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.All(events.Skip(1), read => Assert.Equal("", read.FileVersion));
        return events;
    }

    internal static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
            crc = crc >> 8 ^ CrcTable[(crc ^ value) & 0xFF];
        crc = ~crc;
        return (crc >> 15 | crc << 17) + 0xA282EAD8u;
    }

    private static byte[] Sorted(byte[] bytes) => [.. bytes.Order()];
}
