using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

/// <summary>The memory layout changes how fast a step is, and nothing else.</summary>
public class LayoutTests
{
    public static TheoryData<string> Recipes { get; } = [.. TwentySteps.Names];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void TwentySteps_ChannelsLast_AreTheSameAsPlain(string recipe)
    {
        using var scope = NewDisposeScope();
        var options = new TrainerOptions { Optimizer = (parameters, rate) => Optimizers.Sgd(parameters, rate * 10, momentum: 0.5) };

        var (plain, plainLosses) = TwentySteps.Train(recipe, options, float64);
        var (moved, movedLosses) = TwentySteps.Train(recipe, options with { ChannelsLast = true }, float64);

        Assert.Equal(plain.Keys, moved.Keys);
        Assert.All(plain, entry => TensorAssert.Close(entry.Value, moved[entry.Key], 1e-9, 1e-11));
        Assert.All(plainLosses.Zip(movedLosses), pair => Assert.Equal(pair.First, pair.Second, 1e-6 * Math.Max(1, Math.Abs(pair.First))));
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void TwentySteps_ChannelsLastInFloat32_AreTheSameButForRounding(string recipe)
    {
        using var scope = NewDisposeScope();
        var options = new TrainerOptions { Optimizer = (parameters, rate) => Optimizers.Sgd(parameters, rate / 50) };

        var (plain, _) = TwentySteps.Train(recipe, options, float32);
        var (moved, _) = TwentySteps.Train(recipe, options with { ChannelsLast = true }, float32);

        Assert.All(plain, entry => TensorAssert.Close(entry.Value, moved[entry.Key], 1e-5, 1e-6));
    }

    [Theory]
    [InlineData("dcgan")]
    [InlineData("sngan")]
    [InlineData("wgan-gp")]
    [InlineData("pix2pix")]
    [InlineData("pix2pixhd")]
    [InlineData("cyclegan")]
    public void Step_ChannelsLast_EveryMapHasTheLayout(string recipe)
    {
        using var scope = NewDisposeScope();
        var others = new List<string>();
        var maps = 0;

        TwentySteps.Train(recipe, new TrainerOptions { ChannelsLast = true }, float32, (generator, discriminator) =>
        {
            foreach (var (name, module) in generator.named_modules().Concat(discriminator.named_modules()))
            {
                if (module is Module<Tensor, Tensor> layer)
                    layer.register_forward_hook((_, _, output) => Look(name, output));
            }
        });

        Assert.InRange(maps, 100, int.MaxValue);
        Assert.Empty(others.Distinct());

        Tensor Look(string name, Tensor output)
        {
            if (output.dim() != 4)
                return output;
            maps++;
            if (!output.IsChannelsLast())
                others.Add($"{name}: {output.Describe()} with strides {string.Join(", ", output.stride())}");
            return output;
        }
    }

    [Fact]
    public void Step_ABatchOfTheOtherLayout_IsLeftAsItIs()
    {
        using var trainer = AdversarialTrainer.Create(
            new DcganGenerator(imageSize: 16, channels: 3, latentSize: 8, width: 4), new DcganDiscriminator(imageSize: 16, channels: 3, width: 4),
            new UnconditionalObjective(8, AdversarialLoss.NonSaturating), new TrainerOptions { ChannelsLast = true });
        using var batch = new Batch(randn(4, 3, 16, 16));
        using var labelled = new Batch(randn(4, 3, 16, 16).ToChannelsLast(), tensor([0L, 1L, 2L, 3L]));
        var before = LiveTensors.OfThisThread;

        for (var step = 0; step < 3; step++)
        {
            trainer.Step(batch);
            trainer.Step(labelled);
        }

        Assert.True(batch.Real.is_contiguous());
        Assert.False(batch.Real.IsInvalid || labelled.Real.IsInvalid || labelled.Condition!.IsInvalid);
        Assert.InRange(LiveTensors.OfThisThread - before, 0, 300); // optimisers' state and gradients of the first step
    }
}
