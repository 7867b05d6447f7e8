using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace GanKit.Tests.PyTorch;

/// <summary>A tiny assembler for pickles. Pieces are texts in which each letter is one byte.</summary>
internal static class Pickle
{
    public static object? Load(string pickle) => Load(Bytes(pickle));

    public static object? Load(byte[] pickle) => TorchReader.Read(new MemoryData(pickle), CheckpointFormat.Pickle);

    public static CheckpointFormatException Refuses(string pickle) =>
        Assert.Throws<CheckpointFormatException>(() => Load(pickle));

    public static byte[] Bytes(string pickle) => Encoding.Latin1.GetBytes(pickle);

    public static string Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return $"X{Little(bytes.Length, 4)}{Encoding.Latin1.GetString(bytes)}";
    }

    public static string Bin(params byte[] bytes) => $"B{Little(bytes.Length, 4)}{Encoding.Latin1.GetString(bytes)}";

    public static string Int(int number) => $"J{Little(number, 4)}";

    public static string Global(string name) =>
        $"c{name[..name.LastIndexOf('.')]}\n{name[(name.LastIndexOf('.') + 1)..]}\n";

    public static string Tuple(params string[] items) => $"({string.Concat(items)}t";

    public static string Ints(params int[] numbers) => Tuple([.. numbers.Select(Int)]);

    public static string Dict(params string[] items) => $"}}({string.Concat(items)}u";

    public static string Call(string function, params string[] arguments) => $"{Global(function)}{Tuple(arguments)}R";

    public static string Little(long number, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return Encoding.Latin1.GetString(bytes[..size]);
    }

    /// <summary>A value as Python would show it, more or less; a tensor by its dtype, sizes and strides.</summary>
    public static string Show(object? value) => value switch
    {
        null => "None",
        bool flag => flag ? "True" : "False",
        long or BigInteger => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        double number => number.ToString("R", CultureInfo.InvariantCulture) + (number % 1 == 0 ? ".0" : ""),
        Complex number => $"({Show(number.Real)}, {Show(number.Imaginary)}j)",
        string text => $"'{text}'",
        byte[] bytes => $"b'{Convert.ToHexStringLower(bytes)}'",
        List<object?> list => $"[{All(list)}]",
        object?[] tuple => $"({All(tuple)})",
        long[] size => $"Size({string.Join(", ", size)})",
        HashSet<object?> set => $"{{{string.Join(", ", set.Select(Show).Order(StringComparer.Ordinal))}}}",
        PyTorchDict dict => $"{{{string.Join(", ", dict.Select(entry => $"{Show(entry.Key)}: {Show(entry.Value)}"))}}}",
        PyTorchDtype dtype => dtype.Name,
        PyTorchDevice device => $"device {device.Name}",
        PyTorchClass type => $"<{type.FullName}>",
        PyTorchTensor tensor => $"{tensor.Dtype}[{string.Join(',', tensor.Shape)}; {string.Join(',', tensor.Strides)}]",
        PyTorchRecord record => ShowRecord(record),
        _ => value.ToString()!,
    };

    private static string ShowRecord(PyTorchRecord record) => string.Concat(
        record.Class.Name,
        Show(record.Arguments.ToArray()),
        record.State is null ? "" : $" state {Show(record.State)}",
        record.Items.Count == 0 ? "" : $" items [{All(record.Items)}]",
        record.Entries.Count == 0 ? "" : $" entries {Show(record.Entries)}");

    private static string All(IEnumerable<object?> values) => string.Join(", ", values.Select(Show));
}
