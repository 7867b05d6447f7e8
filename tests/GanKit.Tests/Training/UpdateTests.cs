using TorchSharp.Modules;

namespace GanKit.Tests.Training;

/// <summary>How gradients become one update: accumulated, weighted, clipped, at each network's rate.</summary>
public class UpdateTests
{
    [Theory]
    [InlineData(10, 2)]
    [InlineData(10, 3)] // uneven parts
    [InlineData(3, 8)] // more parts than samples
    public void Step_GradientAccumulation_EqualsTheWholeBatch(long samples, int parts)
    {
        var latents = new FixedLatentPerBatch(randn(samples, Tiny.LatentSize));
        var whole = Train(1);
        var accumulated = Train(parts);
        Assert.All(whole.Weights.Zip(accumulated.Weights), pair => TensorAssert.Close(pair.First, pair.Second, 1e-5, 1e-6));
        Assert.Equal(whole.Metrics.Keys.Order(), accumulated.Metrics.Keys.Order());
        Assert.All(whole.Metrics, metric => Assert.Equal(metric.Value, accumulated.Metrics[metric.Key], 1e-5));

        (Tensor[] Weights, IReadOnlyDictionary<string, double> Metrics) Train(int accumulation)
        {
            // Plain SGD: Adam would hide a gradient that is off by a factor.
            var options = new TrainerOptions
            {
                GradientAccumulation = accumulation,
                ReuseFakes = false,
                Optimizer = (parameters, _) => optim.SGD(parameters, 0.1),
            };
            using var trainer = Tiny.Trainer(options, new UnconditionalObjective(latents, AdversarialLoss.LeastSquares));
            using var batch = Tiny.Batch(samples);
            latents.Start();
            var result = trainer.Step(batch);
            return ([.. Tiny.Snapshot(trainer.Generator), .. Tiny.Snapshot(trainer.Discriminator)], result.Metrics);
        }
    }

    [Fact]
    public void Step_MaxGradientNorm_LimitsTheUpdate()
    {
        const double Limit = 0.01;
        var options = new TrainerOptions { MaxGradientNorm = Limit, Optimizer = (parameters, _) => optim.SGD(parameters, 1) };
        using var trainer = Tiny.Trainer(options);
        using var batch = Tiny.Batch();
        var before = Tiny.Snapshot(trainer.Discriminator);
        trainer.Step(batch);
        var moved = Math.Sqrt(before.Zip(trainer.Discriminator.parameters()).Sum(pair => (pair.First - pair.Second).pow(2).sum().item<float>()));
        Assert.Equal(Limit, moved, 1e-5); // with plain SGD at rate 1 the step is the clipped gradient
    }

    [Fact]
    public void Step_MaxGradientNorm_KeepsTheDirection_AndSmallGradientsAsTheyAre()
    {
        var free = Train(null);
        TensorAssert.Equal(free, Train(1e6));
        var clipped = Train(1e-3);
        TensorAssert.Close(free / free.norm(), clipped / clipped.norm(), 1e-2, 1e-3);
        TensorAssert.Close(1e-3, clipped.norm(), 1e-2);

        static Tensor Train(double? limit)
        {
            using var trainer = Tiny.Trainer(new TrainerOptions
            {
                MaxGradientNorm = limit,
                Order = StepOrder.GeneratorFirst, // so that the discriminator is the same, clipped or not
                Optimizer = (parameters, _) => optim.SGD(parameters, 1),
            });
            using var batch = Tiny.Batch();
            manual_seed(3);
            var before = Tiny.Snapshot(trainer.Generator);
            trainer.Step(batch);
            return cat([.. before.Zip(trainer.Generator.parameters(), (old, now) => (old - now.detach()).flatten())]);
        }
    }

    public static TheoryData<string> Optimizers => ["sgd", "momentum", "rmsprop", "amsgrad", "adamw", "adagrad", "rprop"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Step_AnyOptimiser_KeepsItsStateFromStepToStep(string name)
    {
        // What an optimiser makes in its first step must outlive the step's dispose scope.
        using var trainer = Tiny.Trainer(new TrainerOptions { Optimizer = Make });
        using var batch = Tiny.Batch();
        for (var step = 0; step < 3; step++)
        {
            var before = Tiny.Snapshot(trainer.Generator);
            trainer.Step(batch);
            Assert.Contains(before.Zip(trainer.Generator.parameters()), pair => !pair.First.allclose(pair.Second.detach()));
        }

        optim.Optimizer Make(IReadOnlyList<Parameter> parameters, double rate) => name switch
        {
            "sgd" => optim.SGD(parameters, 0.1),
            "momentum" => optim.SGD(parameters, 0.1, momentum: 0.9, nesterov: true),
            "rmsprop" => optim.RMSProp(parameters, 0.01, momentum: 0.9, centered: true),
            "amsgrad" => optim.Adam(parameters, 0.01, amsgrad: true),
            "adamw" => optim.AdamW(parameters, 0.01),
            "adagrad" => optim.Adagrad(parameters, 0.1),
            "rprop" => optim.Rprop(parameters, 0.01),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such optimiser."),
        };
    }

    [Fact]
    public void Step_TwoLearningRates_ReachTheirNetworks()
    {
        var rates = new List<double>();
        var options = new TrainerOptions
        {
            GeneratorLearningRate = 1e-4,
            DiscriminatorLearningRate = 4e-4,
            Optimizer = (parameters, rate) =>
            {
                rates.Add(rate);
                return optim.SGD(parameters, rate);
            },
        };
        using var trainer = Tiny.Trainer(options);
        Assert.Equal([1e-4, 4e-4], rates);
    }

    [Fact]
    public void Step_LazyRegularizer_ActsOnEveryKthStepAtKTimesTheWeight()
    {
        using var trainer = Tiny.Trainer(objective: Tiny.Objective(new R1Penalty(weight: 10, interval: 4)));
        using var batch = Tiny.Batch();
        for (var step = 0; step < 9; step++)
        {
            var metrics = trainer.Step(batch).Metrics;
            Assert.Equal(step % 4 == 0, metrics.TryGetValue("discriminator/r1_penalty", out var penalty));
            Assert.Equal(metrics["discriminator/adversarial"] + 40 * penalty, metrics["discriminator"], 1e-5);
        }
    }

    /// <summary>Hands out consecutive rows, so that a batch gets the same latents whole or in parts.</summary>
    private sealed class FixedLatentPerBatch(Tensor latents) : Latent
    {
        private long _next;

        public override long Size => latents.shape[1];

        internal void Start() => _next = 0;

        public override Tensor Sample(long count, Device device, Generator? generator = null)
        {
            var start = _next % latents.shape[0];
            _next += count;
            return latents.narrow(0, start, count).clone();
        }
    }
}
