using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

/// <summary>Batches of the generator's own, where <see cref="TrainerOptions.FreshRealBatch"/> asks for them.</summary>
public class FreshRealBatchTests
{
    [Fact]
    public void Step_GeneratorsBatchOfAnotherShape_IsRefusedBeforeAnythingChanges()
    {
        using var trainer = Tiny.Trainer();
        var before = Tiny.Snapshot(trainer.Discriminator);
        using var batch = Tiny.Batch();
        using var one = Tiny.Batch(1);

        var error = Assert.Throws<ArgumentException>("generatorBatch", () => trainer.Step(batch, one));

        Assert.Contains("(1, 2)", error.Message, StringComparison.Ordinal);
        Assert.All(before.Zip(Tiny.Snapshot(trainer.Discriminator)), pair => TensorAssert.Equal(pair.First, pair.Second));
        Assert.Equal(0, trainer.StepCount);
    }

    /// <summary>A batch of one, which a normalisation can't take, is left out where it would be the generator's.</summary>
    [Fact]
    public void Fit_LastBatchIsShorter_LeavesRunningStatisticsFinite()
    {
        manual_seed(1);
        var norm = BatchNorm1d(8);
        using var trainer = AdversarialTrainer.Create(
            Tiny.Generator(), Sequential(Linear(2, 8), norm, ReLU(), Linear(8, 1)), Tiny.Objective(), new() { FreshRealBatch = true });
        var data = Batches.FromTensor(Toy.EightGaussians(31, seed: 1), 10, seed: 1, dropLast: false);

        trainer.Fit(data, epochs: 2);

        Assert.Equal(4, trainer.StepCount); // of 10 and 10, and of 10 with the batch of one, which is left out
        Assert.True(norm.running_var!.isfinite().all().item<bool>());
    }

    /// <summary>The last step of an odd epoch took its last batch: the next to show is the next epoch's, and is still to come.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Preview_FirstAtAnOddEpochsEnd_Draws_AndTrainsAsWithout(int discriminatorSteps)
    {
        var alone = Train(previews: false);
        var watched = Train(previews: true);
        Assert.Equal(alone, watched);

        string Train(bool previews)
        {
            manual_seed(1);
            var generator = Conv2d(1, 1, 1);
            using var trainer = AdversarialTrainer.Create(generator, Conv2d(2, 1, 1), new PairedObjective(),
                new() { FreshRealBatch = true, DiscriminatorSteps = discriminatorSteps });
            var data = Batches.FromTensor(rand(12, 1, 8, 8), 4, rand(12, 1, 8, 8), seed: 1); // 3 an epoch
            var log = "";
            trainer.Fit(data, epochs: 3, callbacks: [TrainingCallback.Every(1, (_, step) =>
            {
                log += $"{step.Step} {step.Epoch} {step.DiscriminatorLoss:R}, ";
                if (previews && step.Step >= 2)
                    trainer.Preview().Dispose();
            })]);
            trainer.Fit(data, epochs: 1, callbacks: [TrainingCallback.Every(1, (_, step) => log += $"{step.Step} {step.Epoch} {step.DiscriminatorLoss:R}, ")]);
            return log;
        }
    }

    [Fact]
    public void Fit_ForManySteps_KeepsNothing()
    {
        using var trainer = Tiny.Trainer(new() { FreshRealBatch = true });
        var data = Tiny.Data();
        trainer.Fit(data, steps: 10);
        var before = LiveTensors.OfThisThread;
        trainer.Fit(data, steps: 40);
        Assert.Equal(before, LiveTensors.OfThisThread);
    }
}
