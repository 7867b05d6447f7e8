namespace GanKit.Tests.Data;

public sealed class BatchTests
{
    [Fact]
    public void Tensors_ByName_AreThose()
    {
        var (real, labels, mask) = (zeros(2, 3), zeros(2, int64), ones(2, 4));
        using var batch = new Batch(real, labels) { ["mask"] = mask };
        Assert.Equal(["real", "condition", "mask"], batch.Names);
        Assert.Same(real, batch["real"]);
        Assert.Same(labels, batch["condition"]);
        Assert.Same(mask, batch["mask"]);
        Assert.Contains("real, condition, mask", Assert.Throws<KeyNotFoundException>(() => batch["Mask"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_ThatDoNotFit_AreRefused()
    {
        using var real = zeros(2, 3);
        Assert.Contains("'mask' has shape (3)", Refusal("mask", zeros(3)), StringComparison.Ordinal);
        Assert.Contains("'mask' has shape ()", Refusal("mask", tensor(1f)), StringComparison.Ordinal);
        Assert.Contains("'real' already", Refusal("real", zeros(2)), StringComparison.Ordinal);
        Refusal(" ", zeros(2));

        string Refusal(string name, Tensor tensor) =>
            Assert.ThrowsAny<ArgumentException>(() => new Batch(real.alias()) { [name] = tensor }).Message;
    }

    [Fact]
    public void SliceAndTo_TakeAllAlong()
    {
        using var batch = new Batch(zeros(4, 3)) { ["lengths"] = arange(4, int64), ["mask"] = ones(4, 2, 5, 5) };
        var before = LiveTensors.OfThisThread;
        using (var part = batch.Slice(1, 2))
        using (var there = batch.To(META))
        using (var laidOut = batch.To(CPU, channelsLast: true))
        {
            Assert.Equal([1L, 2], part["lengths"].data<long>().ToArray());
            Assert.Equal(DeviceType.META, there["lengths"].device_type);
            Assert.True(laidOut["mask"].IsChannelsLast());
            TensorAssert.Equal(batch["mask"], laidOut["mask"]);
        }

        Assert.Equal(before, LiveTensors.OfThisThread);
        batch.Dispose();
        Assert.True(batch["mask"].IsInvalid);
    }

    [Fact]
    public void FromTensor_Others_StayWithTheirSamples()
    {
        using var values = arange(10, float32).unsqueeze(1);
        using var tens = arange(10, int64) * 10;
        var batches = Batches.FromTensor(values, 3, seed: 1, others: new Dictionary<string, Tensor> { ["tens"] = tens });
        var seen = 0;
        foreach (var batch in batches.With("next", batch => batch.Real + 1).With("same", batch => batch.Real))
        {
            TensorAssert.Equal(batch.Real.flatten().to(int64) * 10, batch["tens"]);
            TensorAssert.Equal(batch.Real + 1, batch["next"]);
            TensorAssert.Equal(batch.Real, batch["same"]);
            seen++;
        }

        Assert.Equal(3, seen);
        var error = Assert.Throws<ArgumentException>(
            () => Batches.FromTensor(values, 3, others: new Dictionary<string, Tensor> { ["mask"] = zeros(9) }));
        Assert.Contains("entry of 'mask'", error.Message, StringComparison.Ordinal);
        Assert.Contains("has a tensor 'tens' already", Assert.Throws<ArgumentException>(
            () => batches.With("tens", batch => batch.Real).First()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_LeavesNoTensorBehind()
    {
        using var values = zeros(8, 1);
        var batches = Batches.FromTensor(values, 2).With("more", batch => batch.Real * 2 + 1);
        var before = LiveTensors.OfThisThread;
        Assert.Equal(8, batches.Sum(batch => batch.Size));
        Assert.Equal(before, LiveTensors.OfThisThread);
    }
}
