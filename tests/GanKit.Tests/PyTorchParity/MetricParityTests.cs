namespace GanKit.Tests.PyTorchParity;

/// <summary>Against the known tools' own code, run on the same features: Fixtures/metrics.py.</summary>
public class MetricParityTests
{
    private static readonly Dictionary<string, Func<(Tensor Real, Tensor Made)>> Pairs = new()
    {
        ["full"] = () => (MetricFeatures.Of(1, 300, 24), MetricFeatures.Of(2, 260, 24, 0.2, 1.1)),
        ["far_mean"] = () => (MetricFeatures.Of(1, 300, 24, 1000), MetricFeatures.Of(2, 260, 24, 1001)),
        ["same"] = () => (MetricFeatures.Of(1, 300, 24), MetricFeatures.Of(1, 300, 24)),
        ["near"] = () => (MetricFeatures.Of(1, 300, 24), MetricFeatures.Of(1, 300, 24, 0.001)),
        ["few"] = () => (MetricFeatures.Of(3, 40, 64), MetricFeatures.Of(4, 60, 64, 0.1)),
        ["few_same"] = () => (MetricFeatures.Of(3, 40, 64), MetricFeatures.Of(3, 40, 64)),
        ["few_generated"] = () => (MetricFeatures.Of(5, 200, 64), MetricFeatures.Of(4, 60, 64, 0.1)),
        ["dead"] = () => (Without(MetricFeatures.Of(1, 300, 24), 3, 4), Without(MetricFeatures.Of(2, 260, 24, 0.2), 3, 4)),
        ["dead_apart"] = () =>
            (Without(MetricFeatures.Of(1, 300, 24), 0, 1, 2, 3), Without(MetricFeatures.Of(2, 260, 24, 0.2), 3, 4, 9)),
        ["dead_in_one"] = () => (Without(MetricFeatures.Of(1, 300, 24), 0, 1, 2), MetricFeatures.Of(2, 260, 24, 0.2)),
        ["nearly_equal"] = () => (NearlyEqual(MetricFeatures.Of(1, 300, 24)), NearlyEqual(MetricFeatures.Of(2, 260, 24, 0.2))),
        ["one_feature"] = () => (MetricFeatures.Of(6, 50, 1), MetricFeatures.Of(7, 40, 1, 0.3)),
    };

    private static readonly Dictionary<string, (Func<(Tensor Real, Tensor Made)> Make, int Subsets, int Size, uint Seed)> Kernels = new()
    {
        ["far"] = (() => (MetricFeatures.Of(1, 300, 24), MetricFeatures.Of(2, 260, 24, 1, 1.2)), 10, 100, 5),
        ["near"] = (() => (MetricFeatures.Of(1, 300, 24), MetricFeatures.Of(2, 260, 24)), 10, 100, 5),
        ["usual"] = (() => (MetricFeatures.Of(8, 1100, 8), MetricFeatures.Of(9, 1200, 8, 0.5, 1.1)), 3, 1000, 0),
    };

    private static readonly Dictionary<string, (Func<(Tensor Real, Tensor Made)> Make, int Neighbour)> Manifolds = new()
    {
        ["apart"] = (() => (MetricFeatures.Of(1, 200, 6), MetricFeatures.Of(2, 150, 6, 1.5)), 3),
        ["five"] = (() => (MetricFeatures.Of(1, 200, 6), MetricFeatures.Of(2, 150, 6, 0.5, 0.9)), 5),
        ["copies"] = (() => (MetricFeatures.Of(1, 200, 6), cat([MetricFeatures.Of(1, 200, 6)[..60], MetricFeatures.Of(2, 90, 6)])), 3),
        ["twice"] = (() => (MetricFeatures.Of(1, 100, 6), cat([MetricFeatures.Of(2, 40, 6), MetricFeatures.Of(2, 40, 6)])), 3),
    };

    public static TheoryData<string> Frechets => Under("frechet");

    public static TheoryData<string> KernelNames => Under("kernel");

    public static TheoryData<string> Scores => Under("score");

    public static TheoryData<string> ManifoldNames => Under("manifolds");

    /// <summary>1e-4 of the number, or where it is near 0 of the traces; StyleGAN3's NaN is NaN.</summary>
    [Theory, MemberData(nameof(Frechets))]
    public void FrechetDistance_InTheDialect_IsTheTools(string name)
    {
        using var scope = NewDisposeScope();
        var (kind, dialect) = Split(name);
        var (real, made) = Pairs[kind]();
        using var reference = FeatureStatistics.Of(real);
        using var generated = Streamed(made);
        var expected = Fixture.Load("metrics")[$"frechet/{name}"].item<double>();

        var distance = FrechetDistance.Between(reference, generated, dialect);

        var traces = (reference.Covariance().trace() + generated.Covariance().trace()).item<double>();
        if (double.IsNaN(expected))
            Assert.True(double.IsNaN(distance));
        else
            Assert.Equal(expected, distance, 1e-4 * (Math.Abs(expected) < 1e-4 * traces ? traces * 1e-4 : Math.Abs(expected)));
    }

    /// <summary>Tools keep 32 bits; the truth is the same code on float64 features.</summary>
    [Theory, MemberData(nameof(KernelNames))]
    public void KernelDistance_InTheDialect_IsTheTools(string name)
    {
        using var scope = NewDisposeScope();
        var fixture = Fixture.Load("metrics");
        var (kind, dialect) = Split(name);
        var (make, subsets, size, seed) = Kernels[kind];
        var (real, made) = make();

        var (value, deviation) = new KernelDistance { Dialect = dialect, Subsets = subsets, SubsetSize = size, Seed = seed }.Between(real, made);

        var exact = dialect == MetricDialect.StyleGan3 ? MetricDialect.CleanFid : dialect; // which keeps 32 bits in any case
        var expected = fixture[$"kernel64/{kind}/{exact}"].data<double>().ToArray();
        Assert.Equal(expected[0], value, 1e-9 * Math.Max(1, Math.Abs(expected[0])));
        Assert.Equal(double.IsNaN(expected[1]), deviation is null);
        if (deviation is { } given)
            Assert.Equal(expected[1], given, 1e-9 * expected[1]);
        Assert.Equal(fixture[$"kernel/{name}"][0].item<double>(), value, 1e-4 * Math.Abs(expected[0]));
    }

    [Theory, MemberData(nameof(Scores))]
    public void InceptionScore_InTheDialect_IsTheTools(string name)
    {
        using var scope = NewDisposeScope();
        var (kind, dialect) = Split(name);
        var (rows, splits) = kind == "ten" ? (500, 10) : (205, 4);
        var expected = Fixture.Load("metrics")[$"score/{name}"].data<double>().ToArray();

        var (value, deviation) = new InceptionScore { Dialect = dialect, Splits = splits, Seed = 7 }.Of(MetricFeatures.Of(11, rows, 10));

        Assert.Equal(expected[0], value, 1e-5 * expected[0]);
        Assert.Equal(expected[1], deviation, 1e-4 * expected[1]);
    }

    [Theory, MemberData(nameof(ManifoldNames))]
    public void Manifolds_InTheDialect_AreTheTools(string name)
    {
        using var scope = NewDisposeScope();
        var (make, neighbour) = Manifolds[name.Split('/')[0]];
        var (real, made) = make();
        var expected = Fixture.Load("metrics")[$"manifolds/{name}"].data<double>().ToArray();

        double[] actual;
        if (name.EndsWith("/prdc", StringComparison.Ordinal))
        {
            var (density, coverage, precision, recall) = new DensityCoverage { Neighbour = neighbour }.Between(real, made);
            actual = [precision, recall, density, coverage];
        }
        else
        {
            var (precision, recall) = new PrecisionRecall { Dialect = Split(name).Dialect, Neighbour = neighbour }.Between(real, made);
            actual = [precision, recall];
        }

        Assert.Equal(expected, actual, (one, other) => Math.Abs(one - other) < 1e-6);
    }

    [Fact]
    public void NumPyRandom_PermutationsAndChoices_AreNumPys()
    {
        var fixture = Fixture.Load("metrics");
        var draws = new NumPyRandom(uint.MaxValue);

        Assert.Equal(fixture["numpy/permutation"].data<long>(), new NumPyRandom(2020).Permutation(20));
        Assert.Equal(
            fixture["numpy/choices"].data<long>(), new long[] { 7, 1000, 70000, 5 }.SelectMany(size => draws.Choice(size, 5)));
    }

    [Fact]
    public void FeatureStatistics_SumInSinglePrecision_IsNumPys()
    {
        using var statistics = Streamed(MetricFeatures.Of(1, 300, 24, 1000));

        TensorAssert.Equal(Fixture.Load("metrics")["float32_mean"], tensor(statistics.SingleSum.ToArray()) / 300f);
    }

    private static FeatureStatistics Streamed(Tensor features)
    {
        var statistics = new FeatureStatistics(features.shape[1], keep: 10);
        foreach (var part in features.split(37))
            statistics.Add(part);
        return statistics;
    }

    private static TheoryData<string> Under(string prefix) => [.. Fixture.Load("metrics").Under(prefix + "/").Keys];

    private static (string Kind, MetricDialect Dialect) Split(string name)
    {
        var parts = name.Split('/');
        return (parts[0], MetricDialect.All.SingleOrDefault(dialect => dialect.Name == parts[1], MetricDialect.Exact));
    }

    private static Tensor Without(Tensor values, params int[] columns)
    {
        foreach (var column in columns)
            values[.., column] = 0;
        return values;
    }

    private static Tensor NearlyEqual(Tensor values)
    {
        values[.., 1] = values[.., 0];
        values[.., 2] = values[.., 0] + values[.., 2] * (1f / (1 << 20));
        return values;
    }
}
