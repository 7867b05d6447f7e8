using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

/// <summary>Training within a scope of the caller's: the trainer decides, and leaves it as it was.</summary>
public class PrecisionScopeTests
{
    private static readonly TrainerOptions InBFloat16 = new() { Precision = Precision.BFloat16, LearningRate = 1e-2 };

    /// <summary>The trainer's option decides, and no scope around it.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void Steps_WithinAScopeOfTheCallers_AreThoseWithoutIt(bool reuseFakes, bool generatorFirst)
    {
        var options = InBFloat16 with
        {
            ReuseFakes = reuseFakes,
            AverageDecay = 0.9,
            Order = generatorFirst ? StepOrder.GeneratorFirst : StepOrder.DiscriminatorFirst,
        };
        var expected = Run(Precision.Float32, options);
        Assert.All(expected.Zip(Run(Precision.BFloat16, options)), pair => TensorAssert.Equal(pair.First, pair.Second));

        // In full precision it is the trainer too that decides.
        var full = options with { Precision = Precision.Float32 };
        expected = Run(Precision.Float32, full);
        Assert.All(expected.Zip(Run(Precision.BFloat16, full)), pair => TensorAssert.Equal(pair.First, pair.Second));

        static Tensor[] Run(Precision around, TrainerOptions options)
        {
            using var scope = around.Autocast(CPU);
            using var trainer = Tiny.Convolutional(options);
            using var batch = Tiny.Images();
            for (var step = 0; step < 3; step++)
                trainer.Step(batch);
            return [.. Tiny.Snapshot(trainer.Generator), .. Tiny.Snapshot(trainer.Discriminator)];
        }
    }

    /// <summary>Products of matrices are lowered by a scope in the backward pass too, which convolutions are not.</summary>
    [Theory]
    [InlineData("float32")]
    [InlineData("bfloat16")]
    public void Steps_OfMatrixProductsWithinAScope_AreThoseWithoutIt(string name)
    {
        using var scope = NewDisposeScope();
        var expected = Run(Precision.Float32);
        Assert.All(expected.Zip(Run(Precision.Float16)), pair => TensorAssert.Equal(pair.First, pair.Second));

        Tensor[] Run(Precision around)
        {
            using var outer = around.Autocast(CPU);
            using var trainer = Tiny.Trainer(
                new TrainerOptions { Precision = Precision.Parse(name), LearningRate = 1e-2, MaxGradientNorm = 1 }, Tiny.Objective(new R1Penalty()));
            using var batch = Tiny.Batch();
            for (var step = 0; step < 3; step++)
                trainer.Step(batch);
            return [.. Tiny.Snapshot(trainer.Generator), .. Tiny.Snapshot(trainer.Discriminator)];
        }
    }

    [Fact]
    public void Step_WithinAScopeOfTheCallers_LeavesItNoCastsOfFormerWeights()
    {
        using var trainer = Tiny.Convolutional(InBFloat16);
        using var batch = Tiny.Images();
        using var outer = Precision.BFloat16.Autocast(CPU);
        using var before = trainer.Discriminator.call(batch.Real); // casts the weights of now
        trainer.Step(batch);
        using var after = trainer.Discriminator.call(batch.Real);
        outer.Dispose();
        using var again = Precision.BFloat16.Autocast(CPU);
        using var expected = trainer.Discriminator.call(batch.Real);
        TensorAssert.Equal(expected, after);
        Assert.False(before.equal(after).all().item<bool>());
    }

    [Fact]
    public void Sample_InAScope_IsInFloat32_OfTheAveragedWeightsAndThenOfTheOwn()
    {
        using var trainer = Tiny.Convolutional(InBFloat16 with { AverageDecay = 0.9, LearningRate = 0.05 });
        using var batch = Tiny.Images();
        for (var step = 0; step < 10; step++)
            trainer.Step(batch);

        using var averaged = trainer.Sample(4, seed: 1);
        using var own = trainer.Sample(4, averaged: false, seed: 1);
        using (Precision.BFloat16.Autocast(CPU))
        {
            // Each would be the one before it, if its casts were still those of the other weights.
            using var first = trainer.Sample(4, averaged: false, seed: 1);
            using var second = trainer.Sample(4, seed: 1);
            using var third = trainer.Sample(4, averaged: false, seed: 1);
            Assert.Equal(ScalarType.Float32, second.dtype);
            TensorAssert.Equal(first, third);
            TensorAssert.Close(averaged, second, relative: 0.02, absolute: 0.02);
            Assert.False(averaged.equal(second).all().item<bool>()); // it did run in bfloat16
            Assert.False(own.allclose(averaged, rtol: 0.02, atol: 0.02));
        }

        Assert.Equal(ScalarType.Float32, averaged.dtype);
    }

    /// <summary>The gradients that penalties give the critic are those of float32, whatever is around.</summary>
    [Theory]
    [InlineData("gradient_penalty")]
    [InlineData("r1_penalty")]
    [InlineData("r2_penalty")]
    [InlineData("dragan_penalty")]
    public void Penalty_InAScope_HasTheValueAndGradientsOfFloat32(string name)
    {
        using var scope = NewDisposeScope();
        IRegularizer[] all = [new GradientPenalty(), new R1Penalty(), new R2Penalty(), new DraganPenalty()];
        var penalty = all.Single(penalty => penalty.Name == name);
        manual_seed(3);
        var critic = Sequential(Conv2d(1, 4, 3, padding: 1), LeakyReLU(0.2), Conv2d(4, 1, 3), Flatten(), Linear(36, 1));
        var (real, fake) = (randn(5, 1, 8, 8), randn(5, 1, 8, 8).to(ScalarType.BFloat16));

        var expected = Gradients(Precision.Float32, fake.to(ScalarType.Float32));
        Assert.All(expected.Zip(Gradients(Precision.BFloat16, fake)), pair => TensorAssert.Equal(pair.First, pair.Second));
        Assert.All(expected.Skip(1), gradient => Assert.Equal(ScalarType.Float32, gradient.dtype));
        Assert.Contains(expected.Skip(1), gradient => gradient.abs().max().item<float>() > 1e-3);

        Tensor[] Gradients(Precision precision, Tensor fake)
        {
            critic.zero_grad();
            manual_seed(4);
            Tensor value;
            using (precision.Autocast(CPU))
                value = penalty.Penalty(critic.call, real, fake);
            value.backward();
            return [value, .. critic.parameters().Select(parameter => parameter.grad?.clone()).OfType<Tensor>()];
        }
    }
}
