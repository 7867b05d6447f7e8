using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

/// <summary>The place between backward passes and the update, where several processes bring their gradients together.</summary>
public class SynchronizeGradientsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4)]
    [InlineData(3, 1)]
    public void Step_CallsItOnceForEachUpdate_WithAllParameters(int discriminatorSteps, int parts)
    {
        var calls = new List<string>();
        using var trainer = Tiny.Trainer(new TrainerOptions
        {
            DiscriminatorSteps = discriminatorSteps,
            GradientAccumulation = parts,
            SynchronizeGradients = (network, parameters) =>
            {
                Assert.All(parameters, parameter => Assert.NotNull(parameter.grad));
                Assert.False(is_grad_enabled());
                calls.Add($"{network} {parameters.Count}");
            },
        });
        trainer.Fit(Tiny.Data(), steps: 3);

        Assert.Equal(
            Enumerable.Range(1, 3).SelectMany(step => step % discriminatorSteps == 0
                ? new[] { "discriminator 4", "generator 4" } : ["discriminator 4"]), calls);
    }

    /// <summary>Two runs, each on its half of every batch, that take the mean of their gradients are one run on whole batches.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(0.01)] // clipping comes after
    public void Step_OfTwoThatTakeTheMean_IsTheStepOfBoth(double? norm)
    {
        using var scope = NewDisposeScope();
        var latents = randn([8, Tiny.LatentSize], dtype: float64);
        var real = randn([8, 2], dtype: float64);
        using var whole = Trainer(latents, new() { MaxGradientNorm = norm });
        using var barrier = new Barrier(2);
        var shared = new Tensor?[2];
        AdversarialTrainer<Module<Tensor, Tensor>, Module<Tensor, Tensor>>[] halves =
            [.. latents.split(4).Select((half, rank) => Trainer(half, new() { MaxGradientNorm = norm, SynchronizeGradients = Mean(rank) }))];

        for (var step = 0; step < 5; step++)
        {
            using var batch = new Batch(real.alias());
            whole.Step(batch);
#pragma warning disable xUnit1031 // the dispose scope is this thread's
            Task.WaitAll([.. halves.Zip(real.split(4)).Select(half => Task.Factory.StartNew(
                () =>
                {
                    using var part = new Batch(half.Second.alias());
                    half.First.Step(part);
                },
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))],
                TestContext.Current.CancellationToken);
#pragma warning restore xUnit1031
        }

        foreach (var half in halves)
        {
            foreach (var (expected, weight) in whole.Generator.parameters().Concat(whole.Discriminator.parameters())
                .Zip(half.Generator.parameters().Concat(half.Discriminator.parameters())))
                TensorAssert.Close(expected, weight, relative: 1e-12, absolute: 1e-13);
            half.Dispose();
        }

        Action<string, IReadOnlyList<TorchSharp.Modules.Parameter>> Mean(int rank) => (_, parameters) =>
        {
            shared[rank] = cat([.. parameters.Select(parameter => parameter.grad!.flatten())]);
            barrier.SignalAndWait();
            var mean = (shared[0]! + shared[1]!) / 2;
            barrier.SignalAndWait();
            var start = 0L;
            foreach (var gradient in parameters.Select(parameter => parameter.grad!))
            {
                gradient.copy_(mean.narrow(0, start, gradient.numel()).view(gradient.shape));
                start += gradient.numel();
            }
        };
    }

    [Fact]
    public void Step_WhereItFails_SaysWhere()
    {
        using var trainer = Tiny.Trainer(new TrainerOptions
        {
            SynchronizeGradients = (_, parameters) => parameters[0].grad!.copy_(zeros(7)),
        });
        using var batch = Tiny.Batch();

        var error = Assert.ThrowsAny<Exception>(() => trainer.Step(batch));

        Assert.Contains("in the synchronisation of the discriminator's gradients", error.Message, StringComparison.Ordinal);
    }

    private static AdversarialTrainer<Module<Tensor, Tensor>, Module<Tensor, Tensor>> Trainer(Tensor latents, TrainerOptions options)
    {
        manual_seed(1);
        return AdversarialTrainer.Create(Tiny.Generator().to(float64), Tiny.Discriminator().to(float64),
            new UnconditionalObjective(Latent.Fixed(latents), AdversarialLoss.NonSaturating), options);
    }
}
