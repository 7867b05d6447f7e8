using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorchParity;

/// <summary>
/// Feature matching and the adversarial loss at several scales against real PyTorch: Fixtures/feature_matching.py.
/// </summary>
public class FeatureMatchingParityTests
{
    private static readonly Dictionary<string,
    (Func<Module<Tensor, Tensor>> Build, IAdversarialLoss Loss, long[] Shape)> Cases = new()
    {
        ["patch"] = (() => new PatchDiscriminator(2, width: 2), AdversarialLoss.NonSaturating, [1, 1, 25, 30]),
        ["patch_1"] = (
            () => new PatchDiscriminator(2, width: 2, layers: 1, Norm.Instance), AdversarialLoss.LeastSquares,
            [2, 1, 10, 8]),
        ["pixel"] = (() => new PixelDiscriminator(2, width: 3), AdversarialLoss.NonSaturating, [2, 1, 5, 6]),
        ["multi_scale"] = (
            () => new MultiScaleDiscriminator(2, width: 2, layers: 1), AdversarialLoss.LeastSquares, [1, 1, 25, 30]),
    };

    public static TheoryData<string> Names { get; } = new(Cases.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Paired_WithFeatureMatching_ComputesWhatPyTorchDoes(string name)
    {
        using var scope = NewDisposeScope();
        var (build, loss, shape) = Cases[name];
        var expected = Fixture.Load("feature_matching");
        using var discriminator = build();
        discriminator.to(float64);
        ReferenceNetworks.Fill(discriminator);
        var output = ReferenceNetworks.Pattern("fake", shape).requires_grad_();
        using var batch = new Batch(ReferenceNetworks.Pattern("b", shape), ReferenceNetworks.Pattern("a", shape));
        var objective = new PairedObjective { Loss = loss, ReconstructionWeight = 0, FeatureMatchingWeight = 10 };

        var round = objective.Begin(new Gives(output), discriminator, batch, new StepContext(0, 0, CPU));
        var judged = round.DiscriminatorLoss();
        foreach (var weight in discriminator.parameters())
            weight.requires_grad = false; // as in the trainer
        var terms = round.GeneratorLoss();
        terms.Total().backward();

        TensorAssert.Close(expected[$"{name}.discriminator"], judged.Single().Value, relative: 1e-9, absolute: 1e-12);
        Assert.Equal(
            [("adversarial", 1), ("feature_matching", 10)], terms.Select(term => (term.Name, term.Weight)));
        TensorAssert.Close(expected[$"{name}.adversarial"], terms.First().Value, relative: 1e-9, absolute: 1e-12);
        TensorAssert.Close(expected[$"{name}.feature_matching"], terms.Last().Value, relative: 1e-9, absolute: 1e-12);
        TensorAssert.Close(expected[$"{name}.gradient"], output.grad!, relative: 1e-9, absolute: 1e-12);
    }

    /// <summary>A generator that gives one picture, whose gradient can then be seen.</summary>
    private sealed class Gives(Tensor output) : Module<Tensor, Tensor>(nameof(Gives))
    {
        public override Tensor forward(Tensor input) => output;
    }
}
