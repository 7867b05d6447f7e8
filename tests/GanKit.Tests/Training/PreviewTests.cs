using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

public sealed class PreviewTests
{
    private const long LatentSize = 4;

    [Fact]
    public void Unconditional_ShowsTheSeedsSamples()
    {
        using var trainer = Tiny.Convolutional(new());
        using var samples = trainer.Sample(64, seed: 3);
        using var preview = trainer.Preview(new() { Seed = 3 });
        Assert.Equal(["samples"], preview.Rows.Select(row => row.Label));
        TensorAssert.Equal(samples, preview.Rows[0].Images);
        using var grid = preview.ToGrid();
        using var expected = ImageGrid.Make(samples);
        TensorAssert.Equal(expected, grid);
    }

    [Fact]
    public void Conditional_ShowsARowAClass_OfTheSameLatents()
    {
        using var trainer = Conditional();
        using var preview = trainer.Preview(new() { Columns = 5, Seed = 7 });
        Assert.Equal(["class 0", "class 1", "class 2"], preview.Rows.Select(row => row.Label));
        for (var label = 0; label < 3; label++)
        {
            using var expected = trainer.Sample(5, seed: 7, label: label);
            TensorAssert.Equal(expected, preview.Rows[label].Images);
        }
    }

    [Fact]
    public void Conditional_NetworksThatDoNotSayTheirClasses_ShowThoseOfTheBatch()
    {
        using var trainer = AdversarialTrainer.Create(
            new Told(), new Critic(), new ConditionalObjective(LatentSize, AdversarialLoss.Hinge));
        using var batch = new Batch(rand(5, 1, 2, 2), tensor(new[] { 4L, 1, 4, 2, 1 }));
        using var preview = trainer.Preview(new() { Data = [batch], Columns = 2 });
        Assert.Equal(["class 1", "class 2", "class 4"], preview.Rows.Select(row => row.Label));
        Assert.Equal(4f, (preview.Rows[2].Images - preview.Rows[0].Images)[1, 0, 0, 0].item<float>() + 1, 1e-5f);

        Assert.Contains("IClassConditional", Assert.Throws<NotSupportedException>(() => trainer.Sample(2)).Message, StringComparison.Ordinal);
        Assert.Contains("PreviewOptions.Data", Assert.Throws<InvalidOperationException>(() => trainer.Preview()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Conditional_Attributes_ShowARowForEachOfTheBatch()
    {
        var attributes = Conditioning.Attributes(2);
        using var trainer = AdversarialTrainer.Create(
            new ConditionalDcganGenerator(attributes, imageSize: 16, channels: 1, LatentSize, width: 4),
            new ConditionalDcganDiscriminator(attributes, imageSize: 16, channels: 1, width: 4),
            new ConditionalObjective(LatentSize, AdversarialLoss.Hinge));
        using var told = tensor(new[,] { { 1f, 0 }, { 0, 0.5f } });
        using var batch = new Batch(rand(2, 1, 16, 16), told.alias());
        using var preview = trainer.Preview(new() { Data = [batch], Columns = 3 });
        Assert.Equal(["1 0", "0 0.5"], preview.Rows.Select(row => row.Label));
        using var second = trainer.Sample(told[1].repeat(3, 1), seed: 0);
        TensorAssert.Equal(second, preview.Rows[1].Images);
    }

    [Fact]
    public void Sample_OfClasses_TakesALabelForAll_OneForEach_OrEachInTurn()
    {
        using var trainer = Conditional();
        using var all = trainer.Sample(6, seed: 1, label: 2);
        using var each = trainer.Sample(tensor(new[] { 2L, 2, 2, 2, 2, 2 }), seed: 1);
        using var turns = trainer.Sample(6, seed: 1);
        using var labels = trainer.Sample(tensor(new[] { 0L, 1, 2, 0, 1, 2 }), seed: 1);
        TensorAssert.Equal(all, each);
        TensorAssert.Equal(turns, labels);
        Assert.False(all.allclose(turns));

        Assert.Contains("from 0 to 2", Assert.Throws<ArgumentException>(() => trainer.Sample(2, label: 3)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("label", () => trainer.Sample(2, label: -1));
        using var unconditional = Tiny.Trainer();
        Assert.Contains("no condition", Assert.Throws<ArgumentException>(() => unconditional.Sample(2, label: 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AuxiliaryClassifier_ShowsARowAClass()
    {
        var classes = Conditioning.Classes(3, noClass: true);
        using var trainer = AdversarialTrainer.Create(
            new ConditionalDcganGenerator(classes, imageSize: 16, channels: 1, LatentSize, width: 4),
            AuxiliaryClassifierDiscriminator.Dcgan(Conditioning.Classes(3), imageSize: 16, channels: 1, width: 4),
            new AuxiliaryClassifierObjective(LatentSize, AdversarialLoss.NonSaturating));
        using var preview = trainer.Preview();
        Assert.Equal(["class 0", "class 1", "class 2"], preview.Rows.Select(row => row.Label));
        using var sample = trainer.Sample(8, seed: 0, label: 1);
        TensorAssert.Equal(sample, preview.Rows[1].Images);
    }

    [Fact]
    public void Paired_ShowsInputOutputTruth()
    {
        using var generator = Conv2d(1, 3, 1);
        using var trainer = AdversarialTrainer.Create(generator, Conv2d(4, 1, 1), new PairedObjective());
        using var batch = new Batch(rand(4, 3, 8, 8), rand(4, 1, 8, 8));
        using var preview = trainer.Preview(new() { Data = [batch], Count = 3, Columns = 2 });
        Assert.Equal(["input", "output", "truth"], preview.Rows.Select(row => row.Label));
        TensorAssert.Equal(batch.Condition![..3], preview.Rows[0].Images);
        TensorAssert.Equal(generator.call(batch.Condition[..3]).detach(), preview.Rows[1].Images);
        TensorAssert.Equal(batch.Real[..3], preview.Rows[2].Images);

        using var grid = preview.ToGrid(); // the first two of each row, then the third of each
        using var none = full([3, 8, 8], -1f);
        using var cells = stack([
            .. Enumerable.Range(0, 3).SelectMany(row => Enumerable.Range(0, 2).Select(i => preview.Rows[row].Images[i].expand(3, 8, 8))),
            .. preview.Rows.SelectMany(row => new[] { row.Images[2].expand(3, 8, 8), none })]);
        using var expected = ImageGrid.Make(cells, columns: 2);
        TensorAssert.Equal(expected, grid);
    }

    [Fact]
    public void Cycle_ShowsBothWaysThereAndBack()
    {
        using var generators = new CyclePair<TorchSharp.Modules.Conv2d>(() => Conv2d(1, 1, 1));
        using var trainer = AdversarialTrainer.Create(
            generators, new DomainPair<TorchSharp.Modules.Conv2d>(() => Conv2d(1, 1, 1)), new CycleObjective());
        using var batch = new Batch(rand(2, 1, 8, 8), rand(2, 1, 8, 8));
        using var preview = trainer.Preview(new() { Data = [batch] });
        Assert.Equal(["A", "A as B", "A again", "B", "B as A", "B again"], preview.Rows.Select(row => row.Label));
        var asB = generators.AToB.call(batch.Condition!);
        TensorAssert.Equal(asB.detach(), preview.Rows[1].Images);
        TensorAssert.Equal(generators.BToA.call(asB).detach(), preview.Rows[2].Images);
        TensorAssert.Equal(batch.Real, preview.Rows[3].Images);
    }

    [Fact]
    public void Grid_RowsOfOtherSizes_AreEnlargedByWholeFactors_AndCentred()
    {
        using var small = new Preview([
            new("input", arange(4, float32).view(1, 1, 2, 2)), new("output", zeros(1, 3, 5, 6))]);
        using var grid = small.ToGrid();
        Assert.Equal([3L, 2 * 7 + 2, 10], grid.shape);
        using var enlarged = grid[0, 2..7, 2..8];
        using var expected = tensor(new float[,] { { -1, 0, 0, 1, 1, -1 }, { -1, 0, 0, 1, 1, -1 }, { -1, 2, 2, 3, 3, -1 }, { -1, 2, 2, 3, 3, -1 }, { -1, -1, -1, -1, -1, -1 } });
        TensorAssert.Equal(expected, enlarged);

        using var odd = new Preview([new("two", zeros(1, 2, 4, 4)), new("three", zeros(1, 3, 4, 4))]);
        Assert.Contains("'two' has 2", Assert.Throws<ArgumentException>(odd.ToGrid).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("rows", () => new Preview([]));
    }

    [Fact]
    public void Fit_TranslatorWithoutData_ShowsTheFirstTrainingBatch_AndTrainsAsWithout()
    {
        var alone = Train(preview: false, out _);
        var watched = Train(preview: true, out var shown);
        Assert.All(alone.Zip(watched), pair => TensorAssert.Equal(pair.First, pair.Second));
        Assert.Equal(3, shown.Count); // before the first step, and after each of two
        Assert.All(shown, inputs => TensorAssert.Equal(shown[0], inputs));
        Assert.Equal([4L, 1, 8, 8], shown[0].shape);

        static Tensor[] Train(bool preview, out List<Tensor> shown)
        {
            manual_seed(1);
            var seen = shown = [];
            var generator = Sequential(Conv2d(1, 1, 1), Dropout());
            using var trainer = AdversarialTrainer.Create(generator, Conv2d(2, 1, 1), new PairedObjective(), new() { Seed = 1 });
            using var real = rand(8, 1, 8, 8);
            using var inputs = rand(8, 1, 8, 8);
            var data = Batches.FromTensor(real, 4, inputs, seed: 1).With("noise", batch => randn_like(batch.Real)); // which draws, too
            trainer.Fit(data, steps: 2, callbacks: preview ? [new Watch(seen)] : []);
            return Tiny.Snapshot(generator);
        }
    }

    [Fact]
    public void Fit_AttributesWithoutData_ShowARowForEachOfTheBatch_AndTrainAsWithout()
    {
        var alone = Train(preview: false, out _);
        var watched = Train(preview: true, out var shown);
        Assert.All(alone.Zip(watched), pair => TensorAssert.Equal(pair.First, pair.Second));
        Assert.Equal(3, shown.Count);
        Assert.All(shown, samples => Assert.Equal([8L, 1, 16, 16], samples.shape));

        static Tensor[] Train(bool preview, out List<Tensor> shown)
        {
            manual_seed(1);
            var seen = shown = [];
            var attributes = Conditioning.Attributes(2);
            var generator = new ConditionalDcganGenerator(attributes, imageSize: 16, channels: 1, LatentSize, width: 4);
            using var trainer = AdversarialTrainer.Create(
                generator, new ConditionalDcganDiscriminator(attributes, imageSize: 16, channels: 1, width: 4),
                new ConditionalObjective(LatentSize, AdversarialLoss.Hinge), new() { Seed = 1 });
            using var real = rand(8, 1, 16, 16);
            using var told = rand(8, 2);
            trainer.Fit(Batches.FromTensor(real, 4, told, seed: 1), steps: 2, callbacks: preview ? [new Watch(seen)] : []);
            return Tiny.Snapshot(generator);
        }
    }

    [Fact]
    public void Preview_ObjectiveThatSaysNothing_NamesTheWay()
    {
        using var trainer = AdversarialTrainer.Create(Tiny.Generator(), Tiny.Discriminator(), new Silent());
        var error = Assert.Throws<NotSupportedException>(() => trainer.Preview());
        Assert.Contains("implement IPreviewer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Preview_LeavesNoTensorBehind()
    {
        using var trainer = Conditional();
        trainer.Preview().Dispose();
        var before = LiveTensors.OfThisThread;
        using (var preview = trainer.Preview())
            preview.ToGrid().Dispose();
        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    private static AdversarialTrainer<ConditionalDcganGenerator, ConditionalDcganDiscriminator> Conditional()
    {
        var classes = Conditioning.Classes(3);
        return AdversarialTrainer.Create(
            new ConditionalDcganGenerator(classes, imageSize: 16, channels: 1, LatentSize, width: 4),
            new ConditionalDcganDiscriminator(classes, imageSize: 16, channels: 1, width: 4),
            new ConditionalObjective(LatentSize, AdversarialLoss.Hinge));
    }

    private sealed class Watch(List<Tensor> seen) : TrainingCallback
    {
        public override void OnFitStart(ITrainer trainer, FitPlan plan) => Look(trainer);

        public override void OnStep(ITrainer trainer, StepResult step) => Look(trainer);

        private void Look(ITrainer trainer)
        {
            using var preview = trainer.Preview();
            seen.Add(preview.Rows[0].Images.clone());
        }
    }

    private sealed class Told : Module<Tensor, Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _body = Linear(LatentSize, 1);

        public Told() : base(nameof(Told)) => RegisterComponents();

        public override Tensor forward(Tensor latents, Tensor labels) =>
            (_body.call(latents) + labels.unsqueeze(1)).view(-1, 1, 1, 1).expand(-1, 1, 2, 2);
    }

    private sealed class Critic : Module<Tensor, Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _body = Linear(4, 1);

        public Critic() : base(nameof(Critic)) => RegisterComponents();

        public override Tensor forward(Tensor samples, Tensor labels) => _body.call(samples.flatten(1)) + labels.unsqueeze(1);
    }

    private sealed class Silent : Objective<Module<Tensor, Tensor>, Module<Tensor, Tensor>, Tensor>
    {
        protected override Tensor Generate(Module<Tensor, Tensor> generator, Batch batch, StepContext context) => throw new NotSupportedException();

        protected override LossTerms DiscriminatorLoss(Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes, StepContext context) =>
            throw new NotSupportedException();

        protected override LossTerms GeneratorLoss(
            Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes, StepContext context) =>
            throw new NotSupportedException();
    }
}
