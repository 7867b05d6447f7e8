namespace GanKit.Tests.Data;

public class BatchTransferTests
{
    [Fact]
    public void To_TheDeviceOfTheBatch_IsTheBatchItself()
    {
        using var batch = new Batch(zeros(2, 3), zeros(2, int64));
        Assert.Same(batch, batch.To(CPU));
    }

    [Fact]
    public void To_AnotherDevice_LeavesTheBatchAndOneTensorForEachOfIts()
    {
        using var batch = new Batch(zeros(2, 3), zeros(2, int64));
        var before = LiveTensors.OfThisThread;
        using (var there = batch.To(META))
        {
            Assert.Equal(DeviceType.META, there.Real.device_type);
            Assert.Equal(DeviceType.META, there.Condition!.device_type);
            Assert.Equal(before + 2, LiveTensors.OfThisThread);
        }

        Assert.Equal(DeviceType.CPU, batch.Real.device_type);
        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Theory]
    [InlineData(DeviceType.CPU, DeviceType.CUDA, true), InlineData(DeviceType.CPU, DeviceType.MPS, false)]
    [InlineData(DeviceType.CUDA, DeviceType.CUDA, false), InlineData(DeviceType.CPU, DeviceType.META, false)]
    public void IsPinned_OnlyFromTheProcessorToCuda(DeviceType from, DeviceType to, bool pinned) =>
        Assert.Equal(pinned, Batch.IsPinned(from, to));
}
