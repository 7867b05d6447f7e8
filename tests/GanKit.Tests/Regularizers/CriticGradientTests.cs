using System.Diagnostics;
using System.Runtime.InteropServices;
using GanKit.Tests.Training;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Regularizers;

/// <summary>Gradients in samples: the same as autograd.grad's, but for what becomes of an error.</summary>
public class CriticGradientTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor, bool, Tensor?>> Ways = new()
    {
        ["script"] = InputGradient.Of,
        ["backward"] = InputGradient.ByBackward,
    };

    /// <summary>Sigmoid keeps its result for its gradient, and this changes it.</summary>
    private static Tensor Spoil(Tensor samples)
    {
        var kept = samples.sigmoid();
        using (no_grad())
            kept.mul_(2);
        return kept.sum(1);
    }

    [Theory, InlineData("script"), InlineData("backward")]
    public void Of_Differentiable_IsAutogradsToTheLastBit_AndSoAreTheWeightsGradients(string way)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var critic = Sequential(Linear(6, 16), Tanh(), Linear(16, 16), LeakyReLU(0.2), Linear(16, 1)).to(float64);
        foreach (var count in new[] { 5, 9, 5 }) // TorchScript may specialise for a size
        {
            var samples = randn([count, 6], dtype: float64);
            var expected = Penalise((sum, x, graph) => autograd.grad([sum], [x], retain_graph: graph, create_graph: graph)[0]);
            var actual = Penalise(Ways[way]);
            Assert.Equal(7, actual.Length);
            Assert.All(expected.Zip(actual), pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>()));

            Tensor[] Penalise(Func<Tensor, Tensor, bool, Tensor?> gradientOf)
            {
                foreach (var parameter in critic.parameters())
                    parameter.grad = null;
                var x = samples.detach().requires_grad_(true);
                var gradient = gradientOf(critic.call(x).sum(), x, true)!;
                Assert.Null(x.grad);
                Assert.All(critic.parameters(), parameter => Assert.Null(parameter.grad));
                (linalg.vector_norm(gradient, ord: 2, dims: [1]) - 1).square().mean().backward();
                return [gradient.detach(), .. critic.parameters().Select(parameter => parameter.grad ?? zeros(1))];
            }
        }
    }

    [Theory, InlineData("script"), InlineData("backward")]
    public void Of_WithoutAGraph_HasNone_AndOfAnotherInput_IsNull(string way)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (randn(3, 2).requires_grad_(true), randn(3, 2).requires_grad_(true));
        Assert.False(Ways[way](x.square().sum(), x, false)!.requires_grad);
        Assert.Null(Ways[way](y.square().sum(), x, true));
    }

    [Theory, InlineData("script"), InlineData("backward")]
    public void Of_ThatLibtorchCantCompute_IsAnException(string way)
    {
        using var scope = NewDisposeScope();
        var x = randn(3, 2).requires_grad_(true);
        Assert.Throws<ExternalException>(() => Ways[way](Spoil(x).sum(), x, true));
    }

    /// <summary>The cycle of the input, its gradient and the graph would keep 4 MB a time, which no count of ours would show.</summary>
    [Theory, InlineData("script"), InlineData("backward")]
    public void Of_AThousandTimes_KeepsNothing(string way)
    {
        using var scope = NewDisposeScope();
        var critic = Linear(1024, 1);
        var data = randn(256, 1024);
        Once();
        var (live, memory) = (LiveTensors.OfThisThread, Memory());

        for (var i = 0; i < 1000; i++)
            Once();

        Assert.Equal(live, LiveTensors.OfThisThread);
        Assert.InRange(Memory() - memory, long.MinValue, 200_000_000);

        void Once()
        {
            using var step = NewDisposeScope();
            critic.weight.grad = null;
            var x = data.detach().clone().requires_grad_(true);
            Ways[way](critic.call(x).square().sum(), x, true)!.square().sum().backward();
        }

        static long Memory()
        {
            using var self = Process.GetCurrentProcess();
            return self.WorkingSet64;
        }
    }

    [Theory]
    [InlineData("gradient"), InlineData("dragan"), InlineData("r1"), InlineData("r2")]
    public void Step_CriticWhoseGradientFails_SaysSo_AndTheTrainerGoesOn(string name)
    {
        using var scope = NewDisposeScope();
        IRegularizer penalty = name switch
        {
            "gradient" => new GradientPenalty(),
            "dragan" => new DraganPenalty(),
            "r1" => new R1Penalty(),
            _ => new R2Penalty(),
        };
        var critic = new Spoiling();
        using var trainer = AdversarialTrainer.Create(Tiny.Generator(), critic, Tiny.Objective(penalty));
        using var batch = Tiny.Batch();

        var error = Assert.Throws<ArgumentException>(() => trainer.Step(batch));

        Assert.Contains("The gradient of the critic in its samples (10, 2), of Float32", error.Message, StringComparison.Ordinal);
        Assert.Contains("modified by an inplace operation", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("TorchScript", error.Message, StringComparison.Ordinal);
        Assert.IsType<ExternalException>(error.InnerException);
        critic.Spoils = false;
        Assert.Equal(1, trainer.Step(batch).Step);
    }

    [Fact]
    public void Step_CriticWithoutASecondDerivative_SaysWhere()
    {
        using var scope = NewDisposeScope();
        using var trainer = AdversarialTrainer.Create(
            Sequential(Linear(4, 16), Unflatten(1, [1, 4, 4])), new Bending(), Tiny.Objective(new R1Penalty()));
        using var batch = new Batch(randn(4, 1, 4, 4));

        var error = Assert.Throws<ArgumentException>(() => trainer.Step(batch));

        Assert.Contains(
            "Step 1 failed in the gradients of the discriminator's loss (adversarial, r1_penalty)", error.Message,
            StringComparison.Ordinal);
        Assert.Contains("derivative for aten::grid_sampler_2d_backward is not implemented", error.Message, StringComparison.Ordinal);
    }

    private sealed class Spoiling : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear _layer = Linear(2, 2);

        internal Spoiling()
            : base(nameof(Spoiling)) => RegisterComponents();

        internal bool Spoils { get; set; } = true;

        public override Tensor forward(Tensor input) => Spoils ? Spoil(_layer.call(input)) : _layer.call(input).sum(1);
    }

    /// <summary>Samples its input at learned places; libtorch has no second derivative of that.</summary>
    private sealed class Bending : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Parameter _places = new(randn(1, 2, 2, 2));

        internal Bending()
            : base(nameof(Bending)) => RegisterComponents();

        public override Tensor forward(Tensor input) =>
            functional.grid_sample(input, _places.expand(input.size(0), -1, -1, -1), align_corners: false).square().flatten(1).sum(1);
    }
}
