using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

/// <summary>The discriminator asked between two steps: what it would say in one, and nothing changes.</summary>
public class DiscriminateTests
{
    /// <summary>Everything that a pass without an update could change: norms, dropout, spectral norms, latents, image pools.</summary>
    public static TheoryData<string> Systems => ["norms", "spectral", "dropout", "penalty", "cycle"];

    [Theory]
    [MemberData(nameof(Systems))]
    public void Discriminate_BetweenSteps_LeavesTheRunAsItIs(string system)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(Weights(system, asks: false), Weights(system, asks: true));
    }

    [Fact]
    public void Discriminate_OfABatch_HasTheLogitsOfTheNetworks()
    {
        using var scope = NewDisposeScope();
        using var trainer = Tiny.Trainer();
        using var batch = Tiny.Batch();

        using var result = Assert.Single(trainer.Discriminate(batch));

        Assert.Equal("", result.Name);
        Assert.Same(AdversarialLoss.NonSaturating, result.Loss);
        Assert.True(result.Real.allclose(batch.Real));
        using var quiet = no_grad();
        Assert.True(result.RealLogits.allclose(trainer.Discriminator.call(batch.Real)));
        Assert.True(result.FakeLogits.allclose(trainer.Discriminator.call(result.Fake)));
        Assert.Equal([10, 2], result.Fake.shape);
        Assert.False(result.FakeLogits.requires_grad);
    }

    [Fact]
    public void Discriminate_OfSeveralBatches_GivesEachItsLatents_AndLeavesNoTensor()
    {
        using var scope = NewDisposeScope();
        using var trainer = Tiny.Trainer();
        using var batch = Tiny.Batch();
        Free(trainer.Discriminate(batch));
        var before = LiveTensors.OfThisThread;
        var results = trainer.Discriminate(batch, batch);
        Assert.Equal(2, results.Count);
        Assert.False(results[0].Fake.allclose(results[1].Fake));
        Free(results);
        Assert.Throws<ArgumentNullException>(() => trainer.Discriminate(batch, null!));
        Assert.Equal(before, LiveTensors.OfThisThread);

        static void Free(IReadOnlyList<DiscriminatorLogits> results)
        {
            foreach (var result in results)
                result.Dispose();
        }
    }

    [Fact]
    public void Discriminate_OfPatchesAtSeveralScales_HasAllOfThemInARow()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var trainer = AdversarialTrainer.Create(
            Sequential(Conv2d(1, 1, 3, padding: 1)), new MultiScaleDiscriminator(inChannels: 2, scales: 2, width: 4, layers: 1), new PairedObjective());
        using var batch = new Batch(randn(3, 1, 32, 32), randn(3, 1, 32, 32));

        using var result = Assert.Single(trainer.Discriminate(batch));

        Assert.Equal(3, result.RealLogits.shape[0]);
        Assert.True(result.RealLogits.shape[1] > 1);
        Assert.Equal(result.RealLogits.shape, result.FakeLogits.shape);
    }

    [Fact]
    public void Discriminate_OfAnotherSize_SaysWhatWasGiven()
    {
        using var trainer = Tiny.Trainer();
        using var batch = new Batch(randn(5, 3));
        var error = Assert.ThrowsAny<ArgumentException>(() => trainer.Discriminate(batch));
        Assert.Contains("(3)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CopyBatch_WithoutARun_IsRefused()
    {
        using var trainer = Tiny.Trainer();
        Assert.Throws<InvalidOperationException>(trainer.CopyBatch);
        trainer.Fit(Tiny.Data(), steps: 1);
        Assert.Throws<InvalidOperationException>(trainer.CopyBatch);
    }

    [Fact]
    public void CopyBatch_InARun_IsThatOfTheStep()
    {
        using var scope = NewDisposeScope();
        using var trainer = Tiny.Trainer();
        var trained = new List<Batch>();
        trainer.Fit(Tiny.Data(), steps: 4, callbacks: [TrainingCallback.Every(1, (running, _) => trained.Add(running.CopyBatch()))]);

        Assert.Equal(Tiny.Data().Select(batch => batch.Real.clone()), trained.Select(batch => batch.Real), (a, b) => a.allclose(b));
        trained.ForEach(batch => batch.Dispose());
    }

    [Fact]
    public void LearningRateFactor_ScalesBothRates_AndIsState()
    {
        using var trainer = Tiny.Trainer(new() { LearningRate = 0.5, DiscriminatorLearningRate = 0.25 });
        using var before = trainer.SaveState();
        trainer.LearningRateFactor = 0.5;
        using var after = trainer.SaveState();
        trainer.Fit(Tiny.Data(), steps: 1);
        Assert.Equal(0.25, trainer.LearningRates["generator"]);
        Assert.Equal(0.125, trainer.LearningRates["discriminator"]);

        trainer.LoadState(before);
        Assert.Equal(1, trainer.LearningRateFactor);
        trainer.LoadState(after);
        Assert.Equal(0.5, trainer.LearningRateFactor);
        foreach (var wrong in (double[])[0, -1, double.NaN, double.PositiveInfinity])
            Assert.Throws<ArgumentOutOfRangeException>(() => trainer.LearningRateFactor = wrong);
    }

    [Fact]
    public void Warn_IsKeptOnce()
    {
        using var trainer = Tiny.Trainer();
        ((ITrainer)trainer).Warn("Something.");
        trainer.Warn("Something.");
        Assert.Equal(["Something."], trainer.Warnings);
    }

    private static float[] Weights(string system, bool asks)
    {
        manual_seed(3);
        var options = new TrainerOptions { Seed = 4, AverageDecay = 0.9 };
        TrainingCallback[] callbacks = asks ? [TrainingCallback.Every(2, Discriminate)] : [];
        if (system == "cycle")
        {
            using var cycle = AdversarialTrainer.Create(
                new CyclePair<Module<Tensor, Tensor>>(Translator(), Translator()), new DomainPair<Module<Tensor, Tensor>>(Patches(), Patches()), new CycleObjective { PoolSize = 3, PoolSeed = 1 }, options);
            var pairs = Batches.FromTensor(randn(12, 3, 8, 8), 2, conditions: randn(12, 3, 8, 8), seed: 1);
            cycle.Fit(pairs, steps: 12, callbacks: callbacks);
            return Numbers(cycle.Generator, cycle.Discriminator);
        }

        IEnumerable<IRegularizer> regularizers = system == "penalty" ? [new GradientPenalty()] : [];
        using var trainer = AdversarialTrainer.Create(
            Sequential(Linear(4, 16), BatchNorm1d(16), ReLU(), Linear(16, 2)), Discriminator(system),
            new UnconditionalObjective(4, system == "penalty" ? AdversarialLoss.Wasserstein : AdversarialLoss.NonSaturating, regularizers), options);
        trainer.Fit(Tiny.Data(), steps: 12, callbacks: callbacks);
        return Numbers(trainer.Generator, trainer.Discriminator);

        static void Discriminate(ITrainer trainer, StepResult step)
        {
            using var batch = trainer.CopyBatch();
            foreach (var result in trainer.Discriminate(batch))
                result.Dispose();
        }
    }

    private static Module<Tensor, Tensor> Discriminator(string system) => system switch
    {
        "norms" => Sequential(Linear(2, 16), BatchNorm1d(16), LeakyReLU(0.2), Linear(16, 1)),
        "dropout" => Sequential(Linear(2, 16), LeakyReLU(0.2), Dropout(0.5), Linear(16, 1)),
        "spectral" => Sequential(new SpectralNormLinear(2, 16), LeakyReLU(0.2), new SpectralNormLinear(16, 1)),
        _ => Tiny.Discriminator(),
    };

    private static Module<Tensor, Tensor> Translator() => Sequential(Conv2d(3, 4, 3, padding: 1), ReLU(), Conv2d(4, 3, 3, padding: 1));

    private static Module<Tensor, Tensor> Patches() => Sequential(Conv2d(3, 4, 4, stride: 2, padding: 1), LeakyReLU(0.2), Conv2d(4, 1, 4));

    private static float[] Numbers(params nn.Module[] networks) => [.. networks.SelectMany(network => network.state_dict().Values)
        .SelectMany(tensor => tensor.detach().to(float32).flatten().data<float>().ToArray())];
}
