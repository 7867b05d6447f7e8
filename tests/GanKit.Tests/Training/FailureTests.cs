using System.Runtime.InteropServices;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

/// <summary>What a step says of networks, losses and batches that don't fit.</summary>
public class FailureTests
{
    [Fact]
    public void Step_LatentsOfAnotherSize_NamesNetworkLatentsAndFirstWeight()
    {
        using var trainer = AdversarialTrainer.Create(Sequential(Linear(8, 2)), Tiny.Discriminator(), Tiny.Objective());
        foreach (var use in (Action<Batch>[])[batch => trainer.Step(batch), _ => trainer.Sample(10)])
        {
            using var batch = Tiny.Batch();
            var error = Expect<ArgumentException>(() => use(batch), "The generator Sequential could not compute latents (10, 4) of Float32 "
                + "on cpu: mat1 and mat2 shapes cannot be multiplied (10x4 and 8x2).", "the first, '0.weight', has shape (2, 8)");
            Assert.IsType<ExternalException>(error.InnerException);
        }
    }

    [Fact]
    public void Step_PicturesOfOtherChannels_NamesNetworkAndBoth()
    {
        using var trainer = AdversarialTrainer.Create(
            Sequential(Linear(4, 48), Unflatten(1, [3, 4, 4])), Sequential(Conv2d(1, 2, 3)), Tiny.Objective());
        using var batch = new Batch(randn(5, 3, 4, 4));
        Expect<ArgumentException>(() => trainer.Step(batch), "The discriminator Sequential could not compute samples",
            "(10, 3, 4, 4) of Float32 on cpu: Expected 3D (unbatched) or 4D (batched) input with", "'0.weight', has shape (2, 1, 3, 3)");
    }

    [Fact]
    public void Step_LabelsOutOfRange_SaysTheirRange()
    {
        using var batch = new Batch(randn(4, 2), tensor(new long[] { 0, 1, 2, 7 }));
        using var trainer = AdversarialTrainer.Create(new Told(3), new Told(3), new ConditionalObjective(2, AdversarialLoss.Hinge));
        Expect<ArgumentException>(() => trainer.Step(batch), "The generator Told could not compute latents (4, 2)",
            "conditions (4) of Int64 from 0 to 7 on cpu: index out of range");

        using var naming = AdversarialTrainer.Create(
            new Told(8), new Naming(), new AuxiliaryClassifierObjective(2, AdversarialLoss.Hinge));
        Expect<ArgumentException>(() => naming.Step(batch), "The classification of the discriminator could not compute",
            "class logits (4, 3)", "labels (4) of Int64 from 0 to 7", "Target 7 is out of bounds");
    }

    [Theory]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Float32)]
    public void Step_LabelsOfAnotherType_NamesIt(ScalarType type)
    {
        using var batch = new Batch(randn(4, 2), zeros(4, dtype: type));
        using var naming = AdversarialTrainer.Create(new Told(8), new Naming(), new AuxiliaryClassifierObjective(2, AdversarialLoss.Hinge));
        Expect<ArgumentException>(() => naming.Step(batch), $"of {type}");
    }

    [Fact]
    public void Step_PicturesOfWholeNumbers_SaysWhatToDo()
    {
        using var trainer = AdversarialTrainer.Create(Sequential(Conv2d(3, 3, 1)), Conv2d(6, 1, 1), new PairedObjective());
        using var batch = new Batch(randn(2, 3, 4, 4), ones([2, 3, 4, 4], dtype: int64));
        Expect<ArgumentException>(() => trainer.Step(batch), "The generator Sequential could not compute conditions (2, 3, 4, 4) of Int64",
            "The conditions are of Int64, but the generator's weights of Float32. Convert the data, tensor.to(Float32)");
    }

    [Fact]
    public void Step_NetworkReturnsNull_SaysWhich()
    {
        using var batch = Tiny.Batch();
        using var without = AdversarialTrainer.Create(new Wrong(4, _ => null), Tiny.Discriminator(), Tiny.Objective());
        Expect<InvalidOperationException>(() => without.Step(batch), "The generator Wrong returned null", "latents (10, 4)");
        using var gone = AdversarialTrainer.Create(new Wrong(4, x => Disposed(x)), Tiny.Discriminator(), Tiny.Objective());
        Expect<InvalidOperationException>(() => gone.Step(batch), "The generator Wrong returned a tensor that is disposed");
        using var silent = AdversarialTrainer.Create(Tiny.Generator(), new Wrong(2, _ => null), Tiny.Objective());
        Expect<InvalidOperationException>(() => silent.Step(batch), "The discriminator Wrong returned null", "samples (10, 2)");
    }

    [Fact]
    public void Step_OutputsOfAnotherNumber_SaysHowMany()
    {
        using var batch = Tiny.Batch();
        using var more = AdversarialTrainer.Create(Tiny.Generator(), new Wrong(2, x => x.view(-1, 1)), Tiny.Objective());
        Expect<InvalidOperationException>(() => more.Step(batch), "The discriminator Wrong made (20, 1) of 10 samples (10, 2)");
        using var some = AdversarialTrainer.Create(Tiny.Generator(), new Wrong(2, x => x.narrow(0, 0, 4)), Tiny.Objective());
        Expect<InvalidOperationException>(() => some.Step(batch), "made (4, 2) of 10 samples (10, 2)", "or of each few that it joins");
        using var twice = AdversarialTrainer.Create(new Wrong(4, x => x.view(-1, 2)), Tiny.Discriminator(), Tiny.Objective());
        Expect<InvalidOperationException>(() => twice.Step(batch), "The generator Wrong made (20, 2) of 10 samples (10, 4)");
        Expect<InvalidOperationException>(() => twice.Sample(3), "The generator Wrong made (6, 2) of 3 samples (3, 4)");

        // The authors' Wasserstein critic gives the mean of its batch.
        using var mean = AdversarialTrainer.Create(
            Tiny.Generator(), new Wrong(2, x => x.mean().view(1)), new UnconditionalObjective(4, AdversarialLoss.Wasserstein));
        Assert.Equal(1, mean.Step(batch).Step);

        // PacGAN's discriminator sees two samples as one.
        using var joined = AdversarialTrainer.Create(Tiny.Generator(), new Wrong(2, x => x.view(5, 4).sum(1, keepdim: true)), Tiny.Objective());
        Assert.All(joined.Step(batch).Metrics.Values, value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Step_OutOfMemory_IsLibtorchsOwn()
    {
        using var batch = Tiny.Batch();
        using var huge = AdversarialTrainer.Create(Tiny.Generator(), new Wrong(2, x => x + empty(1L << 50)), Tiny.Objective());
        var error = Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => huge.Step(batch));
        Assert.Contains("memory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_SomethingDisposed_SaysWhat()
    {
        using var scope = NewDisposeScope();
        var layer = Linear(4, 2);
        using var trainer = AdversarialTrainer.Create(Sequential(("first", layer)), Tiny.Discriminator(), Tiny.Objective());
        var batch = Tiny.Batch();
        trainer.Step(batch);
        layer.weight.Dispose();
        Expect<ObjectDisposedException>(() => trainer.Step(batch), "The generator's weight 'first.weight' is disposed");
        Expect<ObjectDisposedException>(
            () => AdversarialTrainer.Create(Sequential(("first", layer)), Tiny.Discriminator(), Tiny.Objective()),
            "The generator Sequential could not be brought to cpu: a tensor that it needs, such as a weight, is disposed");

        using var whole = Tiny.Trainer();
        batch.Dispose();
        Expect<ObjectDisposedException>(() => whole.Step(batch), "The batch's samples are disposed");
    }

    [Fact]
    public void MetaDevice_SaysWhatHasNoNumbers()
    {
        using var batch = new Batch(randn([10, 2], device: META));
        using var trainer = Tiny.Trainer();
        Expect<ArgumentException>(() => trainer.Step(batch), "The batch's samples (10, 2) are on the meta device", "needed on cpu");
        Expect<ArgumentException>(
            () => AdversarialTrainer.Create(Tiny.Generator(), Tiny.Discriminator().to(META), Tiny.Objective()),
            "The discriminator's weights '0.weight' (16, 2) are on the meta device");

        using var shapes = AdversarialTrainer.Create(
            Sequential(Linear(4, 2)).to(META), Tiny.Discriminator().to(META), Tiny.Objective(), new() { Device = META });
        Expect<InvalidOperationException>(() => _ = shapes.Step(batch).Metrics, "On the meta device");
    }

    [Fact]
    public void Step_LossOrRegularizerFails_NamesIt()
    {
        using var batch = Tiny.Batch();
        using var odd = Tiny.Trainer(objective: new UnconditionalObjective(4, new Odd()));
        Expect<ArgumentException>(() => odd.Step(batch), "The loss Odd could not compute logits of real samples (10, 1) of Float32 on cpu "
            + "and logits of generated samples (10, 1)", "must match");
        using var none = Tiny.Trainer(objective: Tiny.Objective(new Nothing()));
        Expect<InvalidOperationException>(() => none.Step(batch), "The regularizer 'nothing' Nothing returned null");
    }

    [Fact]
    public void Step_LossWithoutAGradient_SaysWhose()
    {
        using var batch = Tiny.Batch();
        using var trainer = AdversarialTrainer.Create(Tiny.Generator(), new Wrong(2, x => x.detach()), Tiny.Objective());
        Expect<InvalidOperationException>(() => trainer.Step(batch), "The discriminator's loss has no gradient", "(adversarial)");
    }

    [Fact]
    public void Metrics_AskedForWhatThereIsNot_ListThoseThatThereAre()
    {
        using var batch = Tiny.Batch();
        using var trainer = Tiny.Trainer(new() { DiscriminatorSteps = 2 });
        var metrics = trainer.Step(batch).Metrics;
        Expect<KeyNotFoundException>(() => _ = metrics["loss_d"], "Step 1 logged no value 'loss_d'",
            "discriminator, discriminator/adversarial, D(x), D(G(z))", "did not update the generator");
        Assert.True(metrics.ContainsKey("D(x)") && metrics.TryGetValue("discriminator", out _) && metrics.Count == 4);
        Assert.DoesNotContain(
            "did not update", Assert.Throws<KeyNotFoundException>(() => trainer.Step(batch).Metrics["loss_g"]).Message,
            StringComparison.Ordinal);
    }

    private static Tensor Disposed(Tensor tensor)
    {
        tensor.Dispose();
        return tensor;
    }

    private static T Expect<T>(Action action, params string[] words)
        where T : Exception
    {
        var error = Assert.Throws<T>(action);
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("frame #", error.Message, StringComparison.Ordinal);
        return error;
    }

    private sealed class Told : Module<Tensor, Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Embedding _table;

        internal Told(long classes)
            : base(nameof(Told))
        {
            _table = Embedding(classes, 2);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input, Tensor condition) => input + _table.call(condition.to(int64));
    }

    private sealed class Naming : Module<Tensor, (Tensor, Tensor)>
    {
        private readonly TorchSharp.Modules.Linear _layer = Linear(2, 4);

        internal Naming()
            : base(nameof(Naming)) => RegisterComponents();

        public override (Tensor, Tensor) forward(Tensor input) =>
            _layer.call(input) is var all ? (all.narrow(1, 0, 1), all.narrow(1, 1, 3)) : default;
    }

    private sealed class Wrong : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear _layer;
        private readonly Func<Tensor, Tensor?> _after;

        internal Wrong(long size, Func<Tensor, Tensor?> after)
            : base(nameof(Wrong))
        {
            (_layer, _after) = (Linear(size, size), after);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _after(_layer.call(input))!;
    }

    private sealed class Odd : IAdversarialLoss
    {
        public Tensor DiscriminatorLoss(Tensor realLogits, Tensor fakeLogits) => (realLogits - zeros(3, 1)).mean();

        public Tensor GeneratorLoss(Tensor fakeLogits, Tensor? realLogits = null) => fakeLogits.mean();
    }

    private sealed class Nothing : IRegularizer
    {
        public string Name => "nothing";

        public double Weight => 1;

        public int Interval => 1;

        public Tensor Penalty(Func<Tensor, Tensor> critic, Tensor real, Tensor fake) => null!;
    }
}
