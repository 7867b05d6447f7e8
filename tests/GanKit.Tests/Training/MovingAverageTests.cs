using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

public class MovingAverageTests
{
    [Fact]
    public void Update_CopiesFirst_ThenAveragesWeightsAndBatchNormStatistics()
    {
        using var network = Sequential(Linear(3, 3), BatchNorm1d(3));
        using var average = new MovingAverage(network, decay: 0.9, warmUp: false);
        var expected = new Dictionary<string, Tensor>();
        for (var update = 0; update < 4; update++)
        {
            using (no_grad())
            {
                foreach (var parameter in network.parameters())
                    parameter.add_(randn_like(parameter));
            }

            network.call(randn(8, 3)); // moves the running statistics
            average.Update();
            foreach (var (name, live) in network.state_dict())
            {
                expected[name] = update == 0 || !live.is_floating_point() ? live.detach().clone() : expected[name] * 0.9
                    + live.detach() * 0.1;
            }
        }

        var own = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
        using (average.Apply())
            Assert.All(network.state_dict(), entry => TensorAssert.Close(expected[entry.Key], entry.Value.detach()));
        Assert.All(network.state_dict(), entry => TensorAssert.Equal(own[entry.Key], entry.Value.detach()));
    }

    [Fact]
    public void Trainer_AveragesWhenTheGeneratorWasUpdated_AndOnlyThen()
    {
        const double Decay = 0.1; // below the warm-up's
        using var trainer = Tiny.Trainer(
            new TrainerOptions { AverageDecay = Decay, DiscriminatorSteps = 2, LearningRate = 0.01 });
        using var batch = Tiny.Batch();
        Tensor[] expected = [];
        for (var step = 1; step <= 7; step++)
        {
            if (!trainer.Step(batch).GeneratorUpdated)
                continue;
            var now = Tiny.Snapshot(trainer.Generator);
            expected = step == 2 ? now
                : [.. expected.Zip(now, (average, weight) => average * Decay + weight * (1 - Decay))];
        }

        using (trainer.UseForInference())
        {
            Assert.All(
                expected.Zip(trainer.Generator.parameters()), pair => TensorAssert.Close(pair.First, pair.Second.detach()));
        }
    }

    [Fact]
    public void Apply_DisposedTwice_RestoresOnce()
    {
        using var network = Linear(2, 2);
        using var average = new MovingAverage(network, 0.5);
        var applied = average.Apply();
        applied.Dispose();
        using (no_grad())
            network.weight!.zero_();
        applied.Dispose();
        TensorAssert.Equal(zeros(2, 2), network.weight!.detach());
    }

    [Fact]
    public void Apply_OfAModuleUsedTwice_RestoresItsOwnWeights()
    {
        var shared = Linear(2, 2);
        using var network = Sequential(shared, Tanh(), shared);
        using var average = new MovingAverage(network, 0.5);
        average.Update();
        using (no_grad())
            shared.weight!.fill_(3);
        average.Update();
        var own = shared.weight!.detach().clone();
        using (average.Apply())
            Assert.False(own.allclose(shared.weight!.detach()));
        TensorAssert.Equal(own, shared.weight!.detach());
    }

    [Fact]
    public void Sample_AveragedOrRaw_UsesThoseWeights_AndPutsEverythingBack()
    {
        using var trainer = Tiny.Trainer(new TrainerOptions { AverageDecay = 0.99, LearningRate = 0.01 });
        trainer.Fit(Tiny.Data(), steps: 20);
        trainer.Generator.train();
        var weights = Tiny.Snapshot(trainer.Generator);
        using var averaged = trainer.Sample(5, seed: 3);
        using var raw = trainer.Sample(5, averaged: false, seed: 3);

        Assert.False(averaged.allclose(raw));
        Assert.All(
            weights.Zip(trainer.Generator.parameters()), pair => TensorAssert.Equal(pair.First, pair.Second.detach()));
        Assert.True(trainer.Generator.training);
        using (trainer.UseForInference())
        {
            Assert.False(trainer.Generator.training);
            using var again = trainer.Sample(5, seed: 3);
            TensorAssert.Equal(averaged, again);
            using var within = trainer.Sample(5, averaged: false, seed: 3);
            TensorAssert.Equal(raw, within);
            using var after = trainer.Sample(5, seed: 3);
            TensorAssert.Equal(averaged, after);
            Assert.False(trainer.Generator.call(zeros(1, Tiny.LatentSize)).requires_grad);
        }

        Assert.True(trainer.Generator.training);
        Assert.True(trainer.Generator.call(zeros(1, Tiny.LatentSize)).requires_grad);
    }

    [Fact]
    public void Update_WarmUp_ForgetsTheBeginning_AndEndsAtTheDecay()
    {
        using var network = Linear(1, 1, hasBias: false);
        using var average = new MovingAverage(network, decay: 0.5);
        var expected = 0.0;
        for (var update = 0; update < 20; update++)
        {
            using (no_grad())
                network.weight!.fill_(update);
            average.Update();
            var decay = update == 0 ? 0 : Math.Min(0.5, (1.0 + update) / (10 + update)); // 0.5 from the eighth update on
            expected = expected * decay + update * (1 - decay);
            using (average.Apply())
                TensorAssert.Close(expected, network.weight!.detach());
        }
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Create_DecayOutOfRange_Throws(double decay)
    {
        using var network = Linear(1, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MovingAverage(network, decay));
    }

    [Fact]
    public void Disposed_Throws()
    {
        using var network = Linear(1, 1);
        var average = new MovingAverage(network, 0.5);
        average.Dispose();
        Assert.Throws<ObjectDisposedException>(average.Update);
        Assert.Throws<ObjectDisposedException>(average.Apply);
    }
}
