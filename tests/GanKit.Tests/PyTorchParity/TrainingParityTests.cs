using GanKit.Tests.Training;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorchParity;

/// <summary>What surrounds a step against real PyTorch: Fixtures/training.py.</summary>
public class TrainingParityTests
{
    [Theory]
    [InlineData("dcgan", 0.5, 0.999)]
    [InlineData("wgan_gp", 0.0, 0.9)]
    public void Adam_AsTheTrainerMakesIt_UpdatesLikePyTorchs(string name, double beta1, double beta2)
    {
        using var scope = NewDisposeScope();
        var fixture = Fixture.Load("training");
        Truth.Check("training", $"adam.{name}", (dtype, nudge) =>
        {
            var gradients = fixture["adam.gradients"].to(dtype);
            var parameter = new Parameter(fixture["adam.weights"].to(dtype).clone());
            Truth.Change(parameter, nudge);
            using var optimizer = new TrainerOptions { LearningRate = 0.01, Betas = (beta1, beta2) }
                .CreateGeneratorOptimizer([parameter]);
            for (var step = 0; step < gradients.shape[0]; step++)
            {
                parameter.grad = gradients[step].clone();
                optimizer.step();
            }

            return [("weights", parameter)];
        });
    }

    [Fact]
    public void ClipNorm_ScalesLikePyTorchs()
    {
        using var scope = NewDisposeScope();
        var fixture = Fixture.Load("training");
        Truth.Check("training", "clip", (dtype, nudge) =>
        {
            var parameters = Enumerable.Range(0, 2).Select(i =>
            {
                var before = fixture[$"clip.{i}.before"].to(dtype).clone();
                Truth.Change(before, nudge);
                return new Parameter(zeros_like(before)) { grad = before };
            }).ToArray();
            GradientClipping.ClipNorm([.. parameters, new Parameter(ones(3))], maxNorm: 1.5); // the last has no gradient
            var clipped = parameters.Select(parameter => parameter.grad!.clone()).ToArray();
            GradientClipping.ClipNorm(parameters, maxNorm: 100); // below the limit, nothing changes
            Assert.All(clipped.Zip(parameters), pair => TensorAssert.Equal(pair.First, pair.Second.grad!));
            return clipped.Select((gradient, i) => ($"gradient/{i}", gradient));
        });
    }

    [Fact]
    public void MovingAverage_AveragesLikePyTorchsAveragedModel()
    {
        using var scope = NewDisposeScope();
        var fixture = Fixture.Load("training");
        Truth.Check("training", "average", (dtype, nudge) =>
        {
            var network = Sequential(Linear(3, 4), BatchNorm1d(4), ReLU(), Linear(4, 2)).LoadFixture(fixture, "average.start");
            network.to(dtype);
            Truth.Change(network, nudge);
            using var average = new MovingAverage(network, decay: 0.9, warmUp: false);
            for (var update = 0; update < 4; update++)
            {
                using (no_grad())
                {
                    foreach (var (i, parameter) in network.parameters().Index())
                        parameter.add_(fixture[$"average.changes.{i}"][update].to(dtype));
                }

                network.call(fixture["average.inputs"][update].to(dtype));
                average.Update();
            }

            using (average.Apply())
                return network.state_dict().Where(entry => !entry.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal))
                    .Select(entry => (entry.Key, entry.Value.clone())).ToArray();
        });
    }

    [Fact]
    public void LinearDecay_InEachOf200Epochs_TrainsAtPyTorchsRate()
    {
        using var scope = NewDisposeScope();
        var rates = Fixture.Load("training")["schedule.rates"];
        var optimizers = new List<optim.Optimizer>();
        using var trainer = Tiny.Trainer(new TrainerOptions
        {
            LearningRate = 2e-4,
            Schedule = LearningRateSchedule.LinearDecay(hold: 100, decay: 100),
            Optimizer = (parameters, rate) =>
            {
                optimizers.Add(optim.SGD(parameters, rate));
                return optimizers[^1];
            },
        });

        var epoch = 0;
        foreach (var _ in trainer.Steps(Tiny.Data(samples: 2, batchSize: 2), epochs: 200))
        {
            Assert.All(optimizers, optimizer =>
                Assert.Equal(rates[epoch].item<double>(), optimizer.ParamGroups.Single().LearningRate, 1e-18));
            epoch++;
        }

        Assert.Equal((200, 2), (epoch, optimizers.Count));
        Assert.Equal(2e-4 / 101, rates[199].item<double>(), 1e-18); // the last epoch learns too
    }
}
