using static GanKit.Tests.Inference.OnThreads;

namespace GanKit.Tests.Inference;

/// <summary>Networks are called, and trainers sampled, while another thread trains.</summary>
public class InferenceBesideTrainingTests
{
    /// <summary>A prepared network is called while its original trains, is saved, moved and disposed.</summary>
    [Fact]
    public void Call_WhileTheOriginalTrains_GivesWhatItGave()
    {
        using var scope = NewDisposeScope();
        var generator = new DcganGenerator(16, width: 2, latentSize: 4);
        using var discriminator = new DcganDiscriminator(16, width: 2);
        var trainer = AdversarialTrainer.Create(
            generator, discriminator, new UnconditionalObjective(4, AdversarialLoss.NonSaturating));
        using var batch = new Batch(randn(4, 3, 16, 16));
        trainer.Step(batch);
        using var fast = generator.ForInference();
        var input = randn(3, 4);
        var expected = fast.call(input);
        var calls = 0;

        Run(
            () =>
            {
                using var given = fast.call(input);
                RequireEqual(expected, given);
                Interlocked.Increment(ref calls);
            },
            () =>
            {
                for (var step = 0; step < 20; step++)
                    trainer.Step(batch);
                using var folder = new TemporaryFolder();
                generator.SaveWeights(folder.File("weights.dat"));
                generator.to(float64);
                trainer.Dispose();
                generator.Dispose();
                var before = Volatile.Read(ref calls);
                SpinWait.SpinUntil(() => Volatile.Read(ref calls) > before + 20, TimeSpan.FromMinutes(1));
            });

        TensorAssert.Equal(expected, fast.call(input));
        Assert.InRange(calls, 20, int.MaxValue);
    }

    /// <summary>
    /// Samples beside training are those that some step left, and training goes on as without sampling.
    /// </summary>
    [Fact]
    public void Sample_WhileAnotherThreadTrains_ChangesNeitherTheSamplesNorTheTraining()
    {
        const int Steps = 30;
        using var scope = NewDisposeScope();
        using var batch = new Batch(randn(4, 3, 16, 16));
        var samples = new HashSet<string>();
        string weights;
        using (var alone = Make())
        {
            Take(alone);
            for (var step = 0; step < Steps; step++)
            {
                alone.Step(batch);
                Take(alone);
            }

            weights = TextOf([.. alone.Generator.parameters()]);
        }

        Assert.Equal(2 * Steps, samples.Count); // until the second step, the average is the weights
        using var trainer = Make();
        Run(
            () =>
            {
                using var own = NewDisposeScope();
                Assert.Contains(TextOf(trainer.Sample(2, seed: 3)), samples);
                using var use = trainer.UseForInference(averaged: false);
                Assert.False(trainer.Generator.training);
                Assert.Contains(TextOf(trainer.Sample(2, averaged: false, seed: 3)), samples);
            },
            () =>
            {
                for (var step = 0; step < Steps; step++)
                    trainer.Step(batch);
            });

        Assert.Equal(weights, TextOf([.. trainer.Generator.parameters()]));
        Assert.True(trainer.Generator.training);
        Assert.True(is_grad_enabled());

        static AdversarialTrainer<DcganGenerator, DcganDiscriminator> Make()
        {
            manual_seed(4);
            return AdversarialTrainer.Create(
                new DcganGenerator(16, width: 2, latentSize: 4), new DcganDiscriminator(16, width: 2),
                new UnconditionalObjective(4, AdversarialLoss.NonSaturating), new TrainerOptions { AverageDecay = 0.9 });
        }

        void Take(AdversarialTrainer<DcganGenerator, DcganDiscriminator> trainer)
        {
            samples.Add(TextOf(trainer.Sample(2, seed: 3)));
            samples.Add(TextOf(trainer.Sample(2, averaged: false, seed: 3)));
        }
    }

    private static string TextOf(params Tensor[] tensors) => string.Concat(tensors.Select(tensor =>
    {
        using var own = tensor.detach().contiguous();
        return Convert.ToHexString(own.bytes);
    }));
}
