using System.Reflection;

namespace Composition;

/// <summary>Every loss of the catalogue and every regularizer fit every system: to swap one is one line.</summary>
public class FourSystemsTests
{
    private static readonly IReadOnlyDictionary<string, IAdversarialLoss> Losses = typeof(AdversarialLoss)
        .GetProperties(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(property => property.Name, property => (IAdversarialLoss)property.GetValue(null)!)
        .Append(new("a loss of one's own", new PearsonLoss()))
        .ToDictionary();

    private static readonly IReadOnlyDictionary<string, IRegularizer[]> Regularizers = new Dictionary<string,
    IRegularizer[]>
    {
        ["none"] = [],
        ["R1"] = [new R1Penalty()],
        ["R2"] = [new R2Penalty()],
        ["gradient penalty"] = [new GradientPenalty()],
        ["DRAGAN"] = [new DraganPenalty()],
        ["a penalty of one's own"] = [new ShiftedSlopePenalty(weight: 10)],
    };

    public static TheoryData<string, string, string> Combinations
    {
        get
        {
            var all = new TheoryData<string, string, string>();
            foreach (var system in FourSystems.All.Keys)
                foreach (var loss in Losses.Keys)
                    foreach (var regularizer in Regularizers.Keys)
                        all.Add(system, loss, regularizer);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void System_WithAnyLossAndRegularizer_LearnsInBothNetworks(string system, string loss, string regularizer)
    {
        using var scope = NewDisposeScope();
        var regularizers = Regularizers[regularizer];

        var outcome = Run(system, Losses[loss], regularizers);

        Assert.Empty(outcome.Unchanged);
        Assert.All(outcome.Metrics, metric => Assert.True(double.IsFinite(metric.Value), metric.Key));
        string[] sides = system == "CycleGAN" ? ["_A", "_B"] : [""];
        Assert.Equal(
            from penalty in regularizers from side in sides select $"discriminator/{penalty.Name}{side}",
            outcome.Metrics.Keys.Where(name =>
                name.Contains("penalty", StringComparison.Ordinal) || name.Contains("slope", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
    }

    public static TheoryData<string> Systems => [.. FourSystems.All.Keys];

    /// <summary>From one seed, with the same data: what differs is the part that was swapped.</summary>
    [Theory]
    [MemberData(nameof(Systems))]
    public void System_WithAnotherPart_LearnsSomethingElse(string system)
    {
        using var scope = NewDisposeScope();
        var first = Run(system, AdversarialLoss.LeastSquares, []);

        TensorsEqual(true, Run(system, AdversarialLoss.LeastSquares, []));
        TensorsEqual(false, Run(system, AdversarialLoss.Hinge, []));
        foreach (var (name, regularizers) in Regularizers.Where(entry => entry.Value.Length > 0))
            TensorsEqual(false, Run(system, AdversarialLoss.LeastSquares, regularizers), name);

        void TensorsEqual(bool expected, FourSystems.Outcome second, string? part = null) => Assert.True(
            expected == first.Discriminator.Zip(second.Discriminator)
                .All(pair => equal(pair.First, pair.Second).all().item<bool>()), part);
    }

    /// <summary>A regularizer that the library gains has to be added above.</summary>
    [Fact]
    public void Regularizers_AreAllOfTheLibrary() => Assert.Equal(
        typeof(IRegularizer).Assembly.GetExportedTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IRegularizer)))
                .Select(type => type.Name).Order(),
        Regularizers.Values.SelectMany(penalties => penalties).Where(penalty => penalty is not ShiftedSlopePenalty)
            .Select(penalty => penalty.GetType().Name).Order());

    private static FourSystems.Outcome Run(string system, IAdversarialLoss loss, IRegularizer[] regularizers)
    {
        manual_seed(1);
        return FourSystems.All[system](loss, regularizers);
    }
}
