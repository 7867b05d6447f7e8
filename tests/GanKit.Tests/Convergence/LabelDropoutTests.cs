using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Convergence;

/// <summary>A network that is trained with dropped labels draws with a class and without one.</summary>
public class LabelDropoutTests
{
    private const long LatentSize = 4;

    [Fact]
    public void GeneratorOfTwoClusters_DrawsTheClassAskedFor_OrBoth()
    {
        manual_seed(1);
        using var scope = NewDisposeScope();
        var classes = Conditioning.Classes(2, noClass: true);
        var labels = arange(2000, dtype: int64) % 2;
        var centres = (labels * 4 - 2).unsqueeze(1); // -2 and 2 on both axes
        var data = Batches.FromTensor(centres + 0.3 * randn(2000, 2), batchSize: 100, labels, seed: 1);
        var generator = new Joined(classes, LatentSize, output: 2, ReLU());
        using var trainer = AdversarialTrainer.Create(
            generator, new Joined(classes, 2, output: 1, LeakyReLU(0.2)),
            new ConditionalObjective(LatentSize, AdversarialLoss.NonSaturating, new R1Penalty(weight: 0.1))
            {
                LabelDropout = new LabelDropout(classes, p: 0.3),
            },
            new TrainerOptions { LearningRate = 2e-3, AverageDecay = 0.99 });

        trainer.Fit(data, steps: 1000);

        using var inference = trainer.UseForInference();
        using var noGrad = no_grad();
        var shares = new[] { full(1000, 0L, dtype: int64), full(1000, 1L, dtype: int64), classes.WithoutClass(1000) }
            .Select(wanted => generator.call(randn(1000, LatentSize), wanted))
            .Select(samples => (First: Near(samples, -2), Second: Near(samples, 2)))
            .ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", shares));
        Assert.InRange(shares[0].First, 0.9, 1);
        Assert.InRange(shares[1].Second, 0.9, 1);
        Assert.InRange(shares[2].First, 0.3, 0.7);
        Assert.InRange(shares[2].Second, 0.3, 0.7);
        Assert.InRange(shares[2].First + shares[2].Second, 0.9, 1);
    }

    /// <summary>The share of samples within four standard deviations of a centre.</summary>
    private static double Near(Tensor samples, double centre) =>
        ((samples - centre).norm(1) < 4 * 0.3).to(float64).mean().item<double>();

    /// <summary>A small network of its input and the condition's one-hot vector.</summary>
    private sealed class Joined : Module<Tensor, Tensor, Tensor>
    {
        private readonly Conditioning _classes;
        private readonly Module<Tensor, Tensor> _body;

        public Joined(Conditioning classes, long size, long output, Module<Tensor, Tensor> activation)
            : base(nameof(Joined))
        {
            _classes = classes;
            _body = Sequential(Linear(size + classes.Size, 64), activation, Linear(64, 64), activation, Linear(64, output));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input, Tensor condition) =>
            _body.call(cat([input, _classes.ToVectors(condition)], 1));
    }
}
