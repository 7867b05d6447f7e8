using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

/// <summary>What the losses do not show: they stay finite in all of these.</summary>
public class FiniteCheckTests
{
    [Theory]
    [InlineData("discriminator", "_norm.running_var", double.NaN, "the discriminator's buffer '_norm.running_var'")]
    [InlineData("discriminator", "_spare.weight", double.NegativeInfinity, "the discriminator's weight '_spare.weight'")]
    [InlineData("generator", "_norm.running_mean", double.NaN, "the generator's buffer '_norm.running_mean'")]
    [InlineData("generator", "_spare.bias", double.NaN, "the generator's weight '_spare.bias'")]
    public void Step_ATensorIsNoNumber_IsNamedAtTheNextCheck(string role, string name, double value, string expected)
    {
        using var trainer = Trainer();
        using var batch = Tiny.Batch();
        trainer.Step(batch);
        trainer.Step(batch); // a check that finds nothing, the masks included
        Fill(role == "generator" ? trainer.Generator : trainer.Discriminator, name, value);
        trainer.Step(batch);

        var error = Assert.Throws<TrainingDivergedException>(() => trainer.Step(batch));

        Assert.Contains("by step 4, though its losses are finite", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_TheAverageAloneIsNoNumber_IsNamed()
    {
        using var trainer = Trainer();
        using var batch = Tiny.Batch();
        Fill(trainer.Generator, "_norm.running_mean", double.NaN);
        trainer.Step(batch);
        Fill(trainer.Generator, "_norm.running_mean", 0);

        var error = Assert.Throws<TrainingDivergedException>(() => trainer.Step(batch));

        Assert.Contains(
            "in the average of the generator's buffer '_norm.running_mean'.", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Their sum is infinite in 32 bits, and they are not.</summary>
    [Fact]
    public void Step_LargeWeights_AreNumbers()
    {
        using var trainer = Trainer();
        using var batch = Tiny.Batch();
        Fill(trainer.Discriminator, "_spare.weight", 3e38);
        trainer.Step(batch);
        Assert.Equal(2, trainer.Step(batch).Step);
    }

    /// <summary>One call for all: types are mixed, norms overflow where no number does, and some hold nothing.</summary>
    [Theory]
    [InlineData(ScalarType.Float16, 65504f)]
    [InlineData(ScalarType.BFloat16, 3e38f)]
    [InlineData(ScalarType.Float32, 3e38f)]
    [InlineData(ScalarType.Float64, 3e38f)]
    public void Find_AmongTensorsOfManyTypes_NamesWhatIsNoNumberAlone(ScalarType type, float large)
    {
        using var network = new Many();
        Assert.Null(FiniteCheck.Find(null, ("generator", network)));
        foreach (var (value, isFound) in new[] { (large, false), (float.NaN, true), (float.PositiveInfinity, false) })
        {
            using (no_grad())
                network.get_buffer(type.ToString())![1].fill_(value);
            Assert.Equal(isFound ? $"the generator's buffer '{type}'" : null, FiniteCheck.Find(null, ("generator", network)));
        }
    }

    private sealed class Many : Module<Tensor, Tensor>
    {
        internal Many() : base(nameof(Many))
        {
            foreach (var type in new[] { ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float64, ScalarType.Int64, ScalarType.Bool })
                register_buffer($"{type}", zeros(3, dtype: type));
            register_buffer("empty", zeros(0));
            register_buffer("scalar", tensor(1.0));
            register_parameter("weight", Parameter(ones(2, 2)));
        }

        public override Tensor forward(Tensor input) => input;
    }

    [Fact]
    public void Average_OfAMask_StaysTheMask()
    {
        using var network = new WithSpare(2, 1);
        using var average = new MovingAverage(network, decay: 0.5);
        average.Update();
        average.Update();
        using (average.Apply())
            Assert.Equal(double.NegativeInfinity, network.state_dict()["mask"].item<float>());
    }

    private static AdversarialTrainer<WithSpare, WithSpare> Trainer()
    {
        manual_seed(1);
        return AdversarialTrainer.Create(new WithSpare(Tiny.LatentSize, 2), new WithSpare(2, 1), Tiny.Objective(),
            new TrainerOptions { FiniteCheckInterval = 2, AverageDecay = 0.5 });
    }

    private static void Fill(nn.Module network, string name, double value)
    {
        using var noGrad = no_grad();
        network.state_dict()[name].fill_(value);
    }

    /// <summary>A network with a layer that it does not use, and with a mask that holds infinity.</summary>
    private sealed class WithSpare : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _first, _norm, _last, _spare;

        internal WithSpare(long inputs, long outputs)
            : base(nameof(WithSpare))
        {
            (_first, _norm, _last, _spare) = (Linear(inputs, 8), BatchNorm1d(8), Linear(8, outputs), Linear(3, 3));
            register_buffer("mask", full(1, double.NegativeInfinity, dtype: float32));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _last.call(_norm.call(_first.call(input)).relu());
    }
}
