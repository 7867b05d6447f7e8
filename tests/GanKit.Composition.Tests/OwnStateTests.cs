using TorchSharp.Modules;

namespace Composition;

/// <summary>A game with earlier fakes, and a penalty on how far the critic's outputs drift from their running mean.</summary>
internal sealed class DriftObjective(Latent latent, IAdversarialLoss loss, IRegularizer penalty, long poolSeed)
    : Objective<Module<Tensor, Tensor>, Module<Tensor, Tensor>, Tensor>, IDisposable
{
    private readonly ImagePool _pool = new(size: 6, poolSeed);
    private Tensor? _mean; // made in the first step
    private long _looks;

    public override void VisitState(StateVisitor visitor)
    {
        visitor.Part("pool", _pool);
        visitor.Part("penalty", penalty);
        visitor.Tensor("mean", ref _mean);
        visitor.Value("looks", ref _looks, least: 0);
    }

    public void Dispose()
    {
        _pool.Dispose();
        _mean?.Dispose();
    }

    protected override Tensor Generate(Module<Tensor, Tensor> generator, Batch batch, StepContext context) =>
        generator.call(latent.Sample(batch.Size, context.Device));

    protected override LossTerms DiscriminatorLoss(
        Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes, StepContext context)
    {
        var terms = AdversarialTerms.ForDiscriminator(
            loss, [penalty], discriminator.call, batch.Real, _pool.Exchange(fakes), context);
        var mean = discriminator.call(batch.Real).mean();
        _mean ??= mean.detach().clone().DetachFromDisposeScope();
        using (no_grad())
            _mean.mul_(0.9).add_(mean.detach() * 0.1);
        _looks++;
        terms.Add("drift", (mean - _mean).square());
        return terms;
    }

    protected override LossTerms GeneratorLoss(
        Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes, StepContext context) =>
        AdversarialTerms.ForGenerator(loss, discriminator.call, batch.Real, fakes, context);
}

/// <summary>R1 whose weight falls each time it is used.</summary>
internal sealed class FadingPenalty : IRegularizer, IStateful
{
    private readonly R1Penalty _inner = new(weight: 1);
    private double _weight = 1;

    public string Name => "fading";

    public double Weight => _weight;

    public int Interval => 2;

    public void VisitState(StateVisitor visitor) => visitor.Value("weight", ref _weight);

    public Tensor Penalty(Func<Tensor, Tensor> critic, Tensor real, Tensor fake)
    {
        _weight *= 0.8;
        return _inner.Penalty(critic, real, fake);
    }
}

/// <summary>A layer that comes in over its first calls.</summary>
internal sealed class FadeIn : Module<Tensor, Tensor>, IStateful
{
    private readonly Module<Tensor, Tensor> _layer;
    private double _share;

    public FadeIn(Module<Tensor, Tensor> layer) : base(nameof(FadeIn))
    {
        _layer = layer;
        RegisterComponents();
    }

    public void VisitState(StateVisitor visitor) => visitor.Value("share", ref _share);

    public override Tensor forward(Tensor input)
    {
        _share = Math.Min(1, _share + 0.05);
        return input + _share * _layer.call(input);
    }
}

/// <summary>Batches that are drawn, and not read: the state is how many there were.</summary>
internal sealed class DrawnData(long batches) : IEnumerable<Batch>, IStateful
{
    private long _drawn;

    public void VisitState(StateVisitor visitor) => visitor.Value("drawn", ref _drawn, least: 0);

    public IEnumerator<Batch> GetEnumerator()
    {
        do
        {
            using var random = new Generator((ulong)_drawn++);
            using var batch = new Batch(randn(8, 1, generator: random) * 0.5 + 3);
            yield return batch;
        }
        while (_drawn % batches > 0);
    }

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>The best loss so far, which a run that goes on does not forget.</summary>
internal sealed class Best : TrainingCallback, IStateful
{
    private double _loss = double.PositiveInfinity;

    public double Loss => _loss;

    public void VisitState(StateVisitor visitor) => visitor.Value("loss", ref _loss);

    public override void OnStep(ITrainer trainer, StepResult step) => _loss = Math.Min(_loss, step.DiscriminatorLoss);
}

public class OwnStateTests
{
    [Fact]
    public void LoadState_OfPartsOfOnesOwn_GoesOnToTheLastBit()
    {
        using var scope = NewDisposeScope();
        var (straight, straightBest) = (Make(1), new Best());
        var straightLosses = Fit(straight, new DrawnData(5), 12, straightBest);
        var (first, firstBest) = (Make(1), new Best());
        Fit(first, new DrawnData(5), 7, firstBest);
        using var state = first.SaveState();

        var (resumed, resumedBest) = (Make(2), new Best());
        resumed.LoadState(state);
        Assert.Equal(straightLosses[7..], Fit(resumed, new DrawnData(5), 5, resumedBest));

        Assert.Equal(straightBest.Loss, resumedBest.Loss);
        Assert.Equal((12, 2), (resumed.StepCount, resumed.EpochCount));
        foreach (var (name, weight) in straight.Generator.state_dict())
            Assert.True(equal(weight, resumed.Generator.state_dict()[name]).all().item<bool>(), name);
        Assert.True((double)((State)((State)((State)state["discriminator"]!)["modules"]!)["1"]!)["share"]! > 0.3);
    }

    [Fact]
    public void LoadState_WithoutAPart_IsRefused_AndChangesNothing()
    {
        using var scope = NewDisposeScope();
        var trainer = Make(1);
        Fit(trainer, new DrawnData(5), 3);
        using var state = trainer.SaveState();
        ((State)state["objective"]!).Remove("looks");
        var other = Make(2);
        using var before = other.Generator.parameters().First().clone();

        var error = Assert.Throws<ArgumentException>(() => other.LoadState(state));

        Assert.Contains("'objective/looks' is missing in the state", error.Message, StringComparison.Ordinal);
        Assert.True(equal(before, other.Generator.parameters().First()).all().item<bool>());
        Assert.Equal(0, other.StepCount);
    }

    /// <summary>A part alone, and a state that is read from elsewhere, such as a file.</summary>
    [Fact]
    public void State_OfAPart_CanBeMadeEntryByEntry()
    {
        using var scope = NewDisposeScope();
        using var pool = new ImagePool(size: 3, seed: 1);
        pool.Exchange(randn(3, 2));
        using var saved = pool.SaveState();
        using var read = Copy(saved);
        using var other = new ImagePool(size: 3, seed: 9);
        other.LoadState(read);

        for (var i = 0; i < 10; i++)
        {
            var images = randn(2, 2);
            Assert.True(equal(pool.Exchange(images), other.Exchange(images)).all().item<bool>());
        }

        using var larger = new ImagePool(size: 4);
        Assert.Contains("'size' is 3 in the state, and 4 here",
            Assert.Throws<ArgumentException>(() => larger.LoadState(read)).Message, StringComparison.Ordinal);

        static State Copy(State state)
        {
            var copy = new State();
            foreach (var (name, value) in state)
                copy.Add(name, value switch { Tensor tensor => tensor.clone(), State inner => Copy(inner), _ => value });
            return copy;
        }
    }

    private static double[] Fit(
        AdversarialTrainer<Sequential, Sequential> trainer, DrawnData data, long steps, params TrainingCallback[] callbacks)
    {
        var losses = new List<double>();
        trainer.Fit(data, steps: steps, callbacks:
            [.. callbacks, TrainingCallback.Every(1, (_, step) => losses.Add(step.Metrics.Values.Sum()))]);
        return [.. losses];
    }

    internal static AdversarialTrainer<Sequential, Sequential> Make(int seed)
    {
        manual_seed(seed);
        return AdversarialTrainer.Create(
            Sequential(Linear(2, 8), ReLU(), Linear(8, 1)), Sequential(Linear(1, 8), new FadeIn(Linear(8, 8)), ReLU(), Linear(8, 1)),
            new DriftObjective(Latent.Normal(2), AdversarialLoss.NonSaturating, new FadingPenalty(), poolSeed: seed),
            new TrainerOptions { AverageDecay = 0.9 });
    }
}
