namespace GanKit.Tests.Latents;

public class LatentTests
{
    private const long Many = 20_000;

    [Fact]
    public void Normal_HasZeroMeanAndUnitVariance() => AssertMoments(Latent.Normal(8), mean: 0, variance: 1);

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void SampleFor_ANetwork_HasTheTypeOfItsWeights(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var network = nn.Linear(3, 2).to(type);
        using var fixedLatent = Latent.Fixed(randn([4, 3], dtype: float64));
        foreach (var latent in new[] { Latent.Normal(3), Latent.Uniform(3), Latent.TruncatedNormal(3), fixedLatent })
        {
            using var random = new Generator(5, CPU);
            using var again = new Generator(5, CPU);
            var latents = latent.SampleFor(network, 2, CPU, random);

            Assert.Equal(type, latents.dtype);
            TensorAssert.Equal(latent.Sample(2, CPU, again).to(type), latents);
            network.call(latents);
        }

        Assert.Equal(float32, Latent.Normal(3).SampleFor(nn.Identity(), 2, CPU).dtype);
        Assert.Throws<ArgumentNullException>(() => Latent.Normal(3).SampleFor(null!, 2, CPU));
    }

    [Fact]
    public void Uniform_FillsItsInterval()
    {
        AssertMoments(Latent.Uniform(8), mean: 0, variance: 1 / 3.0);
        AssertMoments(Latent.Uniform(8, low: 2, high: 5), mean: 3.5, variance: 9 / 12.0);
        using var drawn = Draw(Latent.Uniform(8, low: 2, high: 5));
        Assert.InRange(drawn.min().item<float>(), 2, 2.01);
        Assert.InRange(drawn.max().item<float>(), 4.99, 5);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(2)]
    public void TruncatedNormal_HasTheTruncatedVariance_AndNoValueOutside(double threshold)
    {
        // Variance of N(0, 1) given |z| <= t: 1 - 2 t phi(t) / (2 Phi(t) - 1); the mass from erf, by series in libtorch.
        var mass = special.erf(tensor(threshold / Math.Sqrt(2), float64)).item<double>();
        var density = Math.Exp(-threshold * threshold / 2) / Math.Sqrt(2 * Math.PI);
        AssertMoments(Latent.TruncatedNormal(8, threshold), mean: 0, variance: 1 - 2 * threshold * density / mass);
        using var drawn = Draw(Latent.TruncatedNormal(8, threshold));
        Assert.InRange(drawn.abs().max().item<float>(), 0.95 * threshold, threshold);
    }

    [Fact]
    public void Fixed_GivesTheSameRows_AndSaysHowManyThereAre()
    {
        using var rows = randn(5, 3);
        using var latent = Latent.Fixed(rows);
        using var expected = rows.clone();
        rows.zero_(); // it has a copy
        TensorAssert.Equal(expected.narrow(0, 0, 2), latent.Sample(2, CPU));
        TensorAssert.Equal(expected, latent.Sample(5, CPU));
        Assert.Equal((5, 3), (latent.Count, latent.Size));
        Assert.Throws<ArgumentOutOfRangeException>(() => latent.Sample(6, CPU));
        Assert.Contains(
            "(5)", Assert.Throws<ArgumentException>(() => Latent.Fixed(zeros(5))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fixed_GivesCopies_SoANetworkThatWorksInPlaceDoesNoHarm()
    {
        using var latent = Latent.Fixed(ones(2, 3));
        using (var given = latent.Sample(2, CPU))
            given.zero_();
        TensorAssert.Equal(ones(2, 3), latent.Sample(2, CPU));
    }

    [Theory]
    [MemberData(nameof(Random))]
    public void Sample_InAScope_LeavesOnlyItsResult(Latent latent)
    {
        using var source = new Generator(7);
        using var scope = NewDisposeScope();
        latent.Sample(3, CPU);
        Assert.Equal(1, scope.DisposablesCount);
        latent.Sample(3, CPU, source);
        Assert.Equal(2, scope.DisposablesCount);
    }

    [Fact]
    public void Fixed_Disposed_LeavesNoTensor()
    {
        using var rows = randn(5, 3);
        var before = LiveTensors.OfThisThread;
        using (Latent.Fixed(rows))
        {
        }

        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    public static TheoryData<Latent> Random => [Latent.Normal(4), Latent.Uniform(4), Latent.TruncatedNormal(4)];

    [Theory]
    [MemberData(nameof(Random))]
    public void Sample_SameGeneratorSeed_SameLatents_OnAnyDevice(Latent latent)
    {
        using var first = new Generator(3);
        using var second = new Generator(3);
        TensorAssert.Equal(latent.Sample(40, CPU, first), latent.Sample(40, CPU, second));
        // libtorch refuses a random source of another device, and TorchSharp makes none but the CPU's.
        Assert.Equal(DeviceType.META, latent.Sample(2, META, first).device_type);
        Assert.Equal(DeviceType.META, latent.Sample(2, META).device_type);
        Assert.Throws<ArgumentOutOfRangeException>(() => latent.Sample(0, CPU));
    }

    /// <summary>The same, to the last bit, in a batch of any size and in batches one after the other.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(512)]
    public void Sample_Seeded_ALatentBelongsToItsIndex(long size)
    {
        using var scope = NewDisposeScope();
        foreach (var latent in new[] { Latent.Normal(size), Latent.Uniform(size, 2, 5), Latent.TruncatedNormal(size) })
        {
            using var whole = new Generator(7, CPU);
            var expected = latent.Sample(65, CPU, whole);
            foreach (var count in new[] { 1, 2, 15, 16, 17, 64 })
            {
                using var source = new Generator(7, CPU);
                TensorAssert.Equal(expected[..count], latent.Sample(count, CPU, source));
                TensorAssert.Equal(expected[count..], latent.Sample(65 - count, CPU, source));
            }
        }
    }

    /// <summary>
    /// PyTorch's, of any processor: <c>torch.empty(64, 100, 2).select(2, 0).normal_(generator=g)</c> with g seeded by 7.
    /// </summary>
    [Fact]
    public void Normal_Seeded_IsPyTorchsDrawnOneByOne()
    {
        using var source = new Generator(7, CPU);
        using var drawn = Latent.Normal(100).Sample(64, CPU, source);
        Assert.True(drawn.is_contiguous());
        Assert.Equal([-0.1467950940132141f, 0.7861412763595581f, 0.9468216300010681f], drawn[0, ..3].data<float>());
        Assert.Equal([0.6999772787094116f, -0.46805644035339355f, 0.6793368458747864f], drawn[63, 97..].data<float>());
    }

    [Fact]
    public void Arguments_OutOfRange_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Latent.Normal(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Latent.Uniform(3, low: 1, high: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Latent.TruncatedNormal(3, threshold: 0));
    }

    private static Tensor Draw(Latent latent)
    {
        using var generator = new Generator(1);
        return latent.Sample(Many, CPU, generator);
    }

    private static void AssertMoments(Latent latent, double mean, double variance)
    {
        using var drawn = Draw(latent);
        Assert.Equal([Many, latent.Size], drawn.shape);
        Assert.Equal(float32, drawn.dtype);
        // Five standard errors of 160,000 draws.
        Assert.Equal(mean, drawn.mean().item<float>(), 5 * Math.Sqrt(variance / (Many * latent.Size)));
        Assert.Equal(variance, drawn.var().item<float>(), 0.02 * variance);
    }
}
