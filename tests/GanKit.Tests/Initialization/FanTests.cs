namespace GanKit.Tests.Initialization;

public class FanTests
{
    [Fact]
    public void Of_AKernel_CountsInputsOutputsAndTheirMean()
    {
        using var weight = torch.zeros(5, 2, 3, 1);
        Assert.Equal(6, Fan.In.Of(weight));
        Assert.Equal(15, Fan.Out.Of(weight));
        Assert.Equal(10.5, Fan.Average.Of(weight));
    }

    [Fact]
    public void Of_AVector_SaysWhatItNeeds()
    {
        using var vector = torch.zeros(3);
        var error = Assert.Throws<ArgumentException>("weight", () => Fan.In.Of(vector));
        Assert.Contains("at least 2 dimensions, not (3)", error.Message, StringComparison.Ordinal);
    }
}
