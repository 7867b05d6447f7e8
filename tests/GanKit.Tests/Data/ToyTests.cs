namespace GanKit.Tests.Data;

public class ToyTests
{
    private static void AssertMixture(Tensor samples, Tensor centres, double sigma)
    {
        using var scope = NewDisposeScope();
        var modes = (int)centres.shape[0];
        Assert.Equal(float32, samples.dtype);
        var (distance, mode) = cdist(samples, centres).min(1);
        Assert.True(distance.max().item<float>() < 6 * sigma);
        // The mean square distance of a plane Gaussian is 2 sigma^2.
        Assert.Equal(2 * sigma * sigma, distance.square().mean().item<float>(), 0.05 * sigma * sigma);
        var counts = mode.bincount(null, modes).to(float32) / samples.shape[0];
        Assert.True((counts - 1.0 / modes).abs().max().item<float>() < 0.01);
    }

    [Fact]
    public void EightGaussians_LieAroundTheirCentres() =>
        AssertMixture(Toy.EightGaussians(40_000), Toy.EightGaussiansCentres(), Toy.EightGaussiansSigma);

    [Fact]
    public void TwentyFiveGaussians_LieAroundTheirCentres() =>
        AssertMixture(Toy.TwentyFiveGaussians(40_000), Toy.TwentyFiveGaussiansCentres(), Toy.TwentyFiveGaussiansSigma);

    [Fact]
    public void Centres_AreARingAndAGrid()
    {
        using var scope = NewDisposeScope();
        Assert.True(Toy.EightGaussiansCentres().norm(1).allclose(full(8, 2f)));
        Assert.Equal([2f, 0f], Toy.EightGaussiansCentres()[0].data<float>().ToArray());
        Assert.Equal([-4f, -4f], Toy.TwentyFiveGaussiansCentres()[0].data<float>().ToArray());
        Assert.Equal([4f, 4f], Toy.TwentyFiveGaussiansCentres()[24].data<float>().ToArray());
    }

    [Fact]
    public void EightGaussians_SameSeed_AreTheSame()
    {
        using var scope = NewDisposeScope();
        Assert.True(Toy.EightGaussians(100, seed: 7).allclose(Toy.EightGaussians(100, seed: 7), 0, 0));
        Assert.False(Toy.EightGaussians(100, seed: 7).allclose(Toy.EightGaussians(100, seed: 8), 0, 0));
    }

    [Theory, InlineData(0), InlineData(-1)]
    public void EightGaussians_CountBelowOne_Throws(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(count), () => Toy.EightGaussians(count));
}
