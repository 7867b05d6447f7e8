namespace GanKit.Data;

/// <summary>Images of one size in memory, a byte a value, plane after plane.</summary>
internal sealed class PackedImages : ImageSource
{
    private readonly byte[] _values;
    private readonly byte[]? _labels;
    private readonly int _channels;
    private readonly int _height;
    private readonly int _width;
    private readonly string _name;

    internal PackedImages(
        byte[] values, int channels, int height, int width, byte[]? labels, IReadOnlyList<string> classes, string name)
    {
        (_values, _labels, _name, Classes) = (values, labels, name, classes);
        (_channels, _height, _width) = (channels, height, width);
        Count = values.Length / ImageLength;
    }

    public override int Count { get; }

    public override IReadOnlyList<string> Classes { get; }

    private int ImageLength => _channels * _height * _width;

    public override string Name(int index) => $"{_name}, image {index}";

    public override LazyImage Open(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return new ByteImage(_values.AsMemory(index * ImageLength, ImageLength), _channels, _height, _width);
    }

    public override long? Label(int index) => _labels?[index];
}
