using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>Images of one size in memory, a byte a value, plane after plane.</summary>
internal sealed class PackedImages : ImageSource
{
    private readonly byte[] values;
    private readonly byte[]? labels;
    private readonly int channels, height, width;
    private readonly string name;

    internal PackedImages(byte[] values, int channels, int height, int width, byte[]? labels, IReadOnlyList<string> classes, string name)
    {
        (this.values, this.labels, this.name, Classes) = (values, labels, name, classes);
        (this.channels, this.height, this.width) = (channels, height, width);
        Count = values.Length / ImageLength;
    }

    public override int Count { get; }

    public override IReadOnlyList<string> Classes { get; }

    private int ImageLength => channels * height * width;

    public override string Name(int index) => $"{name}, image {index}";

    public override Tensor Read(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var image = empty(channels, height, width); // (C, H, W)
        var target = MemoryMarshal.Cast<byte, float>(image.bytes);
        var source = values.AsSpan(index * ImageLength, ImageLength);
        for (var i = 0; i < source.Length; i++)
            target[i] = source[i] * (2 / 255f) - 1;
        GC.KeepAlive(image);
        return image;
    }

    public override long? Label(int index) => labels?[index];
}
