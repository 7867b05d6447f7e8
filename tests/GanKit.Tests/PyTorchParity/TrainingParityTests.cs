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
        var parameter = new Parameter(fixture["adam.weights"].clone());
        using var optimizer = new TrainerOptions { LearningRate = 0.01, Betas = (beta1, beta2) }.CreateGeneratorOptimizer(
            [parameter]);
        for (var step = 0; step < fixture["adam.gradients"].shape[0]; step++)
        {
            parameter.grad = fixture["adam.gradients"][step].clone();
            optimizer.step();
        }

        TensorAssert.Close(fixture[$"adam.{name}"], parameter.detach());
    }

    [Fact]
    public void ClipNorm_ScalesLikePyTorchs()
    {
        using var scope = NewDisposeScope();
        var fixture = Fixture.Load("training");
        var parameters = Enumerable.Range(0, 2).Select(i =>
        {
            var before = fixture[$"clip.{i}.before"];
            return new Parameter(zeros_like(before)) { grad = before.clone() };
        }).ToArray();
        GradientClipping.ClipNorm([.. parameters, new Parameter(ones(3))], maxNorm: 1.5); // the last has no gradient
        Assert.All(parameters.Index(), entry => TensorAssert.Close(fixture[$"clip.{entry.Index}.after"], entry.Item.grad!));

        GradientClipping.ClipNorm(parameters, maxNorm: 100); // below the limit, nothing changes
        Assert.All(parameters.Index(), entry => TensorAssert.Close(fixture[$"clip.{entry.Index}.after"], entry.Item.grad!));
    }

    [Fact]
    public void MovingAverage_AveragesLikePyTorchsAveragedModel()
    {
        using var scope = NewDisposeScope();
        var fixture = Fixture.Load("training");
        var network = Sequential(Linear(3, 4), BatchNorm1d(4), ReLU(), Linear(4, 2)).LoadFixture(fixture, "average.start");
        using var average = new MovingAverage(network, decay: 0.9, warmUp: false);
        for (var update = 0; update < 4; update++)
        {
            using (no_grad())
            {
                foreach (var (i, parameter) in network.parameters().Index())
                    parameter.add_(fixture[$"average.changes.{i}"][update]);
            }

            network.call(fixture["average.inputs"][update]);
            average.Update();
        }

        using (average.Apply())
        {
            var averaged = network.state_dict();
            var expected = fixture.Where(entry => entry.Key.StartsWith("average.end.", StringComparison.Ordinal)).ToArray();
            Assert.Equal(8, expected.Length);
            Assert.All(
                expected, entry => TensorAssert.Close(entry.Value, averaged[entry.Key["average.end.".Length..]].detach()));
        }
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
