using System.Buffers.Binary;
using System.Text;

namespace GanKit.Tests.PyTorch;

/// <summary>Makes safetensors files, sound and broken ones, byte by byte.</summary>
internal static class SafetensorsBytes
{
    internal static byte[] Of(string header, int dataLength = 0) =>
        Of(Encoding.UTF8.GetBytes(header), [.. Enumerable.Range(0, dataLength).Select(i => (byte)i)]);

    internal static byte[] Of(byte[] header, byte[] data)
    {
        var length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }
}
