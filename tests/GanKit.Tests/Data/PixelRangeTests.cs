namespace GanKit.Tests.Data;

/// <summary>Pictures whose values are those of bytes are told where data enter.</summary>
public class PixelRangeTests
{
    private static bool HasSaid(Tensor samples) => KernelNotice.HasSaid(FormattableString.Invariant(
        $"have values from {samples.min().to(float64).item<double>():g4} to {samples.max().to(float64).item<double>():g4}, and none below 0"));

    private sealed class Pictures(Tensor images) : ImageSource
    {
        public override int Count => (int)images.shape[0];

        public override string Name(int index) => $"{images.Handle}, {index}";

        public override Tensor Read(int index) => images[index].clone();
    }

    [Theory]
    [InlineData(new long[] { 6, 3, 8, 8 }, 0, 251.25, true), InlineData(new long[] { 6, 784 }, 0, 252.25, true)]
    [InlineData(new long[] { 6, 1, 8, 8 }, 0, 65501, true), InlineData(new long[] { 6, 2 }, 0, 250.25, false)]
    [InlineData(new long[] { 6, 3, 8, 8 }, -120.5, 120.5, false), InlineData(new long[] { 6, 3, 8, 8 }, 0, 1.5, false)]
    public void FromTensor_ValuesOfBytes_AreTold(long[] shape, double least, double most, bool told)
    {
        using var scope = NewDisposeScope();
        var samples = rand(shape) * ((most - least) * 0.5) + least;
        (samples.flatten()[0], samples.flatten()[1]) = (least, most);
        Batches.FromTensor(samples, 2);
        Assert.Equal(told, HasSaid(samples));
    }

    [Fact]
    public void MoveNext_SourceOfBytes_IsToldWithTheFirstImage()
    {
        using var scope = NewDisposeScope();
        var images = rand(4, 3, 8, 8) * 255;
        foreach (var _ in new ImageDataset(new Pictures(images)).Batches(4, shuffle: false))
        {
        }

        Assert.True(HasSaid(images));
        Assert.True(KernelNotice.HasSaid($"'{images.Handle}, 0', have values from"));
    }
}
