namespace Composition;

/// <summary>A rate that begins at zero.</summary>
internal sealed class Warmup(long steps) : LearningRateSchedule(ScheduleUnit.Steps)
{
    public override double FactorAt(long time) => Math.Min(1, time / (double)steps);
}

/// <summary>Every component is -1 or 1.</summary>
internal sealed class BinaryLatent(long size) : Latent
{
    public override long Size => size;

    public override Tensor Sample(long count, Device device, Generator? generator = null)
    {
        using var scope = NewDisposeScope();
        // (count, size)
        var uniform = Draw(where => rand([count, size], device: where, generator: generator), device, generator);
        return (uniform < 0.5).to(float32).mul_(2).sub_(1).MoveToOuterDisposeScope();
    }
}

/// <summary>Writes down what it was called for.</summary>
internal sealed class Diary : TrainingCallback
{
    public List<string> Lines { get; } = [];

    public override void OnFitStart(ITrainer trainer, FitPlan plan) => Lines.Add($"start, {plan.TotalSteps} steps");

    public override void OnStep(ITrainer trainer, StepResult step) => Lines.Add($"step {step.Step} of epoch {step.Epoch}");

    public override void OnEpochEnd(ITrainer trainer, long epoch) => Lines.Add($"epoch {epoch}, {trainer.StepCount} steps");

    public override void OnFitEnd(ITrainer trainer) => Lines.Add("end");
}

public class OwnTrainingTests
{
    [Fact]
    public void Create_NetworksInVariablesOfABaseType_NeedsNoCast()
    {
        nn.Module generator = new MlpGenerator((1, 4, 4), latentSize: 4);
        nn.Module<Tensor, Tensor> discriminator = nn.Sequential(nn.Flatten(), nn.Linear(16, 1));
        var objective = new UnconditionalObjective(4, AdversarialLoss.Hinge);
        using var batch = new Batch(randn(4, 1, 4, 4));

        using var trainer = AdversarialTrainer.Create(generator, discriminator, objective);
        Assert.Equal(1, trainer.Step(batch).Step);
        Assert.Equal([2L, 1L, 4L, 4L], trainer.Generator.call(randn(2, 4)).shape);

        nn.Module told = new ConditionalDcganGenerator(Conditioning.Classes(2), imageSize: 16);
        var error = Assert.Throws<ArgumentException>(() => AdversarialTrainer.Create(told, discriminator, objective));
        Assert.Contains(
            "UnconditionalObjective trains a generator that is a Module<Tensor, Tensor>, but ConditionalDcganGenerator is a "
            + "Module<Tensor, Tensor, Tensor>", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OptimizerAndSchedule_OfOnesOwn_DecideHowFarAStepGoes()
    {
        manual_seed(1);
        var rates = new List<(int Parameters, double Rate)>();
        using var generator = Linear(Bell.LatentSize, 1);
        using var critic = Linear(1, 1, hasBias: false);
        using var latents = zeros(8, Bell.LatentSize);
        using var batch = Bell.Batch(8);
        using var trainer = AdversarialTrainer.Create(generator, critic,
            new UnconditionalObjective(Latent.Fixed(latents), AdversarialLoss.Wasserstein), new TrainerOptions
            {
                LearningRate = 0.5,
                GeneratorLearningRate = 1e-9, // as good as still
                Schedule = new Warmup(steps: 2),
                Optimizer = (parameters, rate) =>
                {
                    rates.Add((parameters.Count, rate));
                    return optim.SGD(parameters, rate);
                },
            });
        var slope = batch.Real.mean().item<float>() - generator.call(latents).mean().item<float>(); // of -loss in w
        var expected = new[] { 0, 0.25, 0.5, 0.5 }.Select(rate => rate * slope);

        var moved = new List<double>();
        foreach (var _ in expected)
        {
            var before = critic.weight.item<float>();
            trainer.Step(batch);
            moved.Add(critic.weight.item<float>() - before);
        }

        Assert.Equal([(2, 1e-9), (1, 0.5)], rates);
        Assert.All(expected.Zip(moved), step => Assert.Equal(step.First, step.Second, 1e-5));
    }

    [Fact]
    public void Latent_OfOnesOwn_IsWhatTheGeneratorGets()
    {
        using var generator = Linear(3, 3, hasBias: false);
        using (no_grad())
            generator.weight.copy_(eye(3)); // shows its latents
        using var trainer = AdversarialTrainer.Create(
            generator, Linear(3, 1), new UnconditionalObjective(new BinaryLatent(3), AdversarialLoss.Hinge));

        using var samples = trainer.Sample(50, seed: 3);
        using var again = trainer.Sample(50, seed: 3);

        TensorAssert.Equal(ones(50, 3), samples.abs());
        Assert.InRange(samples.mean().item<float>(), -0.5f, 0.5f);
        TensorAssert.Equal(samples, again);
    }

    [Fact]
    public void Callback_OfOnesOwn_IsCalledInOrder()
    {
        using var trainer = AdversarialTrainer.Create(
            Bell.Generator(), Bell.Discriminator(), new UnconditionalObjective(Bell.LatentSize, AdversarialLoss.Hinge));
        using var numbers = randn(8, 1);
        var diary = new Diary();

        trainer.Fit(Batches.FromTensor(numbers, batchSize: 4), epochs: 2, callbacks: [diary]);

        Assert.Equal(
            ["start, 4 steps", "step 1 of epoch 1", "step 2 of epoch 1", "epoch 1, 2 steps", "step 3 of epoch 2",
                "step 4 of epoch 2",
                "epoch 2, 4 steps", "end"],
            diary.Lines);
    }

    [Fact]
    public void Batches_OfOnesOwn_TrainAsShippedOnesDo()
    {
        using var trainer = AdversarialTrainer.Create(
            Bell.Generator(), Bell.Discriminator(), new UnconditionalObjective(Bell.LatentSize, AdversarialLoss.Hinge));

        trainer.Fit(Drawn(), steps: 3); // any sequence of batches will do

        Assert.Equal(3, trainer.StepCount);

        static IEnumerable<Batch> Drawn()
        {
            while (true)
            {
                using var batch = new Batch(randn(4, 1));
                yield return batch;
            }
        }
    }
}
