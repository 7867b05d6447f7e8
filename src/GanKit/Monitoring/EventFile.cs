using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace GanKit.Monitoring;

/// <summary>
/// A file of events as TensorBoard reads it: records of TensorFlow's TFRecord, each an <c>Event</c> of tensorboard/compat/proto/event.proto.
/// </summary>
/// <remarks>
/// A record is its length in 8 bytes, a masked CRC-32C of those, the event, and a masked CRC-32C of that. An event's fields are 1, the wall
/// time in seconds since 1970; 2, the step; 3, the version of the format, in the first event alone; and 5, a summary of values (1), each a
/// tag (1) with a number (2), a picture (4: height, width, channels, and the encoded file) or a text (a tensor, 8, with metadata, 9). All is little-endian.
/// </remarks>
internal sealed class EventFile : IDisposable
{
    private const int Varint = 0, EightBytes = 1, Bytes = 2, FourBytes = 5; // protobuf's ways to write a field

    private static int _count;

    private readonly FileStream _file;
    private readonly TimeProvider _time;

    private EventFile(FileStream file, TimeProvider time)
    {
        (_file, _time) = (file, time);
        Write(@event => Field(@event, 3, "brain.Event:2"u8));
    }

    /// <summary>Makes a new file in a folder, which is made too; no other run's is touched.</summary>
    internal static EventFile Begin(string folder, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        return new(Create(folder, time.GetUtcNow().ToUnixTimeSeconds()), time);
    }

    internal void AddScalar(string tag, float value, long step) => AddValue(tag, step, summary =>
    {
        Tag(summary, 2, FourBytes);
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        summary.Write(bytes);
    });

    internal void AddPicture(string tag, PixelBuffer pixels, long step) => AddValue(tag, step, summary => Field(summary, 4, Message(picture =>
    {
        Field(picture, 1, pixels.Height);
        Field(picture, 2, pixels.Width);
        Field(picture, 3, pixels.Channels); // 1 is grey, 3 RGB, 4 RGBA.
        Field(picture, 4, ImageEncoder.For(".png").Encode(pixels, quality: 100));
    })));

    /// <summary>A text, which TensorBoard reads as Markdown: a tensor of one string, with the name of the plugin that shows it.</summary>
    internal void AddText(string tag, string text, long step) => AddValue(tag, step, summary =>
    {
        Field(summary, 8, Message(tensor =>
        {
            Field(tensor, 1, 7); // DT_STRING
            Field(tensor, 2, ReadOnlySpan<byte>.Empty); // the shape of a scalar
            Field(tensor, 8, Encoding.UTF8.GetBytes(text));
        }));
        Field(summary, 9, Message(metadata => Field(metadata, 1, Message(plugin => Field(plugin, 1, "text"u8)))));
    });

    public void Dispose() => _file.Dispose();

    private static FileStream Create(string folder, long seconds)
    {
        while (true)
        {
            // The time comes first: TensorBoard reads the files of a folder in the order of their names.
            var name = string.Create(
                CultureInfo.InvariantCulture,
                $"events.out.tfevents.{seconds:D10}.{Environment.MachineName}.{Environment.ProcessId}.{Interlocked.Increment(ref _count)}");
            var path = Path.Combine(folder, name);
            if (!Path.Exists(path))
                return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        }
    }

    private void AddValue(string tag, long step, Action<Stream> content) => Write(@event =>
    {
        Field(@event, 2, step);
        Field(@event, 5, Message(summary => Field(summary, 1, Message(value =>
        {
            Field(value, 1, Encoding.UTF8.GetBytes(tag));
            content(value);
        }))));
    });

    private void Write(Action<Stream> content)
    {
        var data = Message(@event =>
        {
            Tag(@event, 1, EightBytes);
            Span<byte> seconds = stackalloc byte[sizeof(double)];
            BinaryPrimitives.WriteDoubleLittleEndian(seconds, (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds);
            @event.Write(seconds);
            content(@event);
        });
        var record = new byte[16 + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(record, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCrc(record.AsSpan(0, 8)));
        data.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), MaskedCrc(data));
        var end = _file.Position;
        try
        {
            _file.Write(record);
            _file.Flush();
        }
        catch
        {
            // A record that is cut off would hide all that follow it.
            RandomAccess.SetLength(_file.SafeFileHandle, end);
            throw;
        }
    }

    private static byte[] Message(Action<Stream> write)
    {
        using var bytes = new MemoryStream();
        write(bytes);
        return bytes.ToArray();
    }

    private static void Field(Stream output, int number, ReadOnlySpan<byte> bytes)
    {
        Tag(output, number, Bytes);
        WriteVarint(output, (ulong)bytes.Length);
        output.Write(bytes);
    }

    private static void Field(Stream output, int number, long value)
    {
        if (value == 0)
            return; // As protobuf leaves out what is the default.
        Tag(output, number, Varint);
        WriteVarint(output, (ulong)value);
    }

    private static void Tag(Stream output, int number, int way) => WriteVarint(output, (ulong)(number << 3 | way));

    private static void WriteVarint(Stream output, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            output.WriteByte((byte)(value | 0x80));
        output.WriteByte((byte)value);
    }

    private static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        crc = ~crc;
        return BitOperations.RotateRight(crc, 15) + 0xA282EAD8u;
    }
}
