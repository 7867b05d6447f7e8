using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace GanKit.Checkpoints;

/// <summary>
/// Writes a pickle of protocol 2, with those instructions that <c>torch.save</c> uses and <c>weights_only</c> knows.
/// </summary>
/// <remarks>Each text and each name is written once, and referred to after that.</remarks>
internal sealed class PickleWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly Dictionary<object, int> _places = new(KeyComparer.Instance);
    private int _count;

    internal PickleWriter() => Raw([0x80, 2]);

    /// <summary>The pickle, ended.</summary>
    internal ReadOnlyMemory<byte> Finish()
    {
        Code('.');
        return _bytes.WrittenMemory;
    }

    internal void None() => Code('N');

    internal void Boolean(bool value) => Raw([value ? (byte)0x88 : (byte)0x89]);

    internal void Integer(BigInteger value)
    {
        Span<byte> four = stackalloc byte[4];
        if (value >= 0 && value <= byte.MaxValue)
        {
            Code('K');
            Raw([(byte)value]);
        }
        else if (value >= 0 && value <= ushort.MaxValue)
        {
            Code('M');
            BinaryPrimitives.WriteUInt16LittleEndian(four, (ushort)value);
            Raw(four[..2]);
        }
        else if (value >= int.MinValue && value <= int.MaxValue)
        {
            Code('J');
            BinaryPrimitives.WriteInt32LittleEndian(four, (int)value);
            Raw(four);
        }
        else
        {
            var digits = value.ToByteArray(); // two's complement, lowest byte first, as pickles have it
            Raw([0x8A, checked((byte)digits.Length)]);
            Raw(digits);
        }
    }

    internal void Float(double value)
    {
        Span<byte> eight = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(eight, value);
        Code('G');
        Raw(eight);
    }

    internal void Text(string value)
    {
        if (Refer(value))
            return;
        var bytes = Encoding.UTF8.GetBytes(value);
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(four, bytes.Length);
        Code('X');
        Raw(four);
        Raw(bytes);
        Remember(value);
    }

    /// <summary>The name of a class or function.</summary>
    internal void Name(string module, string name)
    {
        if (Refer((module, name)))
            return;
        Code('c');
        Raw(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));
        Remember((module, name));
    }

    internal void EmptyTuple() => Code(')');

    internal void EmptyList() => Code(']');

    internal void EmptyDict() => Code('}');

    /// <summary>Begins the items of a tuple, list or dictionary.</summary>
    internal void Mark() => Code('(');

    /// <summary>All since the mark becomes a tuple.</summary>
    internal void Tuple() => Code('t');

    /// <summary>All since the mark goes into the list before the mark.</summary>
    internal void Append() => Code('e');

    /// <summary>All since the mark, keys and values in turn, goes into the dictionary before the mark.</summary>
    internal void Set() => Code('u');

    /// <summary>The tuple becomes what it refers to outside of the pickle.</summary>
    internal void PersistentId() => Code('Q');

    /// <summary>The function and the tuple of its arguments become its result.</summary>
    internal void Call() => Code('R');

    /// <summary>Writes a reference to a value that was written before.</summary>
    internal bool Refer(object value)
    {
        if (!_places.TryGetValue(value, out var place))
            return false;
        Place('h', 'j', place);
        return true;
    }

    /// <summary>Makes the value that was just written one that can be referred to.</summary>
    internal void Remember(object value)
    {
        Place('q', 'r', _count);
        _places.Add(value, _count++);
    }

    private void Place(char narrow, char wide, int place)
    {
        if (place <= byte.MaxValue)
        {
            Code(narrow);
            Raw([(byte)place]);
            return;
        }

        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(four, place);
        Code(wide);
        Raw(four);
    }

    private void Code(char code) => Raw([(byte)code]);

    private void Raw(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);
}
