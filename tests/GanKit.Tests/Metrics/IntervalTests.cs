namespace GanKit.Tests.Metrics;

/// <summary>
/// How often intervals of 95 % hold the expected value, by simulation: of 150 drawn sets, against the mean of 400 others. Those of a
/// jackknife that holds the radii are on the wide side; those of a share at its end are narrow.
/// </summary>
public class IntervalTests
{
    private const int Size = 4, Count = 80;

    private static readonly Dictionary<string, IFeatureMetric> Metrics = new()
    {
        ["kernel"] = new KernelDistance(),
        ["kernel of subsets"] = new KernelDistance { Dialect = MetricDialect.StyleGan3, Subsets = 5, SubsetSize = 40 },
        ["precision and recall"] = new PrecisionRecall(),
        ["density and coverage"] = new DensityCoverage(),
        ["sliced wasserstein"] = new SlicedWasserstein { Slices = 32 },
        ["inception score"] = new InceptionScore(),
    };

    public static TheoryData<string, double> Cases
    {
        get
        {
            var cases = new TheoryData<string, double>();
            foreach (var name in Metrics.Keys)
            {
                cases.Add(name, 0.5);
                cases.Add(name, 0);
            }

            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Measure_Interval_HoldsTheExpectedValue(string name, double shift)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(5, CPU);
        var metric = Metrics[name];
        using var real = Draw(200, 0);
        var values = Enumerable.Range(0, 400).Select(_ => Measure().Select(result => result.Value).ToArray()).ToArray();
        var expected = Enumerable.Range(0, values[0].Length).Select(i => values.Average(value => value[i])).ToArray();

        var sets = Enumerable.Range(0, 150).Select(_ => Measure()).ToArray();

        for (var i = 0; i < expected.Length; i++)
        {
            var held = sets.Count(results => results[i].Interval!.Contains(expected[i])) / 150.0;
            Assert.True(held >= 0.87, $"{sets[0][i].Name}: {held:P1} of the intervals hold {expected[i]:F4}.");
        }

        IReadOnlyList<MetricResult> Measure()
        {
            using var inner = NewDisposeScope();
            using var made = Draw(Count, shift);
            return metric.Measure(real, made);
        }

        FeatureStatistics Draw(int count, double by)
        {
            var rows = randn([count, Size], float64, generator: random) + by;
            var statistics = new FeatureStatistics(Size, count);
            statistics.Add(rows, rows);
            return statistics;
        }
    }
}
