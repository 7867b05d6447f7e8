namespace GanKit.Tests.Metrics;

public class PerceptualSimilarityTests
{
    [Fact]
    public void Measure_EqualSwappedAndGreyImages_AreAsADistanceHasThem()
    {
        using var scope = NewDisposeScope();
        using var lpips = Random();
        var (x, y) = (rand(2, 1, 40, 36) * 2 - 1, rand(2, 1, 40, 36) * 2 - 1);
        using var before = lpips.Measure(x, y);
        var live = LiveTensors.OfThisThread;

        using var distance = lpips.Measure(x, y);

        Assert.Equal(live + 1, LiveTensors.OfThisThread);
        Assert.Equal([2], distance.shape);
        Assert.True(distance.min().item<float>() > 0);
        TensorAssert.Equal(zeros(2), lpips.Measure(x, x));
        TensorAssert.Close(distance, lpips.Measure(y, x));
        TensorAssert.Close(distance, lpips.Measure(x.expand(2, 3, 40, 36), y.expand(2, 3, 40, 36)));
        TensorAssert.Close(lpips.Measure(x.to(bfloat16).to(float32), y.to(bfloat16).to(float32)), lpips.Measure(x.to(bfloat16), y.to(bfloat16)));
    }

    [Fact]
    public void Loss_WhereNoChannelIsActive_HasAGradientOfZero()
    {
        using var scope = NewDisposeScope();
        using var lpips = Random(network =>
        {
            foreach (var (name, weight) in network.Trunk.named_parameters())
                if (name.EndsWith("bias", StringComparison.Ordinal))
                    weight.fill_(-1e3);
        });
        var images = rand(1, 3, 31, 31).requires_grad_();

        var loss = lpips.Loss(images, zeros(1, 3, 31, 31));
        loss.backward();

        Assert.Equal(0, loss.item<float>());
        TensorAssert.Equal(zeros(1, 3, 31, 31), images.grad!);
    }

    [Fact]
    public void Loss_InPairedTraining_ReachesTheGeneratorAndNoWeightOfItsOwn()
    {
        using var scope = NewDisposeScope();
        PerceptualNetwork? inside = null;
        using var lpips = Random(network => inside = network);
        using var generator = new UnetGenerator(downs: 5, width: 2);
        using var discriminator = new PatchDiscriminator(6, width: 2, layers: 1);
        using var trainer = AdversarialTrainer.Create(generator, discriminator, new PairedObjective { Reconstruction = lpips });
        using var batch = new Batch(rand(2, 3, 32, 32) * 2 - 1, rand(2, 3, 32, 32) * 2 - 1);

        var result = trainer.Step(batch);

        Assert.True(result.Metrics["generator/reconstruction"] > 0);
        Assert.All(inside!.parameters(), weight => Assert.False(weight.requires_grad));
    }

    [Theory]
    [InlineData(new long[] { 1, 3, 30, 40 }, new long[] { 1, 3, 30, 40 }, "31 x 31")]
    [InlineData(new long[] { 1, 2, 40, 40 }, new long[] { 1, 2, 40, 40 }, "(1, 2, 40, 40)")]
    [InlineData(new long[] { 3, 40, 40 }, new long[] { 3, 40, 40 }, "(3, 40, 40)")]
    [InlineData(new long[] { 2, 3, 40, 40 }, new long[] { 1, 3, 40, 40 }, "must be equal")]
    public void Measure_WhatCanNotBeCompared_IsRefused(long[] first, long[] second, string told)
    {
        using var scope = NewDisposeScope();
        using var lpips = Random();
        Assert.Contains(told, Assert.Throws<ArgumentException>(() => lpips.Measure(zeros(first), zeros(second))).Message);
        Assert.Throws<ArgumentException>(() => lpips.Measure(zeros(1, 3, 40, 40, dtype: uint8), zeros(1, 3, 40, 40, dtype: uint8)));
        Assert.Throws<ArgumentException>(() => lpips.Measure(zeros(1, 3, 40, 40), zeros(1, 3, 40, 40, dtype: float64)));
    }

    [Fact]
    public void Load_FilesOfOtherHashes_AreRefusedUnlessAllowedAndThenNamed()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var (trunk, judgement) = (folder.File("trunk.pth"), folder.File("lin.pth"));
        PerceptualNetwork? network = null;
        using var lpips = Random(made => network = made);
        var weights = network!.Trunk.state_dict();
        weights["classifier.6.bias"] = zeros(1000); // torchvision's file has a classifier, too
        PyTorchFile.Save(trunk, weights);
        network.Linear.SaveWeights(judgement);
        Assert.Contains("lin3.model.1.weight", network.Linear.state_dict().Keys);

        Assert.Contains("7be5be79", Assert.Throws<InvalidDataException>(() => PerceptualSimilarity.LoadAlexNet(trunk, judgement)).Message);
        Assert.Throws<StateDictMismatchException>(() => PerceptualSimilarity.LoadVgg16(trunk, judgement, allowOtherWeights: true));
        using var loaded = PerceptualSimilarity.LoadAlexNet(trunk, judgement, allowOtherWeights: true);

        Assert.Equal("lin.pth (not lpips-0.1-alex) on trunk.pth (not alexnet-imagenet)", loaded.Name);
        var (x, y) = (rand(1, 3, 40, 36), rand(1, 3, 40, 36));
        TensorAssert.Equal(lpips.Measure(x, y), loaded.Measure(x, y));
    }

    private static PerceptualSimilarity Random(Action<PerceptualNetwork>? change = null)
    {
        var network = new PerceptualNetwork(ImageNetNetwork.AlexNet(withClassifier: false));
        using var noGrad = no_grad();
        foreach (var weight in network.Linear.parameters())
            weight.abs_();
        change?.Invoke(network);
        return new(network.Freeze(), "random", null);
    }
}
