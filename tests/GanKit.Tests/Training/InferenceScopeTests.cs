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
}
