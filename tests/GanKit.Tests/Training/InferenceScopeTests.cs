namespace GanKit.Tests.Training;

/// <summary>The generator's own inference mode, as the trainer honours it.</summary>
public class InferenceScopeTests
{
    [Fact]
    public void UseForInference_OfAGeneratorWithAMode_RunsInItAndLearnsNothing()
    {
        using var scope = NewDisposeScope();
        using var generator = new UnetGenerator(downs: 5, width: 1, dropout: true);
        using var discriminator = new PatchDiscriminator(6, width: 1, layers: 1);
        using var trainer = AdversarialTrainer.Create(
            generator, discriminator, new PairedObjective(), TrainerOptions.Pix2Pix);
        var buffers = generator.buffers().Select(buffer => buffer.clone()).ToArray();
        var picture = randn(1, 3, 32, 32);

        using (trainer.UseForInference())
        {
            Assert.True(generator.training);
            Assert.False(generator.call(picture).requires_grad);
        }

        using (trainer.UseForInference(mode: InferenceMode.RunningStatistics))
            Assert.False(generator.training);
        Assert.True(generator.training);
        Assert.All(buffers.Zip(generator.buffers()), pair => TensorAssert.Equal(pair.First, pair.Second));
    }

    [Fact]
    public void UseForInference_WithAnAverage_PutsTheNetworksOwnBuffersBack()
    {
        using var scope = NewDisposeScope();
        using var generator = new UnetGenerator(downs: 5, width: 1);
        using var discriminator = new PatchDiscriminator(6, width: 1, layers: 1);
        using var trainer = AdversarialTrainer.Create(
            generator, discriminator, new PairedObjective(), TrainerOptions.Pix2Pix with { AverageDecay = 0.9 });
        using var batch = new Batch(randn(2, 3, 32, 32), randn(2, 3, 32, 32));
        for (var step = 0; step < 3; step++)
            trainer.Step(batch);
        var state = generator.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());

        using (trainer.UseForInference())
            generator.call(batch.Real); // as trained: it takes batch statistics, and would learn them

        foreach (var (key, value) in generator.state_dict())
            TensorAssert.Equal(state[key], value);
    }

    /// <summary>Whichever ends first, the innermost that is left decides, and all comes back with the last.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void UseForInference_OfTwo_EndInAnyOrder(int first, int second)
    {
        using var scope = NewDisposeScope();
        using var generator = new UnetGenerator(downs: 5, width: 1);
        using var discriminator = new PatchDiscriminator(6, width: 1, layers: 1);
        using var trainer = AdversarialTrainer.Create(
            generator, discriminator, new PairedObjective(), TrainerOptions.Pix2Pix with { AverageDecay = 0.9 });
        using var batch = new Batch(randn(2, 3, 32, 32), randn(2, 3, 32, 32));
        for (var step = 0; step < 3; step++)
            trainer.Step(batch);
        var state = generator.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        var weight = generator.parameters().First();
        var (raw, other) = (weight.detach().clone(), default(Tensor));
        IDisposable[] uses =
        [
            trainer.UseForInference(averaged: false, InferenceMode.RunningStatistics),
            trainer.UseForInference(averaged: true, InferenceMode.AsTrained),
        ];
        other = weight.detach().clone();
        Assert.False(raw.equal(other).all().item<bool>());
        generator.call(batch.Real); // which learns statistics

        uses[first].Dispose();
        Assert.False(is_grad_enabled());
        Assert.Equal(first == 0, generator.training);
        TensorAssert.Equal(first == 0 ? other : raw, weight.detach());
        Assert.Contains("UseForInference", Assert.Throws<InvalidOperationException>(() => trainer.Step(batch)).Message);
        uses[second].Dispose();
        uses[first].Dispose(); // once is enough

        Assert.True(is_grad_enabled());
        Assert.True(generator.training);
        foreach (var (key, value) in generator.state_dict())
            TensorAssert.Equal(state[key], value);
        trainer.Step(batch);
    }

    [Fact]
    public void UseForInference_OfTwoTrainers_GivesGradientsBackWithTheLast()
    {
        using var one = Tiny.Trainer(new TrainerOptions());
        using var other = Tiny.Trainer(new TrainerOptions());
        var uses = new[] { one.UseForInference(), other.UseForInference() };

        uses[0].Dispose();
        Assert.False(is_grad_enabled());
        uses[1].Dispose();

        Assert.True(is_grad_enabled());
    }

    /// <summary>Weights and modes are the generator's, whichever trainers it has.</summary>
    [Fact]
    public void UseForInference_OfTwoTrainersOfOneGenerator_PutsItsOwnWeightsBackWithTheLast()
    {
        using var generator = Tiny.Generator();
        using var discriminator = Tiny.Discriminator();
        using var other = Tiny.Discriminator();
        var options = new TrainerOptions { AverageDecay = 0.99, LearningRate = 0.01 };
        using var one = AdversarialTrainer.Create(generator, discriminator, Tiny.Objective(), options);
        one.Fit(Tiny.Data(), steps: 20);
        using var two = AdversarialTrainer.Create(generator, other, Tiny.Objective(), options);
        var own = Tiny.Snapshot(generator);

        var uses = new[] { one.UseForInference(), two.UseForInference() };
        Assert.Throws<InvalidOperationException>(() => two.Fit(Tiny.Data(), steps: 1));
        uses[0].Dispose();
        uses[1].Dispose();

        Assert.All(own.Zip(generator.parameters()), pair => TensorAssert.Equal(pair.First, pair.Second.detach()));
        Assert.True(generator.training);
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void UseForInference_OfAGeneratorThatFails_LeavesEverythingAsItWas()
    {
        using var generator = new Stubborn();
        using var discriminator = Tiny.Discriminator();
        using var trainer = AdversarialTrainer.Create(
            generator, discriminator, Tiny.Objective(), new TrainerOptions { AverageDecay = 0.99, LearningRate = 0.01 });
        trainer.Fit(Tiny.Data(), steps: 20);
        var own = Tiny.Snapshot(generator);
        generator.Fails = true;
        Assert.Throws<TimeoutException>(() => trainer.UseForInference());
        generator.Fails = false;

        Assert.All(own.Zip(generator.parameters()), pair => TensorAssert.Equal(pair.First, pair.Second.detach()));
        Assert.True(is_grad_enabled());
        using (trainer.UseForInference())
        {
            generator.Fails = true;
            Assert.Throws<TimeoutException>(() => trainer.UseForInference(averaged: false));
            generator.Fails = false;
        }

        Assert.All(own.Zip(generator.parameters()), pair => TensorAssert.Equal(pair.First, pair.Second.detach()));
        trainer.Fit(Tiny.Data(), steps: 1);
    }

    [Fact]
    public void Sample_ByAPartOfAStep_IsRefused()
    {
        using var trainer = Tiny.Trainer(new TrainerOptions());
        using var batch = Tiny.Batch();
        trainer.Generator.register_forward_hook((_, _, output) =>
        {
            trainer.Sample(1);
            return output;
        });

        var mistake = Assert.Throws<InvalidOperationException>(() => trainer.Step(batch));

        Assert.Contains("between its steps", mistake.Message);
    }

    /// <summary>A generator that can refuse to be put in evaluation mode.</summary>
    private sealed class Stubborn : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _layers = Tiny.Generator();

        internal Stubborn() : base(nameof(Stubborn)) => RegisterComponents();

        internal bool Fails { get; set; }

        public override Tensor forward(Tensor input) => _layers.call(input);

        public override void train(bool train = true)
        {
            if (Fails && !train)
                throw new TimeoutException();
            base.train(train);
        }
    }
}
