using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

public class BadInputTests
{
    public static TheoryData<TrainerOptions, string, string> BadOptions => new()
    {
        { new TrainerOptions { LearningRate = -1e-4 }, "LearningRate", "-0.0001" },
        { new TrainerOptions { LearningRate = double.NaN }, "LearningRate", "NaN" },
        { new TrainerOptions { GeneratorLearningRate = 0 }, "GeneratorLearningRate", "0" },
        { new TrainerOptions { DiscriminatorLearningRate = double.PositiveInfinity }, "DiscriminatorLearningRate",
            "Infinity" },
        { new TrainerOptions { Betas = (-0.5, 0.9) }, "Betas.Beta1", "-0.5" },
        { new TrainerOptions { Betas = (0.5, 1) }, "Betas.Beta2", "1" },
        { new TrainerOptions { DiscriminatorSteps = 0 }, "DiscriminatorSteps", "0" },
        { new TrainerOptions { GradientAccumulation = -2 }, "GradientAccumulation", "-2" },
        { new TrainerOptions { MaxGradientNorm = 0 }, "MaxGradientNorm", "0" },
        { new TrainerOptions { AverageDecay = 1 }, "AverageDecay", "1" },
        { new TrainerOptions { FiniteCheckInterval = 0 }, "FiniteCheckInterval", "0" },
        { new TrainerOptions { Order = (StepOrder)7 }, "Order", "7" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void Create_OptionOutOfRange_NamesItAndItsValue(TrainerOptions options, string name, string value)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => Tiny.Trainer(options));
        Assert.Contains($"TrainerOptions.{name} is {value}, but must be", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_NothingToTrain_SaysWhichNetwork()
    {
        var error = Assert.Throws<ArgumentException>(
            () => AdversarialTrainer.Create(Tiny.Generator(), Sequential(ReLU()), Tiny.Objective()));
        Assert.Contains("The discriminator has no trainable parameters", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_OptimiserOfNothing_SaysWhose()
    {
        var error = Assert.Throws<ArgumentException>(() => Tiny.Trainer(new TrainerOptions
        {
            Optimizer = (_, rate) => Optimizers.AdamW([new TorchSharp.Modules.Parameter(zeros(1))], rate),
        }));
        Assert.Contains("The generator's optimiser was made for none", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_NetworkDisposed_SaysWhich()
    {
        var (generator, discriminator) = (Tiny.Generator(), Tiny.Discriminator());
        discriminator.Dispose();
        var error = Assert.Throws<ObjectDisposedException>(
            () => AdversarialTrainer.Create(generator, discriminator, Tiny.Objective()));
        Assert.Contains("The discriminator is disposed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StepAndSample_NetworkDisposedMeanwhile_SayWhich()
    {
        using var trainer = Tiny.Trainer();
        using var batch = Tiny.Batch();
        trainer.Generator.Dispose();
        foreach (var use in (Action[])[() => trainer.Step(batch), () => trainer.Sample(2), () => trainer.UseForInference()])
        {
            var error = Assert.Throws<ObjectDisposedException>(use);
            Assert.Contains("The generator is disposed", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Create_NetworksShareAParameter_NamesIt()
    {
        var shared = Linear(2, 2);
        var error = Assert.Throws<ArgumentException>(() => AdversarialTrainer.Create(
            Sequential(Linear(Tiny.LatentSize, 2), shared), Sequential(shared, Linear(2, 1)), Tiny.Objective()));
        Assert.Contains("'0.weight'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_DiscriminatorMovedElsewhere_SaysSo()
    {
        using var trainer = Tiny.Trainer();
        using var batch = Tiny.Batch();
        trainer.Discriminator.to(META);
        Assert.Contains(
            "The discriminator was moved", Assert.Throws<InvalidOperationException>(() => trainer.Step(batch)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Step_WhileTheAverageIsInUse_SaysSo()
    {
        using var trainer = Tiny.Trainer(new TrainerOptions { AverageDecay = 0.5 });
        using var batch = Tiny.Batch();
        using (trainer.UseForInference())
        {
            Assert.Contains(
                "UseForInference", Assert.Throws<InvalidOperationException>(() => trainer.Step(batch)).Message,
                StringComparison.Ordinal);
        }

        Assert.Equal(1, trainer.Step(batch).Step);
    }

    [Fact]
    public void Step_GeneratorMakesAnotherShape_NamesBoth()
    {
        using var trainer = Tiny.Trainer();
        using var batch = new Batch(randn(4, 3));
        var error = Assert.Throws<ArgumentException>(() => trainer.Step(batch));
        Assert.Contains("samples of shape (2)", error.Message, StringComparison.Ordinal);
        Assert.Contains("(3)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_ImagesOfAnotherSize_NamesBoth()
    {
        using var trainer = AdversarialTrainer.Create(
            new DcganGenerator(imageSize: 16, channels: 1, width: 4), new DcganDiscriminator(
                imageSize: 16, channels: 1, width: 4),
            new UnconditionalObjective(100, AdversarialLoss.NonSaturating));
        using var batch = new Batch(zeros(2, 1, 28, 28));
        var error = Assert.Throws<ArgumentException>(() => trainer.Step(batch));
        Assert.Contains("(1, 16, 16)", error.Message, StringComparison.Ordinal);
        Assert.Contains("(1, 28, 28)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_NaNInTheBatch_StopsAtTheNextCheck()
    {
        using var trainer = Tiny.Trainer(new TrainerOptions { FiniteCheckInterval = 2 });
        using var batch = new Batch(full(4, 2, double.NaN, dtype: float32));
        trainer.Step(batch);
        var error = Assert.Throws<TrainingDivergedException>(() => trainer.Step(batch));
        Assert.Contains("step 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("discriminator = NaN", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_NetworkMovedElsewhere_SaysWhereAndWhatToDo()
    {
        using var trainer = Tiny.Trainer();
        using var batch = Tiny.Batch();
        trainer.Step(batch);
        trainer.Generator.to(META);
        var error = Assert.Throws<InvalidOperationException>(() => trainer.Step(batch));
        Assert.Contains("The generator was moved", error.Message, StringComparison.Ordinal);
        Assert.Contains("meta", error.Message, StringComparison.Ordinal);
        Assert.Contains("TrainerOptions.Device", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DisposedTrainer_Throws_AndItsNetworksStayUsable()
    {
        var trainer = Tiny.Trainer();
        using var batch = Tiny.Batch();
        trainer.Step(batch);
        trainer.Dispose();
        trainer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => trainer.Step(batch));
        Assert.Throws<ObjectDisposedException>(() => trainer.Fit(Tiny.Data(), epochs: 1));
        Assert.Throws<ObjectDisposedException>(() => trainer.Steps(Tiny.Data()));
        Assert.Throws<ObjectDisposedException>(() => trainer.Sample(1));
        Assert.Equal([3L, 2L], trainer.Generator.call(zeros(3, Tiny.LatentSize)).shape);
    }

    [Fact]
    public void Batch_WithoutSamples_OrWithTooFewConditions_SaysSo()
    {
        Assert.Contains(
            "(0, 2)", Assert.Throws<ArgumentException>(() => new Batch(zeros(0, 2))).Message, StringComparison.Ordinal);
        Assert.Contains(
            "Byte", Assert.Throws<ArgumentException>(() => new Batch(zeros(4, 2, dtype: uint8))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "4 samples", Assert.Throws<ArgumentException>(() => new Batch(zeros(4, 2), zeros(3))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Sample_ObjectiveCannot_SaysSo()
    {
        var objective = new NotASampler();
        using var trainer = Tiny.Trainer(objective: objective);
        Assert.Contains(
            nameof(NotASampler), Assert.Throws<NotSupportedException>(() => trainer.Sample(1)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Tiny.Trainer().Sample(0));
    }

    private sealed class NotASampler : Objective<Module<Tensor, Tensor>, Module<Tensor, Tensor>, Tensor>
    {
        protected override Tensor Generate(Module<Tensor, Tensor> generator, Batch batch, StepContext context) =>
            generator.call(batch.Condition!);

        protected override LossTerms DiscriminatorLoss(Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes,
            StepContext context) => [];

        protected override LossTerms GeneratorLoss(
            Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes,
            StepContext context) => [];
    }
}
