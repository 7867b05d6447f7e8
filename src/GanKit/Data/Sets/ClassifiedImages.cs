using System.Globalization;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>See <see cref="ImageDataset.WithClasses"/>.</summary>
internal sealed class ClassifiedImages : ImageSource
{
    // More classes than any data set has; what is beyond is no class but a measurement.
    private const int MostClasses = 1_000_000;

    private readonly ImageSource _images;
    private readonly long[] _labels;

    /// <summary>Takes the one attribute of each image for its class.</summary>
    /// <exception cref="InvalidDataException">A value is no whole number from 0.</exception>
    internal ClassifiedImages(ImageSource images, string table)
    {
        _images = images;
        _labels = new long[images.Count];
        for (var i = 0; i < _labels.Length; i++)
        {
            var value = images.AttributesOf(i)[0];
            if (value < 0 || value >= MostClasses || value != MathF.Floor(value))
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"The {images.Attributes[0]} of '{images.Name(i)}' in the table '{table}' is {value}, but classes are whole numbers from 0. Use WithAttributes for measurements."));
            }

            _labels[i] = (long)value;
        }

        Classes = [.. Enumerable.Range(0, (int)_labels.Max() + 1).Select(label => label.ToString(CultureInfo.InvariantCulture))];
    }

    public override int Count => _images.Count;

    public override IReadOnlyList<string> Classes { get; }

    public override string Name(int index) => _images.Name(index);

    public override Tensor Read(int index) => _images.Read(index);

    public override long? Label(int index) => _labels[index];

    internal override IReadOnlyList<string> LeftOut => _images.LeftOut;

    internal override LazyImage Open(int index, Workbench bench) => _images.Open(index, bench);
}
