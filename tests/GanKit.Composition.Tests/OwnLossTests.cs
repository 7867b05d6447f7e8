namespace Composition;

/// <summary>The other labels of the LSGAN paper: 1 for real, -1 for fake, and the generator aims between them.</summary>
internal sealed class PearsonLoss : IAdversarialLoss
{
    public Tensor DiscriminatorLoss(Tensor realLogits, Tensor fakeLogits) =>
        (realLogits - 1).square().mean() + (fakeLogits + 1).square().mean();

    public Tensor GeneratorLoss(Tensor fakeLogits, Tensor? realLogits = null) => fakeLogits.square().mean();

    public Tensor Score(Tensor logits) => (logits + 1).mean() / 2; // 0 for fake, 1 for real
}

/// <summary>A game in which the generator looks at real samples: it closes the distance of the mean logits.</summary>
internal sealed class MeanMatchingLoss : IAdversarialLoss
{
    public bool GeneratorNeedsRealLogits => true;

    public Tensor DiscriminatorLoss(Tensor realLogits, Tensor fakeLogits) => -(realLogits.mean() - fakeLogits.mean()).square();

    public Tensor GeneratorLoss(Tensor fakeLogits, Tensor? realLogits = null) => (realLogits!.mean() - fakeLogits.mean()).square();
}

/// <summary>Charbonnier's distance, a smooth L1.</summary>
internal sealed class CharbonnierLoss : IReconstructionLoss
{
    public Tensor Loss(Tensor output, Tensor target) => ((output - target).square() + 1e-6).sqrt().mean();
}

/// <summary>Losses from outside the library, in shipped objectives and the shipped trainer.</summary>
public class OwnLossTests
{
    private static readonly TrainerOptions Still = new() { LearningRate = 1e-12 }; // both losses are then of the first weights

    [Fact]
    public void AdversarialLoss_InTheUnconditionalObjective_IsWhatIsLogged()
    {
        manual_seed(1);
        using var generator = Bell.Generator();
        using var discriminator = Bell.Discriminator();
        using var latents = randn(8, Bell.LatentSize);
        using var batch = Bell.Batch(8);
        var loss = new PearsonLoss();
        var real = discriminator.call(batch.Real);
        var fake = discriminator.call(generator.call(latents));
        using var trainer = AdversarialTrainer.Create(
            generator, discriminator, new UnconditionalObjective(Latent.Fixed(latents), loss), Still);

        var metrics = trainer.Step(batch).Metrics;

        Assert.Equal(loss.DiscriminatorLoss(real, fake).item<float>(), metrics["discriminator"], 1e-5);
        Assert.Equal(loss.GeneratorLoss(fake).item<float>(), metrics["generator/adversarial"], 1e-5);
        Assert.Equal(loss.Score(real).item<float>(), metrics["D(x)"], 1e-5);
        Assert.Equal(loss.Score(fake).item<float>(), metrics["D(G(z))"], 1e-5);
    }

    [Fact]
    public void AdversarialLoss_InAFittedRun_IsWrittenToTheLogFile()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("log.csv");
        using var trainer = AdversarialTrainer.Create(
            Bell.Generator(), Bell.Discriminator(), new UnconditionalObjective(Bell.LatentSize, new PearsonLoss()));
        var logged = 0.0;

        trainer.Fit(Bell.Data(), steps: 1, callbacks:
            [new MetricsLog(path, every: 1), TrainingCallback.Every(1, (_, step) => logged = step.GeneratorLoss)]);

        var rows = File.ReadLines(path).Select(line => line.Split(',')).ToArray();
        var cell = rows[1][Array.IndexOf(rows[0], "generator")];
        Assert.Equal(logged, double.Parse(cell, System.Globalization.CultureInfo.InvariantCulture), 1e-5);
    }

    [Fact]
    public void AdversarialLoss_ThatNeedsRealLogits_GetsThem()
    {
        using var trainer = AdversarialTrainer.Create(
            Bell.Generator(), Bell.Discriminator(), new UnconditionalObjective(Bell.LatentSize, new MeanMatchingLoss()), Still);
        using var batch = Bell.Batch();

        var metrics = trainer.Step(batch).Metrics;

        Assert.Equal(-metrics["discriminator"], metrics["generator"], 1e-5);
    }

    [Fact]
    public void ReconstructionLoss_InPix2Pix_IsWhatIsLogged()
    {
        manual_seed(1);
        using var generator = Conv2d(3, 3, 3, padding: 1);
        using var input = rand(2, 3, 16, 16) * 2 - 1;
        using var target = rand(2, 3, 16, 16) * 2 - 1;
        var expected = new CharbonnierLoss().Loss(generator.call(input), target).item<float>();
        using var trainer = AdversarialTrainer.Create(generator, new PatchDiscriminator(inChannels: 6, width: 4, layers: 1),
            new PairedObjective { Reconstruction = new CharbonnierLoss() }, Still);

        var metrics = trainer.Step(new Batch(target, input)).Metrics;

        Assert.Equal(expected, metrics["generator/reconstruction"], 1e-5);
        Assert.Equal(metrics["generator/adversarial"] + 100 * expected, metrics["generator"], 1e-3);
    }

    [Fact]
    public void ReconstructionLoss_InCycleGan_HoldsAllFourTerms()
    {
        manual_seed(1);
        var aToB = Conv2d(1, 1, 3, padding: 1);
        var bToA = Conv2d(1, 1, 3, padding: 1);
        var a = rand(2, 1, 8, 8);
        var b = rand(2, 1, 8, 8);
        var distance = new CharbonnierLoss();
        var expected = new Dictionary<string, float>
        {
            ["generator/cycle_A"] = distance.Loss(bToA.call(aToB.call(a)), a).item<float>(),
            ["generator/cycle_B"] = distance.Loss(aToB.call(bToA.call(b)), b).item<float>(),
            ["generator/identity_A"] = distance.Loss(bToA.call(a), a).item<float>(),
            ["generator/identity_B"] = distance.Loss(aToB.call(b), b).item<float>(),
        };
        using var trainer = AdversarialTrainer.Create(
            new CyclePair<TorchSharp.Modules.Conv2d>(aToB, bToA),
            new DomainPair<PixelDiscriminator>(() => new PixelDiscriminator(inChannels: 1, width: 4)),
            new CycleObjective { Reconstruction = distance }, Still);

        var metrics = trainer.Step(new Batch(b, a)).Metrics;

        foreach (var (name, value) in expected)
            Assert.Equal(value, metrics[name], 1e-5);
    }
}
