using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

/// <summary>What a trainer says once of what is no error and hardly ever meant, and when it says nothing.</summary>
public class WarningTests
{
    private static readonly Dictionary<string, IAdversarialLoss> Losses = new()
    {
        ["non-saturating"] = AdversarialLoss.NonSaturating,
        ["minimax"] = AdversarialLoss.Minimax,
        ["hinge"] = AdversarialLoss.Hinge,
        ["wasserstein"] = AdversarialLoss.Wasserstein,
        ["relativistic"] = AdversarialLoss.RelativisticAverage,
    };

    [Theory]
    [InlineData("non-saturating"), InlineData("minimax"), InlineData("hinge"), InlineData("wasserstein"), InlineData("relativistic")]
    public void Sigmoid_AsTheLastLayer_IsSaidAtTheFirstStep_Once(string loss)
    {
        using var trainer = Judged(Sequential(Linear(2, 8), ReLU(), Sequential(Linear(8, 1), Sigmoid()), Flatten()), Losses[loss]);
        var printed = Fit(trainer, 3);
        Assert.StartsWith("The discriminator Sequential ends in a sigmoid", Assert.Single(trainer.Warnings), StringComparison.Ordinal);
        Assert.Equal(2, printed.Split("Warning: The discriminator Sequential ends in a sigmoid").Length);
    }

    [Fact]
    public void Sigmoid_AsTheLastLayerOfAnOwnNetwork_IsSaidWhereItsOutputsAreLikeThat()
    {
        using var last = Judged(new Own(shares: true), AdversarialLoss.NonSaturating);
        Fit(last, 1);
        Assert.Contains("has a sigmoid as its last layer", Assert.Single(last.Warnings), StringComparison.Ordinal);
        using var gate = Judged(new Own(shares: false), AdversarialLoss.NonSaturating);
        Fit(gate, 250);
        Assert.Empty(gate.Warnings);
    }

    [Theory]
    [InlineData(100, 499, "5 times in 401 steps")] // the default
    [InlineData(40, 199, "5 times in 161 steps")]
    [InlineData(20, 119, "6 times in 101 steps")]
    public void Sigmoid_AsAFunction_IsSaidAfterFiveLooksInAHundredSteps(int interval, int before, string looks)
    {
        using var trainer = Shares(AdversarialLoss.Hinge, interval);
        Fit(trainer, before);
        Assert.Empty(trainer.Warnings);
        Fit(trainer, 1);
        Assert.StartsWith(
            $"All outputs of the discriminator Function were in [0, 1] each time they were looked at, {looks}, as if",
            Assert.Single(trainer.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wasserstein"), InlineData("relativistic")]
    public void Sigmoid_AsAFunction_IsNotSaid_WhereLogitsMayBeAnywhere(string loss)
    {
        using var trainer = Shares(Losses[loss], 10);
        Fit(trainer, 150);
        Assert.Empty(trainer.Warnings);
    }

    [Fact]
    public void Sigmoid_WhereItBelongs_IsNotSaid()
    {
        foreach (var loss in (IAdversarialLoss[])[AdversarialLoss.LeastSquares, new Probabilities()])
        {
            using var trainer = Judged(Sequential(Linear(2, 1), Sigmoid()), loss);
            Fit(trainer, 210);
            Assert.Empty(trainer.Warnings);
        }
    }

    [Theory]
    [InlineData(0, 255, true, 4)]
    [InlineData(0, 255, true, 2)]
    [InlineData(0, 65535, true, 4)]
    [InlineData(0, 1, false, 4)]
    [InlineData(-1, 1, false, 4)]
    [InlineData(-2.1, 2.7, false, 4)]
    [InlineData(-128, 127, false, 4)]
    public void Data_OfBytes_IsSaid(double least, double most, bool expected, int dimensions)
    {
        using var scope = NewDisposeScope();
        var pictures = rand(4, 1, 8, 8) * (most - least) + least;
        using var trainer = dimensions == 4
            ? AdversarialTrainer.Create(Sequential(Linear(4, 64), Unflatten(1, [1, 8, 8])), Sequential(Conv2d(1, 1, 3)), Tiny.Objective())
            : AdversarialTrainer.Create(Sequential(Linear(4, 64)), Sequential(Linear(64, 1)), Tiny.Objective());
        using var batch = new Batch(dimensions == 4 ? pictures : pictures.flatten(1));
        trainer.Step(batch);
        trainer.Step(batch);
        if (expected)
            Assert.Contains("samples have values from", Assert.Single(trainer.Warnings), StringComparison.Ordinal);
        else
            Assert.Empty(trainer.Warnings);
    }

    [Fact]
    public void Data_OfConditionsAndPoints_IsLookedAtToo()
    {
        using var scope = NewDisposeScope();
        using var paired = AdversarialTrainer.Create(Sequential(Conv2d(1, 1, 1)), Sequential(Conv2d(2, 1, 1)), new PairedObjective());
        paired.Step(new Batch(rand(2, 1, 8, 8), rand(2, 1, 8, 8) * 255));
        Assert.Contains("conditions have values from", Assert.Single(paired.Warnings), StringComparison.Ordinal);
        using var points = Tiny.Trainer();
        points.Step(new Batch(rand(10, 2) * 255));
        Assert.Empty(points.Warnings);
    }

    [Fact]
    public void Term_WithoutAGradient_IsSaidOnce_UnlessItIsZero()
    {
        using var batch = Tiny.Batch();
        using var trainer = Tiny.Trainer(objective: Tiny.Objective(
            new Made("flat", (critic, real) => critic(real).square().mean().detach()),
            new Made("none", (_, real) => real.square().mean()),
            new Made("later", (_, real) => zeros(1)),
            new Made("right", (critic, real) => critic(real).square().mean())));
        trainer.Step(batch);
        trainer.Step(batch);
        Assert.Equal(2, trainer.Warnings.Count);
        Assert.Contains("The discriminator's loss has the term 'flat' that depends on none", trainer.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("'none'", trainer.Warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Term_WithoutAGradient_ThatIsZeroAtFirst_IsSaidWhenItIsNot()
    {
        var calls = 0;
        using var batch = Tiny.Batch();
        using var trainer = Tiny.Trainer(objective: Tiny.Objective(
            new Made("late", (_, real) => ++calls < 3 ? zeros(1) : real.square().mean())));
        trainer.Step(batch);
        trainer.Step(batch);
        Assert.Empty(trainer.Warnings);
        trainer.Step(batch);
        Assert.Contains("'late'", Assert.Single(trainer.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Loss_OfZeroForAHundredSteps_IsSaid()
    {
        using var trainer = Tiny.Trainer(objective: new UnconditionalObjective(4, new Still()));
        Fit(trainer, 99);
        Assert.Empty(trainer.Warnings);
        Fit(trainer, 1);
        Assert.Contains("exactly 0", Assert.Single(trainer.Warnings), StringComparison.Ordinal);

        var still = new Still { MovesAt = 60 };
        using var moving = Tiny.Trainer(new() { FiniteCheckInterval = 20 }, new UnconditionalObjective(4, still));
        Fit(moving, 150);
        Assert.Empty(moving.Warnings);
        Fit(moving, 50);
        Assert.Single(moving.Warnings);
    }

    private static AdversarialTrainer<Module<Tensor, Tensor>, Module<Tensor, Tensor>> Judged(
        Module<Tensor, Tensor> discriminator, IAdversarialLoss loss, TrainerOptions? options = null)
    {
        manual_seed(1);
        return AdversarialTrainer.Create(Tiny.Generator(), discriminator, new UnconditionalObjective(4, loss), options);
    }

    // Below one half and above it in every batch, whatever the layer learns.
    private static AdversarialTrainer<Module<Tensor, Tensor>, Module<Tensor, Tensor>> Shares(IAdversarialLoss loss, int interval) =>
        Judged(
            new Function(Linear(2, 8), x => x.sum(1).sigmoid() * 0.4 + arange(x.size(0)) % 2 * 0.6),
            loss, new() { FiniteCheckInterval = interval });

    private static string Fit(AdversarialTrainer<Module<Tensor, Tensor>, Module<Tensor, Tensor>> trainer, long steps)
    {
        using var output = new StringWriter();
        trainer.Fit(Tiny.Data(), steps: steps, callbacks: [new ConsoleProgress(output, live: true, width: 80)]);
        return output.ToString();
    }

    private sealed class Own : Module<Tensor, Tensor>
    {
        private readonly Linear _layer = Linear(2, 1);
        private readonly Sigmoid _sigmoid = Sigmoid();
        private readonly bool _shares;

        internal Own(bool shares)
            : base(nameof(Own))
        {
            _shares = shares;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) =>
            _shares ? _sigmoid.call(_layer.call(input)) : _layer.call(input) * _sigmoid.call(input.sum(1, keepdim: true)) - 0.1;
    }

    private sealed class Function : Module<Tensor, Tensor>
    {
        private readonly Linear _layer;
        private readonly Func<Tensor, Tensor> _after;

        internal Function(Linear layer, Func<Tensor, Tensor> after)
            : base(nameof(Function))
        {
            (_layer, _after) = (layer, after);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _after(_layer.call(input));
    }

    private sealed class Probabilities : IAdversarialLoss
    {
        public Tensor DiscriminatorLoss(Tensor realLogits, Tensor fakeLogits) => -(realLogits.log() + (1 - fakeLogits).log()).mean();

        public Tensor GeneratorLoss(Tensor fakeLogits, Tensor? realLogits = null) => -fakeLogits.log().mean();
    }

    private sealed class Still : IAdversarialLoss
    {
        private int _calls;

        internal int? MovesAt { get; init; }

        public Tensor DiscriminatorLoss(Tensor realLogits, Tensor fakeLogits) =>
            ++_calls == MovesAt ? fakeLogits.square().mean() + 1 : fakeLogits.mean() * 0;

        public Tensor GeneratorLoss(Tensor fakeLogits, Tensor? realLogits = null) => -fakeLogits.mean();
    }

    private sealed class Made(string name, Func<Func<Tensor, Tensor>, Tensor, Tensor> penalty) : IRegularizer
    {
        public string Name => name;

        public double Weight => 1;

        public int Interval => 1;

        public Tensor Penalty(Func<Tensor, Tensor> critic, Tensor real, Tensor fake) => penalty(critic, real);
    }
}
